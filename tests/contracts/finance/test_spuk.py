"""The specifieke uitkering: the formulas of art. 10.1 and 10.2, the numbers, and what was charged to it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from contracts.finance.settling_states import SpukInput as In
from contracts.finance.spuk_queries import counts_of, spuk_page, terms_in_force
from contracts.finance.spuk_rules import Amounts, calendar, definitive, provisional
from contracts.finance.spuk_services import save_figure
from portal import audit, clock
from portal.accounts.queries import viewer_by_email
from portal.errors import NotYours, Refused
from tests.factories import catalogue
from tests.factories.contracts import make_contract, make_quality_mark
from tests.factories.finance import make_mappings
from tests.factories.invoices import FINANCE, declared, last_month, make_invoice
from tests.factories.trajectories import make_trajectory
from tests.pages import PageClient

D = Decimal
ClientAs = Callable[..., PageClient]
ZOETERMEER = "financien@zoetermeer.example"
IN_2026 = Amounts(
    a=D("6087.34"), b=D("4718.96"), c=D("1179.74"), family=D("706.72"), weight_a=D("5820.70"),
    weight_b=D("4247.06"), weight_c=D("1061.77"), weight_d=D("856.51"), asylum_share=D("0.7"),
)  # fmt: skip


def test_one_person_in_three_years_gives_the_sum_of_the_regeling() -> None:
    """11.986,04 over three years with the amounts of 2026 (practice.md §7)."""
    one = {In.ASYLUM_T: D(1), In.ASYLUM_T1: D(1), In.ASYLUM_T2: D(1), In.FINISHED_T2: D(0), In.FAMILY_T: D(0)}

    grant = definitive(one, IN_2026)

    assert grant.total == D("11986.04")
    assert grant.base == D("11129.53")
    assert grant.is_estimate
    assert grant.missing == ()


def test_with_national_figures_the_share_in_the_budget_counts_and_diplomas_weigh() -> None:
    numbers = {
        In.ASYLUM_T: D(20), In.ASYLUM_T1: D(14), In.ASYLUM_T2: D(10), In.FINISHED_T2: D(6), In.FAMILY_T: D(16),
        In.NATIONAL_BASE: D("200000000"), In.NATIONAL_BUDGET: D("210000000"),
        In.EDUCATION_T: D(2), In.EDUCATION_AMOUNT: D("5000"),
    }  # fmt: skip

    grant = definitive(numbers, IN_2026)

    base = 20 * D("5820.70") + 14 * D("4247.06") + 10 * D("1061.77") + 6 * D("856.51")
    assert grant.base == base
    expected = (base * D("1.05")).quantize(D("0.01")) + 16 * D("706.72") + 10_000
    assert grant.total == expected
    assert not grant.is_estimate


def test_the_provisional_grant_takes_seventy_percent_of_forecast_and_taakstelling() -> None:
    numbers = {In.FORECAST_T: D(40), In.QUOTA_T1: D(30), In.ASYLUM_T2: D(10), In.FAMILY_T2: D(16)}

    grant = provisional(numbers, IN_2026)

    expected = 28 * D("6087.34") + 21 * D("4718.96") + 10 * D("1179.74") + 16 * D("706.72")
    assert grant.total == expected
    assert grant.missing == (In.FINISHED_T2,)


def test_the_calendar_has_twelve_payments_and_four_dates_after_the_year(session: None) -> None:
    terms = terms_in_force(clock.today())
    assert terms is not None
    dates = calendar(2026, terms)

    assert [on for on, _ in dates[:12]] == [date(2026, month, 15) for month in range(1, 13)]
    assert [on for on, _ in dates[12:]] == [
        date(2027, 6, 30), date(2027, 7, 15), date(2027, 9, 30), date(2028, 6, 30),
    ]  # fmt: skip


def test_2025_has_amounts_that_are_weights_too(session: None) -> None:
    page = spuk_page(catalogue.municipality("Zoetermeer"), 2025)

    assert page.definitive is not None
    one = {In.ASYLUM_T: D(1), In.ASYLUM_T1: D(1), In.ASYLUM_T2: D(1)}
    amounts = {value.code: value.value for value in page.amounts if value.value is not None}
    assert amounts["spuk_amount_a"] == D("9154.91")
    assert sum(amounts[f"spuk_amount_{key}"] for key in "abc") == D("14949.34"), one


def test_leerroutes_are_counted_by_the_year_of_the_pip(session: None) -> None:
    make_quality_mark()
    contract = make_contract(product="B1")
    this = clock.today().year
    make_trajectory(contract, pip_on=date(this, 1, 5), municipality="Zoetermeer")
    make_trajectory(contract, pip_on=date(this - 1, 6, 5), municipality="Zoetermeer")
    make_trajectory(contract, pip_on=date(this - 1, 7, 5), municipality="Lansingerland")

    found = counts_of(catalogue.municipality("Zoetermeer").id, this)

    assert (found[In.ASYLUM_T], found[In.ASYLUM_T1], found[In.ASYLUM_T2], found[In.FINISHED_T2]) == (1, 1, 0, 0)


def test_what_finance_types_goes_before_what_was_counted(session: None) -> None:
    place, by = catalogue.municipality("Zoetermeer"), viewer_by_email(ZOETERMEER)
    save_figure(place, 2026, In.ASYLUM_T, value=D(61), source="DUO-overzicht van 31 december", by=by)

    page = spuk_page(place, 2026)

    line = next(one for one in page.numbers if one.input is In.ASYLUM_T)
    assert (line.value, line.counted, line.source) == (D(61), 0, "DUO-overzicht van 31 december")
    assert page.definitive is not None
    assert page.definitive.total == 61 * D("6087.34")
    assert audit.last().action == "finance:spuk:set"


@pytest.mark.parametrize(("value", "source"), [("1.5", "DUO-overzicht"), ("3", "duo"), ("-1", "DUO-overzicht")])
def test_a_number_needs_a_source_and_people_are_whole(session: None, value: str, source: str) -> None:
    place = catalogue.municipality("Zoetermeer")

    with pytest.raises(Refused):
        save_figure(place, 2026, In.ASYLUM_T, value=D(value), source=source, by=viewer_by_email(ZOETERMEER))


def test_another_municipality_does_not_type_for_this_one(session: None) -> None:
    place = catalogue.municipality("Lansingerland")
    with pytest.raises(NotYours):
        save_figure(place, 2026, In.ASYLUM_T, value=D(3), source="DUO-overzicht", by=viewer_by_email(ZOETERMEER))


def test_the_page_shows_grant_and_spent_and_takes_a_number(session: None, client_as: ClientAs) -> None:
    from contracts.finance.services import make_payable

    make_mappings()
    make_payable(declared(make_invoice()), by=viewer_by_email(FINANCE))
    year = last_month().year
    client = client_as(ZOETERMEER)

    page = client.get(f"/spuk/{year}")
    assert "besteed €\u00a01.500,00" in page.body
    page = client.get(f"/spuk/{year}/0637/asylum_t").submit("Cijfer vastleggen", value="61", source="")
    assert page.status_code == 422
    assert "61" in page.text
    page = client.get(f"/spuk/{year}/0637/asylum_t").submit("Cijfer vastleggen", value="61", source="DUO-overzicht")
    assert "is vastgelegd: 61" in page.flash
    assert client.get(f"/spuk/{year}/download?gemeente=0637").status_code == 200
    assert client.get(f"/spuk/{year}?gemeente=1621").status_code == 404
    assert client.get(f"/spuk/{year}/1621/asylum_t").status_code == 404
    assert client.get("/spuk/2010").status_code == 404
