"""From the first score to the final award, through the services, on both databases."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal import audit, clock
from portal.db import db
from portal.documents import Document, open_document
from portal.errors import NotFound, NotYours, Refused, TransitionRefused
from portal.notifications import recipients_of
from tenders.awards import queries, services
from tenders.awards.models import Letter
from tenders.awards.services import Entry
from tenders.awards.states import APPROVAL, ASSESSMENT, AWARD, ApprovalState, AwardState, RequirementVerdict
from tenders.procedures.states import LotState, ProcedureState
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, SECOND, THIRD, Case, viewer

pytestmark = pytest.mark.usefixtures("session")
SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 28, 23, 0, tzinfo=UTC)


@pytest.fixture
def case(session: None) -> Case:
    return made.make_opened_case()


def refusal(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)  # type: ignore[operator]
    return refused.value.message


@pytest.mark.parametrize("machine", [ASSESSMENT, AWARD, APPROVAL])
def test_every_state_can_be_reached(machine: object) -> None:
    assert machine.unreachable() == set()  # type: ignore[attr-defined]


class TestScoring:
    def test_interests_come_before_the_first_score(self, case: Case) -> None:
        entries = made.entries_of(case, case.criteria[0])
        save = services.save_scores
        assert "Doe eerst de belangenverklaring" in refusal(
            save, case.criteria[0], entries, submit=True, by=viewer(LEADER)
        )
        made.declare(case, LEADER)
        save(case.criteria[0], entries, submit=True, by=viewer(LEADER))  # type: ignore[arg-type]
        assert audit.last().action == "award:scores:submit"

    def test_who_has_an_interest_does_not_score_and_is_not_waited_for(self, case: Case) -> None:
        services.declare_interests(
            case.procedure, has_interest=True, explanation="Werkte bij een inschrijver.", by=viewer(SECOND)
        )
        entries = made.entries_of(case, case.criteria[0])
        assert "U hebt een belang gemeld" in refusal(
            services.save_scores, case.criteria[0], entries, submit=True, by=viewer(SECOND)
        )
        made.declare(case, LEADER)
        made.score_all(case, LEADER)
        assert len(queries.visible_scores(None, case.criteria[0])) == 3

    def test_interests_are_declared_once_and_an_interest_is_explained(self, case: Case) -> None:
        declare = services.declare_interests
        assert "Leg uit" in refusal(
            declare, case.procedure, has_interest=True, explanation="", by=viewer(LEADER)
        )
        made.declare(case, LEADER)
        assert "al gedaan" in refusal(
            declare, case.procedure, has_interest=False, explanation="", by=viewer(LEADER)
        )

    def test_a_draft_may_have_gaps_and_is_not_final(self, case: Case) -> None:
        made.declare(case, LEADER)
        first = next(iter(case.offers.values()))
        services.save_scores(
            case.criteria[0], {first.id: Entry(Decimal(4), "")}, submit=False, by=viewer(LEADER)
        )
        member = queries.assessor_for(viewer(LEADER), case.procedure)
        assert member is not None
        own = queries.own_scores(member, case.criteria[0])
        assert own[first.id].score == 4
        assert own[first.id].submitted_at is None

    def test_submitted_scores_do_not_change(self, case: Case) -> None:
        made.declare(case, LEADER)
        made.score_all(case, LEADER)
        assert "al ingediend" in refusal(
            services.save_scores, case.criteria[0], made.entries_of(case, case.criteria[0]), submit=False,
            by=viewer(LEADER),
        )  # fmt: skip

    def test_a_number_that_can_be_a_bsn_is_refused_in_a_reason(self, case: Case) -> None:
        made.declare(case, LEADER)
        first = next(iter(case.offers.values()))
        with pytest.raises(Refused) as refused:
            services.save_scores(
                case.criteria[0],
                {first.id: Entry(Decimal(4), "Zie 123456782.")},
                submit=False,
                by=viewer(LEADER),
            )
        assert "123456782" not in refused.value.message
        assert refused.value.objections[0].field is not None

    def test_nobody_sees_anothers_scores_before_all_have_submitted(self, case: Case) -> None:
        made.declare(case, LEADER, SECOND)
        made.score_all(case, LEADER)
        criterion = case.criteria[0]
        mine, other = (queries.assessor_for(viewer(email), case.procedure) for email in (LEADER, SECOND))
        assert mine is not None
        assert other is not None
        assert len(queries.visible_scores(mine, criterion)) == 3
        assert queries.visible_scores(other, criterion) == []
        assert queries.visible_scores(None, criterion) == []
        services.save_scores(criterion, made.entries_of(case, criterion), submit=False, by=viewer(SECOND))  # type: ignore[arg-type]
        assert {one.procedure_member_id for one in queries.visible_scores(other, criterion)} == {other.id}
        services.save_scores(criterion, made.entries_of(case, criterion), submit=True, by=viewer(SECOND))  # type: ignore[arg-type]
        assert len(queries.visible_scores(other, criterion)) == 6
        assert queries.visible_scores(None, case.criteria[1]) == []

    def test_only_an_assessor_of_this_tender_scores(self, case: Case) -> None:
        with pytest.raises(NotYours, match="beoordelaar"):
            services.save_scores(case.criteria[0], {}, submit=False, by=viewer(THIRD))


class TestFixing:
    def test_consensus_waits_for_every_assessor_and_for_the_chair(self, case: Case) -> None:
        made.declare(case, LEADER, SECOND)
        made.score_all(case, LEADER)
        entries = made.entries_of(case, case.criteria[0])
        assert "Nog niet alle beoordelaars" in refusal(
            services.record_consensus, case.criteria[0], entries, by=viewer(LEADER)
        )
        with pytest.raises(NotYours, match="voorzitter"):
            services.record_consensus(case.criteria[0], entries, by=viewer(SECOND))  # type: ignore[arg-type]

    def test_quality_is_fixed_only_when_nothing_is_missing_and_then_nothing_changes(self, case: Case) -> None:
        message = refusal(services.fix_quality, case.lot, by=viewer(LEADER))
        assert "0 van 12 scores" in message
        assert "0 van 3 besluiten over eisen" in message
        made.fix(case)
        assert queries.is_fixed(case.lot)
        with pytest.raises(TransitionRefused):
            services.fix_quality(case.lot, by=viewer(LEADER))
        assert "vastgesteld" in refusal(
            services.record_consensus,
            case.criteria[0],
            made.entries_of(case, case.criteria[0]),
            by=viewer(LEADER),
        )

    def test_prices_stay_closed_until_the_quality_of_every_lot_is_fixed(self, case: Case) -> None:
        assert "nog niet vastgesteld" in services.objections_to_price(case.procedure)[0].message
        made.fix(case)
        assert services.objections_to_price(case.procedure) == []


class TestRanking:
    def test_the_ranking_waits_for_quality_and_prices(self, case: Case) -> None:
        message = refusal(services.make_ranking, case.lot, by=viewer(LEADER))
        assert "nog niet vastgesteld" in message
        assert "nog niet geopend" in message

    def test_the_ranking_is_stored_with_its_calculation(self, case: Case) -> None:
        made.fix(case)
        made.open_prices(case)
        ranking = services.make_ranking(case.lot, by=viewer(LEADER))
        found = {row.offer_lot_id: row for row in queries.ranking_of(case.lot).rows}  # type: ignore[union-attr]
        route = found[case.offers["route-delta"].id]
        assert (route.quality_points, route.price_points, route.total_points) == (
            42,
            Decimal("28.60"),
            Decimal("70.60"),
        )
        assert route.price == 10_640
        assert route.working["steps"][1][1] == "40 × (13.500,00 − 10.640,00) ÷ (13.500,00 − 9.500,00)"
        assert [row.rank for row in ranking.rows] == [1, 2, 3]

    def test_an_offer_that_does_not_meet_a_requirement_falls_out_with_the_reason(self, case: Case) -> None:
        made.fix(case)
        made.open_prices(case)
        bidder = next(
            one for one in queries.bidders_of(case.lot) if one.offer_lot.id == case.offers["route-delta"].id
        )
        services.decide_requirement(
            bidder, case.requirement, verdict=RequirementVerdict.NOT_MET, reason="Het certificaat is verlopen.",
            by=viewer(LEADER),
        )  # fmt: skip
        ranking = services.make_ranking(case.lot, by=viewer(LEADER))
        last = ranking.rows[-1]
        assert (last.offer_lot_id, last.rank) == (bidder.offer_lot.id, None)
        assert "Het certificaat is verlopen." in last.excluded_reason

    def test_with_fixed_prices_no_envelope_is_needed(self) -> None:
        case = made.make_opened_case("AB-2026-902", price_weight="0")
        made.fix(case)
        ranking = services.make_ranking(case.lot, by=viewer(LEADER))
        assert ranking.rows[0].offer_lot_id == case.offers["samen-vooruit"].id


class TestSending:
    def test_the_advice_goes_to_the_other_municipalities_only(self, case: Case) -> None:
        award = made.draw_up(case)
        asked = {place.name for _, place in queries.approvals_of(award)}
        assert asked == {"Pijnacker-Nootdorp", "Zoetermeer"}
        assert recipients_of("award_approval_asked", award.id) == {PARTNER, SECOND}

    def test_silence_is_no_consent_and_a_refusal_stops_the_sending(self, case: Case) -> None:
        award = made.draw_up(case)
        assert "0 van 2 gemeenten" in refusal(services.send_award, award, by=viewer(LEADER))
        made.approve(award, SECOND)
        services.decide_approval(
            award,
            agrees=False,
            reason="De prijs is te hoog voor onze begroting.",
            mandate="",
            by=viewer(PARTNER),
        )
        assert "Geen akkoord van Pijnacker-Nootdorp." in refusal(
            services.send_award, award, by=viewer(LEADER)
        )
        with pytest.raises(NotYours):
            made.approve(award, LEADER)

    def test_changing_the_advice_asks_the_municipalities_again(self, case: Case) -> None:
        award = made.draw_up(case)
        made.approve(award, SECOND, PARTNER)
        services.change_award(
            award, advice="Een andere tekst van het advies.", advantages=made.ADVANTAGES, by=viewer(LEADER)
        )
        assert {one.state for one, _ in queries.approvals_of(award)} == {ApprovalState.ASKED}

    def test_a_letter_without_a_ground_keeps_all_letters_back(self, case: Case) -> None:
        award = made.draw_up(case)
        made.approve(award, SECOND, PARTNER)
        letter = queries.letters_of(award)[0]
        services.change_letter(letter, award, grounds="  ", by=viewer(LEADER))
        assert "Bij 1 inschrijver ontbreekt de motivering." in refusal(
            services.send_award, award, by=viewer(LEADER)
        )
        assert all(one.sent_at is None for one in queries.letters_of(award))
        assert recipients_of("award_sent") == set()
        assert award.standstill_until is None

    def test_all_letters_go_at_one_moment_and_the_term_ends_on_a_working_day(self, case: Case) -> None:
        award = made.sent(case, SENT)
        letters = queries.letters_of(award)
        assert {letter.sent_at for letter in letters} == {SENT}
        assert recipients_of("award_sent", award.id) == {
            "info@taalhuis-de-waterlinie.example",
            "info@route-delta.example",
            "info@samen-vooruit.example",
        }
        assert award.last_day == date(2026, 12, 28)
        assert award.standstill_until == award.summons_until == ENDS
        assert "leidraad" in award.standstill_rule
        assert "2.127" not in award.standstill_rule

    def test_a_letter_shows_own_and_winning_points_and_no_price(self, case: Case) -> None:
        award = made.sent(case, SENT)
        letter = next(
            one for one in queries.letters_of(award) if one.offer_lot_id == case.offers["samen-vooruit"].id
        )
        assert letter.document_id is not None
        content = open_document(db.session.get_one(Document, letter.document_id))
        assert content.startswith(b"%PDF-")
        assert re.search(rb"/Lang\s*\(nl", content)

    def test_the_same_decision_is_sent_once(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with pytest.raises(TransitionRefused):
            services.send_award(award, by=viewer(LEADER))
        assert "al verstuurd" in refusal(
            services.change_letter, queries.letters_of(award)[0], award, grounds="x", by=viewer(LEADER)
        )

    def test_only_the_lead_sends(self, case: Case) -> None:
        award = made.draw_up(case)
        with pytest.raises(NotYours, match="Lansingerland"):
            services.send_award(award, by=viewer(SECOND))


class TestEnding:
    def test_the_final_award_waits_for_the_last_second_of_the_term(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(ENDS - timedelta(microseconds=1)):
            assert "opschortende termijn" in refusal(services.make_final, award, by=viewer(LEADER))
        with clock.at(ENDS):
            made.verify(award)
            services.make_final(award, by=viewer(LEADER))
        assert award.state is AwardState.FINAL
        assert case.lot.state is LotState.AWARDED
        assert case.procedure.state is ProcedureState.AWARDED
        assert len(recipients_of("award_final", award.id)) == 3
        record = queries.record_of(award)
        assert record.name == "Proces-verbaal opdrachtverlening AB-2026-901 perceel 1.pdf"
        assert open_document(record).startswith(b"%PDF-")

    def test_a_kort_geding_blocks_the_final_award_also_after_the_term(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(ENDS - timedelta(days=1)):
            services.register_court(award, since=date(2026, 12, 20), reference="C/10/1", by=viewer(LEADER))
        with clock.at(ENDS + timedelta(days=30)):
            assert "kort geding" in refusal(services.make_final, award, by=viewer(LEADER))
            services.end_court(
                award,
                ended=date(2027, 1, 15),
                outcome="Vordering afgewezen door de rechter.",
                by=viewer(LEADER),
            )
            made.verify(award)
            services.make_final(award, by=viewer(LEADER))
        assert award.state is AwardState.FINAL

    @pytest.mark.parametrize("since", [date(2026, 12, 6), date(2027, 2, 1)])
    def test_a_summons_lies_between_sending_and_today(self, case: Case, since: date) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=10)):
            assert "dagvaarding" in refusal(
                services.register_court, award, since=since, reference="", by=viewer(LEADER)
            )

    def test_a_withdrawn_decision_gives_way_to_a_new_version_with_its_own_term(self, case: Case) -> None:
        first = made.sent(case, SENT)
        reason = "De motivering van criterium twee was onvolledig; wij beoordelen opnieuw."
        services.withdraw_award(first, reason=reason, by=viewer(LEADER))
        assert len(recipients_of("award_withdrawn", first.id)) == 3
        second = services.draw_up_award(
            case.lot, advice="Opnieuw gunnen na aanvulling.", advantages=made.ADVANTAGES, by=viewer(LEADER)
        )
        made.approve(second, SECOND, PARTNER)
        with clock.at(SENT + timedelta(days=30)):
            services.send_award(second, by=viewer(LEADER))
        assert (second.version, second.predecessor_id) == (2, first.id)
        assert second.standstill_until > ENDS  # type: ignore[operator]
        with pytest.raises(TransitionRefused):
            services.withdraw_award(first, reason=reason, by=viewer(LEADER))

    def test_a_bidder_opening_his_letter_is_noted_once(self, case: Case) -> None:
        award = made.sent(case, SENT)
        letter = queries.letters_of(award)[0]
        with clock.at(SENT + timedelta(hours=1)):
            services.open_letter(letter, award, by=viewer("info@route-delta.example"))
        with clock.at(SENT + timedelta(hours=2)):
            services.open_letter(letter, award, by=viewer("info@route-delta.example"))
        assert letter.opened_at == SENT + timedelta(hours=1)


class TestContract:
    def test_a_final_award_carries_everything_for_the_contract(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with pytest.raises(NotFound):
            queries.award_for_contract(award)
        with clock.at(ENDS):
            made.verify(award)
            services.make_final(award, by=viewer(LEADER))
        found = queries.award_for_contract(award)
        assert found.offer.lead_organisation.slug == "route-delta"
        assert [price.rate for price in found.prices] == [Decimal(10_640)]
        assert {promise.criterion_id for promise in found.promises} == {one.id for one in case.criteria}
        assert len(found.municipalities) == 3
        assert queries.final_awards(viewer(SECOND)) == [award]

    def test_letters_of_a_case_are_as_many_as_bidders(self, case: Case) -> None:
        award = made.draw_up(case)
        assert len(db.session.scalars(select(Letter).where(Letter.award_id == award.id)).all()) == 3
