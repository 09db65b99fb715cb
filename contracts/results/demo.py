"""Two years of monthly reports of the demo's contracts, delivered and judged through the real services."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.demo import first_month, instant
from contracts.results import queries, review_services, services
from contracts.results.checks import check
from contracts.results.draft import (
    DENOMINATOR,
    FOLLOWED,
    LEAVE,
    NUMERATOR,
    OFFERED,
    REMARK,
    UNEXCUSED,
    Draft,
    Entry,
    Line,
)
from contracts.results.expected import expected_measures, expected_rows, is_lesson_free
from contracts.results.findings import Expected, ExpectedMeasure, in_dutch
from contracts.results.queries import Case
from contracts.results.reading import unchanged_draft
from contracts.results.rules import due_on
from contracts.results.states import EventKind, RowState, Way
from portal.access import Role, Viewer
from portal.demo import DemoWorld
from portal.features import Step
from portal.periods import Month

MANAGER = "contract@lansingerland.example"
SEASON = (1.0, 0.9, 1.0, 0.95, 0.85, 1.0, 0.5, 0.9, 1.0, 0.9, 1.0, 0.7)
SHEET = "Op het scherm"
WHY = (
    "De docent was ziek en er was geen vervanger.",
    "De groep verhuisde naar een ander gebouw.",
    "Er waren veel ziekmeldingen in deze groep.",
    "De deelnemer zorgde thuis voor een ziek kind.",
)


@dataclass(frozen=True)
class Provider:
    """How one contract is reported on: hours a day, attendance, and the months that went wrong."""

    key: str
    email: str
    per_day: str
    attendance: float
    drift: float = 0.0
    late: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()


PROVIDERS = (
    Provider("b1", "info@taalhuis-de-waterlinie.example", "1.6", 0.84, -0.09, (6, 15), (17,), (3, 19)),
    Provider("z", "info@route-delta.example", "2.1", 0.80, 0.03, (2, 9, 20), (), (11,)),
    Provider("pvt", "info@samen-vooruit.example", "0.5", 0.96, 0.0, (8,), (13,), ()),
    Provider("map", "info@route-delta.example", "0.8", 0.90, 0.0, (5,), (), (16,)),
    Provider("mb", "info@samen-vooruit.example", "0.15", 0.97, 0.0, (), (), ()),
    Provider("onderwijs", "regio@rotterdam.example", "2.6", 0.86, 0.0, (4, 10, 18), (), ()),
)
# What the newest month waits for: late and absent, waiting for judgement, correction asked, accepted.
NEWEST = {
    "b1": "waits",
    "z": "questioned",
    "pvt": "absent",
    "map": "accepted",
    "mb": "accepted",
    "onderwijs": "waits",
}


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return per contract and month the delivery and the judgement, at their own moments."""
    begin = Month.of(first_month(world.today))
    newest = Month.of(world.today).previous()
    for provider in PROVIDERS:
        for index, month in enumerate(begin.until(newest)):
            outcome = NEWEST[provider.key] if month == newest else "accepted"
            if index in provider.missing or outcome == "absent":
                continue
            day = _day_of_delivery(provider, index, month)
            if day >= world.today:
                continue
            yield Step(instant(day, 15, 5 * len(provider.key)), _task(_deliver, world, provider, month))
            yield from _judgements(world, provider, month, day, outcome, index)


def _day_of_delivery(provider: Provider, index: int, month: Month) -> date:
    due = due_on(month, 10)
    if index in provider.late:
        return due + timedelta(days=3 + index % 5)
    return due - timedelta(days=(index + len(provider.key)) % 5)


def _judgements(
    world: DemoWorld, provider: Provider, month: Month, day: date, outcome: str, index: int
) -> Iterable[Step]:
    seen = day + timedelta(days=3)
    if outcome == "waits" or seen >= world.today:
        return
    if outcome == "questioned" or index in provider.corrected:
        yield Step(instant(seen, 11), _task(_question, world, provider, month))
        if outcome == "questioned":
            return
        yield Step(instant(seen + timedelta(days=2), 14), _task(_correct, world, provider, month))
        seen += timedelta(days=4)
        if seen >= world.today:
            return
    yield Step(instant(seen, 12), _task(_accept, world, provider, month))


def _task(
    call: Callable[[DemoWorld, Provider, Month], None], world: DemoWorld, provider: Provider, month: Month
) -> Callable[[], None]:
    return lambda: call(world, provider, month)


def _viewer(world: DemoWorld, provider: Provider) -> Viewer:
    return world.viewer(provider.email, role=Role.PROVIDER)


def _case(world: DemoWorld, provider: Provider, month: Month, viewer: Viewer) -> Case:
    return queries.case_for(viewer, world.remember[f"contract_{provider.key}"], month.code)


