"""The demo's numbers beside the months: participation hours on the Z-route, a PIP, a step-down, diplomas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements.demo import first_month, instant
from contracts.agreements.rules import plus_months
from contracts.trajectories import queries
from contracts.trajectories.demo import REFERRERS
from contracts.trajectories.events_services import register_event
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import EventKind, TrajectoryState
from kpis.definitions.services import add_record
from kpis.definitions.states import RecordKind
from portal.access import SYSTEM, Viewer
from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return per month the participation hours of the month before, and what DUO and the colleges decided."""
    month = plus_months(first_month(world.today), 2)
    while month < world.today:
        day = month + timedelta(days=6)
        if day < world.today:
            yield Step(instant(day, 10), _task(_hours, world, month - timedelta(days=1)), rank=5)
            yield Step(instant(day, 11), _task(_diplomas, world, month - timedelta(days=1)), rank=5)
            yield Step(instant(day, 12), _task(_plans, world, month - timedelta(days=1)), rank=5)
        month = plus_months(month, 1)
    yesterday = world.today - timedelta(days=1)
    yield Step(instant(yesterday, 19), _task(_plans, world, yesterday), rank=5)
    decided = plus_months(first_month(world.today), 15) + timedelta(days=8)
    yield Step(instant(decided, 9), _task(_decisions, world, decided), rank=5)


def _task(call: Callable[[DemoWorld, date], None], world: DemoWorld, day: date) -> Callable[[], None]:
    return lambda: call(world, day)


def _of(world: DemoWorld, key: str) -> list[Trajectory]:
    number = str(world.remember[f"contract_{key}"])
    found = queries.all_of(queries.visible_to(SYSTEM))
    mine = [one for one in found if one.contract_product.contract.number == number]
    return sorted(mine, key=lambda one: one.number)


def _municipality(world: DemoWorld, trajectory: Trajectory) -> Viewer | None:
    """Return who records for the municipality of residence; None when it lies outside the region."""
    living = queries.residence_on(trajectory, world.today)
    name = living.municipality.name if living is not None and living.municipality is not None else ""
    return world.viewer(REFERRERS[name]) if name in REFERRERS else None


def _hours(world: DemoWorld, last: date) -> None:
    for number, one in enumerate(_of(world, "z")):
        began, ended = one.started_on, one.stopped_on or one.finished_on
        if began is None or began > last or (ended is not None and ended < last.replace(day=1)):
            continue
        by = _municipality(world, one)
        if by is None:
            continue
        hours = Decimal(28 + (number * 7 + last.month * 3) % 14)
        add_record(
            one, kind=RecordKind.PARTICIPATION_HOURS, on=last, value=hours, source="urenstaat participatie", by=by
        )


def _plans(world: DemoWorld, last: date) -> None:
    """Write down the weekly hours of the PIP of everybody who was referred in the month."""
    for key, hours in (("b1", 12), ("z", 10)):
        for number, one in enumerate(_of(world, key)):
            on = one.referred_on
            if not last.replace(day=1) <= on <= last:
                continue
            by = _municipality(world, one)
            if by is not None:
                value = Decimal(hours - number % 3)
                add_record(one, kind=RecordKind.WEEKLY_HOURS, on=on, value=value, source="het PIP", by=by)


def _diplomas(world: DemoWorld, last: date) -> None:
    """Enter what DUO decided: most who finished a route in the month have their paper."""
    for key in ("b1", "z", "onderwijs"):
        for number, one in enumerate(_of(world, key)):
            done = one.finished_on
            if done is None or (done.year, done.month) != (last.year, last.month) or not number % 5:
                continue
            by = _municipality(world, one)
            if by is not None:
                register_event(one, kind=EventKind.DIPLOMA, on=done, by=by)


def _decisions(world: DemoWorld, day: date) -> None:
    """Lower the level of two B1 participants, and write the hours of two PIPs down."""
    running = [one for one in _of(world, "b1") if one.state is TrajectoryState.STARTED]
    kinds = ((RecordKind.SCALED_DOWN, "0"), (RecordKind.SCALED_DOWN, "0"), (RecordKind.WEEKLY_HOURS, "9"))
    for one, (kind, value) in zip(running, kinds, strict=False):
        by = _municipality(world, one)
        if by is not None:
            add_record(one, kind=kind, on=day, value=Decimal(value), source="besluit van het college", by=by)
