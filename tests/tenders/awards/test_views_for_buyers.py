"""The decision as inkoop, a participating municipality and a bidder see it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.notifications import recipients_of
from tenders.awards import queries, services
from tests.factories import awards as made
from tests.factories.awards import LEADER, PARTNER, SECOND, Case, viewer
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")
SENT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 28, 23, 0, tzinfo=UTC)
BIDDER = "info@samen-vooruit.example"


@pytest.fixture
def case(session: None) -> Case:
    return made.make_opened_case()


def test_inkoop_goes_from_ranking_to_final_award(
    case: Case, client_as: ClientAs, frozen: Callable[[datetime], None]
) -> None:
    made.fix(case)
    made.open_prices(case)
    frozen(SENT)
    client = client_as(LEADER)
    page = client.get(case.award_url()).submit("Rangorde maken")
    assert page.flash == "De rangorde is gemaakt en bewaard."
    assert "40 × (13.500,00 − 10.640,00) ÷ (13.500,00 − 9.500,00)" in page.body
    assert "70,60" in page.row("Route Delta")

    page = page.click("Gunningsadvies schrijven")
    assert page.submit(advice="", advantages="kort").errors == [
        "Schrijf het gunningsadvies.",
    ]
    page = page.submit(advice="Gun aan de inschrijving met de meeste punten.", advantages=made.ADVANTAGES)
    assert "Nog niet klaar om te versturen" in page.body
    for email in (SECOND, PARTNER):
        other = client_as(email)
        page = other.get(case.award_url()).click("Antwoord geven")
        given = page.submit(answer="yes", mandate="B2026-114", mandate_on="20-11-2026")
        assert given.flash == "Uw antwoord op het gunningsadvies is vastgelegd."

    page = client.get(case.award_url())
    assert "Klaar om voorlopig te gunnen aan Route Delta" in page.body
    assert "28 december 2026" in page.body
    page = page.submit("Voorlopige gunning versturen")
    assert page.flash == "De voorlopige gunning is verstuurd aan alle inschrijvers, op hetzelfde moment."
    assert len(recipients_of("award_sent")) == 3
    assert "Definitief gunnen" not in page.links

    frozen(ENDS)
    award = queries.award_of(case.lot)
    assert award is not None
    made.verify(award)
    page = client_as(LEADER).get(case.award_url()).submit("Definitief gunnen")
    assert "is definitief gegund" in page.flash
    assert "Definitief gegund aan Route Delta" in page.body


def test_the_final_award_is_refused_while_the_term_runs(case: Case, client_as: ClientAs) -> None:
    made.sent(case, SENT)
    with clock.at(SENT + timedelta(days=3)):
        client = client_as(LEADER)
        page = client.post(case.award_url("/definitief"), data={"csrf_token": client.token()})
    assert "De opschortende termijn loopt nog." in page.flash


def test_the_other_buyers_read_along_but_have_no_buttons(case: Case, client_as: ClientAs) -> None:
    made.draw_up(case)
    page = client_as(SECOND).get(case.award_url())
    assert "Advies wijzigen" not in page.links
    client = client_as(SECOND)
    answer = client.post(case.award_url("/versturen"), data={"csrf_token": client.token()})
    assert answer.status_code == 403


def test_a_municipality_that_does_not_agree_gives_a_reason(case: Case, client_as: ClientAs) -> None:
    made.draw_up(case)
    page = client_as(PARTNER).get(case.award_url("/akkoord"))
    assert page.submit(answer="no").errors == ["Geef de reden in ten minste 15 tekens."]
    assert page.submit(answer="yes").errors == [
        "Vul het nummer van het mandaatbesluit in.",
        "Vul de datum van het mandaatbesluit in; die ligt niet na vandaag.",
    ]
    page = page.submit(answer="no", reason="De prijs past niet in onze begroting.")
    assert "Geen akkoord van Pijnacker-Nootdorp." in page.body
    assert recipients_of("award_approval_given") == {LEADER}


def test_a_letter_can_be_read_before_it_is_sent(case: Case, client_as: ClientAs) -> None:
    award = made.draw_up(case)
    letter = next(
        one for one in queries.letters_of(award) if one.offer_lot_id == case.offers["samen-vooruit"].id
    )
    client = client_as(LEADER)
    page = client.get(case.award_url(f"/brieven/{letter.id}"))
    assert "Route Delta heeft 2,60 punt meer." in page.text
    assert client.get(case.award_url(f"/brieven/{letter.id}/pdf")).data.startswith(b"%PDF-")
    page = page.submit(grounds="De prijs was hoger dan die van de gekozen inschrijving.")
    assert page.flash == "De brief is bewaard."


def test_a_kort_geding_and_the_judgment_are_recorded(case: Case, client_as: ClientAs) -> None:
    made.sent(case, SENT)
    with clock.at(SENT + timedelta(days=20)):
        client = client_as(LEADER)
        page = client.get(case.award_url()).click("Kort geding vastleggen")
        assert page.submit(since="31-02-2026").errors == [
            "Vul bij ‘Datum dagvaarding’ een datum in als dag-maand-jaar, zoals 31-12-2026."
        ]
        page = page.submit(since="20-12-2026", reference="C/10/1")
        assert "Er loopt een kort geding" in page.body
        page = page.click("Uitspraak vastleggen").submit(ended="24-12-2026", outcome="Vordering afgewezen.")
        assert page.flash == "De uitspraak is vastgelegd."
        assert client.get(case.award_url("/uitspraak")).status_code == 409


def test_a_decision_is_withdrawn_with_a_reason_the_bidders_read(case: Case, client_as: ClientAs) -> None:
    made.sent(case, SENT)
    page = client_as(LEADER).get(case.award_url()).click("Besluit intrekken")
    assert "ten minste 40 tekens" in page.submit(reason="Fout").errors[0]
    page = page.submit(reason="De motivering van het tweede criterium was niet volledig.")
    assert page.flash == "Het besluit is ingetrokken."
    offer = case.offers["samen-vooruit"].offer
    assert "niet volledig" in client_as(BIDDER).get(f"/inschrijvingen/{offer.number}/besluit").body


class TestBidder:
    def test_a_bidder_reads_his_own_decision_and_letter(self, case: Case, client_as: ClientAs) -> None:
        made.sent(case, SENT)
        offer = case.offers["samen-vooruit"].offer
        with clock.at(SENT + timedelta(days=1)):
            client = client_as(BIDDER)
            page = client.get(f"/inschrijvingen/{offer.number}/besluit")
            assert "Voorlopig niet aan u gegund" in page.body
            assert "28 december 2026" in page.body
            pdf = page.click("Brief met de redenen")
        assert pdf.data.startswith(b"%PDF-")
        assert pdf.headers["Content-Disposition"].startswith("attachment")
        db.session.expire_all()
        letter = next(
            one
            for one in queries.letters_of(queries.award_of(case.lot))  # type: ignore[arg-type]
            if one.offer_lot_id == case.offers["samen-vooruit"].id
        )
        assert letter.opened_at == SENT + timedelta(days=1)

    def test_a_bidder_cannot_find_anothers_decision_or_letter(self, case: Case, client_as: ClientAs) -> None:
        award = made.sent(case, SENT)
        own = case.offers["samen-vooruit"].offer
        other = case.offers["route-delta"]
        letter = next(one for one in queries.letters_of(award) if one.offer_lot_id == other.id)
        client = client_as(BIDDER)
        assert client.get(f"/inschrijvingen/{other.offer.number}/besluit").status_code == 404
        assert client.get(f"/inschrijvingen/{own.number}/besluit/{letter.id}").status_code == 404

    def test_before_the_letters_a_bidder_sees_nothing_of_the_decision(
        self, case: Case, client_as: ClientAs
    ) -> None:
        made.draw_up(case)
        offer = case.offers["samen-vooruit"].offer
        page = client_as(BIDDER).get(f"/inschrijvingen/{offer.number}/besluit")
        assert "Er is nog geen besluit" in page.body
        assert "Route Delta" not in page.body


class TestLinks:
    def test_the_offer_and_the_tender_lead_to_the_decision_for_who_may_open_it(
        self, case: Case, client_as: ClientAs
    ) -> None:
        made.sent(case, SENT)
        offer = case.offers["samen-vooruit"].offer
        assert (
            "Besluit over uw inschrijving" in client_as(BIDDER).get(f"/inschrijvingen/{offer.number}").links
        )
        market = client_as(BIDDER).get(f"/opdrachten/{case.procedure.number}")
        assert "Gunning" not in market.links
        assert "Gunning" in client_as(PARTNER).get(case.url()).links
        page = client_as(PARTNER).get(case.award_url()).click("Bekijk het perceel")
        assert page.h1 == "B1-leerroute"
        assert "Gunning B1-leerroute" in page.links


class TestMyWork:
    def test_each_role_finds_what_waits(self, case: Case, client_as: ClientAs) -> None:
        assert "Belangenverklaring doen" in client_as(SECOND).get("/mijn-werk").body
        made.declare(case, LEADER, SECOND)
        assert "Inschrijvingen beoordelen" in client_as(SECOND).get("/mijn-werk").body
        made.score_all(case, LEADER, SECOND)
        body = client_as(LEADER).get("/mijn-werk").body
        assert "Consensus vastleggen" in body
        assert "Eisen controleren" in body

    def test_approvals_letters_and_the_end_of_the_term_are_tasks(
        self, case: Case, client_as: ClientAs
    ) -> None:
        award = made.draw_up(case)
        assert "Akkoord geven op gunningsadvies" in client_as(PARTNER).get("/mijn-werk").body
        made.approve(award, SECOND, PARTNER)
        with clock.at(SENT):
            services.send_award(award, by=viewer(LEADER))
            assert "Besluit over uw inschrijving lezen" in client_as(BIDDER).get("/mijn-werk").body
        with clock.at(ENDS):
            assert "Winnaar controleren" in client_as(LEADER).get("/mijn-werk").body
            made.verify(award)
            assert "Definitief gunnen" in client_as(LEADER).get("/mijn-werk").body
