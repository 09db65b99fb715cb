"""The closed catalogue of measures: pure, versioned functions from accepted rows to a figure with its rows.

A function looks at the rows of a window and says per row what it adds to numerator and denominator, or
with which code it is left out. What was fixed with an older version keeps that version.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.results.states import EventKind, RowState
from kpis.definitions import route_rules as routes
from kpis.definitions.counting import (
    NOTHING,
    ONE,
    Counter,
    Summary,
    by_average_month,
    by_event,
    by_hours,
    by_median,
    by_number,
    ended_without_judgement,
    last_rows,
    left_out,
    of_row,
)
from kpis.definitions.facts import Count, Exclusion, Material, Outcome, Window

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
                found.append(of_row(row, ONE, ONE))
        elif term in row.month:
            ended = ended_without_judgement(row) and start is None
            why = Exclusion.ENDED_WITHOUT_JUDGEMENT
            found.append(left_out(row, why) if ended else of_row(row, NOTHING, ONE))
    return found


def lead_time_to_start(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Days between referral and first lesson, of who started in the window."""
    return [
        of_row(row, NOTHING, NOTHING, value=Decimal((row.started_on - row.referred_on).days))
        for row in material.rows_in(window)
        if row.started_on is not None and row.started_on in row.month
    ]


def attendance(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Hours followed of hours offered; months without lessons add nothing."""
    return [
        left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT)
        if ended_without_judgement(row)
        else of_row(row, row.followed, row.offered)
        for row in material.rows_in(window)
        if row.offered > 0
    ]


def unexcused_absence(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Hours missed without a valid reason, of hours offered."""
    return [
        left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT)
        if ended_without_judgement(row)
        else of_row(row, row.unexcused, row.offered)
        for row in material.rows_in(window)
        if row.offered > 0
    ]


def dropout(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Who stopped without a valid reason, of who was active in the window; each participant counts once."""
    found = []
    for row in last_rows(material, window):
        if ended_without_judgement(row):
            found.append(left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
        else:
            stopped = row.state is RowState.STOPPED and row.stop_reason is not None
            found.append(of_row(row, ONE if stopped else NOTHING, ONE))
    return found


def _exams(results: dict[EventKind, bool]) -> Counter:
    def count(material: Material, window: Window, _parameter: int | None) -> list[Count]:
        found = []
        for row in material.rows_in(window):
            taken = [results[event.kind] for event in row.events if event.kind in results]
            if taken:
                found.append(of_row(row, Decimal(sum(taken)), Decimal(len(taken))))
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
            if ended_without_judgement(row):
                found.append(left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
                continue
            done = hours[row.number] >= (parameter or least) and row.number in signed
            found.append(of_row(row, ONE if done else NOTHING, ONE))
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
        of_row(row, ONE if row.number in placed else NOTHING, ONE)
        if row.state is RowState.RUNNING
        else left_out(row, Exclusion.NOT_STARTED)
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
    MeasureFunction("offered_hours", 1, routes.offered_hours, by_hours),
    MeasureFunction("scaled_down_a2", 1, routes.scaled_down_a2, by_event, is_additive=False),
    MeasureFunction("z_on_schedule", 1, routes.z_on_schedule, by_event, is_additive=False),
    MeasureFunction("onderwijs_diploma", 1, routes.onderwijs_diploma, by_event),
    MeasureFunction("route_switch", 1, routes.route_switch, by_event, is_additive=False),
    MeasureFunction("obligation_met", 1, routes.obligation_met, by_event, needs_months=False),
    MeasureFunction(
        "completed_for_share", 1, routes.completed_for_share, by_number, is_additive=False, needs_months=False
    ),
    MeasureFunction("invoice_quality", 1, routes.invoice_quality, by_event, needs_months=False, one="factuur"),
    MeasureFunction("onward_flow", 1, reported, by_event),
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
