"""What the kernel does around every request: numbers in addresses, expired forms, long addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from portal.app import BoundedInteger
from portal.db import barred, db
from tenders.offers import strongroom
from tests.factories.offers import TAALHUIS, make_draft
from tests.factories.procedures import make_procedure, make_published_procedure
from tests.factories.vault import make_guarded_tender
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
BUYER = "inkoop@lansingerland.example"
PASSWORD = "welkom-in-de-demo"
STALE = "Uw formulier stond te lang open. Er is niets gewijzigd. Controleer uw invoer en verstuur opnieuw."
HUGE = ("2147483648", "9" * 19, "9" * 5000)
NUMBERED = ("/kosten/regels/{}", "/begroting/{}", "/grootboek/{}/GM1621/B1/overig")
STRANGE = ("0", "1", "99999", "2147483647")
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


# Numbers in an address ----------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("path", NUMBERED)
def test_a_number_that_fits_no_column_is_no_page(client_as: ClientAs, path: str, number: str) -> None:
    assert client_as("financien@lansingerland.example").get(path.format(number)).status_code == 404


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("number", STRANGE)
@pytest.mark.parametrize("path", [*NUMBERED, "/begroting/{}/download"])
def test_a_number_nobody_has_is_no_fault_of_ours(client_as: ClientAs, path: str, number: str) -> None:
    assert client_as("financien@lansingerland.example").get(path.format(number)).status_code in (200, 404)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("number", HUGE)
def test_a_nota_with_an_endless_number_is_no_page(client_as: ClientAs, number: str) -> None:
    procedure = make_published_procedure()

    assert client_as(None).get(f"/opdrachten/{procedure.number}/nota/{number}").status_code == 404


def test_every_whole_number_in_an_address_is_bounded(app: Flask) -> None:
    numbers = [
        converter
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if isinstance(converter, IntegerConverter)
    ]

    assert len(numbers) > 10
    assert all(isinstance(converter, BoundedInteger) for converter in numbers)


@pytest.mark.parametrize("number", [*HUGE, "0", "-1", "x", "١"])
@pytest.mark.parametrize("path", ["/opdrachten?pagina={}", "/kosten?pagina={}", "/grootboek?jaar={}"])
def test_a_number_behind_the_question_mark_breaks_nothing(client_as: ClientAs, path: str, number: str) -> None:
    assert client_as("financien@lansingerland.example").get(path.format(number)).status_code == 200


def test_a_very_long_address_gets_our_own_page(client_as: ClientAs) -> None:
    page = client_as(BUYER).get("/opdrachten", query_string={"q": "x" * 8001})

    assert page.status_code == 414
    assert page.h1 == "Dit adres is te lang"


# Expired forms ------------------------------------------------------------------------------------


def test_an_expired_form_comes_back_with_what_was_typed(session: None, client_as: ClientAs) -> None:
    buyer = client_as(BUYER)
    page = buyer.get("/aanbestedingen/nieuw").submit(title="Taallessen in de avond", csrf_token="verlopen")

    assert page.status_code == 400
    assert page.errors == [STALE]
    assert "Taallessen in de avond" in page.text
    again = page.submit(title="Taallessen in de avond")
    assert STALE not in again.errors


@pytest.mark.parametrize("token", [None, "verlopen"])
def test_an_expired_sign_in_signs_nobody_in(client_as: ClientAs, token: str | None) -> None:
    visitor = client_as()
    page = visitor.get("/aanmelden").submit(email=BUYER, password=PASSWORD, csrf_token=token)

    assert page.status_code == 400
    assert page.errors == [STALE]
    assert BUYER in page.text
    assert PASSWORD not in page.text.split("<main")[1].split("</form>")[0]
    assert visitor.get("/mijn-werk").h1 == "Aanmelden"
    assert page.submit(email=BUYER, password=PASSWORD).path == "/mijn-werk"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elders.example"}, {"Origin": "null"}],
)
def test_what_another_site_sends_is_not_shown_as_typed_here(client_as: ClientAs, headers: dict[str, str]) -> None:
    page = client_as().post("/aanmelden", data={"email": "lokaas@elders.example"}, headers=headers)

    assert page.status_code == 400
    assert page.h1 == "Uw formulier is verlopen"
    assert "lokaas" not in page.text


def test_a_button_with_an_expired_token_does_nothing_and_says_so(session: None, client_as: ClientAs) -> None:
    provider = client_as(TAALHUIS)
    procedure = make_published_procedure()
    page = provider.post(f"/opdrachten/{procedure.number}/volgen", data={"csrf_token": "verlopen"})

    assert page.status_code == 400
    assert STALE in page.body
    assert "Niet meer volgen" not in provider.get(f"/opdrachten/{procedure.number}").body


def test_files_have_to_be_chosen_again_and_the_page_says_so(session: None, client_as: ClientAs) -> None:
    procedure = make_procedure()
    buyer = client_as(BUYER)
    page = buyer.post(
        f"/aanbestedingen/{procedure.number}/documenten",
        data={"title": "Leidraad van de avondlessen", "file": (BytesIO(b"%PDF-1.7"), "leidraad.pdf")},
        content_type="multipart/form-data",
    )

    assert page.status_code == 400
    assert page.errors == [f"{STALE} Kies ook uw bestanden opnieuw; die konden wij niet bewaren."]
    assert 'value="Leidraad van de avondlessen"' in page.text


def test_every_route_refuses_to_write_with_an_expired_token(app: Flask, client_as: ClientAs) -> None:
    """Whatever the view does, the database gets no write transaction: the page says that nothing changed."""
    buyer = client_as(BUYER)
    wrong = []
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.arguments:
            continue
        answer = buyer.raw("POST", rule.rule, data={"csrf_token": "verlopen", "email": "x", "title": "x"})
        told = "Uw formulier stond te lang open" in answer.get_data(as_text=True)
        if answer.status_code not in (400, 403, 404) or (answer.status_code == 400 and not told):
            wrong.append(f"{rule.rule}: {answer.status_code}")
    assert not wrong
    assert barred() is None


# Two tabs -----------------------------------------------------------------------------------------


def test_two_tabs_on_one_offer_lose_nothing(session: None, client_as: ClientAs, frozen: Callable[[datetime], None]) -> None:
    frozen(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    offer = make_draft(make_guarded_tender(deadline=NOON).procedure)
    provider = client_as(TAALHUIS)
    path = f"/inschrijvingen/{offer.number}/organisatie"
    first, second = provider.get(path), provider.get(path)
    assert second.submit(contact_name="Bureau tenders").status_code == 200
    late = first.submit(contact_name="Afdeling inkoop")

    assert late.status_code == 409
    assert late.errors[0].startswith("Dit is intussen gewijzigd")
    assert "Nu staat er: Bureau tenders" in late.body
    assert 'value="Afdeling inkoop"' in late.text
    db.session.refresh(offer)
    assert strongroom.read_draft(offer).contact_name == "Bureau tenders"
    late.submit(contact_name="Afdeling inkoop")
    db.session.refresh(offer)
    assert strongroom.read_draft(offer).contact_name == "Afdeling inkoop"


def test_two_people_may_change_different_forms_of_one_offer(
    session: None, client_as: ClientAs, frozen: Callable[[datetime], None]
) -> None:
    frozen(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    offer = make_draft(make_guarded_tender(deadline=NOON).procedure)
    provider = client_as(TAALHUIS)
    requirements = provider.get(f"/inschrijvingen/{offer.number}/eisen")
    provider.get(f"/inschrijvingen/{offer.number}/organisatie").submit(contact_name="Bureau tenders")

    assert requirements.submit().status_code == 200
