"""The list of tenders and the market stay quick and paged, however many there are."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.bench.tenders import add_tenders
from tenders.procedures import queries
from tests.conftest import World
from tests.factories.procedures import make_published_procedure
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize("email", ["inkoop@lansingerland.example", "inkoop@zoetermeer.example"])
def test_many_tenders_ask_no_more_statements_than_few(
    email: str, world: World, client_as: Callable[..., PageClient], count_statements: Callable[[], Any]
) -> None:
    make_published_procedure()
    client = client_as(email)
    with count_statements() as few:
        assert client.get("/aanbestedingen").status_code == 200
    add_tenders(world.app, 120)
    with count_statements() as many:
        page = client.get("/aanbestedingen")

    assert many.number == few.number
    assert "1 tot en met 50 van 121 aanbestedingen" in page.body


def test_the_pages_of_the_list_together_hold_every_tender_once(
    world: World, client_as: Callable[..., PageClient]
) -> None:
    make_published_procedure()
    add_tenders(world.app, 120)
    client = client_as("inkoop@lansingerland.example")
    seen = [
        text for number in (1, 2, 3) for text in client.get(f"/aanbestedingen?sorteer=titel&pagina={number}").links
        if text.startswith("Meting ")
    ]  # fmt: skip

    assert sorted(seen) == sorted(f"Meting {number}" for number in range(120))


def test_the_market_is_paged(world: World, client_as: Callable[..., PageClient]) -> None:
    make_published_procedure()
    add_tenders(world.app, 45)
    page = client_as().get("/opdrachten?pagina=3")

    assert "41 tot en met 45 van 45 opdrachten" in page.body


def test_the_calendar_of_a_day_stays_short(world: World) -> None:
    make_published_procedure()
    add_tenders(world.app, 80)

    assert len(queries.closing_soon(world.viewer("inkoop@lansingerland.example"))) == 50
