"""Referring and following participants, on both databases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.agreements import consumption
from contracts.agreements.models import Contract
from contracts.agreements.states import QualityMarkState
from contracts.trajectories import events_services, queries, services
from contracts.trajectories.counts_queries import count_table
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import (
    Certainty,
    EventKind,
    RefusalReason,
    StopReason,
    TrajectoryState,
)
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup
from portal.db import db
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.periods import Month
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.trajectories import make_trajectory

pytestmark = pytest.mark.usefixtures("session")

REFERRER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"


@pytest.fixture
def contract(session: None) -> Contract:
    """A running B1 contract of three municipalities with a provider that has its keurmerk."""
    make_quality_mark()
    return make_contract()


def referral(contract: Contract, **changed: object) -> Referral:
    whole: dict[str, object] = {
        "contract_product": product_of(contract),
        "municipality": catalogue.municipality("Lansingerland"),
        "target_group": TargetGroup.ASYLUM,
        "pip_on": clock.today() - timedelta(days=20),
        "on": clock.today() - timedelta(days=2),
    }
    return Referral(**{**whole, **changed})  # type: ignore[arg-type]


def lansingerland() -> Viewer:
    return viewer_by_email(REFERRER)


def taalhuis() -> Viewer:
    return viewer_by_email(TAALHUIS)


def messages(refused: pytest.ExceptionInfo[Refused]) -> str:
    return " ".join(objection.message for objection in refused.value.objections)


def test_referring_three_people_gives_three_numbers_and_one_mail(contract: Contract) -> None:
    made = services.refer(referral(contract, number=3), by=lansingerland())

    assert len({one.number for one in made}) == 3
    assert {one.state for one in made} == {TrajectoryState.REFERRED}
    assert made[0].term_starts_on == made[0].pip_on + timedelta(days=1)
    assert audit.last().action == "trajectory:trajectory:refer"


def test_a_municipality_refers_only_for_itself(contract: Contract) -> None:
    other = referral(contract, municipality=catalogue.municipality("Zoetermeer"))
    with pytest.raises(NotYours):
        services.refer(other, by=lansingerland())


def test_rotterdam_takes_no_part_in_b1(contract: Contract) -> None:
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract, municipality=catalogue.municipality("Rotterdam")), by=SYSTEM)
    assert "Rotterdam neemt niet deel" in messages(refused)


def test_after_the_last_day_nobody_is_referred(session: None) -> None:
    make_quality_mark()
    today = clock.today()
    contract = make_contract(
        starts_on=today - timedelta(days=400),
        last_referral_on=today - timedelta(days=3),
        ends_on=today + timedelta(days=100),
    )
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract), by=lansingerland())
    assert "laatste dag voor aanmeldingen" in messages(refused)
    services.refer(referral(contract, on=today - timedelta(days=3)), by=lansingerland())


def test_a_suspended_keurmerk_blocks_new_people_and_not_running_lessons(contract: Contract) -> None:
    running = make_trajectory(contract, started_on=clock.today() - timedelta(days=30))
    make_quality_mark(state=QualityMarkState.SUSPENDED, valid_from=clock.today() - timedelta(days=10))
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract), by=lansingerland())
    assert "geschorst" in messages(refused)
    services.finish(running, on=clock.today(), by=taalhuis())
    assert running.state is TrajectoryState.FINISHED


def test_without_a_recorded_keurmerk_b1_takes_nobody(session: None) -> None:
    contract = make_contract()
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract), by=lansingerland())
    assert "geen geldig keurmerk" in messages(refused)


def test_a_full_ceiling_takes_nobody(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    place = catalogue.municipality("Lansingerland").id
    monkeypatch.setattr(consumption, "_sources", {"invoiced": lambda _id: {place: Decimal("1650000")}})
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract), by=lansingerland())
    assert "maximale waarde" in messages(refused)


@pytest.mark.parametrize("name", ["remark", "brought_source", "brought_exam_parts"])
def test_a_number_like_a_bsn_is_refused_at_its_field(contract: Contract, name: str) -> None:
    with pytest.raises(Refused) as refused:
        services.refer(referral(contract, **{name: "zie 111222333 in het dossier"}), by=lansingerland())
    objection = next(one for one in refused.value.objections if one.field == name)
    assert "burgerservicenummer" in objection.message
    assert "111222333" not in objection.message


def test_the_provider_accepts_starts_and_finishes(contract: Contract) -> None:
    today = clock.today()
    (one,) = services.refer(referral(contract, on=today - timedelta(days=9)), by=lansingerland())
    services.put_on_waiting_list(one, on=today - timedelta(days=8), by=taalhuis())
    services.accept(one, on=today - timedelta(days=6), by=taalhuis())
    services.start(one, on=today - timedelta(days=4), by=taalhuis())
    services.interrupt(
        one, on=today - timedelta(days=3), return_expected_on=today + timedelta(days=20), by=taalhuis()
    )
    services.resume(one, on=today - timedelta(days=2), by=taalhuis())
    services.finish(one, on=today, by=taalhuis())

    kinds = [event.kind for event in reversed(queries.events_of(one))]
    assert one.state is TrajectoryState.FINISHED
    assert kinds == [
        EventKind.REFERRED,
        EventKind.WAITING,
        EventKind.ACCEPTED,
        EventKind.STARTED,
        EventKind.INTERRUPTED,
        EventKind.RESUMED,
        EventKind.FINISHED,
    ]


def test_a_refusal_has_a_coded_reason_and_ends_it(contract: Contract) -> None:
    one = make_trajectory(contract)
    services.refuse(one, on=clock.today(), reason=RefusalReason.NO_PLACE, by=taalhuis())
    assert (one.state, one.refusal_reason) == (TrajectoryState.REFUSED, RefusalReason.NO_PLACE)
    with pytest.raises(TransitionRefused):
        services.accept(one, on=clock.today(), by=taalhuis())


def test_another_provider_does_not_answer(contract: Contract) -> None:
    one = make_trajectory(contract)
    with pytest.raises(NotYours):
        services.accept(one, on=clock.today(), by=viewer_by_email("info@route-delta.example"))


def test_a_start_lies_after_the_acceptance(contract: Contract) -> None:
    one = make_trajectory(contract, accepted_on=clock.today() - timedelta(days=5))
    with pytest.raises(Refused):
        services.start(one, on=clock.today() - timedelta(days=6), by=taalhuis())


def test_a_move_inside_the_contract_changes_who_pays_from_that_day(contract: Contract) -> None:
    today = clock.today()
    one = make_trajectory(contract, started_on=today - timedelta(days=90))
    moved = today - timedelta(days=30)
    services.move(one, on=moved, to=catalogue.municipality("Zoetermeer"), by=lansingerland())

    before, after = queries.residence_on(one, moved - timedelta(days=1)), queries.residence_on(one, moved)
    assert before is not None
    assert after is not None
    assert before.municipality is not None
    assert after.municipality is not None
    assert (before.municipality.name, after.municipality.name) == ("Lansingerland", "Zoetermeer")
    assert one.state is TrajectoryState.STARTED
    many = queries.residences_on([one.id], today)
    assert many[one.id] is not None
    assert many[one.id].name == "Zoetermeer"  # type: ignore[union-attr]


def test_a_move_outside_the_region_ends_the_trajectory_without_judgement(contract: Contract) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=60))
    services.move(one, on=clock.today() - timedelta(days=1), to=None, by=lansingerland())
    assert one.state is TrajectoryState.STOPPED
    assert one.stop_reason is StopReason.MOVED_OUTSIDE
    assert one.stop_reason.without_judgement
    assert all(
        event.certainty is Certainty.CONFIRMED for event in queries.events_of(one) if event.kind == "stopped"
    )
    place = queries.residence_on(one, clock.today())
    assert place is not None
    assert place.municipality_id is None


def test_the_old_municipality_cannot_move_somebody_who_left(contract: Contract) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=60))
    services.move(
        one,
        on=clock.today() - timedelta(days=30),
        to=catalogue.municipality("Zoetermeer"),
        by=lansingerland(),
    )
    with pytest.raises(NotYours):
        services.move(one, on=clock.today(), to=None, by=lansingerland())
    services.move(one, on=clock.today(), to=None, by=viewer_by_email("inkoop@zoetermeer.example"))


def test_duo_extends_the_term_and_the_old_end_is_kept(contract: Contract) -> None:
    one = make_trajectory(contract)
    old = one.term_ends_on
    services.extend_term(
        one,
        ends_on=old + timedelta(days=180),
        decided_on=clock.today(),
        source="brief DUO 2026-44",
        by=lansingerland(),
    )
    assert one.term_ends_on == old + timedelta(days=180)
    assert {term.ends_on for term in queries.terms_of(one)} == {old, old + timedelta(days=180)}
    with pytest.raises(Refused):
        services.extend_term(
            one, ends_on=old, decided_on=clock.today(), source="brief DUO", by=lansingerland()
        )


def test_what_the_provider_says_of_the_map_talk_is_provisional_until_confirmed(contract: Contract) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=60))
    event = events_services.register_event(one, kind=EventKind.MAP_TALK, on=clock.today(), by=taalhuis())
    assert event.certainty.value == "provisional"
    with pytest.raises(NotYours):
        events_services.confirm_event(event, by=taalhuis())
    events_services.confirm_event(event, by=lansingerland())
    assert event.certainty is Certainty.CONFIRMED
    assert event.confirmed_by_id == lansingerland().user_id


def test_an_exam_needs_its_part(contract: Contract) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=60))
    with pytest.raises(Refused):
        events_services.register_event(one, kind=EventKind.EXAM_PASSED, on=clock.today(), by=lansingerland())
    event = events_services.register_event(
        one, kind=EventKind.EXAM_PASSED, on=clock.today(), part="reading", by=lansingerland()
    )
    assert event.certainty is Certainty.CONFIRMED


def test_a_municipality_sees_its_own_people_and_another_does_not(contract: Contract) -> None:
    one = make_trajectory(contract)
    assert queries.trajectory_for(lansingerland(), one.number) is one
    assert queries.trajectory_for(taalhuis(), one.number) is one
    for stranger in ("inkoop@zoetermeer.example", "info@route-delta.example", "regio@rotterdam.example"):
        with pytest.raises(NotFound):
            queries.trajectory_for(viewer_by_email(stranger), one.number)


def test_others_see_counts_only(contract: Contract) -> None:
    make_trajectory(contract)
    make_trajectory(contract, municipality="Zoetermeer", started_on=clock.today() - timedelta(days=3))
    rows = {row.municipality: row for row in count_table(contract)}
    assert rows["Lansingerland"].numbers == {TrajectoryState.REFERRED: 1}
    assert rows["Pijnacker-Nootdorp"].total == 0
    assert rows["Samen"].total == 2


def test_active_in_a_month_is_started_and_not_yet_ended(session: None) -> None:
    make_quality_mark()
    contract = make_contract(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    running = make_trajectory(contract, referred_on=date(2026, 2, 1), started_on=date(2026, 2, 20))
    gone = make_trajectory(
        contract, referred_on=date(2026, 2, 1), started_on=date(2026, 2, 20), stopped_on=date(2026, 3, 31)
    )
    coming = make_trajectory(contract, referred_on=date(2026, 3, 1), accepted_on=date(2026, 3, 2))

    def active(month: Month, *, with_expected: bool = False) -> set[Trajectory]:
        return set(queries.active_trajectories(contract, month, with_expected=with_expected))

    assert active(Month(2026, 1)) == set()
    assert active(Month(2026, 3)) == {running, gone}
    assert active(Month(2026, 4)) == {running}
    assert active(Month(2026, 4), with_expected=True) == {running, coming}


def test_the_database_refuses_a_stop_without_its_reason(contract: Contract) -> None:
    one = make_trajectory(contract, started_on=clock.today() - timedelta(days=3))
    one.state = TrajectoryState.STOPPED
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
