"""Build the council report of a year: tables, money, and what must be hidden in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpis.reports import queries
from kpis.reports.queries import Money
from kpis.reports.rules import ShownPart, money_to_hide, parts_of, shown_parts
from kpis.reports.suppression import Cell
from portal import clock
from portal.access import Viewer
from portal.dutch import amount
from portal.periods import Year


@dataclass(frozen=True)
class Report:
    """A year as it may be shown outside the contract parties."""

    year: int
    parts: Sequence[ShownPart]
    money: Money
    money_hidden: frozenset[Cell]

    def money_text(self, row: str, column: str) -> str:
        """Return an amount in euros, or why it is not shown."""
        if (row, column) in self.money_hidden:
            return "niet getoond"
        return amount(Decimal(self.money.amounts.values[row, column]) / 100)


def council_report(viewer: Viewer, year: int) -> Report:
    """Count a year for a municipality's council.

    Raises:
        NotFound: the viewer is no municipality that takes part in a contract.
    """
    ids = queries.contract_ids(viewer)
    facts, places = queries.person_facts(ids), queries.places_of(ids)
    day = min(Year(year).last, clock.today())
    parts = parts_of(facts, queries.placed_on(ids, day), places, year)
    earlier: dict[str, list[str]] = {}
    for edition in queries.editions_of(viewer, year):
        for key, cells in edition.hidden.items():
            earlier[key] = sorted({*earlier.get(key, []), *cells})
    money = queries.money_of(viewer, facts, places, year)
    hidden = money_to_hide(money.amounts, money.people, earlier.get("geld", []))
    return Report(year, shown_parts(parts, earlier), money, frozenset(hidden))
