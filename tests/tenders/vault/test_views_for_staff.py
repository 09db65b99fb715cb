"""Key holders prepare, ask and confirm; before the opening no page shows that offers exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal import audit
from portal.access import Role
from tests.factories.offers import DELTA, SAMEN, TAALHUIS, make_submitted
from tests.factories.vault import (
    BUYER,
    MANAGER,
    PIJNACKER,
    ZOETERMEER,
    GuardedTender,
    make_guarded_tender,
    make_tender,
)
from tests.pages import PageClient

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
Clients = Callable[..., PageClient]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def tender(frozen: Callable[[datetime], None], session: Any) -> GuardedTender:
    frozen(NOON - timedelta(days=2))
    return make_guarded_tender(deadline=NOON)


def test_a_card_is_shown_once_and_then_tried(client_as: Clients) -> None:
    client = client_as(BUYER)
    shown = client.get("/kluiskaarten/nieuw").submit(kind="own", department="Inkoop")
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    code = shown.tree.xpath("//*[@id='kaartcode']")[0].text_content()
    assert re.fullmatch(r"([0-9A-Z]{5}-){5}[0-9A-Z]{5}", code.strip())
    assert "<svg" in shown.text
    cards = client.get("/kluiskaarten")
    assert code not in cards.text
    assert "Proefopening nodig" in cards.body
    trial = cards.click("Inkoper Lansingerland")
    assert trial.submit(answer="12345").status_code == 422
    done = trial.submit(answer=code)
    assert "gelukt" in done.flash
    assert "Proefopening gedaan" in done.body


def test_inkoop_prepares_the_vault_from_the_cards_there_are(
    tender: GuardedTender, client_as: Clients
) -> None:
    procedure = make_tender()
    client = client_as(BUYER)
    page = client.get(f"/aanbestedingen/{procedure.number}/kluis").click("Kluis klaarmaken")
    assert page.tree is not None
    boxes = [str(value) for value in page.tree.xpath("//input[@name='cards']/@value")]
    assert page.submit(cards=boxes[:1]).status_code == 422
    done = page.submit(cards=boxes)
    assert "De kluis is klaar" in done.body
    assert "Zegel van de envelop" in done.body
    assert (
        client_as(ZOETERMEER).get(f"/aanbestedingen/{procedure.number}/kluis/voorbereiden").status_code == 403
    )


def test_two_holders_open_the_vault(
    tender: GuardedTender, client_as: Clients, frozen: Callable[[datetime], None]
) -> None:
    make_submitted(tender.procedure)
    where = f"/aanbestedingen/{tender.procedure.number}/kluis"
    frozen(NOON)
    assert "Kluis openen" in client_as(ZOETERMEER).get("/mijn-werk").body
    page = client_as(BUYER).get(where).click("Openen aanvragen").submit(answer=tender.codes[BUYER])
    assert "aangevraagd" in page.flash
    assert "eigen aanvraag" in page.body
    assert "Openen van de kluis bevestigen" in client_as(ZOETERMEER).get("/mijn-werk").body
    wrong = client_as(ZOETERMEER).get(where).click("Openen bevestigen").submit(answer=tender.codes[MANAGER])
    assert wrong.status_code == 422
    assert audit.last().action == "vault:open:denied"
    page = client_as(ZOETERMEER).get(where).click("Openen bevestigen").submit(answer=tender.codes[ZOETERMEER])
    assert "is geopend" in page.flash
    assert "Taalhuis de Waterlinie" in page.body
    record = client_as(BUYER).raw("GET", f"{where}/kwaliteit/proces-verbaal")
    assert record.data.startswith(b"%PDF-")
    assert "verzegeld" not in page.errors


def test_who_cannot_confirm_reads_who_can_and_gets_no_form(
    tender: GuardedTender, client_as: Clients, frozen: Callable[[datetime], None]
) -> None:
    where = f"/aanbestedingen/{tender.procedure.number}/kluis"
    frozen(NOON)
    client_as(BUYER).get(f"{where}/kwaliteit/aanvragen").submit(answer=tender.codes[BUYER])
    for email, said in ((BUYER, "U kunt uw eigen aanvraag niet bevestigen."), (MANAGER, "Uw groep deed de aanvraag")):
        client = client_as(email)
        page = client.get(f"{where}/kwaliteit/bevestigen")
        assert said in page.body
        assert "Bevestigen kan tot vandaag 24:00 uur." in page.body
        assert "Inkoper Zoetermeer" in page.body
        assert not page.tree.xpath("//main//input[@name='answer']")
        assert "Openen bevestigen" not in client.get(where).links
    again = client_as(ZOETERMEER).get(f"{where}/kwaliteit/aanvragen")
    assert not again.tree.xpath("//main//input[@name='answer']")
    assert again.click("Naar Openen bevestigen").tree.xpath("//main//input[@name='answer']")


@pytest.mark.parametrize("tail", ["", "/thuis"])
def test_before_the_closing_time_the_page_says_who_and_when_without_a_form(
    tender: GuardedTender, client_as: Clients, tail: str
) -> None:
    page = client_as(BUYER).get(f"/aanbestedingen/{tender.procedure.number}/kluis/kwaliteit/aanvragen{tail}")

    assert "De kluis kan pas open na de sluitingstijd: 20 november 2026, 12:00 uur." in page.body
    assert "Wie kan aanvragen" in page.body
    assert "Inkoper Lansingerland (u)" in page.body
    assert not page.tree.xpath("//main//form")


def test_too_early_says_when(tender: GuardedTender, client_as: Clients) -> None:
    where = f"/aanbestedingen/{tender.procedure.number}/kluis"
    client = client_as(BUYER)
    asked = f"{where}/kwaliteit/aanvragen"
    page = client.post(asked, data={"csrf_token": client.token(), "answer": tender.codes[BUYER]})
    assert page.status_code == 422
    assert page.errors == ["De kluis kan pas open na de sluitingstijd: 20 november 2026, 12:00 uur."]
    assert audit.last().action == "vault:open:denied"
    assert client_as(BUYER).raw("GET", f"{where}/kwaliteit/proces-verbaal").status_code == 404


def test_who_holds_no_card_and_who_is_not_in_the_tender_finds_nothing(
    tender: GuardedTender, client_as: Clients
) -> None:
    where = f"/aanbestedingen/{tender.procedure.number}/kluis"
    assert client_as(PIJNACKER).get(f"{where}/kwaliteit/aanvragen").status_code == 404
    assert client_as("regio@rotterdam.example", role=Role.PARTNER).get(where).status_code == 404
    assert client_as(TAALHUIS).get(where).status_code in (403, 404)
    assert client_as(BUYER).get(f"{where}/onzin/aanvragen").status_code == 404


STAFF_PAGES = ("/mijn-werk", "/aanbestedingen", "/aanbestedingen/{n}", "/aanbestedingen/{n}/kluis")


def test_staff_pages_are_the_same_with_no_one_and_more_offers(
    tender: GuardedTender, client_as: Clients, frozen: Callable[[datetime], None]
) -> None:
    clients = [client_as(email) for email in (BUYER, ZOETERMEER, MANAGER, PIJNACKER)]
    admin = client_as("beheer@lansingerland.example")

    def pages() -> list[str]:
        found = [
            _without_token(client.get(path.format(n=tender.procedure.number)).text)
            for client in clients
            for path in STAFF_PAGES
        ]
        return [
            *found,
            _without_token(admin.get("/mijn-werk").text),
            _without_token(admin.get("/logboek").text),
        ]

    before = pages()
    make_submitted(tender.procedure)
    one = pages()
    for email in (DELTA, SAMEN):
        make_submitted(tender.procedure, email=email)
    three = pages()
    assert before == one == three
    frozen(NOON)
    assert "Taalhuis" not in "".join(pages())


def _without_token(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text)
