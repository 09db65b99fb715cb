"""Signing in, the second factor, revoking, switching: as a person meets them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pyotp
import pytest
from flask import Flask

from portal import clock
from portal.accounts.queries import user_by_email
from portal.db import db
from tests.pages import PageClient

BUYER = "inkoop@lansingerland.example"
PASSWORD = "welkom-in-de-demo"
ClientAs = Callable[..., PageClient]


@pytest.fixture
def with_second_factor(app: Flask) -> Iterator[None]:
    before = app.extensions["portal_settings"]
    app.extensions["portal_settings"] = replace(before, second_factor=True)
    yield
    app.extensions["portal_settings"] = before


def test_signing_in_leads_to_mijn_werk(client_as: ClientAs) -> None:
    page = client_as().get("/aanmelden").submit(email=BUYER, password=PASSWORD)

    assert page.path == "/mijn-werk"
    assert "Lansingerland" in page.text


def test_the_page_asked_for_comes_after_signing_in(client_as: ClientAs) -> None:
    visitor = client_as()

    page = visitor.get("/mijn-account")
    assert page.h1 == "Aanmelden"
    assert page.submit(email=BUYER, password=PASSWORD).path.startswith("/mijn-account")


@pytest.mark.parametrize(
    ("email", "password"),
    [(BUYER, "fout"), ("niemand@lansingerland.example", PASSWORD), ("' OR 1=1 --", "x")],
)
def test_a_wrong_pair_says_the_same_whoever_it_is(client_as: ClientAs, email: str, password: str) -> None:
    page = client_as().get("/aanmelden").submit(email=email, password=password)

    assert page.status_code == 422
    assert page.errors == ["Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het opnieuw."]
    assert email in page.text.replace("&#39;", "'")


def test_an_empty_form_says_what_to_fill_in(client_as: ClientAs) -> None:
    page = client_as().get("/aanmelden").submit(email="", password="")

    assert page.errors == ["Vul uw e-mailadres in.", "Vul uw wachtwoord in."]
    assert page.title.startswith("Fout: ")


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client_as: ClientAs) -> None:
    visitor = client_as()
    for _ in range(5):
        visitor.get("/aanmelden").submit(email=BUYER, password="fout")

    page = visitor.get("/aanmelden").submit(email=BUYER, password=PASSWORD)

    assert "Wacht een paar minuten" in page.errors[0]


def test_a_session_is_dead_at_once_after_signing_out(client_as: ClientAs) -> None:
    buyer = client_as(BUYER)
    cookie = buyer.http.get_cookie("portaal")
    assert cookie is not None
    buyer.get("/mijn-account")
    page = buyer.get("/mijn-werk")
    page.submit("Afmelden") if any("Afmelden" == t for t in page._texts("//button")) else None

    buyer.http.set_cookie("portaal", cookie.value)

    assert buyer.get("/mijn-werk").h1 == "Aanmelden"


def test_the_second_factor_is_set_up_once_and_each_code_works_once(
    client_as: ClientAs, with_second_factor: None, session: None
) -> None:
    visitor = client_as()
    page = visitor.get("/aanmelden").submit(email=BUYER, password=PASSWORD)
    assert page.h1 == "Stel de tweede stap in"
    page = page.submit("Sleutel tonen")
    user = user_by_email(BUYER)
    assert user is not None
    db.session.refresh(user)
    code = pyotp.TOTP(user.totp_secret).at(clock.now())

    page = page.click("Ik heb de code").submit(code=code)
    assert page.path == "/mijn-werk"

    again = client_as().get("/aanmelden").submit(email=BUYER, password=PASSWORD).submit(code=code)
    assert again.status_code == 422
    assert "al gebruikt" in again.errors[0]


def test_a_password_alone_opens_nothing_when_a_second_factor_is_asked(
    client_as: ClientAs, with_second_factor: None
) -> None:
    visitor = client_as()
    visitor.get("/aanmelden").submit(email=BUYER, password=PASSWORD)

    assert visitor.get("/mijn-werk").h1 == "Aanmelden"


def test_a_new_password_ends_other_browsers(client_as: ClientAs) -> None:
    here, there = client_as(BUYER), client_as(BUYER)

    page = here.get("/mijn-account").submit(current=PASSWORD, new="een nieuw en lang wachtwoord")

    assert "Andere browsers zijn afgemeld" in page.text
    assert here.get("/mijn-werk").status_code == 200
    assert there.get("/mijn-werk").h1 == "Aanmelden"


def test_a_short_new_password_is_refused_with_a_sentence(client_as: ClientAs) -> None:
    page = client_as(BUYER).get("/mijn-account").submit(current=PASSWORD, new="kort")

    assert page.status_code == 422
    assert page.errors == ["Het nieuwe wachtwoord moet ten minste 12 tekens hebben."]


def test_a_form_without_token_changes_nothing(client_as: ClientAs) -> None:
    page = client_as(BUYER).post("/mijn-account", data={"current": PASSWORD, "new": "x" * 20})

    assert page.status_code == 400
    assert page.h1 == "Mijn account"
    assert page.errors[0].startswith("Uw formulier stond te lang open. Er is niets gewijzigd.")
    assert client_as().get("/aanmelden").submit(email=BUYER, password=PASSWORD).path == "/mijn-werk"


def test_a_page_for_another_role_says_who_may_open_it(client_as: ClientAs) -> None:
    page = client_as(BUYER).get("/logboek")

    assert page.status_code == 403
    assert page.h1 == "U mag deze pagina niet bekijken"
    assert "Deze pagina is alleen voor gebruikers met de rol beheerder." in page.body
    assert "wijzigen" not in page.body


def test_several_roles_are_named_as_people_say_them(client_as: ClientAs) -> None:
    page = client_as("info@taalhuis-de-waterlinie.example").get("/kosten")

    assert "met de rol contractmanager, deelnemende gemeente of financiën." in page.body


def test_every_answer_carries_the_safety_headers(client_as: ClientAs) -> None:
    headers = client_as().get("/aanmelden").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store, private"


def test_a_link_for_ones_other_membership_offers_to_switch(client_as: ClientAs) -> None:
    rotterdam = client_as("regio@rotterdam.example")

    page = rotterdam.get("/opdrachten-volgen-bestaat-niet")
    assert page.status_code == 404
    page = rotterdam.get("/mijn-account")
    assert "deelnemende gemeente" in page.body
    assert page.submit("Verder namens Rotterdam").path == "/mijn-werk"


def test_the_session_of_somebody_else_is_not_found(app: Flask, client_as: ClientAs) -> None:
    theirs, mine = client_as("info@route-delta.example"), client_as(BUYER)
    with theirs.http.session_transaction() as cookie:
        session_id = cookie["_user_id"]
    page = mine.post(f"/mijn-account/sessies/{session_id}/afmelden", data={"csrf_token": mine.token("/mijn-account")})

    assert page.status_code == 404
    assert theirs.get("/mijn-werk").h1 == "Mijn werk"
