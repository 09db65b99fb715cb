"""Figures of contracts side by side: never a league table, and no percentage beside another below thirty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kpis.reports.queries import OverviewLine
from kpis.scorecards import presentation
from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.rules import FULL_TREATMENT
from portal.periods import Quarter


@dataclass(frozen=True)
class OverviewRow:
    """One contract in a table of a measure."""

    number: str
    period: str
    period_label: str
    is_concept: bool
    provider: str
    shown: ShownLine
    is_comparable: bool

    @property
    def result(self) -> str:
        """The percentage only where there are enough observations to lay it beside another."""
        return self.shown.result if self.is_comparable else "–"


@dataclass(frozen=True)
class MeasureTable:
    """All contracts with a measure, by contract number."""

    name: str
    sentence: str
    rows: Sequence[OverviewRow]

    @property
    def too_small(self) -> int:
        """How many rows have too few observations to compare."""
        return len([row for row in self.rows if not row.is_comparable])


def measures_of(lines: Sequence[OverviewLine]) -> list[MeasureTable]:
    """Group the newest figures by measure; the order within is that of the contract number, never the result."""
    found = []
    for code, same in groupby(lines, key=lambda one: one.line.measure):
        rows = [_row(one) for one in sorted(same, key=lambda one: one.contract.number)]
        measure = next(one.line.agreement_version.measure for one in lines if one.line.measure == code)
        found.append(MeasureTable(measure.name, measure.sentence, rows))
    return found


def _row(one: OverviewLine) -> OverviewRow:
    shown = presentation.line_of(one.line, (), None, is_disputed=False)
    quarter = Quarter.parse(one.card.period)
    return OverviewRow(
        one.contract.number,
        quarter.code,
        quarter.label,
        one.card.fixed_at is None,
        one.provider,
        shown,
        one.line.counted >= FULL_TREATMENT,
    )
