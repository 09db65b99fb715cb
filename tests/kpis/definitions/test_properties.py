"""What holds for every measure whatever the rows: order, municipalities, and a better row never worsens."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.results.facts import RowFact
from contracts.results.states import EventKind, RowState, StopReason
from contracts.trajectories.states import Certainty
from kpis.definitions.facts import DiplomaFact, Material, Outcome, RecordFact, TrajectoryFact, Window
from kpis.definitions.rules import CATALOGUE, newest
from kpis.definitions.states import RecordKind
from portal.catalogue.states import TargetGroup
from portal.periods import Month
from tests.kpis.definitions.test_rules import row

MONTHS = tuple(Month(2026, number) for number in range(1, 7))
WINDOW = Window(MONTHS[0], MONTHS[-1])
PLACES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
FROM_ROWS = sorted(
    code for code, _ in CATALOGUE
    if code not in ("report_on_time", "qualified_teachers", "absence_reported_in_time", "group_size",
                    "satisfaction", "complaints", "onward_flow", "invoice_quality")
)  # fmt: skip
SUMS = [code for code in FROM_ROWS if code != "lead_time_to_start"]


def world(seed: int, people: int = 40) -> Material:
    """Make half a year of a small region: who lives where never changes within one trajectory."""
    chance = random.Random(seed)
    rows: dict[Month, list[RowFact]] = defaultdict(list)
    facts = {}
    for number in range(people):
        name, place = f"T-{number}", chance.choice(PLACES)
        product = chance.choice(("B1", "Z", "ONDERWIJS", "PVT", "MAP"))
        began = date(2025, 10, 1) + timedelta(days=chance.randint(0, 150))
        facts[name] = _fact(chance, name, place, product, began)
        for month in MONTHS[: chance.randint(2, 6)]:
            rows[month].append(_row(chance, name, place, product, began, month, facts[name]))
    return Material(rows=rows, trajectories=facts)


def _fact(chance: random.Random, name: str, place: str, product: str, began: date) -> TrajectoryFact:
    day = date(2026, chance.randint(1, 6), chance.randint(1, 28))
    papers = (DiplomaFact(day, chance.choice(tuple(Certainty))),) if chance.random() < 0.4 else ()
    hours = RecordFact(RecordKind.PARTICIPATION_HOURS, day, Decimal(chance.randint(0, 300)))
    return TrajectoryFact(
        name, product, chance.choice(tuple(TargetGroup)), date(2023, 1, 2), day, began,
        stop_reason=chance.choice((None, None, StopReason.MOVED_OUTSIDE, StopReason.DROPPED_OUT)),
        homes=((date(2023, 1, 1), place),), diplomas=papers, records=(hours,),
        switches=(day,) if chance.random() < 0.2 else (),
    )  # fmt: skip


def _row(
    chance: random.Random, name: str, place: str, product: str, began: date, month: Month, fact: TrajectoryFact
) -> RowFact:
    events: list[Any] = []
    state = chance.choice((RowState.RUNNING, RowState.RUNNING, RowState.RUNNING, RowState.PAUSED))
    if chance.random() < 0.1:
        state = RowState.STOPPED
        events.append((EventKind.STOPPED, month.first, fact.stop_reason or StopReason.DROPPED_OUT))
    elif chance.random() < 0.2:
        state = RowState.COMPLETED
        sign = EventKind.PVT_SIGNED if product == "PVT" else EventKind.MAP_FINAL_TALK
        events += [(EventKind.COMPLETED, month.last, None), (sign, month.last, None)]
    if chance.random() < 0.2:
        kind = chance.choice((EventKind.READING_PASSED, EventKind.KNM_FAILED, EventKind.PARTICIPATION_STARTED))
        events.append((kind, month.first, None))
    offered = chance.randint(0, 40)
    followed = chance.randint(0, offered)
    return row(
        month, name, municipality=place, product=product, state=state, events=events, started_on=began,
        referred_on=began - timedelta(days=20), target_group=fact.target_group, offered=Decimal(offered),
        followed=Decimal(followed), unexcused=Decimal(chance.randint(0, offered - followed)),
    )  # fmt: skip


def work_out(code: str, material: Material, window: Window = WINDOW) -> Outcome:
    return newest(code).outcome(material, window, None)


def sums(found: Outcome) -> tuple[Decimal, Decimal, dict[str, int]]:
    return found.numerator, found.denominator, found.excluded


@pytest.mark.parametrize("code", FROM_ROWS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_nothing(code: str, seed: int) -> None:
    material = world(seed)
    chance = random.Random(seed)
    mixed = {month: chance.sample(list(rows), len(rows)) for month, rows in material.rows.items()}
    facts = dict(chance.sample(sorted(material.trajectories.items()), len(material.trajectories)))

    assert sums(work_out(code, replace(material, rows=mixed, trajectories=facts))) == sums(
        work_out(code, material)
    )


@pytest.mark.parametrize("code", SUMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_joint_figure_is_the_sum_of_the_municipalities(code: str, seed: int) -> None:
    material = world(seed)
    parts = [work_out(code, _only(material, place)) for place in PLACES]
    whole = work_out(code, material)

    assert whole.numerator == sum(part.numerator for part in parts)
    if code != "completed_for_share":  # a number, which stands over 1
        assert whole.denominator == sum(part.denominator for part in parts)


def _only(material: Material, place: str) -> Material:
    rows = {
        month: [one for one in found if one.municipality == place] for month, found in material.rows.items()
    }
    facts = {one.number: one for one in material.trajectories.values() if one.homes[0][1] == place}
    return replace(material, rows=rows, trajectories=facts)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_an_hour_followed_more_never_lowers_attendance_schedule_or_hours(seed: int) -> None:
    material = world(seed)
    for code in ("attendance", "z_on_schedule", "pvt_completed", "map_completed"):
        before = work_out(code, material)
        after = work_out(code, _with_more_hours(material))

        assert after.numerator >= before.numerator
        assert after.denominator == before.denominator


def _with_more_hours(material: Material) -> Material:
    more = {
        month: [replace(one, followed=min(one.followed + 1, one.offered)) for one in rows]
        for month, rows in material.rows.items()
    }
    return replace(material, rows=more)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_diploma_confirmed_never_lowers_a_figure(seed: int) -> None:
    material = world(seed)
    better = {
        name: replace(
            one, diplomas=tuple(replace(paper, certainty=Certainty.CONFIRMED) for paper in one.diplomas)
        )
        for name, one in material.trajectories.items()
    }
    for code in ("onderwijs_diploma", "obligation_met", "completed_for_share"):
        before = work_out(code, material)
        after = work_out(code, replace(material, trajectories=better))

        assert after.numerator >= before.numerator
        assert not after.excluded.get("not_confirmed")


@pytest.mark.parametrize("code", FROM_ROWS)
def test_nothing_that_is_left_out_stands_in_the_figure(code: str) -> None:
    found = work_out(code, world(7))

    left_out = [count for count in found.counts if count.exclusion is not None]
    assert all(not count.numerator and not count.denominator for count in left_out)
    assert sum(found.excluded.values()) == len(left_out)


def test_the_worlds_are_rich_enough_to_mean_something() -> None:
    codes = {code for seed in (1, 2, 3) for code in FROM_ROWS if work_out(code, world(seed)).denominator}

    assert codes == set(FROM_ROWS)
