"""The winner is verified before the final award, and nobody is excluded unheard (practice T3)."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import NotYours, Refused, TransitionRefused
from portal.notifications import recipients_of
from tenders.awards import queries, services
from tenders.awards.models import Award, EvidenceItem, Inquiry
from tenders.awards.services import Upload
from tenders.awards.states import AwardState, EvidenceAction, EvidenceState, InquiryKind, InquiryState
from tenders.procedures.models import Requirement
from tenders.procedures.states import RequirementAspect, RequirementKind
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, SECOND, Case, viewer
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")
SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 28, 23, 0, tzinfo=UTC)
WINNER = "info@route-delta.example"
OTHER = "info@samen-vooruit.example"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
PDF += b"trailer<</Size 3/Root 1 0 R>>\n%%EOF\n"
GROUND = "De verklaring van de Belastingdienst ontbreekt, ook na een tweede verzoek."


@pytest.fixture
def case(session: None) -> Case:
    return made.make_opened_case()


def item_of(award: Award, code: str) -> EvidenceItem:
    return next(one for one in queries.evidence_of(award) if one.kind_code == code)


def bidder(case: Case, slug: str) -> queries.Bidder:
    return next(one for one in queries.bidders_of(case.lot) if one.offer_lot.id == case.offers[slug].id)


def failed(award: Award) -> EvidenceItem:
    """Bring one piece of evidence to "not in order"."""
    item = item_of(award, "tax")
    services.ask_evidence(award, [item], due_on=clock.today() + timedelta(days=7), by=viewer(LEADER))
    services.answer_evidence(item, answer="Wij hebben die niet.", file=None, by=viewer(WINNER))
    services.find_evidence(item, action=EvidenceAction.FAIL, finding="De verklaring is er niet.", by=viewer(LEADER))
    return item


def heard(case: Case, award: Award) -> Inquiry:
    return services.ask_bidder(
        bidder(case, "route-delta"), kind=InquiryKind.HEARING, question=GROUND,
        due_on=clock.today() + timedelta(days=7), item=failed(award), by=viewer(LEADER),
    )  # fmt: skip


class TestEvidence:
    def test_the_list_is_data_and_follows_the_requirements(self, case: Case) -> None:
        award = made.draw_up(case)
        db.session.add(
            Requirement(
                procedure=case.procedure, lot=case.lot, kind=RequirementKind.SUITABILITY, number=9, title="Ervaring",
                text="Een referentie.", aspect=RequirementAspect.REFERENCE, competence="Lesgeven aan groepen",
            )
        )
        made.approve(award, SECOND, PARTNER)
        services.send_award(award, by=viewer(LEADER))
        assert [one.title for one in queries.evidence_of(award)] == [
            "Gedragsverklaring aanbesteden (GVA)",
            "Uittreksel handelsregister (KvK)",
            "Verklaring betalingsgedrag van de Belastingdienst",
            f"Keurmerk Inburgeren of gelijkwaardig: {case.requirement.title}",
            "Referentie: Lesgeven aan groepen",
        ]

    def test_who_asked_who_answered_when_and_the_finding_are_kept(self, case: Case) -> None:
        award = made.sent(case, SENT)
        item = item_of(award, "kvk")
        with clock.at(SENT + timedelta(days=1)):
            services.ask_evidence(award, [item], due_on=date(2026, 12, 15), by=viewer(LEADER))
        with clock.at(SENT + timedelta(days=2)):
            services.answer_evidence(item, answer="", file=Upload(PDF, "kvk.pdf"), by=viewer(WINNER))
        with clock.at(SENT + timedelta(days=3)):
            services.find_evidence(item, action=EvidenceAction.ACCEPT, finding="Van 1 december 2026.", by=viewer(LEADER))
        assert item.asked_by_id == viewer(LEADER).user_id
        assert (item.answered_by, item.answered_at) == ("Route Delta", SENT + timedelta(days=2))
        assert (item.state, item.decided_by_id) == (EvidenceState.MET, viewer(LEADER).user_id)
        assert recipients_of("award_evidence_asked", award.id) == {WINNER}
        assert LEADER in recipients_of("award_answer_given", award.id)

    def test_the_final_award_waits_until_every_item_is_decided(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(ENDS):
            with pytest.raises(Refused, match="4 bewijsstukken zijn nog niet gecontroleerd"):
                services.make_final(award, by=viewer(LEADER))
            for item in queries.evidence_of(award):
                services.find_evidence(
                    item, action=EvidenceAction.WAIVE, finding="Wij hebben dit stuk al van vorige maand.", by=viewer(LEADER)
                )
            services.make_final(award, by=viewer(LEADER))
        assert award.state is AwardState.FINAL

    def test_nothing_is_found_before_an_answer(self, case: Case) -> None:
        item = item_of(made.sent(case, SENT), "gva")
        with pytest.raises(TransitionRefused):
            services.find_evidence(item, action=EvidenceAction.ACCEPT, finding="Vast wel in orde.", by=viewer(LEADER))

    def test_only_the_winner_answers_and_only_the_lead_asks(self, case: Case) -> None:
        award = made.sent(case, SENT)
        item = item_of(award, "gva")
        with pytest.raises(NotYours):
            services.ask_evidence(award, [item], due_on=clock.today() + timedelta(days=3), by=viewer(SECOND))
        services.ask_evidence(award, [item], due_on=clock.today() + timedelta(days=3), by=viewer(LEADER))
        with pytest.raises(NotYours, match="de inschrijver zelf"):
            services.answer_evidence(item, answer="Van ons.", file=None, by=viewer(OTHER))

    @pytest.mark.parametrize(
        ("due", "items", "sentence"), [(0, 1, "na vandaag"), (5, 0, "Kies welke bewijsstukken")]
    )
    def test_asking_needs_items_and_a_day_to_come(self, case: Case, due: int, items: int, sentence: str) -> None:
        award = made.sent(case, SENT)
        chosen = list(queries.evidence_of(award))[:items]
        with pytest.raises(Refused, match=sentence):
            services.ask_evidence(award, chosen, due_on=clock.today() + timedelta(days=due), by=viewer(LEADER))


class TestExclusion:
    def test_a_failing_winner_is_heard_before_he_is_excluded(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=3)):
            inquiry = heard(case, award)
            assert recipients_of("award_inquiry_asked", inquiry.id) == {WINNER}
            with pytest.raises(Refused, match="kan nog antwoorden tot en met"):
                services.decide_inquiry(inquiry, exclude=True, decision=GROUND, by=viewer(LEADER))
            services.answer_inquiry(inquiry, answer="De verklaring komt volgende week.", file=None, by=viewer(WINNER))
            services.decide_inquiry(inquiry, exclude=True, decision=GROUND, by=viewer(LEADER))
        assert inquiry.state is InquiryState.EXCLUDED
        assert recipients_of("award_inquiry_decided", inquiry.id) == {WINNER}

    def test_without_an_answer_the_decision_comes_after_the_term(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=3)):
            inquiry = heard(case, award)
        with clock.at(SENT + timedelta(days=12)):
            services.decide_inquiry(inquiry, exclude=True, decision=GROUND, by=viewer(LEADER))
        assert inquiry.state is InquiryState.EXCLUDED

    def test_the_next_in_rank_gets_a_new_decision_to_all_with_a_new_term(self, case: Case) -> None:
        first = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=3)):
            inquiry = heard(case, first)
        with clock.at(SENT + timedelta(days=12)):
            services.decide_inquiry(inquiry, exclude=True, decision=GROUND, by=viewer(LEADER))
            with pytest.raises(Refused, match="De winnaar is uitgesloten"):
                services.make_final(first, by=viewer(LEADER))
            ranking = services.make_ranking(case.lot, by=viewer(LEADER))
            last = ranking.rows[-1]
            assert (last.offer_lot_id, last.rank) == (case.offers["route-delta"].id, None)
            assert last.excluded_reason == f"Uitgesloten: {GROUND}"
            second = services.draw_up_award(
                case.lot, advice="Gun aan de volgende in rang.", advantages=made.ADVANTAGES, by=viewer(LEADER)
            )
            made.approve(second, SECOND, PARTNER)
            services.send_award(second, by=viewer(LEADER))
        assert second.offer_lot_id == ranking.rows[0].offer_lot_id != first.offer_lot_id
        assert first.state is AwardState.REPLACED
        assert len(recipients_of("award_sent", second.id)) == 3
        assert second.last_day == date(2027, 1, 8)
        assert all(one.state is EvidenceState.OPEN for one in queries.evidence_of(second))

    def test_a_hearing_that_ends_well_ends_the_doubt(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=3)):
            inquiry = heard(case, award)
            services.answer_inquiry(inquiry, answer="Hier is zij.", file=Upload(PDF, "tax.pdf"), by=viewer(WINNER))
            services.decide_inquiry(
                inquiry, exclude=False, decision="De verklaring is alsnog ontvangen en is geldig.", by=viewer(LEADER)
            )
        assert item_of(award, "tax").state is EvidenceState.MET

    def test_a_failed_item_without_a_hearing_keeps_the_final_award_back(self, case: Case) -> None:
        award = made.sent(case, SENT)
        with clock.at(ENDS):
            failed(award)
            for item in queries.evidence_of(award):
                if item.state is EvidenceState.OPEN:
                    services.find_evidence(
                        item, action=EvidenceAction.WAIVE, finding="Al bekend bij de gemeente.", by=viewer(LEADER)
                    )
            with pytest.raises(Refused, match="Hoor de winnaar en beslis"):
                services.make_final(award, by=viewer(LEADER))

    @pytest.mark.parametrize("kind", list(InquiryKind))
    def test_a_question_waits_for_its_decision_before_it_is_asked_again(self, case: Case, kind: InquiryKind) -> None:
        def ask() -> Inquiry:
            return services.ask_bidder(
                bidder(case, "samen-vooruit"), kind=kind, question=GROUND, due_on=clock.today() + timedelta(days=3),
                by=viewer(LEADER),
            )  # fmt: skip

        ask()
        with pytest.raises(Refused, match="Beslis daar eerst over"):
            ask()


class TestPages:
    def test_inkoop_asks_the_winner_answers_and_inkoop_judges(self, case: Case, client_as: ClientAs) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=1)):
            page = client_as(LEADER).get(case.award_url()).click("Winnaar controleren")
            item = item_of(award, "gva")
            assert page.submit(items=[], due_on="15-12-2026").errors == ["Kies welke bewijsstukken u vraagt."]
            page = page.submit(items=[str(item.id)], due_on="15-12-2026")
            assert page.flash == "De bewijsstukken zijn gevraagd. De winnaar heeft bericht gekregen."

            winner = client_as(WINNER)
            assert "Antwoorden op een vraag van de gemeente" in winner.get("/mijn-werk").body
            number = case.offers["route-delta"].offer.number
            page = winner.get(f"/inschrijvingen/{number}/gevraagd").click(item.title)
            assert page.submit(answer="").errors == ["Kies een bestand of schrijf een antwoord."]
            page = page.submit(answer="Zie bestand.", file=(io.BytesIO(PDF), "gva.pdf"))
            assert "is aangeleverd" in page.flash

            page = client_as(LEADER).get(case.award_url("/bewijsstukken")).click(item.title)
            assert page.click("Bestand bij het antwoord").data == PDF
            page = client_as(LEADER).get(case.award_url(f"/bewijsstukken/{item.id}"))
            assert "ten minste 15 tekens" in page.submit(action="accept", finding="ok").errors[0]
            page = page.submit(action="accept", finding="Van 3 november 2026, geldig.")
            assert "In orde" in page.row(item.title)

    def test_a_bidder_finds_nothing_of_another(self, case: Case, client_as: ClientAs) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=1)):
            item = failed(award)
            inquiry = services.ask_bidder(
                bidder(case, "route-delta"), kind=InquiryKind.HEARING, question=GROUND, due_on=date(2026, 12, 20),
                item=item, by=viewer(LEADER),
            )  # fmt: skip
            own, other = case.offers["samen-vooruit"].offer.number, case.offers["route-delta"].offer.number
            client = client_as(OTHER)
            for path in (
                f"/inschrijvingen/{other}/gevraagd",
                f"/inschrijvingen/{own}/gevraagd/bewijsstukken/{item.id}",
                f"/inschrijvingen/{own}/gevraagd/vragen/{inquiry.id}",
            ):
                assert client.get(path).status_code == 404, path
            assert "De gemeente vraagt u nu niets" in client.get(f"/inschrijvingen/{own}/gevraagd").body

    def test_inkoop_hears_and_decides_and_the_bidder_reads_it(self, case: Case, client_as: ClientAs) -> None:
        award = made.sent(case, SENT)
        with clock.at(SENT + timedelta(days=2)):
            failed(award)
            page = client_as(LEADER).get(case.award_url("/bewijsstukken")).click("Winnaar horen over uitsluiting")
            page = page.submit(kind="hearing", question=GROUND, due_on="16-12-2026")
            assert page.flash == "De vraag is verstuurd aan Route Delta."
            number = case.offers["route-delta"].offer.number
            winner = client_as(WINNER)
            page = winner.get(f"/inschrijvingen/{number}/gevraagd").click("Voornemen tot uitsluiting")
            assert GROUND in page.body
            page.submit(answer="De verklaring komt morgen.")
            page = client_as(LEADER).get(case.award_url()).click("Route Delta, vraag 1")
            assert "De verklaring komt morgen." in page.body
            page = page.submit(outcome="exclude", decision=GROUND)
            assert "Uw besluit is vastgelegd" in page.flash
            assert "Klaar om de rangorde te maken" in page.body
            page = client_as(WINNER).get(f"/inschrijvingen/{number}/gevraagd").click("Voornemen tot uitsluiting")
            assert "Uitgesloten" in page.body
