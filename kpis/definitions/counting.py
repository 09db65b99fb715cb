"""What measures share: how counts become a figure, and how a row is counted or left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median

from contracts.results.facts import RowFact
from contracts.results.states import EventKind, RowState
from kpis.definitions.facts import Count, Exclusion, Material, Window

ONE, NOTHING = Decimal(1), Decimal(0)
Counter = Callable[[Material, Window, int | None], list[Count]]
Summary = Callable[[Sequence[Count], Window], tuple[Decimal, Decimal, int]]

# How counts become a figure ------------------------------------------------------------------------


def by_event(counts: Sequence[Count], _window: Window) -> tuple[Decimal, Decimal, int]:
    """Sum both; the denominator is the number of observations."""
    numerator = sum((count.numerator for count in counts), NOTHING)
    denominator = sum((count.denominator for count in counts), NOTHING)
    return numerator, denominator, int(denominator)


def by_hours(counts: Sequence[Count], _window: Window) -> tuple[Decimal, Decimal, int]:
    """Sum hours; the observations are the participants, never the hours."""
    numerator, denominator, _ = by_event(counts, _window)
    return numerator, denominator, len({count.who for count in counts})


def by_median(counts: Sequence[Count], _window: Window) -> tuple[Decimal, Decimal, int]:
    """Take the middle value; the denominator is 1."""
    values = [count.value for count in counts if count.value is not None]
    return (Decimal(median(values)), ONE, len(values)) if values else (NOTHING, NOTHING, 0)


def by_average_month(counts: Sequence[Count], _window: Window) -> tuple[Decimal, Decimal, int]:
    """Sum the numerators over the average of the monthly denominators (participants are not a flow)."""
    months = {count.month for count in counts}
    if not months:
        return NOTHING, NOTHING, 0
    numerator = sum((count.numerator for count in counts), NOTHING)
    average = (sum((count.denominator for count in counts), NOTHING) / len(months)).quantize(Decimal("0.001"))
    return numerator, average, int(average)


def by_number(counts: Sequence[Count], _window: Window) -> tuple[Decimal, Decimal, int]:
    """Count; the figure is a number and stands over 1."""
    numerator = sum((count.numerator for count in counts), NOTHING)
    return numerator, ONE, int(numerator)


# How rows are counted ------------------------------------------------------------------------------


def of_row(row: RowFact, numerator: Decimal, denominator: Decimal, **more: object) -> Count:
    return Count(row.month, row.municipality, numerator, denominator, row.row_id, row.number, **more)  # type: ignore[arg-type]


def left_out(row: RowFact, why: Exclusion) -> Count:
    return of_row(row, NOTHING, NOTHING, exclusion=why)


def ended_without_judgement(row: RowFact) -> bool:
    reason = row.stop_reason
    return reason is not None and reason.without_judgement


def last_rows(material: Material, window: Window, product: str = "") -> list[RowFact]:
    """Return the last row in the window of everybody who was active in it, each participant once."""
    last: dict[str, RowFact] = {}
    for row in material.rows_in(window):
        if product and row.product != product:
            continue
        if row.state is not RowState.WAITING and not row.has(EventKind.NO_SHOW):
            last[row.number] = row
    return list(last.values())