def _deliver(world: DemoWorld, provider: Provider, month: Month) -> None:
    by = _viewer(world, provider)
    case = _case(world, provider, month, by)
    expected = expected_rows(case.contract, case.party, month)
    measures = expected_measures(case.contract, month)
    chance = random.Random(f"{provider.key} {month.code}")  # noqa: S311 - demo data, no secrets
    free = is_lesson_free(case.contract, month)
    empty = unchanged_draft(expected, measures)
    age = (month.year - case.contract.starts_on.year) * 12 + month.month - case.contract.starts_on.month
    rows = [_filled(line, expected[line.key], provider, month, age, chance, free=free) for line in empty.rows]
    told = [_told(line, measures[line.key], len(expected), chance) for line in empty.measures]
    draft = Draft(tuple(rows), tuple(told))
    questions = check(draft, expected, measures, month, lesson_free=free).questions
    answers = {question.name: chance.choice(WHY) for question in questions}
    services.keep_draft(case, replace(draft, answers=answers), Way.SCREEN, by=by)
    services.submit_report(_case(world, provider, month, by), by=by)


def _filled(
    line: Line,
    known: Expected,
    provider: Provider,
    month: Month,
    age: int,
    chance: random.Random,
    *,
    free: bool,
) -> Line:
    if line.only_event:
        return line
    days = _active_days(known, month)
    offered = _half(Decimal(provider.per_day) * days * Decimal(str(SEASON[month.month - 1])))
    if free:
        offered = Decimal(0)
    rate = provider.attendance + provider.drift * max(0, age - 8) / 15 + chance.uniform(-0.13, 0.1)
    followed = min(offered, _half(offered * Decimal(str(round(min(1.0, max(0.3, rate)), 3)))))
    absent = offered - followed
    unexcused = min(absent, _half(absent * Decimal(str(round(chance.uniform(0.1, 0.7), 2)))))
    hours = {OFFERED: offered, FOLLOWED: followed, LEAVE: absent - unexcused, UNEXCUSED: unexcused}
    cells = {name: Entry(in_dutch(value), SHEET) for name, value in hours.items()}
    return Line(line.key, Entry(sheet=SHEET), {**line.cells, **cells})


def _active_days(known: Expected, month: Month) -> int:
    first, last = month.first, month.last
    state = known.before
    for event in known.known_events:
        if event.kind in (EventKind.STARTED, EventKind.RESUMED):
            first, state = event.on, RowState.RUNNING
        elif event.kind in (EventKind.STOPPED, EventKind.COMPLETED, EventKind.PAUSED, EventKind.NO_SHOW):
            last = event.on
    if state is not RowState.RUNNING:
        return 0
    return max(0, (last - first).days + 1)


def _half(value: Decimal) -> Decimal:
    return (value * 2).to_integral_value() / 2


def _told(line: Line, known: ExpectedMeasure, people: int, chance: random.Random) -> Line:
    numerator, denominator = _reported(known, people, chance)
    cells = {
        NUMERATOR: Entry(in_dutch(Decimal(numerator)), SHEET),
        DENOMINATOR: Entry(in_dutch(Decimal(denominator)), SHEET),
    }
    return Line(line.key, Entry(sheet=SHEET), cells)


def _reported(known: ExpectedMeasure, people: int, chance: random.Random) -> tuple[int, int]:
    if known.measure == "complaints":
        return int(chance.random() < 0.3), people
    if known.measure == "satisfaction":
        asked = chance.randrange(3, 9)
        return sum(chance.choice((6, 7, 8, 8, 9)) for _ in range(asked)), asked
    total = chance.randrange(40, 70)
    return round(total * chance.uniform(0.78, 0.97)), total


def _question(world: DemoWorld, provider: Provider, month: Month) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, month, by)
    if case.report is None:
        return
    rows = sorted(queries.current_rows(case.report), key=lambda row: -row.absence_without_leave)
    reason = "Het verzuim zonder verlof is hoog. Kloppen de uren met uw presentielijst?"
    review_services.ask_correction(case, rows[0], reason=reason, by=by)
    rest = [row.id for row in rows[1:]]
    if rest:
        review_services.accept_rows(_case(world, provider, month, by), rest, by=by)


def _correct(world: DemoWorld, provider: Provider, month: Month) -> None:
    by = _viewer(world, provider)
    case = _case(world, provider, month, by)
    if case.report is None:
        return
    asked = set(queries.open_requests(case.report))
    numbers = {row.trajectory.number for row in queries.current_rows(case.report) if row.id in asked}
    newest = queries.newest_submitted(case.report)
    draft = Draft.from_json(newest.draft) if newest is not None else Draft()
    rows = tuple(
        _mended(line) if line.key in numbers and not line.only_event else line for line in draft.rows
    )
    mended = replace(draft, rows=rows)
    questions = services.checked_draft(case, mended).questions
    answers = {**{question.name: WHY[0] for question in questions}, **mended.answers}
    services.keep_draft(case, replace(mended, answers=answers), Way.SCREEN, by=by)
    services.submit_report(_case(world, provider, month, by), by=by)


def _mended(line: Line) -> Line:
    leave, unexcused = _number(line, LEAVE), _number(line, UNEXCUSED)
    moved = _half(unexcused / 2)
    cells = {
        LEAVE: Entry(in_dutch(leave + moved), SHEET),
        UNEXCUSED: Entry(in_dutch(unexcused - moved), SHEET),
        REMARK: Entry("Nagekeken met de presentielijst.", SHEET),
    }
    return Line(line.key, line.place, {**line.cells, **cells})


def _number(line: Line, name: str) -> Decimal:
    return Decimal(line.text(name).replace(",", ".") or "0")


def _accept(world: DemoWorld, provider: Provider, month: Month) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, month, by)
    review_services.accept_rows(case, None, by=by)
