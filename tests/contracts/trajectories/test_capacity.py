"""Places, waiting list, expected inflow and the size of a group."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from contracts.agreements.models import Contract
from contracts.trajectories import capacity_queries, capacity_services, services
from contracts.trajectories.succession_rules import Room, is_below_minimum, quarter_name, quarters_from
from contracts.trajectories.succession_states import BelowMinimum
from portal import clock
from portal.access import SYSTEM, Viewer
from portal.accounts.queries import viewer_by_email
from portal.errors import NotYours, Refused
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark, product_of
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

MANAGER = "contract@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
PARTNER = "inkoop@zoetermeer.example"
ClientAs = Callable[..., PageClient]


def test_room_is_never_negative_and_unknown_without_places() -> None:
    assert Room(20, 23, 4, 30).free == 0
    assert Room(None, 23, 0, 0).free is None


@pytest.mark.parametrize(("participants", "small"), [(0, False), (7, True), (8, False)])
def test_an_empty_group_is_no_small_group(participants: int, small: bool) -> None:
    assert is_below_minimum(participants, 8) is small


def test_quarters_cross_the_year() -> None:
    found = quarters_from(date(2026, 11, 25), 3)
    assert found == [date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1)]
    assert quarter_name(found[1]) == "1e kwartaal 2027"


@pytest.fixture
def contract(session: None) -> Contract:
    """A running B1 contract."""
    make_quality_mark()
    return make_contract()


def taalhuis() -> Viewer:
    return viewer_by_email(TAALHUIS)


def test_places_are_counted_against_who_is_there(contract: Contract) -> None:
    capacity_services.set_places(product_of(contract), places=2, valid_from=contract.starts_on, by=taalhuis())
    capacity_services.set_places(product_of(contract), places=3, valid_from=contract.starts_on, by=taalhuis())
    make_trajectory(contract, started_on=clock.today() - timedelta(days=40))
    waiting = make_trajectory(contract, referred_on=clock.today() - timedelta(days=30))
    services.put_on_waiting_list(waiting, on=clock.today() - timedelta(days=21), by=SYSTEM)
    found = capacity_queries.rooms_of(contract)[0].room
    assert (found.places, found.taken, found.free, found.waiting, found.longest_days) == (3, 1, 2, 1, 21)


def test_only_the_provider_says_how_many_places(contract: Contract) -> None:
    for email in (MANAGER, "info@route-delta.example"):
        with pytest.raises(NotYours):
            capacity_services.set_places(
                product_of(contract), places=5, valid_from=clock.today(), by=viewer_by_email(email)
            )
    with pytest.raises(Refused):
        capacity_services.set_places(product_of(contract), places=-1, valid_from=clock.today(), by=taalhuis())


def test_the_newest_expectation_counts_and_the_older_stays(contract: Contract) -> None:
    quarter = quarters_from(clock.today(), 2)[1]
    by, place = viewer_by_email(PARTNER), catalogue.municipality("Zoetermeer")
    for number in (12, 15, 15):
        capacity_services.expect_inflow(product_of(contract), place, {quarter: number}, by=by)
    table = capacity_queries.inflow_of(contract)[0]
    assert {row.municipality: row.numbers[1] for row in table.rows} == {
        "Lansingerland": None, "Pijnacker-Nootdorp": None, "Zoetermeer": 15,
    }  # fmt: skip
    assert table.totals[1] == 15
    with pytest.raises(NotYours):
        capacity_services.expect_inflow(product_of(contract), place, {quarter: 1}, by=viewer_by_email(MANAGER))
    with pytest.raises(Refused):
        past = quarters_from(clock.today() - timedelta(days=200), 1)[0]
        capacity_services.expect_inflow(product_of(contract), place, {past: 1}, by=by)


def test_a_group_that_is_too_small_is_a_signal_to_both(contract: Contract, client_as: ClientAs) -> None:
    capacity_services.set_group_rule(
        product_of(contract), minimum=8, maximum=15, below=BelowMinimum.COMBINE, source="artikel 6.3",
        valid_from=contract.starts_on, by=viewer_by_email(MANAGER),
    )  # fmt: skip
    assert not capacity_queries.small_groups(SYSTEM)
    make_trajectory(contract, started_on=clock.today() - timedelta(days=40))
    for email in (MANAGER, TAALHUIS):
        assert "Groep is te klein: B1-leerroute" in client_as(email).get("/mijn-werk").body
    assert "Groep is te klein" not in client_as(PARTNER).get("/mijn-werk").body
    with pytest.raises(Refused):
        capacity_services.set_group_rule(
            product_of(contract), minimum=9, maximum=8, below=BelowMinimum.WAIT, source="artikel 6.3",
            valid_from=clock.today(), by=viewer_by_email(MANAGER),
        )  # fmt: skip


def test_the_pages_per_audience(contract: Contract, client_as: ClientAs) -> None:
    path = f"/contracten/{contract.number}/instroom"
    provider = client_as(TAALHUIS)
    page = provider.get(path).click("Plaatsen doorgeven").submit(places="24")
    assert "24" in page.row("B1-leerroute")
    expected = client_as(PARTNER).get(path).click("Verwachting van uw gemeente")
    names = [f"kwartaal_{one:%Y_%m}" for one in quarters_from(clock.today(), 4)]
    assert expected.submit(**dict.fromkeys(names, "-3")).status_code == 422
    done = expected.submit(**{name: str(4 + at) for at, name in enumerate(names)})
    assert "4567" in done.row("Zoetermeer")
    assert "4567" in provider.get(path).row("Zoetermeer")
    rule = client_as(MANAGER).get(path).click("Groepsgrootte").submit(minimum="8", maximum="15", source="artikel 6.3")
    assert "8 tot 15" in rule.row("B1-leerroute")
    assert client_as("info@route-delta.example").get(path).status_code == 404
