"""A switch of route, a provider that stops, and the hand-over of everyone it taught."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.agreements.models import Contract
from contracts.agreements.states import EarlyEndRule, PhaseTrigger
from contracts.trajectories import lessons, queries, services, succession_queries, succession_services
from contracts.trajectories.events_services import register_event
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import Certainty, EventKind, StopReason, TrajectoryState
from contracts.trajectories.succession_models import ProviderStop
from contracts.trajectories.succession_rules import (
    HandOverFacts,
    Phase,
    is_late_switch,
    objections_to_hand_over,
    outcomes,
)
from contracts.trajectories.succession_services import NewHandOver, Switch
from contracts.trajectories.succession_states import StopKind, SwitchGround
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup
from portal.errors import NotYours, Refused
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

MANAGER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
DELTA = "info@route-delta.example"
ClientAs = Callable[..., PageClient]
CHECKED = "Eigen verklaring, KvK en keurmerk van de opvolger zijn bekeken."


@pytest.mark.parametrize(
    ("on", "late"), [(date(2026, 7, 1), False), (date(2026, 7, 14), False), (date(2026, 7, 15), True)]
)
def test_a_switch_is_late_after_eighteen_months(on: date, late: bool) -> None:
    assert is_late_switch(date(2025, 1, 15), on, 18) is late


def test_phases_that_were_reached_stay_and_the_others_follow_the_contract() -> None:
    phases = [
        Phase("Start", PhaseTrigger.STARTED, Decimal("0.4"), EarlyEndRule.LAPSES),
        Phase("Halverwege", PhaseTrigger.HALFWAY, Decimal("0.3"), EarlyEndRule.SET_OFF),
    ]
    found = outcomes(phases, {PhaseTrigger.STARTED})
    assert [one.text for one in found] == ["bereikt, blijft betaald", EarlyEndRule.SET_OFF.label]


def over(**changed: object) -> str:
    today = date(2026, 11, 25)
    whole: dict[str, object] = {
        "number": 3, "total": 3, "consent_from": 15, "consent": "", "suitability": CHECKED, "on": today,
        "today": today, "furthest": today + timedelta(days=60), "is_same_contract": False, "is_same_product": True,
        "is_open": True, "target_stops": False, "mark_missing": False, "ceiling_reached": False, "outside": [],
    }  # fmt: skip
    return " ".join(one.message for one in objections_to_hand_over(HandOverFacts(**{**whole, **changed})))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": 0}, "Kies de gemeenten"),
        ({"total": 16}, "toestemming van Blik op Werk"),
        ({"suitability": "goed"}, "geschiktheid"),
        ({"on": date(2026, 11, 24)}, "niet voorbij"),
        ({"on": date(2027, 3, 1)}, "tot en met 24-01-2027"),
        ({"is_same_contract": True}, "ander contract"),
        ({"is_same_product": False}, "hetzelfde product"),
        ({"is_open": False}, "geen aanmeldingen"),
        ({"target_stops": True}, "stopt zelf"),
        ({"mark_missing": True}, "geen geldig keurmerk"),
        ({"ceiling_reached": True}, "maximale waarde"),
        ({"outside": ["Zoetermeer"]}, "neemt niet deel: Zoetermeer"),
    ],
)
def test_what_stands_in_the_way_of_a_hand_over(changed: dict[str, object], words: str) -> None:
    assert words in over(**changed)


def test_fifteen_need_no_consent_and_nothing_else_stands_in_the_way() -> None:
    assert not over(number=15, total=15)
    assert not over(number=16, total=16, consent="BoW 2026-44")


# With a database ---------------------------------------------------------------------------------


@pytest.fixture
def b1(session: None) -> Contract:
    """A running B1 contract of Taalhuis with three municipalities."""
    make_quality_mark()
    make_quality_mark("route-delta")
    return make_contract()


def manager() -> Viewer:
    return viewer_by_email(MANAGER)


def other_b1(**changed: object) -> Contract:
    return make_contract(provider="route-delta", **changed)  # type: ignore[arg-type]


def z_route() -> Contract:
    return make_contract(product="Z", provider="route-delta", municipalities=("Lansingerland", "Pijnacker-Nootdorp"))


def running(contract: Contract, days: int = 100, **changed: object) -> Trajectory:
    return make_trajectory(contract, started_on=clock.today() - timedelta(days=days), **changed)  # type: ignore[arg-type]


def test_a_switch_to_another_contract_carries_hours_parts_and_term(b1: Contract) -> None:
    before = running(b1)
    register_event(before, kind=EventKind.EXAM_PASSED, on=clock.today(), part="reading", by=SYSTEM)
    lessons.register(lambda ids: dict.fromkeys(ids, Decimal("212.5")))
    try:
        assert succession_services.brought_along([before])[before.id] == (Decimal("212.5"), "Lezen")
    finally:
        lessons._sources.clear()
    wanted = Switch(product_of(z_route()), clock.today(), Decimal("212.5"), Decimal(10), "Lezen")
    after = succession_services.switch_route(before, wanted, by=manager())
    assert (before.state, before.stop_reason) == (TrajectoryState.STOPPED, StopReason.OTHER_ROUTE)
    assert (after.state, after.brought_hours, after.brought_exam_parts) == (
        TrajectoryState.REFERRED, Decimal("212.5"), "Lezen",
    )  # fmt: skip
    assert (after.pip_on, after.term_ends_on) == (before.pip_on, before.term_ends_on)
    assert before.number in after.brought_source
    assert audit.last().action == "trajectory:trajectory:switch"
    found = succession_queries.successions_of(after)[0]
    assert (found.before.number, found.is_late, found.ground) == (before.number, False, None)


def test_a_late_switch_needs_a_ground_and_is_then_made(b1: Contract) -> None:
    before = running(b1, pip_on=clock.today() - timedelta(days=700))
    target = product_of(z_route())
    with pytest.raises(Refused) as refused:
        succession_services.switch_route(before, Switch(target, clock.today()), by=manager())
    assert "meer dan 18 maanden" in refused.value.message
    with pytest.raises(Refused) as refused:
        wrong = Switch(target, clock.today(), ground=SwitchGround.FROM_EDUCATION, reason="x" * 30)
        succession_services.switch_route(before, wrong, by=manager())
    assert "Onderwijsroute" in refused.value.message
    special = Switch(target, clock.today(), ground=SwitchGround.SPECIAL, reason="Het tempo past niet bij de B1-leerroute.")
    after = succession_services.switch_route(before, special, by=manager())
    assert succession_queries.successions_of(after)[0].is_late


def test_only_a_leerroute_can_be_switched(b1: Contract) -> None:
    z_route()
    module = running(make_contract(product="MAP", provider="route-delta"))
    assert not succession_queries.switch_targets(module, manager())
    assert [one.product.code for one in succession_queries.switch_targets(running(b1), manager())] == ["Z"]


def test_only_the_municipality_of_residence_switches(b1: Contract) -> None:
    before = running(b1)
    with pytest.raises(NotYours):
        succession_services.switch_route(
            before, Switch(product_of(z_route()), clock.today()), by=viewer_by_email("inkoop@zoetermeer.example")
        )


def test_who_was_only_referred_and_moves_away_does_not_stay_in_the_list(b1: Contract) -> None:
    waiting = make_trajectory(b1, referred_on=clock.today() - timedelta(days=9))
    services.move(waiting, on=clock.today(), to=None, by=manager())
    assert (waiting.state, waiting.stop_reason) == (TrajectoryState.STOPPED, StopReason.MOVED_OUTSIDE)


def stop(contract: Contract) -> ProviderStop:
    return succession_services.record_stop(
        contract, kind=StopKind.BANKRUPTCY, on=clock.today(), source="F.10/26/118, rechtbank",
        settlement="fase 1 wordt verrekend", by=manager(),
    )  # fmt: skip


def test_a_provider_that_stops_gets_nobody_new(b1: Contract) -> None:
    stop(b1)
    referral = Referral(
        product_of(b1), catalogue.municipality("Lansingerland"), TargetGroup.ASYLUM,
        clock.today() - timedelta(days=20), clock.today(),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        services.refer(referral, by=manager())
    assert "Deze aanbieder stopt" in refused.value.message
    with pytest.raises(Refused):
        stop(b1)


def test_everyone_gets_a_place_in_one_act(b1: Contract) -> None:
    people = [running(b1, municipality=name) for name in ("Lansingerland", "Zoetermeer", "Zoetermeer")]
    people.append(make_trajectory(b1, referred_on=clock.today() - timedelta(days=3)))
    services.extend_term(
        people[0], ends_on=people[0].term_ends_on + timedelta(days=180), decided_on=clock.today(),
        source="DUO 2026-9", by=manager(),
    )  # fmt: skip
    target, fact = other_b1(), stop(b1)
    assert [(one.municipality.name, one.number) for one in succession_queries.unplaced(b1)] == [
        ("Lansingerland", 2), ("Zoetermeer", 2),
    ]  # fmt: skip
    homes = {one.municipality.id for one in succession_queries.unplaced(b1)}
    monday = clock.today() + timedelta(days=3)
    made = succession_services.hand_over(fact, NewHandOver(product_of(target), homes, monday, CHECKED), by=manager())
    assert len(made) == 4
    assert {one.state for one in made} == {TrajectoryState.ACCEPTED}
    assert {one.stop_reason for one in people} == {StopReason.TAKEN_OVER}
    assert all(one.stop_reason and one.stop_reason.without_judgement for one in people)
    after = next(one for one in made if people[0].number in one.brought_source)
    assert after.term_ends_on == people[0].term_ends_on
    assert not succession_queries.unplaced(b1)
    accepted = next(one for one in queries.events_of(after) if one.kind is EventKind.ACCEPTED)
    assert accepted.certainty is Certainty.PROVISIONAL
    services.start(after, on=clock.today(), by=viewer_by_email(DELTA))
    assert succession_queries.placed(fact)[0].hand_over.article == "art. 2.163f Aw"


def test_a_hand_over_that_cannot_take_one_takes_none(b1: Contract) -> None:
    running(b1, municipality="Lansingerland")
    running(b1, municipality="Zoetermeer")
    target, fact = other_b1(municipalities=("Lansingerland",)), stop(b1)
    homes = {one.municipality.id for one in succession_queries.unplaced(b1)}
    with pytest.raises(Refused) as refused:
        succession_services.hand_over(fact, NewHandOver(product_of(target), homes, clock.today(), CHECKED), by=manager())
    assert "neemt niet deel: Zoetermeer" in refused.value.message
    assert sum(one.number for one in succession_queries.unplaced(b1)) == 2


def test_the_pages_from_stop_to_a_place_for_everyone(b1: Contract, client_as: ClientAs) -> None:
    first = running(b1)
    target = other_b1()
    client = client_as(MANAGER)
    path = f"/contracten/{b1.number}/aanbieder-stopt"
    assert client_as(TAALHUIS).get(path).status_code == 403
    form = client.get(path)
    assert form.submit(cause="bankruptcy", source="kort").status_code == 422
    stopped = form.submit(cause="bankruptcy", source="F.10/26/118, rechtbank Rotterdam")
    assert "1 deelnemer heeft nog geen plaats" in stopped.body.replace("\xa0", " ")
    assert "Deelnemers een plaats geven" in client.get("/mijn-werk").body
    over = stopped.click("Deelnemers een plaats geven")
    day = clock.today() + timedelta(days=2)
    home = catalogue.municipality("Lansingerland").id
    done = over.submit(
        contract_product=str(product_of(target).id), municipalities=[str(home)], on=f"{day:%d-%m-%Y}", suitability=CHECKED
    )
    assert "1 deelnemer heeft een plaats" in done.flash
    assert "Iedereen heeft een plaats" in done.body
    page = client.get(f"/aanmeldingen/{first.number}")
    assert "overgenomen" in page.body
    assert client_as("info@samen-vooruit.example").get(path).status_code == 404


def test_the_switch_page_shows_phases_and_makes_the_switch(b1: Contract, client_as: ClientAs) -> None:
    before = running(b1)
    target = product_of(z_route())
    client = client_as(MANAGER)
    page = client.get(f"/aanmeldingen/{before.number}").click("Overstap vastleggen")
    assert "bereikt, blijft betaald" in page.row("Start van de lessen")
    done = page.submit(contract_product=str(target.id), hours="120", participation_hours="0", exam_parts="Lezen")
    assert "De deelnemer gaat verder onder T-" in done.flash
    assert before.number in done.row(before.number)
    assert client_as(TAALHUIS).get(f"/aanmeldingen/{before.number}/overstap").status_code == 403
