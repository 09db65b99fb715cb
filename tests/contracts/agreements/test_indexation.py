"""Indexation worked out by hand, applied, and written in a letter."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contracts.agreements import change_queries, index_queries, index_services, price_queries
from contracts.agreements.index_rules import factor, new_rate, worked_out
from contracts.agreements.models import Contract
from portal import audit, clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.errors import NotYours, Refused
from tests.factories.contracts import make_contract
from tests.pages import PageClient

MANAGER = "contract@lansingerland.example"
FINANCE = "financien@lansingerland.example"
TAALHUIS = "info@taalhuis-de-waterlinie.example"
ClientAs = Callable[..., PageClient]


@pytest.mark.parametrize(
    ("first", "last", "cap", "places", "raw", "applied"),
    [
        ("125.00", "129.00", None, 2, "0.0320", "0.0320"),  # 129 / 125 = 1,032
        ("127.35", "131.28", None, 2, "0.0309", "0.0309"),  # 1,030859… → 3,09%
        ("127.35", "131.28", None, 1, "0.031", "0.031"),  # → 3,1%
        ("120.00", "132.00", "0.05", 2, "0.1000", "0.05"),  # 10% is cut at 5%
        ("130.00", "128.70", "0.05", 2, "-0.0100", "-0.0100"),  # a fall lowers prices
        ("100.00", "80.00", "0.05", 2, "-0.2000", "-0.05"),
        ("200", "201", None, 0, "0.01", "0.01"),  # 0,5% is half: up, to 1%
    ],
)
def test_the_rise_is_worked_out_as_by_hand(
    first: str, last: str, cap: str | None, places: int, raw: str, applied: str
) -> None:
    found = worked_out(
        Decimal(first), Decimal(last), cap=Decimal(cap) if cap else None, percent_places=places
    )
    assert (found.raw, found.applied) == (Decimal(raw), Decimal(applied))


@pytest.mark.parametrize(
    ("rate", "share", "places", "expected"),
    [
        ("9500", "0.0309", 2, "9793.55"),
        ("62.50", "0.0309", 2, "64.43"),  # 64,43125
        ("62.50", "0.0309", 4, "64.4313"),
        ("465", "0.05", 0, "488"),  # 488,25
        ("0.05", "0.1", 2, "0.06"),  # 0,055 is half: up
    ],
)
def test_the_new_price_is_rounded_half_up(rate: str, share: str, places: int, expected: str) -> None:
    assert new_rate(Decimal(rate), Decimal(share), places) == Decimal(expected)


def test_two_indexations_multiply() -> None:
    assert factor([Decimal("0.03"), Decimal("0.02")]) == Decimal("1.050600")
    assert factor([]) == 1


@given(
    st.decimals(min_value="50", max_value="300", places=3),
    st.decimals(min_value="50", max_value="300", places=3),
    st.decimals(min_value="0.001", max_value="0.2", places=3),
)
def test_the_cap_always_holds_and_never_turns_the_sign(first: Decimal, last: Decimal, cap: Decimal) -> None:
    found = worked_out(first, last, cap=cap, percent_places=2)
    assert abs(found.applied) <= cap
    assert found.applied * found.raw >= 0
    assert found.is_capped == (abs(found.raw) > cap)


@pytest.fixture
def contract(session: None) -> Contract:
    """A running contract at 9.500 whose prices follow an index with a cap of 5%."""
    made = make_contract()
    finance = viewer_by_email(FINANCE)
    series = index_services.add_series(code="CPI", name="Consumentenprijsindex", source="CBS, StatLine", by=finance)
    index_services.record_figure(series, month=date(2024, 7, 1), value=Decimal("127.35"), source="StatLine, gezien", by=finance)
    index_services.record_figure(series, month=date(2025, 7, 1), value=Decimal("131.28"), source="StatLine, gezien", by=finance)
    index_services.set_clause(
        made, series=series, base_month=date(2024, 7, 1), cap=Decimal("0.05"), percent_places=2, rate_places=2,
        source="artikel 9.2 van het contract", by=manager(),
    )  # fmt: skip
    return made


def manager() -> Viewer:
    return viewer_by_email(MANAGER)


def index(contract: Contract, **changed: object) -> None:
    whole: dict[str, object] = {
        "to_month": date(2025, 7, 1),
        "effective_on": clock.today().replace(day=1),
        "remark": "",
        "by": manager(),
    }
    index_services.index_prices(contract, **{**whole, **changed})  # type: ignore[arg-type]


def test_indexing_gives_a_new_price_and_leaves_the_old_one(contract: Contract) -> None:
    index(contract)
    line = price_queries.price_lines_of(contract, clock.today())[0]
    assert [version.rate for version in line.versions] == [Decimal("9793.55"), Decimal("9500")]
    assert line.versions[1].valid_until is not None
    assert line.versions[1].valid_until < clock.today().replace(day=1)
    assert audit.last().action == "contract:index:run"
    run = index_queries.runs_of(contract)[0]
    assert (run.raw_share, run.applied_share) == (Decimal("0.0309"), Decimal("0.0309"))


def test_the_next_indexation_begins_where_the_last_one_ended(contract: Contract) -> None:
    index(contract)
    proposal = index_services.proposal_for(contract)
    assert proposal is not None
    assert (proposal.from_month, proposal.to_month) == (date(2025, 7, 1), date(2026, 7, 1))
    with pytest.raises(Refused) as refused:
        index(contract, to_month=date(2025, 7, 1))
    assert "na 07-2025" in refused.value.message


def test_the_reference_of_small_changes_follows_the_indexation(contract: Contract) -> None:
    index(contract)
    meter = change_queries.meter_of(contract, clock.today())
    assert meter is not None
    assert meter.reference == Decimal("1700985.00")  # 1.650.000 × 1,0309


def test_a_corrected_figure_is_a_new_reading_and_the_run_keeps_the_old(contract: Contract) -> None:
    index(contract)
    series = index_queries.series_for("CPI")
    index_services.record_figure(
        series, month=date(2025, 7, 1), value=Decimal("131.40"), source="StatLine, herzien", by=viewer_by_email(FINANCE)
    )
    figure = index_queries.figure_of(series.id, date(2025, 7, 1))
    assert figure is not None
    assert (figure.number, figure.value) == (2, Decimal("131.40"))
    assert index_queries.runs_of(contract)[0].to_value == Decimal("131.28")


def test_what_is_missing_is_said(contract: Contract) -> None:
    with pytest.raises(Refused) as refused:
        index(contract, to_month=date(2026, 1, 1))
    assert "indexcijfer van 01-2026 ontbreekt" in refused.value.message
    with pytest.raises(Refused) as refused:
        index(contract, effective_on=contract.starts_on)
    assert "na " in refused.value.message
    with pytest.raises(NotYours):
        index(contract, by=viewer_by_email("inkoop@zoetermeer.example"))
    series = index_queries.series_for("CPI")
    with pytest.raises(Refused):
        index_services.record_figure(
            series, month=clock.today().replace(day=1), value=Decimal(1), source="StatLine", by=viewer_by_email(FINANCE)
        )


def test_a_clause_is_fixed_after_the_first_indexation(contract: Contract) -> None:
    index(contract)
    with pytest.raises(Refused) as refused:
        index_services.set_clause(
            contract, series=index_queries.series_for("CPI"), base_month=date(2024, 1, 1), cap=None,
            percent_places=2, rate_places=2, source="artikel 9.2", by=manager(),
        )  # fmt: skip
    assert "al geïndexeerd" in refused.value.message


def test_the_page_works_it_out_applies_it_and_gives_the_letter(contract: Contract, client_as: ClientAs) -> None:
    path = f"/contracten/{contract.number}/indexering"
    client = client_as(MANAGER)
    page = client.get(path)
    assert "131,28 ÷ 127,35 − 1" in page.body
    assert "€ 9.793,55" in page.row(", per traject").replace("\xa0", " ")
    late = page.submit(to_month="2026-01", effective_on="01-12-2026")
    assert late.status_code == 422
    first = clock.today().replace(day=1)
    done = client.get(path).submit(to_month="2025-07", effective_on=f"{first:%d-%m-%Y}")
    assert "Eerdere facturen blijven" in done.flash
    letter = client_as(TAALHUIS).get(f"{path}/1/brief")
    assert letter.data.startswith(b"%PDF")
    assert letter.data == client.get(f"{path}/1/brief").data


def test_finance_enters_figures_and_nobody_else(session: None, client_as: ClientAs) -> None:
    client = client_as(FINANCE)
    made = client.get("/indexcijfers").submit(code="cao", name="Cao-lonen onderwijs", source="CBS, StatLine")
    assert made.h1 == "Cao-lonen onderwijs"
    done = made.submit(month="2025-07", value="131,28", source="StatLine, gezien op 12 november")
    assert "131,28" in done.row("juli 2025")
    assert client_as(MANAGER).get("/indexcijfers").status_code == 403
