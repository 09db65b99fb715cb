"""The pages about the portal itself, and the shell around every page."""

from collections.abc import Callable

import pytest

from tests.pages import PageClient

ClientAs = Callable[..., PageClient]


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/toegankelijkheid", "Toegankelijkheid"), ("/privacy", "Privacy"), ("/bouwstenen", "Bouwstenen")],
)
def test_a_visitor_reads_about_the_portal(client_as: ClientAs, path: str, heading: str) -> None:
    page = client_as().get(path)

    assert page.status_code == 200
    assert page.h1 == heading


@pytest.mark.parametrize(
    ("email", "theme"),
    [
        ("inkoop@lansingerland.example", "lansingerland"),
        ("financien@zoetermeer.example", "zoetermeer"),
        ("regio@pijnacker-nootdorp.example", "pijnacker-nootdorp"),
        ("regio@rotterdam.example", "rotterdam"),
        ("info@route-delta.example", "neutraal"),
        (None, "neutraal"),
    ],
)
def test_everybody_sees_the_colour_of_his_own_municipality(
    client_as: ClientAs, email: str | None, theme: str
) -> None:
    assert f"portal-theme--{theme}" in client_as(email).get("/privacy").text


def test_the_page_one_is_on_is_marked_in_the_navigation(client_as: ClientAs) -> None:
    text = client_as("contract@lansingerland.example").get("/mijn-werk").text

    assert '<a href="/mijn-werk" aria-current="page">Mijn werk</a>' in text


def test_a_page_that_does_not_exist_says_where_to_go(client_as: ClientAs) -> None:
    page = client_as("contract@lansingerland.example").get("/bestaat-niet")

    assert page.status_code == 404
    assert "Naar Mijn werk" in page.text


def test_a_style_sheet_may_be_kept_and_is_for_these_pages_only(client_as: ClientAs) -> None:
    page = client_as().get("/privacy")
    sheet = next(link for link in page.text.split('"') if link.startswith("/static/portal."))
    answer = client_as().get(sheet)

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("email", "labels"),
    [
        (
            "info@route-delta.example",
            ["Mijn werk", "Opdrachten", "Mijn inschrijvingen", "Contracten", "Maandrapportages", "Facturen"],
        ),
        (
            "contract@lansingerland.example",
            ["Mijn werk", "Aanbestedingen", "Contracten", "Maandrapportages", "Aanmeldingen", "Scorecards"],
        ),
        (
            "financien@lansingerland.example",
            ["Mijn werk", "Facturen", "Kostenverdeling", "Exports", "Begroting", "Contracten"],
        ),
        (
            "regio@pijnacker-nootdorp.example",
            ["Mijn werk", "Aanbestedingen", "Contracten", "Kostenverdeling", "Aanmeldingen", "Scorecards"],
        ),
    ],
)
def test_each_kind_of_user_has_its_own_six_items(client_as: ClientAs, email: str, labels: list[str]) -> None:
    page = client_as(email).get("/privacy")
    assert page.tree is not None

    assert [a.text for a in page.tree.xpath("//nav[@aria-label='Hoofdmenu']//a")] == labels
