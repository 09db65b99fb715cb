"""What visitors and providers see of a tender, and what they can do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from tenders.procedures import queries
from tests.factories.procedures import (
    make_complete_procedure,
    make_procedure,
    make_published_procedure,
    make_question,
)
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")
PROVIDER = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]


def test_a_visitor_reads_a_tender_on_one_screen(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = client_as(None).get("/opdrachten").click(procedure.title)

    assert page.h1 == procedure.title
    for words in ("Perceel 1: B1-leerroute", "Perceel 2: Z-leerroute", "Gunningscriteria", "Aanbestedingsleidraad",
                  "Vragenronde sluit", "Keurmerk Blik op Werk of gelijkwaardig"):  # fmt: skip
        assert words in page.body
    assert "14" in page.row("Lansingerland") or "20" in page.row("Lansingerland")
    assert "Volgen" not in page.links


def test_an_unpublished_tender_is_not_there(client_as: ClientAs) -> None:
    procedure = make_complete_procedure()
    visitor = client_as(None)

    assert visitor.get(f"/opdrachten/{procedure.number}").status_code == 404
    assert procedure.title not in visitor.get("/opdrachten").body
    assert client_as(PROVIDER).get(f"/opdrachten/{procedure.number}").status_code == 404


def test_documents_are_downloads_and_those_of_another_tender_are_not_found(client_as: ClientAs) -> None:
    procedure, hidden = make_published_procedure(), make_complete_procedure()
    version, secret = queries.current_documents(procedure)[0], queries.current_documents(hidden)[0]
    visitor = client_as(None)

    found = visitor.get(f"/opdrachten/{procedure.number}/documenten/{version.id}")
    assert found.data.startswith(b"%PDF-")
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert visitor.get(f"/opdrachten/{procedure.number}/documenten/{secret.id}").status_code == 404
    assert visitor.get(f"/opdrachten/{hidden.number}/documenten/{secret.id}").status_code == 404


def test_a_provider_follows_asks_and_stops(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    provider = client_as(PROVIDER)
    page = provider.get(f"/opdrachten/{procedure.number}").submit("Volgen")
    assert page.flash == "U volgt deze opdracht. U krijgt bericht van elke nota en wijziging."

    page = page.click("Vraag stellen").submit(
        text="Mag een groep ook in de avond les krijgen?", paragraph="3.1"
    )
    assert page.flash == "Uw vraag is verstuurd. Zij heeft nummer 1."
    assert "Mag een groep ook in de avond les krijgen?" in page.body

    page = page.submit("Niet meer volgen")
    assert page.flash == "U volgt deze opdracht niet meer."


def test_a_question_is_seen_by_who_asked_it_only(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    make_question(procedure, text="Is dit ons geheime plan?")
    address = f"/opdrachten/{procedure.number}"

    assert "geheime plan" in client_as(PROVIDER).get(address).body
    assert "geheime plan" not in client_as("info@route-delta.example").get(address).body
    assert "geheime plan" not in client_as(None).get(address).body


def test_a_bad_question_keeps_what_was_typed(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = (
        client_as(PROVIDER)
        .get(f"/opdrachten/{procedure.number}/vragen/nieuw")
        .submit(text="Mag deelnemer 111222333 meedoen?")
    )
    assert page.status_code == 422
    assert "burgerservicenummer" in page.errors[0]


def test_after_the_round_the_page_says_since_when(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    closes = procedure.questions_close_at
    assert closes is not None
    with clock.at(closes + timedelta(minutes=1)):
        page = client_as(PROVIDER).get(f"/opdrachten/{procedure.number}/vragen/nieuw")

    assert "De vragenronde is gesloten" in page.body


def test_a_visitor_who_wants_to_ask_signs_in_first(client_as: ClientAs) -> None:
    procedure = make_published_procedure()
    page = client_as(None).get(f"/opdrachten/{procedure.number}/vragen/nieuw")

    assert page.path.startswith("/aanmelden")


@pytest.mark.parametrize("tail", ["", "/controleren", "/vragen", "/team"])
def test_a_provider_has_no_business_on_staff_pages(client_as: ClientAs, tail: str) -> None:
    procedure = make_procedure()

    assert client_as(PROVIDER).get(f"/aanbestedingen/{procedure.number}{tail}").status_code == 403
