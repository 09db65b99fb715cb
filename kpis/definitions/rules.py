"""The closed catalogue of measures: pure, versioned functions from accepted rows to a figure with its rows.

A function looks at the rows of a window and says per row what it adds to numerator and denominator, or
with which code it is left out. What was fixed with an older version keeps that version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from contracts.results.facts import RowFact
from contracts.results.states import EventKind, RowState
from kpis.definitions.facts import Count, Exclusion, Material, Outcome, Window

ONE, NOTHING = Decimal(1), Decimal(0)
Counter = Callable[[Material, Window, int | None], list[Count]]
Summary = Callable[[Sequence[Count], Window], tuple[Decimal, Decimal, int]]

EXAMS_B1 = {
    EventKind.READING_PASSED: True,
    EventKind.READING_FAILED: False,
    EventKind.LISTENING_PASSED: True,
    EventKind.LISTENING_FAILED: False,
    EventKind.WRITING_PASSED: True,
    EventKind.WRITING_FAILED: False,
    EventKind.SPEAKING_PASSED: True,
    EventKind.SPEAKING_FAILED: False,
}
EXAMS_KNM = {EventKind.KNM_PASSED: True, EventKind.KNM_FAILED: False}


@dataclass(frozen=True)
class MeasureFunction:
    """One version of a measure: how rows are counted and how counts become a figure."""

    code: str
    version: int
    count: Counter
    summarise: Summary
    is_additive: bool = True
    needs_months: bool = True
    one: str = "deelnemer"

    def outcome(self, material: Material, window: Window, parameter: int | None) -> Outcome:
        """Work the figure out over a window."""
        counts = self.count(material, window, parameter)
        taken = [count for count in counts if count.exclusion is None]
        numerator, denominator, counted = self.summarise(taken, window)
        return Outcome(numerator, denominator, counted, tuple(counts))


def working_days_after(day: date, count: int, free: frozenset[date]) -> date:
    """Return the day that lies ``count`` working days after a day."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in free:
            count -= 1
    return day


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


# How rows are counted ------------------------------------------------------------------------------


def _of_row(row: RowFact, numerator: Decimal, denominator: Decimal, **more: object) -> Count:
    return Count(row.month, row.municipality, numerator, denominator, row.row_id, row.number, **more)  # type: ignore[arg-type]


def _left_out(row: RowFact, why: Exclusion) -> Count:
    return _of_row(row, NOTHING, NOTHING, exclusion=why)


def _ended_without_judgement(row: RowFact) -> bool:
    reason = row.stop_reason
    return reason is not None and reason.without_judgement


def start_on_time(material: Material, window: Window, parameter: int | None) -> list[Count]:
    """Referrals whose first lesson was within N working days, of those whose term ran out or that started.

    A referral counts once: in the month of a timely start, or in the month in which the term ran out.
    """
    days = parameter or 20
    terms: dict[date, date] = {}
    found: list[Count] = []
    for row in material.rows_in(window):
        if row.referred_on not in terms:
            terms[row.referred_on] = working_days_after(row.referred_on, days, material.free_days)
        term, start = terms[row.referred_on], row.started_on
        if start is not None and start <= term:
            if start in row.month:
                found.append(_of_row(row, ONE, ONE))
        elif term in row.month:
            ended = _ended_without_judgement(row) and start is None
            why = Exclusion.ENDED_WITHOUT_JUDGEMENT
            found.append(_left_out(row, why) if ended else _of_row(row, NOTHING, ONE))
    return found


def lead_time_to_start(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Days between referral and first lesson, of who started in the window."""
    return [
        _of_row(row, NOTHING, NOTHING, value=Decimal((row.started_on - row.referred_on).days))
        for row in material.rows_in(window)
        if row.started_on is not None and row.started_on in row.month
    ]


def attendance(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Hours followed of hours offered; months without lessons add nothing."""
    return [
        _left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT)
        if _ended_without_judgement(row)
        else _of_row(row, row.followed, row.offered)
        for row in material.rows_in(window)
        if row.offered > 0
    ]


