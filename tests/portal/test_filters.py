"""Filters in an address: what cannot be understood is said, and is not applied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.access import access_of
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]
FINANCE = "financien@lansingerland.example"
CONTRACT = "contract@lansingerland.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"
BUYER = "inkoop@lansingerland.example"
pytestmark = pytest.mark.usefixtures("session")
BAD = ("2026-13", "0000-00", "1900-01", "9999-12", "9" * 5000, "-1", "' OR 1=1", "<b>", "\u0661", "x" * 300)
NAMES = (
    "pagina", "sorteer", "maand", "tot", "jaar", "toestand", "product", "gemeente", "contract", "versie", "q", "zoek",
    "wat", "soort", "van", "volgende",
)  # fmt: skip


@pytest.mark.parametrize(
    ("email", "path", "name"),
    [
        (FINANCE, "/facturen?maand=2026-13", "maand"),
        (FINANCE, "/facturen?toestand=onbekend", "toestand"),
        (FINANCE, "/grootboek?jaar=1812", "jaar"),
        (FINANCE, "/grootboek?gemeente=GM9999", "gemeente"),
        (CONTRACT, "/contracten?product=x", "product"),
        (CONTRACT, "/contracten?toestand=x", "toestand"),
        (CONTRACT, "/aanmeldingen?contract=C-0", "contract"),
        (CONTRACT, "/aanmeldingen?product=x", "product"),
        (CONTRACT, "/aanmeldingen?toestand=x", "toestand"),
        (CONTRACT, "/maandrapportages?tot=gisteren", "tot"),
        (BUYER, "/aanbestedingen?toestand=x", "toestand"),
        (BUYER, "/aanbestedingen?product=x", "product"),
        (BUYER, "/aanbestedingen?gemeente=x", "gemeente"),
        (BUYER, "/marktconsultaties?toestand=x", "toestand"),
    ],
)
def test_a_filter_that_is_not_understood_is_named(client_as: ClientAs, email: str, path: str, name: str) -> None:
    value = path.partition("=")[2]
    page = client_as(email).get(path)

    assert page.status_code == 200
    assert f"Het filter ‘{name}’ is niet toegepast: ‘{value}’ kennen wij niet." in page.body


@pytest.mark.parametrize(
    ("email", "path"),
    [
        (FINANCE, "/facturen?maand=2026-11&toestand="),
        (BUYER, "/aanbestedingen?toestand=loopt&product=B1"),
        (CONTRACT, "/contracten"),
    ],
)
def test_a_filter_that_is_understood_gets_no_remark(client_as: ClientAs, email: str, path: str) -> None:
    assert "niet toegepast" not in client_as(email).get(path).body


@pytest.mark.parametrize("email", [FINANCE, CONTRACT, BUYER, PROVIDER, "beheer@lansingerland.example"])
def test_no_list_breaks_on_what_stands_behind_the_question_mark(app: Flask, client_as: ClientAs, email: str) -> None:
    client, asked = client_as(email), 0
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.arguments or "GET" not in (rule.methods or ()) or access is None or access.records_read:
            continue
        for value in BAD:
            answer = client.raw("GET", rule.rule, query_string=dict.fromkeys(NAMES, value))
            answer.close()
            asked += 1
            assert answer.status_code < 500, f"{rule.rule} with {value[:20]}"
    assert asked > 100
