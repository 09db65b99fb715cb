"""The measures of whole routes against cases worked by hand, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.results.facts import RowFact
from contracts.results.states import EventKind, RowState, StopReason
from contracts.trajectories.states import Certainty
from kpis.definitions.facts import DiplomaFact, InvoiceFact, RecordFact, TrajectoryFact, Window
from kpis.definitions.states import RecordKind
from portal.catalogue.states import TargetGroup
from portal.periods import Month
from tests.kpis.definitions.test_rules import FEB, JAN, MAR, MOVED, YEAR, outcome, row

DROPPED = (EventKind.STOPPED, date(2026, 1, 20), StopReason.DROPPED_OUT)
OTHER_ROUTE = (EventKind.STOPPED, date(2026, 1, 20), StopReason.OTHER_ROUTE)
COMPLETED = (EventKind.COMPLETED, date(2026, 3, 27), None)
YES, PROVISIONAL = Certainty.CONFIRMED, Certainty.PROVISIONAL


def known(number: str = "T-1", **more: Any) -> TrajectoryFact:
    values: dict[str, Any] = {
        "number": number,
        "product": "B1",
        "target_group": TargetGroup.ASYLUM,
        "term_starts_on": date(2025, 1, 2),
        "term_ends_on": date(2028, 1, 1),
        "started_on": date(2025, 2, 3),
        "homes": ((date(2024, 12, 1), "Zoetermeer"),),
    }
    return TrajectoryFact(**{**values, **more})


def by_number(*facts: TrajectoryFact) -> dict[str, TrajectoryFact]:
    return {one.number: one for one in facts}


def record(kind: RecordKind, value: int, on: date = date(2026, 1, 31)) -> RecordFact:
    return RecordFact(kind, on, Decimal(value))


def told(result: Any) -> tuple[int, int, dict[str, int]]:
    return int(result.numerator), int(result.denominator), result.excluded


def test_offered_hours_stand_against_the_weekly_hours_of_the_agreement() -> None:
    # January 2026 has 22 working days, so 4.4 weeks of 12 hours
    found = outcome("offered_hours", [row(offered=Decimal(48))])

    assert (found.numerator, found.denominator, found.counted) == (Decimal(48), Decimal("52.800"), 1)


@pytest.mark.parametrize(
    ("one", "more", "agreed", "excluded"),
    [
        ({}, {"parameter": 10}, "44.000", {}),
        ({}, {"free_days": frozenset({date(2026, 1, 1)})}, "50.400", {}),
        ({"started_on": date(2026, 1, 19)}, {}, "24.000", {}),  # ten working days are left
        ({"events": [DROPPED]}, {}, "33.600", {}),  # fourteen working days until the 20th
        ({"events": [MOVED]}, {}, "0", {"ended_without_judgement": 1}),
        ({"state": RowState.PAUSED}, {}, "0", {"paused": 1}),
        ({"started_on": None, "state": RowState.WAITING}, {}, "0", {"not_started": 1}),
        ({}, {"lesson_free": frozenset({JAN})}, "0", {"no_lessons": 1}),
        ({}, {"trajectories": by_number(known(records=(record(RecordKind.WEEKLY_HOURS, 15),)))}, "66.000", {}),
    ],
)
def test_offered_hours_know_starts_stops_holidays_and_the_pip(
    one: dict[str, Any], more: dict[str, Any], agreed: str, excluded: dict[str, int]
) -> None:
    found = outcome("offered_hours", [row(offered=Decimal(40), **one)], **more)

    assert found.denominator == Decimal(agreed)
    assert found.excluded == excluded


def z_rows(hours: int, months: tuple[Month, ...] = YEAR.months, **more: Any) -> list[RowFact]:
    values: dict[str, Any] = {"product": "Z", "started_on": date(2025, 12, 8), "followed": Decimal(hours)}
    return [row(month, **{**values, **more}) for month in months]


def participated(hours: int, **more: Any) -> dict[str, TrajectoryFact]:
    records = (*more.pop("records", ()), record(RecordKind.PARTICIPATION_HOURS, hours))
    return by_number(known(product="Z", records=records, **more))


@pytest.mark.parametrize(
    ("hours", "facts", "more", "expected"),
    [
        # three months of twenty-four: 100 of 800 hours are asked, lessons and participation
        (34, participated(100), {}, (1, 1, {})),
        (33, participated(100), {}, (0, 1, {})),  # 99 lesson hours
        (34, participated(99), {}, (0, 1, {})),  # 99 hours of participation
        (34, {}, {"target_group": TargetGroup.FAMILY}, (1, 1, {})),  # no participation norm
        (20, participated(0, brought_hours=Decimal(40), brought_participation=Decimal(100)), {}, (1, 1, {})),
        (34, {}, {}, (0, 0, {"hours_unknown": 1})),
        (34, by_number(known(product="Z", brought_participation=Decimal(120))), {}, (1, 1, {})),
        (34, participated(100), {"state": RowState.PAUSED}, (0, 0, {"paused": 1})),
        (34, participated(100), {"state": RowState.WAITING}, (0, 0, {"not_started": 1})),
        (34, participated(100), {"state": RowState.STOPPED, "events": [MOVED]},
         (0, 0, {"ended_without_judgement": 1})),
        (20, participated(50, records=(record(RecordKind.COURSE_NORM, 480),
                                       record(RecordKind.PARTICIPATION_NORM, 400))), {}, (1, 1, {})),
        (34, participated(100), {"product": "B1"}, (0, 0, {})),
    ],
)  # fmt: skip
def test_z_on_schedule_asks_both_norms_in_proportion(
    hours: int, facts: dict[str, TrajectoryFact], more: dict[str, Any], expected: object
) -> None:
    assert told(outcome("z_on_schedule", z_rows(hours, **more), trajectories=facts)) == expected


def test_z_who_completes_is_held_to_the_whole_norm() -> None:
    rows = [*z_rows(300, (JAN, FEB)), *z_rows(199, (MAR,), state=RowState.COMPLETED, events=[COMPLETED])]
    short = outcome("z_on_schedule", rows, trajectories=participated(800))
    enough = outcome(
        "z_on_schedule", rows, trajectories=participated(800, brought_hours=Decimal(1))
    )

    assert told(short) == (0, 1, {})
    assert told(enough) == (1, 1, {})


def test_z_months_of_interruption_ask_no_hours() -> None:
    rows = [*z_rows(34, (JAN,)), *z_rows(0, (FEB,), state=RowState.PAUSED), *z_rows(34, (MAR,))]

    assert told(outcome("z_on_schedule", rows, trajectories=participated(67))) == (1, 1, {})
    assert told(outcome("z_on_schedule", rows, trajectories=participated(66))) == (0, 1, {})


def left(reason: tuple[EventKind, date, StopReason | None], number: str = "T-1") -> RowFact:
    state = RowState.COMPLETED if reason[2] is None else RowState.STOPPED
    return row(MAR, number, product="ONDERWIJS", state=state, events=[reason])


def diploma(on: date = date(2026, 3, 20), certainty: Certainty = YES) -> tuple[DiplomaFact, ...]:
    return (DiplomaFact(on, certainty),)


@pytest.mark.parametrize(
    ("rows", "facts", "expected"),
    [
        ([left(COMPLETED)], by_number(known(diplomas=diploma())), (1, 1, {})),
        ([left(COMPLETED)], by_number(known()), (0, 1, {})),
        ([left(DROPPED), left(COMPLETED, "T-2")], by_number(known(), known("T-2", diplomas=diploma())),
         (1, 2, {})),
        ([left(MOVED)], by_number(known()), (0, 0, {"ended_without_judgement": 1})),
        ([left(COMPLETED)], by_number(known(diplomas=diploma(certainty=PROVISIONAL))),
         (0, 0, {"not_confirmed": 1})),
        ([row(MAR, product="ONDERWIJS")], by_number(known(diplomas=diploma())), (0, 0, {})),
        ([row(MAR, product="B1", events=[COMPLETED])], by_number(known(diplomas=diploma())), (0, 0, {})),
    ],
)  # fmt: skip
def test_onderwijs_diploma_counts_who_left(
    rows: list[RowFact], facts: dict[str, TrajectoryFact], expected: object
) -> None:
    assert told(outcome("onderwijs_diploma", rows, trajectories=facts)) == expected


def lowered(on: date = date(2026, 2, 10), **more: Any) -> dict[str, TrajectoryFact]:
    return by_number(known(records=(record(RecordKind.SCALED_DOWN, 0, on),), **more))


@pytest.mark.parametrize(
    ("hours", "facts", "more", "expected"),
    [
        (600, lowered(), {}, (1, 1, {})),
        (599, lowered(), {}, (0, 0, {"too_few_hours": 1})),
        (500, lowered(brought_hours=Decimal(100)), {}, (1, 1, {})),
        (700, by_number(known()), {}, (0, 1, {})),
        (700, lowered(date(2025, 11, 3)), {}, (0, 1, {})),  # lowered before the window
        (700, lowered(), {"events": [MOVED]}, (0, 0, {"ended_without_judgement": 1})),
        (700, lowered(), {"product": "Z"}, (0, 0, {})),
    ],
)
def test_scaling_down_needs_six_hundred_hours(
    hours: int, facts: dict[str, TrajectoryFact], more: dict[str, Any], expected: object
) -> None:
    one = row(MAR, followed=Decimal(hours), **more)

    assert told(outcome("scaled_down_a2", [one], trajectories=facts)) == expected


@pytest.mark.parametrize(
    ("facts", "more", "expected"),
    [
        (known(switches=(date(2026, 2, 2),)), {}, (1, 1, {})),
        (known(switches=(date(2026, 2, 2),), term_starts_on=date(2024, 8, 2)), {}, (1, 1, {})),  # the last day
        (known(switches=(date(2026, 2, 2),), term_starts_on=date(2024, 8, 1)), {}, (0, 1, {})),
        (known(switches=(date(2025, 11, 3),)), {}, (0, 1, {})),
        (known(), {}, (0, 1, {})),
        (known(), {"state": RowState.STOPPED, "events": [OTHER_ROUTE]}, (1, 1, {})),
        (known(), {"state": RowState.STOPPED, "events": [MOVED]}, (0, 0, {"ended_without_judgement": 1})),
        (known(), {"product": "MAP"}, (0, 0, {})),
    ],
)
def test_a_switch_counts_within_eighteen_months_of_the_term(
    facts: TrajectoryFact, more: dict[str, Any], expected: object
) -> None:
    assert told(outcome("route_switch", [row(**more)], trajectories=by_number(facts))) == expected


TERM: dict[str, Any] = {"term_ends_on": date(2026, 2, 15)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (known(**TERM, diplomas=diploma(date(2026, 2, 15))), (1, 1, {})),
        (known(**TERM, diplomas=diploma(date(2026, 2, 16))), (0, 1, {})),
        (known(**TERM), (0, 1, {})),
        (known(term_ends_on=date(2026, 6, 1), diplomas=diploma()), (0, 0, {})),  # an extended term still runs
        (known(**TERM, stop_reason=StopReason.DROPPED_OUT), (0, 1, {})),
        (known(**TERM, stop_reason=StopReason.OBLIGATION_LAPSED), (0, 0, {"ended_without_judgement": 1})),
        (known(**TERM, stop_reason=StopReason.OTHER_ROUTE), (0, 0, {"other_route": 1})),
        (known(**TERM, started_on=None), (0, 0, {"not_started": 1})),
        (known(**TERM, diplomas=diploma(date(2026, 1, 5), PROVISIONAL)), (0, 0, {"not_confirmed": 1})),
        (known(**TERM, product="PVT"), (0, 0, {})),
    ],
)
def test_the_obligation_is_met_within_the_own_term(facts: TrajectoryFact, expected: object) -> None:
    assert told(outcome("obligation_met", trajectories=by_number(facts))) == expected


@pytest.mark.parametrize(
    ("facts", "number", "excluded"),
    [
        (known(diplomas=diploma()), 1, {}),
        (known(diplomas=(*diploma(), *diploma(date(2026, 3, 25)))), 1, {}),  # two papers, one person
        (known(diplomas=diploma(date(2025, 12, 31))), 0, {}),
        (known(diplomas=diploma(certainty=PROVISIONAL)), 0, {"not_confirmed": 1}),
        (known(diplomas=diploma(), target_group=TargetGroup.FAMILY), 0, {"other_group": 1}),
        (known(diplomas=diploma(), product="MAP"), 0, {}),
        (known(), 0, {}),
    ],
)
def test_the_state_share_counts_asielstatushouders_with_a_diploma(
    facts: TrajectoryFact, number: int, excluded: dict[str, int]
) -> None:
    assert told(outcome("completed_for_share", trajectories=by_number(facts))) == (number, 1, excluded)


def test_the_state_share_stands_at_the_municipality_of_the_day_of_the_diploma() -> None:
    homes = ((date(2024, 12, 1), "Zoetermeer"), (date(2026, 3, 1), "Lansingerland"))
    found = outcome("completed_for_share", trajectories=by_number(known(homes=homes, diplomas=diploma())))

    assert [count.municipality for count in found.counts] == ["Lansingerland"]


def invoice(month: Month = JAN, *, credit: bool = False, checked: bool = True, clean: bool = True) -> InvoiceFact:
    return InvoiceFact(month, "F-1", credit, checked, clean)


@pytest.mark.parametrize(
    ("invoices", "expected"),
    [
        ([invoice(), invoice(FEB)], (2, 2, {})),
        ([invoice(), invoice(FEB, clean=False)], (1, 2, {})),
        ([invoice(credit=True), invoice()], (1, 1, {"credit": 1})),
        ([invoice(checked=False)], (0, 0, {"not_checked": 1})),
        ([invoice(Month(2025, 12))], (0, 0, {})),
        ([], (0, 0, {})),
    ],
)
def test_invoice_quality_counts_the_first_check(invoices: list[InvoiceFact], expected: object) -> None:
    assert told(outcome("invoice_quality", invoices=invoices)) == expected


def test_a_window_of_one_month_looks_at_that_month_only() -> None:
    only = Window(FEB, FEB)

    assert outcome("invoice_quality", window=only, invoices=[invoice(), invoice(FEB)]).counted == 1
    assert outcome("obligation_met", window=only, trajectories=by_number(known(**TERM))).counted == 1