def unexcused_absence(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Hours missed without a valid reason, of hours offered."""
    return [
        _left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT)
        if _ended_without_judgement(row)
        else _of_row(row, row.unexcused, row.offered)
        for row in material.rows_in(window)
        if row.offered > 0
    ]


def dropout(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Who stopped without a valid reason, of who was active in the window; each participant counts once."""
    last: dict[str, RowFact] = {}
    for row in material.rows_in(window):
        if row.state is not RowState.WAITING and not row.has(EventKind.NO_SHOW):
            last[row.number] = row
    found = []
    for row in last.values():
        if _ended_without_judgement(row):
            found.append(_left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
        else:
            stopped = row.state is RowState.STOPPED and row.stop_reason is not None
            found.append(_of_row(row, ONE if stopped else NOTHING, ONE))
    return found


def _exams(results: dict[EventKind, bool]) -> Counter:
    def count(material: Material, window: Window, _parameter: int | None) -> list[Count]:
        found = []
        for row in material.rows_in(window):
            taken = [results[event.kind] for event in row.events if event.kind in results]
            if taken:
                found.append(_of_row(row, Decimal(sum(taken)), Decimal(len(taken))))
        return found

    return count


def _completed(product: str, least: int, sign: EventKind) -> Counter:
    """Count ended trajectories of a product: at least so many hours followed and signed or talked over."""

    def count(material: Material, window: Window, parameter: int | None) -> list[Count]:
        hours: dict[str, Decimal] = defaultdict(Decimal)
        signed: set[str] = set()
        found = []
        for row in material.rows_until(window.last):
            if row.product != product:
                continue
            hours[row.number] += row.followed
            if row.has(sign):
                signed.add(row.number)
            if row.month not in window or not row.has(EventKind.COMPLETED, EventKind.STOPPED):
                continue
            if _ended_without_judgement(row):
                found.append(_left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
                continue
            done = hours[row.number] >= (parameter or least) and row.number in signed
            found.append(_of_row(row, ONE if done else NOTHING, ONE))
        return found

    return count


def participation(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Who has a place to take part, of who was running in the last month of the window that came in."""
    months = [month for month in window.months if material.rows.get(month)]
    if not months:
        return []
    placed: set[str] = set()
    for row in material.rows_until(months[-1]):
        for event in row.events:
            if event.kind is EventKind.PARTICIPATION_STARTED:
                placed.add(row.number)
            elif event.kind is EventKind.PARTICIPATION_ENDED:
                placed.discard(row.number)
    return [
        _of_row(row, ONE if row.number in placed else NOTHING, ONE)
        if row.state is RowState.RUNNING
        else _left_out(row, Exclusion.NOT_STARTED)
        for row in material.rows[months[-1]]
        if row.state in (RowState.RUNNING, RowState.WAITING)
    ]


def report_on_time(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Reports that came on or before the due day, of those that were due."""
    found = []
    for month in material.expected_months:
        if month not in window:
            continue
        delivery = material.deliveries.get(month)
        came = delivery is not None and delivery.submitted_on is not None
        in_time = came and delivery is not None and (delivery.submitted_on or date.max) <= delivery.due_on
        found.append(Count(month, "", ONE if in_time else NOTHING, ONE, who=month.code))
    return found


def reported(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Numerator and denominator as the provider counted them, month by month."""
    return [
        Count(figure.month, "", figure.numerator, figure.denominator, who=figure.month.code)
        for figure in material.reported
        if figure.month in window
    ]


_ALL = (
    MeasureFunction("start_on_time", 1, start_on_time, by_event),
    MeasureFunction("lead_time_to_start", 1, lead_time_to_start, by_median, is_additive=False),
    MeasureFunction("attendance", 1, attendance, by_hours),
    MeasureFunction("unexcused_absence", 1, unexcused_absence, by_hours),
    MeasureFunction("passed_b1", 1, _exams(EXAMS_B1), by_event, one="examen"),
    MeasureFunction("passed_knm", 1, _exams(EXAMS_KNM), by_event, one="examen"),
    MeasureFunction(
        "pvt_completed", 1, _completed("PVT", 12, EventKind.PVT_SIGNED), by_event, is_additive=False
    ),
    MeasureFunction(
        "map_completed", 1, _completed("MAP", 40, EventKind.MAP_FINAL_TALK), by_event, is_additive=False
    ),
    MeasureFunction("dropout", 1, dropout, by_event, is_additive=False),
    MeasureFunction("participation", 1, participation, by_event, is_additive=False),
    MeasureFunction("report_on_time", 1, report_on_time, by_event, needs_months=False, one="maand"),
    MeasureFunction("qualified_teachers", 1, reported, by_event, one="les"),
    MeasureFunction("absence_reported_in_time", 1, reported, by_event, one="melding"),
    MeasureFunction("group_size", 1, reported, by_event, one="groep"),
    MeasureFunction("satisfaction", 1, reported, by_event),
    MeasureFunction("complaints", 1, reported, by_average_month, is_additive=False),
)
CATALOGUE: dict[tuple[str, int], MeasureFunction] = {(one.code, one.version): one for one in _ALL}


def newest(code: str) -> MeasureFunction:
    """Return the newest version of a measure; version 0 counts nothing: rows cannot tell it yet."""
    versions = [function for (known, _), function in CATALOGUE.items() if known == code]
    unknown = MeasureFunction(code, 0, lambda *_: [], by_event, needs_months=False)
    return max(versions, key=lambda function: function.version, default=unknown)
