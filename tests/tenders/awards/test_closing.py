"""How a lot ends: one bidder, a tie, a refusal, nobody; and what is made known of it (practice T11, T14, S6)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from portal import clock
from portal.db import db
from portal.documents import open_document
from portal.errors import NotYours, Refused
from portal.notifications import recipients_of
from portal.pdf import pdf
from tenders.awards import queries, record, rules, services
from tenders.awards.models import AwardNotice, LotEnding
from tenders.awards.services import Entry, NoticeTimes
from tenders.awards.states import (
    AwardState,
    EndingKind,
    EndingSequel,
    NoticeOutcome,
    RefusalConsequence,
)
from tenders.offers.models import OfferPrice
from tenders.procedures.states import LotState, ProcedureState
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, SECOND, THIRD, Case, viewer
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")
SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 28, 23, 0, tzinfo=UTC)
WHY = "Niemand heeft ingeschreven; de verwachte aantallen waren te klein voor een groep."
BIDDER = "info@samen-vooruit.example"


@pytest.fixture
def case(session: None) -> Case:
    return made.make_opened_case()


@pytest.fixture
def alone(session: None) -> Case:
    return made.make_opened_case("AB-2026-903", providers=("route-delta",))


@pytest.fixture
def empty(session: None) -> Case:
    return made.make_opened_case("AB-2026-904", providers=())


def end(case: Case, kind: EndingKind = EndingKind.NO_OFFERS, sequel: EndingSequel = EndingSequel.AGAIN, **more: str) -> LotEnding:
    texts = {"reason": WHY, "unchanged": "", **more}
    return services.end_lot(case.lot, kind=kind, sequel=sequel, by=viewer(LEADER), **texts)


class TestOneBidder:
    def test_the_term_may_be_skipped_with_a_reason_and_the_letter_still_has_its_grounds(self, alone: Case) -> None:
        award = made.draw_up(alone)
        made.approve(award, SECOND, PARTNER)
        with clock.at(SENT):
            services.send_award(award, no_standstill="Er is één inschrijver, die wint.", by=viewer(LEADER))
            assert (award.standstill_days, award.standstill_until) == (0, SENT)
            assert "geen opschortende termijn" in award.standstill_rule
            assert "leidraad" in award.standstill_rule
            letter = queries.letters_of(award)[0]
            assert letter.grounds
            assert letter.document_id is not None
            made.verify(award)
            services.make_final(award, by=viewer(LEADER))
        assert award.state is AwardState.FINAL

    def test_it_is_a_choice(self, alone: Case) -> None:
        award = made.sent(alone, SENT)
        assert award.standstill_days == 20

    def test_with_more_bidders_the_term_stays(self, case: Case) -> None:
        award = made.draw_up(case)
        made.approve(award, SECOND, PARTNER)
        with pytest.raises(Refused, match="als er één inschrijver is"):
            services.send_award(award, no_standstill="Wij hebben haast met dit contract.", by=viewer(LEADER))

    def test_the_page_is_there_for_one_bidder_only(self, alone: Case, client_as: ClientAs) -> None:
        award = made.draw_up(alone)
        made.approve(award, SECOND, PARTNER)
        page = client_as(LEADER).get(alone.award_url()).click("Versturen zonder opschortende termijn")
        assert page.submit(reason="Kort.").errors == ["Geef de reden in ten minste 15 tekens."]
        page = page.submit(reason="Er is één inschrijver, die wint.")
        assert "Er loopt geen opschortende termijn" in page.flash


class TestTie:
    @pytest.fixture
    def tied(self, session: None) -> Case:
        found = made.make_opened_case("AB-2026-905", providers=("route-delta", "samen-vooruit"))
        made.declare(found, LEADER, SECOND)
        for criterion in found.criteria:
            entries = {one.id: Entry(Decimal(8), made.REASON) for one in found.offers.values()}
            for email in (LEADER, SECOND):
                services.save_scores(criterion, entries, submit=True, by=viewer(email))
            services.record_consensus(criterion, entries, by=viewer(LEADER))
        made.decide_requirements(found)
        services.fix_quality(found.lot, by=viewer(LEADER))
        for price in db.session.query(OfferPrice).where(
            OfferPrice.offer_lot_id.in_([one.id for one in found.offers.values()])
        ):
            price.rate = Decimal(11_000)
        made.open_prices(found)
        services.make_ranking(found.lot, by=viewer(LEADER))
        return found

    def draw(self, case: Case, slug: str = "samen-vooruit") -> None:
        ranking = queries.ranking_of(case.lot)
        assert ranking is not None
        services.draw_lots(
            ranking, winner_id=case.offers[slug].id, method="Twee gesloten briefjes in een doos.", by=viewer(LEADER)
        )

    def test_a_tie_waits_for_a_drawing_that_a_second_person_confirms(self, tied: Case) -> None:
        def advise() -> object:
            return services.draw_up_award(
                tied.lot, advice="Gun aan de winnaar van de loting.", advantages=made.ADVANTAGES, by=viewer(LEADER)
            )

        with pytest.raises(Refused, match="Leg eerst de loting vast, met twee personen"):
            advise()
        self.draw(tied)
        ranking = queries.ranking_of(tied.lot)
        assert ranking is not None
        drawing = queries.drawing_of(ranking)
        assert drawing is not None
        with pytest.raises(Refused, match="met twee personen"):
            advise()
        with pytest.raises(Refused, match="Een tweede persoon bevestigt"):
            services.confirm_drawing(drawing, by=viewer(LEADER))
        with pytest.raises(NotYours):
            services.confirm_drawing(drawing, by=viewer(PARTNER))
        services.confirm_drawing(drawing, by=viewer(SECOND))
        assert open_document(queries.file_of(drawing.document_id)).startswith(b"%PDF-")
        assert advise().offer_lot_id == tied.offers["samen-vooruit"].id  # type: ignore[attr-defined]

    def test_a_drawing_is_made_once(self, tied: Case) -> None:
        self.draw(tied)
        with pytest.raises(Refused, match="al vastgelegd"):
            self.draw(tied, "route-delta")

    def test_without_a_tie_there_is_no_drawing(self, case: Case, client_as: ClientAs) -> None:
        made.draw_up(case)
        assert client_as(LEADER).get(case.award_url("/loting")).status_code == 404

    def test_two_people_draw_on_screen(self, tied: Case, client_as: ClientAs) -> None:
        page = client_as(LEADER).get(tied.award_url()).click("Naar de loting")
        winner = str(tied.offers["route-delta"].id)
        assert page.submit(winner=winner, method="").errors == ["Beschrijf hoe er is geloot."]
        page = page.submit(winner=winner, method="Twee gesloten briefjes in een doos.")
        assert "nog niet, door een tweede persoon" in page.body
        page = client_as(SECOND).get(tied.award_url("/loting")).submit("Loting bevestigen")
        assert page.flash == "De loting is bevestigd. Het proces-verbaal staat klaar."
        assert page.click("Proces-verbaal van loting").data.startswith(b"%PDF-")
        page = client_as(LEADER).get(tied.award_url()).click("Gunningsadvies schrijven")
        page = page.submit(advice="Gun aan de winnaar van de loting.", advantages=made.ADVANTAGES)
        assert "Het gunningsadvies is bewaard" in page.flash


class TestRefusal:
    def refused(self, case: Case) -> tuple[object, object]:
        award = made.draw_up(case)
        made.approve(award, SECOND)
        approval = services.decide_approval(
            award, agrees=False, reason="De prijs past niet in onze begroting.", mandate="", by=viewer(PARTNER)
        )
        return award, approval

    def settle(self, case: Case, consequence: RefusalConsequence) -> tuple[object, object]:
        award, approval = self.refused(case)
        services.settle_refusal(
            award,  # type: ignore[arg-type]
            approval,  # type: ignore[arg-type]
            consequence=consequence,
            reason="De andere gemeenten willen door; het maximum blijft gelijk voor wie meedoet.",
            by=viewer(LEADER),
        )
        return award, approval

    def test_awarding_for_the_others_leaves_that_municipality_out_of_the_contract(self, case: Case) -> None:
        award, _ = self.settle(case, RefusalConsequence.OTHERS)
        with clock.at(SENT):
            services.send_award(award, by=viewer(LEADER))  # type: ignore[arg-type]
        with clock.at(ENDS):
            made.verify(award)  # type: ignore[arg-type]
            services.make_final(award, by=viewer(LEADER))  # type: ignore[arg-type]
        found = queries.award_for_contract(award)  # type: ignore[arg-type]
        assert [one.municipality.name for one in found.municipalities] == ["Lansingerland", "Zoetermeer"]

    @pytest.mark.parametrize("consequence", [RefusalConsequence.AGAIN, RefusalConsequence.NONE])
    def test_otherwise_the_advice_is_withdrawn_and_the_lot_can_end(
        self, case: Case, consequence: RefusalConsequence
    ) -> None:
        award, _ = self.settle(case, consequence)
        assert award.state is AwardState.WITHDRAWN  # type: ignore[attr-defined]
        sequel = EndingSequel.AGAIN if consequence is RefusalConsequence.AGAIN else EndingSequel.NOTHING
        end(case, EndingKind.REFUSED, sequel)
        assert case.lot.state is LotState.WITHDRAWN

    def test_the_lead_chooses_on_screen_what_happens(self, case: Case, client_as: ClientAs) -> None:
        self.refused(case)
        page = client_as(LEADER).get(case.award_url()).click("Kies wat er met het perceel gebeurt")
        assert "De prijs past niet in onze begroting." in page.body
        assert page.submit(consequence="others", reason="Door.").errors == [
            "Motiveer uw keuze in ten minste 40 tekens."
        ]
        page = page.submit(consequence="others", reason="De andere gemeenten willen door met deze winnaar, zonder ons.")
        assert page.flash == "Uw keuze is vastgelegd."
        assert "gunnen voor de andere gemeenten" in page.row("Pijnacker-Nootdorp")
        assert "Klaar om voorlopig te gunnen" in page.body


class TestNobody:
    def test_a_lot_without_offers_ends_with_reason_record_and_notice(self, empty: Case) -> None:
        with clock.at(SENT):
            ending = end(empty)
        assert empty.lot.state is LotState.WITHDRAWN
        assert empty.procedure.state is ProcedureState.WITHDRAWN
        assert open_document(queries.file_of(ending.record_document_id)).startswith(b"%PDF-")
        notice = queries.notice_of_lot(empty.lot)
        assert notice is not None
        assert (notice.outcome, notice.due_on) == (NoticeOutcome.NOT_AWARDED, date(2027, 1, 6))

    def test_it_is_offered_again_as_a_linked_copy(self, empty: Case) -> None:
        ending = end(empty)
        again = services.run_again(ending, by=viewer(LEADER))
        assert ending.again_id == again.id
        assert again.copied_from_id == empty.procedure.id
        assert queries.earlier_lot_of(again) == [(ending, empty.lot)]
        with pytest.raises(Refused, match="al opnieuw aanbesteed"):
            services.run_again(ending, by=viewer(LEADER))

    @pytest.mark.parametrize(
        ("kind", "sequel", "texts", "sentence"),
        [
            (EndingKind.NO_OFFERS, EndingSequel.AGAIN, {}, "Er zijn inschrijvingen op dit perceel"),
            (EndingKind.WITHDRAWN, EndingSequel.AGAIN, {"reason": "Geen geld."}, "ten minste 40 tekens waarom"),
            (EndingKind.WITHDRAWN, EndingSequel.NEGOTIATE, {}, "kan alleen zonder \\(geschikte\\) inschrijving"),
        ],
    )
    def test_an_ending_fits_its_offers(
        self, case: Case, kind: EndingKind, sequel: EndingSequel, texts: dict[str, str], sentence: str
    ) -> None:
        with pytest.raises(Refused, match=sentence):
            end(case, kind, sequel, **texts)

    def test_negotiating_without_notice_says_why_the_conditions_stay(self, empty: Case) -> None:
        with pytest.raises(Refused, match="niet wezenlijk veranderen"):
            end(empty, EndingKind.NO_OFFERS, EndingSequel.NEGOTIATE)
        end(
            empty, EndingKind.NO_OFFERS, EndingSequel.NEGOTIATE,
            unchanged="De eisen, de hoeveelheden en de prijsgrenzen blijven gelijk aan de eerste aanbesteding.",
        )  # fmt: skip

    def test_bidders_are_told_and_read_why(self, case: Case, client_as: ClientAs) -> None:
        end(case, EndingKind.WITHDRAWN, EndingSequel.NOTHING, reason="De gemeenteraad heeft het budget geschrapt voor dit jaar.")
        assert BIDDER in recipients_of("award_lot_ended", case.lot.id)
        number = case.offers["samen-vooruit"].offer.number
        page = client_as(BIDDER).get(f"/inschrijvingen/{number}/besluit")
        assert "Dit perceel is niet gegund" in page.body
        assert "het budget geschrapt" in page.body

    def test_a_decision_that_stands_is_withdrawn_first(self, case: Case) -> None:
        made.sent(case, SENT)
        with pytest.raises(Refused, match="Er staat een gunningsbesluit"):
            end(case, EndingKind.WITHDRAWN, EndingSequel.NOTHING)

    def test_inkoop_ends_the_lot_on_screen_and_makes_the_copy(self, empty: Case, client_as: ClientAs) -> None:
        client = client_as(LEADER)
        page = client.get(empty.award_url()).click("Perceel niet gunnen")
        page = page.submit(kind="no_offers", reason=WHY, sequel="again")
        assert "wordt niet gegund" in page.flash
        page = page.submit("Nieuwe aanbesteding maken als kopie")
        assert "gemaakt als kopie" in page.flash
        assert "Opnieuw aanbesteed als" in page.body
        pdf = client.get(empty.award_url("/proces-verbaal"))
        assert pdf.data.startswith(b"%PDF-")


class TestNotice:
    @pytest.mark.parametrize(
        ("decided", "bundled", "due"),
        [
            ("2026-11-10", True, "2027-01-30"),
            ("2026-11-10", False, "2026-12-10"),
            ("2026-03-31", True, "2026-04-30"),
            ("2026-12-31", True, "2027-01-30"),
        ],
    )
    def test_the_last_day_of_a_notice(self, decided: str, bundled: bool, due: str) -> None:
        found = rules.notice_due(date.fromisoformat(decided), days=30, bundled=bundled)
        assert found == date.fromisoformat(due)

    def final(self, case: Case) -> AwardNotice:
        made.final(case, SENT, ENDS)
        notice = queries.notice_of_lot(case.lot)
        assert notice is not None
        return notice

    def test_the_final_award_plans_the_notice_and_may_bundle_it_per_quarter(self, case: Case) -> None:
        notice = self.final(case)
        assert (notice.outcome, notice.decided_on, notice.due_on) == (
            NoticeOutcome.AWARDED, date(2026, 12, 29), date(2027, 1, 28),
        )  # fmt: skip
        services.bundle_notice(notice, bundled=True, by=viewer(LEADER))
        assert notice.due_on == date(2027, 1, 30)
        assert "2.134" in notice.rule

    @pytest.mark.parametrize(
        ("times", "sentence"),
        [
            (NoticeTimes(""), "Vul het TenderNed-kenmerk in"),
            (NoticeTimes("TN-1", ENDS + timedelta(days=9)), "ligt in de toekomst"),
            (NoticeTimes("TN-1", ENDS + timedelta(hours=2), ENDS + timedelta(hours=1)), "ligt voor de verzending"),
            (NoticeTimes("TN-1", SENT), "niet voor het besluit"),
        ],
    )
    def test_times_out_of_order_are_refused(self, case: Case, times: NoticeTimes, sentence: str) -> None:
        notice = self.final(case)
        with clock.at(ENDS + timedelta(days=2)), pytest.raises(Refused, match=sentence):
            services.record_award_notice(notice, times=times, by=viewer(LEADER))

    def test_our_own_page_waits_for_tenderned_or_48_hours(self, case: Case) -> None:
        notice = self.final(case)
        sent, confirmed = ENDS + timedelta(hours=10), ENDS + timedelta(hours=11)
        with clock.at(ENDS + timedelta(days=1)):
            with pytest.raises(Refused, match="48 uur na de bevestiging"):
                services.publish_outcome(notice, by=viewer(LEADER))
            services.record_award_notice(notice, times=NoticeTimes("TN-1", sent, confirmed), by=viewer(LEADER))
        with clock.at(confirmed + timedelta(hours=48, microseconds=-1)), pytest.raises(Refused):
            services.publish_outcome(notice, by=viewer(LEADER))
        with clock.at(confirmed + timedelta(hours=48)):
            services.publish_outcome(notice, by=viewer(LEADER))
        assert queries.published_outcomes(case.procedure) == [(notice, case.lot)]

    def test_both_dates_are_tasks_and_the_field_sheet_downloads(self, case: Case, client_as: ClientAs) -> None:
        self.final(case)
        with clock.at(ENDS + timedelta(days=1)):
            client = client_as(LEADER)
            assert "Gunning aankondigen op TenderNed" in client.get("/mijn-werk").body
            page = client.get(case.award_url("/aankondiging"))
            book = openpyxl.load_workbook(BytesIO(client.get(case.award_url("/aankondiging/veldenblad.xlsx")).data))
            values = [cell.value for row in book["Velden"].iter_rows() for cell in row]
            assert "Route Delta" in values
            assert "BT-1451" in values
            assert client.get(case.award_url("/aankondiging/veldenblad.pdf")).data.startswith(b"%PDF-")
            page = page.submit(
                "Aankondiging vastleggen", number="TN-2026-1", sent_at="29-12-2026 10:00", made_public_at="29-12-2026 12:00"
            )
            assert page.flash == "De aankondiging is vastgelegd."
            assert "Uitslag op het portaal zetten" in client.get("/mijn-werk").body
            page = page.submit("Uitslag op het portaal zetten")
            assert page.flash == "De uitslag staat nu op het portaal."


class TestComplaints:
    TEXT = "De termijn voor de inschrijving is te kort voor een aanbieder zonder eigen inkoopafdeling."

    def complain(self, case: Case) -> object:
        return services.complain(
            case.procedure, subject="Termijn", text=self.TEXT, wish="Verleng de termijn.", by=viewer(BIDDER)
        )

    def test_a_complaint_is_confirmed_at_once_with_its_term_in_working_days(self, case: Case) -> None:
        with clock.at(datetime(2026, 12, 22, 10, 0, tzinfo=UTC)):
            complaint = self.complain(case)
        assert complaint.due_on == date(2026, 12, 30)  # type: ignore[attr-defined]
        assert recipients_of("complaint_received", complaint.id) == {BIDDER}  # type: ignore[attr-defined]
        assert LEADER in recipients_of("complaint_to_handle", complaint.id)  # type: ignore[attr-defined]

    def test_who_works_on_the_tender_does_not_handle_it(self, case: Case) -> None:
        complaint = self.complain(case)
        with pytest.raises(Refused, match="U zit in het team"):
            services.take_complaint(complaint, by=viewer(LEADER))  # type: ignore[arg-type]
        services.take_complaint(complaint, by=viewer(PARTNER))  # type: ignore[arg-type]

    def test_a_provider_complains_and_reads_the_answer(self, case: Case, client_as: ClientAs) -> None:
        number = case.procedure.number
        page = client_as(BIDDER).get(f"/opdrachten/{number}/klachten").click("Klacht indienen")
        assert "ten minste 40 tekens" in page.submit(subject="Termijn", text="Te kort.").errors[0]
        page = page.submit(subject="Termijn", text=self.TEXT)
        assert "Wij hebben uw klacht ontvangen" in page.flash
        handler = client_as(PARTNER)
        page = handler.get(case.url("/klachten")).click("1. Termijn").submit("Klacht behandelen")
        assert page.flash == "U behandelt deze klacht."
        page = page.submit("Oordeel vastleggen", action="reject", outcome="De termijn is langer dan de wet en de leidraad eisen.")
        assert "Ongegrond" in page.row("Termijn")
        assert handler.get(case.url("/klachten/klachten.xlsx")).data[:2] == b"PK"
        body = client_as(BIDDER).get(f"/opdrachten/{number}/klachten").body
        assert "De termijn is langer dan de wet" in body
        other = client_as("info@route-delta.example").get(f"/opdrachten/{number}/klachten")
        assert "Termijn" not in other.body
        assert "U hebt geen klachten ingediend" in other.body

    def test_inkoop_records_a_complaint_that_came_by_letter_with_its_sender(
        self, case: Case, client_as: ClientAs
    ) -> None:
        page = client_as(LEADER).get(case.url("/klachten")).click("Klacht vastleggen")
        assert page.submit(subject="Termijn", text=self.TEXT).errors == [
            "Vul in welke organisatie klaagt. Een klacht kan niet anoniem zijn."
        ]
        page = page.submit(subject="Termijn", text=self.TEXT, complainant="Brancheorganisatie taalscholen")
        assert "Brancheorganisatie taalscholen" in page.body

    def test_the_complainant_takes_it_back(self, case: Case, client_as: ClientAs) -> None:
        self.complain(case)
        page = client_as(BIDDER).get(f"/opdrachten/{case.procedure.number}/klachten")
        assert page.submit("Klacht 1 intrekken").flash == "Uw klacht is ingetrokken."


def test_the_record_has_every_item_of_the_law(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, object]] = []
    real = pdf

    def kept(name: str, data: dict[str, object]) -> bytes:
        seen.append(data)
        return real(name, data)

    monkeypatch.setattr(record, "pdf", kept)
    made.final(case, SENT, ENDS)
    data = seen[-1]
    titles = [title for title, _ in data["parts"]]  # type: ignore[attr-defined]
    for wanted in (
        "Geschiktheid en eisen", "Vragen aan inschrijvers en uitsluiting", "Abnormaal lage inschrijvingen",
        "Dialoog, onderhandeling of procedure zonder aankondiging", "Manier van indienen", "Belangen en maatregelen",
        "Maatregelen voor geraadpleegde partijen", "Vertrouwelijke antwoorden buiten de nota van inlichtingen",
        "Deel voor onderaannemers en andere partijen", "Redenen om niet te gunnen", "Controle van de winnaar",
    ):  # fmt: skip
        assert wanted in titles
    assert len(data["excluded"]) == 2  # type: ignore[arg-type]
    assert all(reason for _, reason in data["excluded"])  # type: ignore[attr-defined]
    assert any("2.132" in value for _, value in data["facts"])  # type: ignore[attr-defined]


def test_only_the_lead_ends_a_lot(empty: Case) -> None:
    with pytest.raises(NotYours):
        services.end_lot(
            empty.lot, kind=EndingKind.NO_OFFERS, sequel=EndingSequel.AGAIN, reason=WHY, unchanged="", by=viewer(THIRD)
        )
