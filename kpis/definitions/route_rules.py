"""Measures of a whole route: hours against the plan, Z-route, step-down, switches, obligation, state share.

Each takes the material and a window and says per row, trajectory or invoice what it adds, or why it is
left out. Dates and hours of the law stand beside the rule that uses them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.rules import plus_months
from contracts.results.facts import RowFact
from contracts.results.states import EventKind, RowState
from contracts.trajectories.states import Certainty, StopReason
from kpis.definitions.counting import NOTHING, ONE, ended_without_judgement, last_rows, left_out, of_row
from kpis.definitions.facts import Count, DiplomaFact, Exclusion, Material, TrajectoryFact, Window
from kpis.definitions.states import RecordKind
from portal.catalogue.states import TargetGroup
from portal.periods import Month

ROUTES = frozenset({"B1", "Z", "ONDERWIJS"})
WEEKLY_HOURS = 12
Z_HOURS = 800
Z_PLANNED_MONTHS = 24
STEP_DOWN_HOURS = 600
SWITCH_MONTHS = 18
THOUSANDTH = Decimal("0.001")


def offered_hours(material: Material, window: Window, parameter: int | None) -> list[Count]:
    """Lesson hours offered of the hours agreed per week: those of the PIP, else those of the agreement.

    The agreed hours of a month are the weekly hours times its working days over five, counted from the
    first lesson; public holidays and the lesson-free months of the contract ask nothing.
    """
    found = []
    for row in material.rows_in(window):
        why = _not_lesson_time(material, row)
        if why is not None:
            found.append(left_out(row, why))
            continue
        weekly = Decimal(parameter or WEEKLY_HOURS)
        known = material.trajectories.get(row.number)
        planned = known.latest(RecordKind.WEEKLY_HOURS, row.month.last) if known else None
        weeks = Decimal(_working_days(material, row)) / 5
        agreed = ((planned.value if planned else weekly) * weeks).quantize(THOUSANDTH)
        found.append(of_row(row, row.offered, agreed))
    return found


def _not_lesson_time(material: Material, row: RowFact) -> Exclusion | None:
    if ended_without_judgement(row):
        return Exclusion.ENDED_WITHOUT_JUDGEMENT
    if row.started_on is None or row.state is RowState.WAITING or row.started_on > row.month.last:
        return Exclusion.NOT_STARTED
    if row.state is RowState.PAUSED:
        return Exclusion.PAUSED
    return Exclusion.NO_LESSONS if row.month in material.lesson_free else None


def _working_days(material: Material, row: RowFact) -> int:
    ends = [event.on for event in row.events if event.kind in (EventKind.COMPLETED, EventKind.STOPPED)]
    first = max(row.month.first, row.started_on or row.month.first)
    last = min([row.month.last, *ends])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return len([day for day in days if day.weekday() < 5 and day not in material.free_days])


def z_on_schedule(material: Material, window: Window, parameter: int | None) -> list[Count]:
    """Z-route participants with the hours their schedule asks by the last month that came in.

    The end norm is 800 lesson hours and, for asielstatushouders only, 800 hours of participation (art.
    3.14 Besluit inburgering 2021); hours brought along count. The schedule spreads them evenly over 24
    months after the month of the start (policy plan: about two years), months of interruption left out.
    Who completed in the window is held to the end norm.
    """
    months = [month for month in window.months if material.rows.get(month)]
    if not months:
        return []
    hours: dict[str, Decimal] = defaultdict(Decimal)
    paused: dict[str, int] = defaultdict(int)
    last: dict[str, RowFact] = {}
    for row in material.rows_until(months[-1]):
        if row.product == "Z":
            hours[row.number] += row.followed
            paused[row.number] += row.state is RowState.PAUSED
            last[row.number] = row
    found = []
    for row in last.values():
        completed = row.has(EventKind.COMPLETED) and row.month in window
        if row.month != months[-1] and not completed:
            continue
        why = _z_exclusion(row, material.trajectories.get(row.number), months[-1])
        if why is not None:
            found.append(left_out(row, why))
        elif completed or row.state is RowState.RUNNING:
            elapsed = Z_PLANNED_MONTHS if completed else _elapsed(row, months[-1]) - paused[row.number]
            good = _is_on_schedule(material, row, hours[row.number], elapsed, parameter or Z_HOURS)
            found.append(of_row(row, ONE if good else NOTHING, ONE))
    return found


def _z_exclusion(row: RowFact, known: TrajectoryFact | None, last: Month) -> Exclusion | None:
    if ended_without_judgement(row):
        return Exclusion.ENDED_WITHOUT_JUDGEMENT
    if row.state is RowState.WAITING or row.started_on is None:
        return Exclusion.NOT_STARTED
    if row.state is RowState.PAUSED:
        return Exclusion.PAUSED
    if row.state is RowState.STOPPED or row.target_group is not TargetGroup.ASYLUM:
        return None
    told = known.total(RecordKind.PARTICIPATION_HOURS, last.last) if known else None
    brought = known.brought_participation if known else NOTHING
    return Exclusion.HOURS_UNKNOWN if told is None and not brought else None


def _elapsed(row: RowFact, last: Month) -> int:
    begin = Month.of(row.started_on or last.first)
    return max(0, (last.year - begin.year) * 12 + last.month - begin.month)


def _is_on_schedule(
    material: Material, row: RowFact, followed: Decimal, elapsed: int, end_norm: int
) -> bool:
    until, known = row.month.last, material.trajectories.get(row.number)
    share = min(max(elapsed, 0), Z_PLANNED_MONTHS)
    course, participation = Decimal(end_norm), Decimal(end_norm)
    brought = told = NOTHING
    if known is not None:
        own = known.latest(RecordKind.COURSE_NORM, until)
        own_participation = known.latest(RecordKind.PARTICIPATION_NORM, until)
        course = own.value if own else course
        participation = own_participation.value if own_participation else participation
        brought = known.brought_hours
        total = known.total(RecordKind.PARTICIPATION_HOURS, until) or NOTHING
        told = total + known.brought_participation
    lessons = (followed + brought) * Z_PLANNED_MONTHS >= course * share
    needs_participation = row.target_group is TargetGroup.ASYLUM
    return lessons and (not needs_participation or told * Z_PLANNED_MONTHS >= participation * share)


def onderwijs_diploma(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Who left the Onderwijsroute with the diploma, of who left it; by the day the trajectory ended."""
    found = []
    for row in material.rows_in(window):
        if row.product != "ONDERWIJS" or not row.has(EventKind.COMPLETED, EventKind.STOPPED):
            continue
        known = material.trajectories.get(row.number)
        diploma = _first(known.diplomas) if known else None
        if ended_without_judgement(row):
            found.append(left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
        elif diploma is not None and diploma.certainty is not Certainty.CONFIRMED:
            found.append(left_out(row, Exclusion.NOT_CONFIRMED))
        else:
            found.append(of_row(row, ONE if diploma is not None else NOTHING, ONE))
    return found


def scaled_down_a2(material: Material, window: Window, parameter: int | None) -> list[Count]:
    """B1 participants whose level the municipality lowered, after at least 600 hours, of who was active.

    Hours brought along count (art. 5.5 lid 2 Besluit inburgering 2021). A decision with fewer hours is
    left out with its own code: it is looked into, not counted.
    """
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for row in material.rows_until(window.last):
        hours[row.number] += row.followed
    found = []
    for row in last_rows(material, window, "B1"):
        known = material.trajectories.get(row.number)
        decision = known.latest(RecordKind.SCALED_DOWN, window.last.last) if known else None
        lowered = decision is not None and Month.of(decision.on) in window
        total = hours[row.number] + (known.brought_hours if known else NOTHING)
        if ended_without_judgement(row):
            found.append(left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
        elif lowered and total < (parameter or STEP_DOWN_HOURS):
            found.append(left_out(row, Exclusion.TOO_FEW_HOURS))
        else:
            found.append(of_row(row, ONE if lowered else NOTHING, ONE))
    return found


def route_switch(material: Material, window: Window, parameter: int | None) -> list[Count]:
    """Who switched route within eighteen months after the start of the term, of who was active.

    A later switch is allowed on its own ground (art. 5.4 Besluit inburgering 2021) and is no count here.
    """
    found = []
    for row in last_rows(material, window):
        if row.product not in ROUTES:
            continue
        if ended_without_judgement(row):
            found.append(left_out(row, Exclusion.ENDED_WITHOUT_JUDGEMENT))
            continue
        known = material.trajectories.get(row.number)
        days = [day for day in _switch_days(row, known) if Month.of(day) in window]
        in_time = known is not None and any(
            day <= plus_months(known.term_starts_on, parameter or SWITCH_MONTHS) for day in days
        )
        found.append(of_row(row, ONE if in_time else NOTHING, ONE))
    return found


def _switch_days(row: RowFact, known: TrajectoryFact | None) -> list[date]:
    stopped = [event.on for event in row.events if event.reason is StopReason.OTHER_ROUTE]
    return [*(known.switches if known else ()), *stopped]


def obligation_met(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Who had the diploma on or before the end of the own, extended term, of whose term ended in the window.

    The term runs from the day after the PIP and ends per person (art. 4.2-4.5 Besluit inburgering 2021);
    the cohort is the year in which the term began.
    """
    found = []
    for known in _trajectories(material):
        if Month.of(known.term_ends_on) in window:
            found.append(_at_end_of_term(known))
    return found


def _at_end_of_term(known: TrajectoryFact) -> Count:
    day = known.term_ends_on
    in_time = [one for one in known.diplomas if one.on <= day]
    confirmed = [one for one in in_time if one.certainty is Certainty.CONFIRMED]
    why = None
    if known.stop_reason is not None and known.stop_reason.without_judgement:
        why = Exclusion.ENDED_WITHOUT_JUDGEMENT
    elif known.stop_reason is StopReason.OTHER_ROUTE:
        why = Exclusion.OTHER_ROUTE
    elif known.started_on is None:
        why = Exclusion.NOT_STARTED
    elif in_time and not confirmed:
        why = Exclusion.NOT_CONFIRMED
    number, of = (NOTHING, NOTHING) if why else (ONE if confirmed else NOTHING, ONE)
    return Count(Month.of(day), known.home_on(day), number, of, who=known.number, exclusion=why)


def completed_for_share(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Asielstatushouders with diploma or certificate of DUO in the window, per municipality.

    Weighs in the municipality's share two years later (art. 10.1 lid 4 Besluit inburgering 2021); only
    what DUO decided and the municipality entered counts, once per person.
    """
    found = []
    for known in _trajectories(material):
        diploma = _first(known.diplomas)
        if diploma is None or Month.of(diploma.on) not in window:
            continue
        why = None
        if known.target_group is not TargetGroup.ASYLUM:
            why = Exclusion.OTHER_GROUP
        elif diploma.certainty is not Certainty.CONFIRMED:
            why = Exclusion.NOT_CONFIRMED
        number = NOTHING if why else ONE
        home = known.home_on(diploma.on)
        found.append(
            Count(Month.of(diploma.on), home, number, number, who=known.number, exclusion=why)
        )
    return found


def invoice_quality(material: Material, window: Window, _parameter: int | None) -> list[Count]:
    """Invoices that were right at the first check, of the invoices checked; credit notes count for nothing."""
    found = []
    for invoice in material.invoices:
        if invoice.month not in window:
            continue
        why = None
        if invoice.is_credit:
            why = Exclusion.CREDIT
        elif not invoice.is_checked:
            why = Exclusion.NOT_CHECKED
        number = ONE if invoice.is_clean and not why else NOTHING
        found.append(
            Count(invoice.month, "", number, NOTHING if why else ONE, who=invoice.number, exclusion=why)
        )
    return found


def _trajectories(material: Material) -> list[TrajectoryFact]:
    return [one for _, one in sorted(material.trajectories.items()) if one.product in ROUTES]


def _first(diplomas: tuple[DiplomaFact, ...]) -> DiplomaFact | None:
    """Return the earliest confirmed diploma, else the earliest provisional one."""
    by_certainty = sorted(diplomas, key=lambda one: (one.certainty is not Certainty.CONFIRMED, one.on))
    return next(iter(by_certainty), None)
