"""The start page and the search box, for whoever comes."""

from collections.abc import Callable

import pytest

from portal.demo import ACCOUNTS
from tests.pages import PageClient

ClientAs = Callable[..., PageClient]


@pytest.mark.parametrize("email", [account.email for account in ACCOUNTS])
def test_every_role_has_a_start_page(client_as: ClientAs, email: str) -> None:
    page = client_as(email).get("/mijn-werk")

    assert page.status_code == 200
    assert page.h1 == "Mijn werk"


def test_a_visitor_is_asked_to_sign_in(client_as: ClientAs) -> None:
    assert client_as().get("/mijn-werk").h1 == "Aanmelden"


@pytest.mark.parametrize("words", ["", "zzzzqqqq", "%", "'", "<script>", "x" * 5000])
def test_searching_for_nothing_says_what_can_be_found(client_as: ClientAs, words: str) -> None:
    page = client_as("inkoop@lansingerland.example").get("/zoeken", query_string={"q": words})

    assert page.status_code == 200
    assert "<script>" not in page.text


def test_an_unknown_address_is_a_dutch_page(client_as: ClientAs) -> None:
    page = client_as("inkoop@lansingerland.example").get("/bestaat-niet")

    assert page.status_code == 404
    assert page.h1 == "Deze pagina bestaat niet (meer)"
