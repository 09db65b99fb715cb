"""A sent decision can be judged again by a new team that does not see the first set (practice T4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal import clock
from portal.access import Role
from portal.accounts.services import add_user
from portal.db import db
from portal.errors import NotYours, Refused
from portal.notifications import recipients_of
from tenders.awards import queries, services
from tenders.awards.models import Assessment, Award
from tenders.awards.services import Entry
from tenders.awards.states import AssessmentCause, AwardState
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, SECOND, THIRD, Case, viewer
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")
SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 28, 23, 0, tzinfo=UTC)
FRESH = "beoordelaar2@zoetermeer.example"
REASON = "De rechter vond de motivering van het tweede criterium onvoldoende en beval een herbeoordeling."
NEW = {"taalhuis-de-waterlinie": (10, 10), "route-delta": (4, 6), "samen-vooruit": (8, 8)}


@pytest.fixture
def case(session: None) -> Case:
    found = made.make_opened_case()
    add_user(
        email=FRESH, name="Beoordelaar 2 Zoetermeer", password_hash="!", organisation=made.organisation("zoetermeer"),
        roles=(Role.ASSESSOR,),
    )  # fmt: skip
    db.session.flush()
    return found


def again(case: Case, *emails: str, criterion: int | None = None, chair: str = THIRD, reason: str = REASON) -> Assessment:
    people = [viewer(one).membership_id for one in emails or (THIRD, FRESH)]
    return services.judge_again(
        case.lot,
        cause=AssessmentCause.COURT,
        reason=reason,
        criterion=case.criteria[criterion] if criterion is not None else None,
        members=[one for one in people if one is not None],
        chair=viewer(chair).membership_id,
        by=viewer(LEADER),
    )


def new_entries(case: Case, place: int) -> dict[object, Entry]:
    return {
        offer.id: Entry(Decimal(NEW[slug][place]), f"Opnieuw gelezen: concreet en volledig ({slug[0]}).")
        for slug, offer in case.offers.items()
    }


def judge(case: Case, *places: int) -> None:
    """Let the new team declare, score and agree, and fix the quality."""
    for email in (THIRD, FRESH):
        made.declare(case, email)
    for place in places:
        for email in (THIRD, FRESH):
            services.save_scores(case.criteria[place], new_entries(case, place), submit=True, by=viewer(email))  # type: ignore[arg-type]
        services.record_consensus(case.criteria[place], new_entries(case, place), by=viewer(THIRD))  # type: ignore[arg-type]
    services.fix_quality(case.lot, by=viewer(THIRD))


def new_decision(case: Case, at: datetime) -> Award:
    with clock.at(at):
        services.make_ranking(case.lot, by=viewer(LEADER))
        award = services.draw_up_award(
            case.lot, advice="Gun na de herbeoordeling.", advantages=made.ADVANTAGES, by=viewer(LEADER)
        )
        made.approve(award, SECOND, PARTNER)
        services.send_award(award, by=viewer(LEADER))
    return award


class TestTeam:
    def test_only_people_who_saw_nothing_can_judge_again(self, case: Case) -> None:
        made.sent(case, SENT)
        fresh = {user.email for _, user, _ in queries.candidates_for_new_team(case.lot)}
        assert {THIRD, FRESH} <= fresh
        assert not fresh & {LEADER, SECOND}

    @pytest.mark.parametrize(
        ("people", "chair", "reason", "sentence"),
        [
            ((THIRD,), THIRD, REASON, "ten minste twee nieuwe beoordelaars"),
            ((THIRD, SECOND), THIRD, REASON, "niet bij de eerste beoordeling"),
            ((THIRD, FRESH), SECOND, REASON, "een voorzitter uit het nieuwe team"),
            ((THIRD, FRESH), THIRD, "Moet.", "ten minste 40 tekens"),
        ],
    )
    def test_a_team_that_does_not_do_is_refused(
        self, case: Case, people: tuple[str, ...], chair: str, reason: str, sentence: str
    ) -> None:
        made.sent(case, SENT)
        with pytest.raises(Refused, match=sentence):
            again(case, *people, chair=chair, reason=reason)

    def test_before_a_decision_was_sent_nothing_is_judged_again(self, case: Case) -> None:
        made.draw_up(case)
        with pytest.raises(Refused, match="als er een besluit is verstuurd"):
            again(case)

    def test_the_team_gets_a_message_and_only_it_scores(self, case: Case) -> None:
        made.sent(case, SENT)
        again(case)
        assert recipients_of("award_judge_again", case.lot.id) == {THIRD, FRESH}
        with pytest.raises(NotYours, match="het team dat dit perceel nu beoordeelt"):
            services.save_scores(case.criteria[0], {}, submit=False, by=viewer(SECOND))

    def test_the_new_team_sees_nothing_of_the_first_set_until_it_is_done(
        self, case: Case, client_as: ClientAs
    ) -> None:
        made.sent(case, SENT)
        again(case)
        with clock.at(SENT + timedelta(days=9)):
            client = client_as(FRESH)
            for tail in ("", "/beoordelingen", "/bewijsstukken", "/proces-verbaal"):
                answer = client.get(case.award_url(tail))
                assert answer.status_code == 403, tail
                assert "10.640" not in answer.text
                assert "Route Delta" not in answer.text
            awards = client.get(case.url("/gunning"))
            assert "U beoordeelt dit perceel opnieuw" in awards.body
            assert case.lot.title not in awards.links
        member = queries.assessor_for(viewer(FRESH), case.procedure)
        assert member is not None
        assert queries.own_scores(member, case.criteria[0]) == {}
        assert queries.visible_scores(member, case.criteria[0]) == []
        judge(case, 0, 1)
        with clock.at(SENT + timedelta(days=10)):
            assert client_as(FRESH).get(case.award_url()).status_code == 200

    def test_the_chair_of_the_new_team_records_the_consensus_not_the_first(self, case: Case) -> None:
        made.sent(case, SENT)
        again(case)
        for email in (THIRD, FRESH):
            made.declare(case, email)
            services.save_scores(case.criteria[0], new_entries(case, 0), submit=True, by=viewer(email))  # type: ignore[arg-type]
        with pytest.raises(NotYours, match="de voorzitter van het team"):
            services.record_consensus(case.criteria[0], new_entries(case, 0), by=viewer(LEADER))  # type: ignore[arg-type]


class TestBothSets:
    def test_both_sets_stay_and_the_ranking_is_new(self, case: Case) -> None:
        first = made.sent(case, SENT)
        before = {key: row.score for key, row in queries.consensus_of(case.lot).items()}
        again(case)
        judge(case, 0, 1)
        one, two = reversed(queries.assessments_of(case.lot))
        assert {key: row.score for key, row in queries.consensus_in(one.id).items()} == before
        assert queries.consensus_in(two.id)[(case.offers["route-delta"].id, case.criteria[0].id)].score == 4
        second = new_decision(case, SENT + timedelta(days=30))
        assert first.offer_lot_id == case.offers["route-delta"].id
        assert second.offer_lot_id == case.offers["taalhuis-de-waterlinie"].id
        assert [one.version for one in queries.rankings_of(case.lot)] == [2, 1]

    def test_one_criterion_is_scored_again_and_the_rest_is_taken_over(self, case: Case) -> None:
        made.sent(case, SENT)
        again(case, criterion=1)
        made.declare(case, THIRD)
        with pytest.raises(Refused, match="niet opnieuw beoordeeld"):
            services.save_scores(case.criteria[0], new_entries(case, 0), submit=True, by=viewer(THIRD))  # type: ignore[arg-type]
        made.declare(case, FRESH)
        for email in (THIRD, FRESH):
            services.save_scores(case.criteria[1], new_entries(case, 1), submit=True, by=viewer(email))  # type: ignore[arg-type]
        services.record_consensus(case.criteria[1], new_entries(case, 1), by=viewer(THIRD))  # type: ignore[arg-type]
        services.fix_quality(case.lot, by=viewer(LEADER))
        agreed = queries.consensus_of(case.lot)
        delta = case.offers["route-delta"].id
        one = agreed[(delta, case.criteria[0].id)]
        assert (one.score, one.taken_over) == (Decimal(8), True)
        one = agreed[(delta, case.criteria[1].id)]
        assert (one.score, one.taken_over) == (Decimal(6), False)

    def test_a_new_decision_replaces_the_old_with_its_own_letters_and_term(self, case: Case) -> None:
        first = made.sent(case, SENT)
        letters = {one.id: one.document_id for one in queries.letters_of(first)}
        again(case)
        judge(case, 0, 1)
        second = new_decision(case, SENT + timedelta(days=30))
        assert (first.state, first.replaced_at) == (AwardState.REPLACED, SENT + timedelta(days=30))
        assert (second.version, second.predecessor_id, second.state) == (2, first.id, AwardState.SENT)
        assert first.standstill_until == ENDS
        assert second.standstill_until is not None
        assert second.standstill_until >= SENT + timedelta(days=50)
        assert {one.id: one.document_id for one in queries.letters_of(first)} == letters
        assert len(queries.letters_of(second)) == 3
        assert len(recipients_of("award_sent", second.id)) == 3
        with clock.at(second.standstill_until):
            made.verify(second)
            services.make_final(second, by=viewer(LEADER))
        assert second.state is AwardState.FINAL

    def test_nothing_is_final_while_a_team_judges_again_or_a_new_order_waits(self, case: Case) -> None:
        first = made.sent(case, SENT)
        again(case)
        with clock.at(ENDS):
            made.verify(first)
            with pytest.raises(Refused, match="Er loopt een herbeoordeling"):
                services.make_final(first, by=viewer(LEADER))
            with pytest.raises(Refused, match="De kwaliteit van dit perceel is nog niet vastgesteld"):
                services.make_ranking(case.lot, by=viewer(LEADER))
            judge(case, 0, 1)
            services.make_ranking(case.lot, by=viewer(LEADER))
            with pytest.raises(Refused, match="Er is een nieuwe rangorde"):
                services.make_final(first, by=viewer(LEADER))

    def test_without_a_new_judging_the_order_of_a_sent_decision_stays(self, case: Case) -> None:
        made.sent(case, SENT)
        with pytest.raises(Refused, match="Er is al een gunningsbesluit"):
            services.make_ranking(case.lot, by=viewer(LEADER))

    def test_a_kort_geding_that_is_pending_does_not_stand_in_the_way_of_a_new_decision(self, case: Case) -> None:
        first = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=10)):
            services.register_court(first, since=date(2026, 12, 15), reference="", by=viewer(LEADER))
        again(case)
        judge(case, 0, 1)
        new_decision(case, SENT + timedelta(days=30))
        assert first.state is AwardState.REPLACED


def test_inkoop_begins_a_herbeoordeling_and_sees_the_sets_beside_each_other(case: Case, client_as: ClientAs) -> None:
    made.sent(case, SENT)
    with clock.at(SENT + timedelta(days=5)):
        page = client_as(LEADER).get(case.award_url()).click("Opnieuw beoordelen")
        team = [str(viewer(one).membership_id) for one in (THIRD, FRESH)]
        wrong = page.submit(cause="court", reason=REASON, members=team[:1], chair=team[0])
        assert wrong.errors == ["Kies ten minste twee nieuwe beoordelaars."]
        page = page.submit(cause="court", reason=REASON, members=team, chair=team[0])
        assert page.flash == "De herbeoordeling is begonnen. Het nieuwe team heeft bericht gekregen."
        assert "Er loopt een herbeoordeling" in client_as(LEADER).get(case.award_url()).body
        judge(case, 0, 1)
        page = client_as(LEADER).get(case.award_url("/beoordelingen"))
        assert "Beoordeling 2" in page.body
        assert "opdracht van de rechter" in page.body.lower()
        assert "Opnieuw gelezen" in page.body
        assert "Volledig en concreet" in page.body
