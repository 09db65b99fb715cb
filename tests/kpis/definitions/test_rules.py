"""Every measure with worked cases, without a database."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.results.facts import DeliveryFact, EventFact, ReportedFact, RowFact
from contracts.results.states import Acceptance, Certainty, EventKind, RowState, StopReason
from kpis.definitions.facts import Exclusion, Material, Outcome, Window
from kpis.definitions.rules import CATALOGUE, newest, working_days_after
from portal.catalogue.states import TargetGroup
from portal.periods import Month

JAN, FEB, MAR = Month(2026, 1), Month(2026, 2), Month(2026, 3)
YEAR = Window(JAN, MAR)


def row(month: Month = JAN, number: str = "T-1", **more: Any) -> RowFact:
    events = tuple(
        EventFact(kind, on, reason, Certainty.CONFIRMED) for kind, on, reason in more.pop("events", ())
    )
    values: dict[str, Any] = {
        "row_id": uuid.uuid4(),
        "report_id": uuid.uuid4(),
        "month": month,
        "trajectory_id": uuid.uuid4(),
        "number": number,
        "contract_product_id": uuid.uuid4(),
        "product": "B1",
        "municipality_id": uuid.uuid4(),
        "municipality": "Zoetermeer",
        "target_group": TargetGroup.ASYLUM,
        "referred_on": date(2025, 11, 3),
        "started_on": date(2025, 11, 20),
        "state": RowState.RUNNING,
        "offered": Decimal(0),
        "followed": Decimal(0),
        "leave": Decimal(0),
        "unexcused": Decimal(0),
        "acceptance": Acceptance.ACCEPTED,
        "events": events,
    }
    return RowFact(**{**values, **more})


def outcome(code: str, rows: list[RowFact] | None = None, window: Window = YEAR, parameter: int | None = None,
            **more: Any) -> Outcome:  # fmt: skip
    by_month: dict[Month, list[RowFact]] = defaultdict(list)
    for one in rows or []:
        by_month[one.month].append(one)
    function = newest(code)
    return function.outcome(Material(rows=by_month, **more), window, parameter)


def figures(found: Outcome) -> tuple[Decimal, Decimal, int]:
    return found.numerator, found.denominator, found.counted


def pair(found: Outcome) -> tuple[object, object]:
    return found.numerator, found.denominator


def hours(followed: int, offered: int, unexcused: int = 0, **more: Any) -> RowFact:
    return row(followed=Decimal(followed), offered=Decimal(offered), unexcused=Decimal(unexcused), **more)


STOPPED = (EventKind.STOPPED, date(2026, 1, 20), StopReason.DROPPED_OUT)
MOVED = (EventKind.STOPPED, date(2026, 1, 20), StopReason.MOVED_OUTSIDE)


def test_attendance_adds_hours_and_counts_participants() -> None:
    found = outcome("attendance", [hours(30, 36), hours(20, 36, month=FEB), hours(36, 36, number="T-2")])

    assert figures(found) == (Decimal(86), Decimal(108), 2)


def test_attendance_leaves_out_the_month_of_an_end_without_judgement() -> None:
    found = outcome("attendance", [hours(30, 36), hours(2, 36, number="T-2", events=[MOVED])])

    assert figures(found) == (Decimal(30), Decimal(36), 1)
    assert found.excluded == {"ended_without_judgement": 1}


def test_attendance_without_lessons_is_nothing_and_not_zero() -> None:
    assert figures(outcome("attendance", [hours(0, 0)])) == (Decimal(0), Decimal(0), 0)


def test_attendance_looks_only_at_the_window() -> None:
    assert figures(outcome("attendance", [hours(30, 36), hours(1, 36, month=Month(2026, 4))]))[0] == Decimal(
        30
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([hours(30, 36, 2), hours(34, 36, 0, number="T-2")], (Decimal(2), Decimal(72), 2)),
        ([hours(30, 36, 2, events=[MOVED])], (Decimal(0), Decimal(0), 0)),
        ([hours(30, 36, 2, events=[STOPPED])], (Decimal(2), Decimal(36), 1)),
    ],
)
def test_unexcused_absence_is_hours_missed_of_hours_offered(rows: list[RowFact], expected: object) -> None:
    assert figures(outcome("unexcused_absence", rows)) == expected


@pytest.mark.parametrize(
    ("referred", "started", "month", "expected"),
    [
        (date(2026, 1, 5), date(2026, 1, 26), JAN, (Decimal(1), Decimal(1))),  # 15 working days
        (
            date(2026, 1, 5),
            date(2026, 2, 16),
            FEB,
            (Decimal(0), Decimal(1)),
        ),  # the term ran out on 2 February
        (date(2026, 1, 5), None, FEB, (Decimal(0), Decimal(1))),  # still waiting when the term ran out
        (date(2026, 1, 5), None, JAN, (Decimal(0), Decimal(0))),  # the term still runs
        (date(2026, 1, 5), date(2026, 1, 26), FEB, (Decimal(0), Decimal(0))),  # counted in January already
    ],
)
def test_start_on_time_counts_a_referral_once(
    referred: date, started: date | None, month: Month, expected: tuple[Decimal, Decimal]
) -> None:
    found = outcome("start_on_time", [row(month, referred_on=referred, started_on=started)], parameter=20)

    assert pair(found) == expected


def test_start_on_time_leaves_out_who_moved_before_the_start() -> None:
    moved = (EventKind.STOPPED, date(2026, 1, 20), StopReason.MOVED_OUTSIDE)
    one = row(FEB, referred_on=date(2026, 1, 5), started_on=None, events=[moved])
    found = outcome("start_on_time", [one], parameter=20)

    assert figures(found) == (Decimal(0), Decimal(0), 0)
    assert found.counts[0].exclusion is Exclusion.ENDED_WITHOUT_JUDGEMENT


def test_start_on_time_knows_free_days() -> None:
    free = frozenset({date(2026, 1, 1)})

    assert working_days_after(date(2025, 12, 31), 1, free) == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [([10], (Decimal(10), 1)), ([10, 20], (Decimal(15), 2)), ([5, 90, 12], (Decimal(12), 3))],
)
def test_lead_time_is_the_middle_value_in_days(days: list[int], expected: tuple[Decimal, int]) -> None:
    start = date(2026, 2, 20)
    rows = [
        row(FEB, f"T-{n}", started_on=start, referred_on=date.fromordinal(start.toordinal() - days[n]))
        for n in range(len(days))
    ]
    found = outcome("lead_time_to_start", rows)

    assert (found.numerator, found.counted) == expected


def test_lead_time_ignores_who_started_in_another_month() -> None:
    assert outcome("lead_time_to_start", [row(FEB, started_on=date(2026, 1, 3))]).counted == 0


@pytest.mark.parametrize(
    ("rows", "expected", "excluded"),
    [
        ([row(), row(FEB), row(number="T-2", state=RowState.STOPPED, events=[STOPPED])], (1, 2), {}),
        (
            [row(), row(number="T-2", state=RowState.STOPPED, events=[MOVED])],
            (0, 1),
            {"ended_without_judgement": 1},
        ),
        ([row(state=RowState.WAITING)], (0, 0), {}),
        ([row(state=RowState.COMPLETED)], (0, 1), {}),
    ],
)
def test_dropout_counts_each_participant_once(
    rows: list[RowFact], expected: tuple[int, int], excluded: dict[str, int]
) -> None:
    found = outcome("dropout", rows)

    assert pair(found) == expected
    assert found.excluded == excluded


EXAM_DAY = date(2026, 1, 14)


@pytest.mark.parametrize(
    ("code", "kinds", "expected"),
    [
        ("passed_b1", [EventKind.READING_PASSED, EventKind.WRITING_FAILED], (1, 2)),
        (
            "passed_b1",
            [EventKind.READING_PASSED, EventKind.LISTENING_PASSED, EventKind.SPEAKING_PASSED],
            (3, 3),
        ),
        ("passed_b1", [EventKind.KNM_PASSED], (0, 0)),
        ("passed_knm", [EventKind.KNM_PASSED, EventKind.READING_PASSED], (1, 1)),
        ("passed_knm", [EventKind.KNM_FAILED], (0, 1)),
        ("passed_knm", [], (0, 0)),
    ],
)
def test_exams_count_parts_taken_and_passed(
    code: str, kinds: list[EventKind], expected: tuple[int, int]
) -> None:
    found = outcome(code, [row(events=[(kind, EXAM_DAY, None) for kind in kinds])])

    assert pair(found) == expected


def pvt(hours_followed: int, month: Month = FEB, **more: Any) -> RowFact:
    return row(month, product="PVT", followed=Decimal(hours_followed), offered=Decimal(14), **more)


DONE = (EventKind.COMPLETED, date(2026, 2, 27), None)
SIGNED = (EventKind.PVT_SIGNED, date(2026, 2, 27), None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([pvt(8, JAN), pvt(4, events=[DONE, SIGNED])], (1, 1)),
        ([pvt(8, JAN), pvt(3, events=[DONE, SIGNED])], (0, 1)),
        ([pvt(12, events=[DONE])], (0, 1)),
        ([pvt(12)], (0, 0)),
        ([pvt(2, events=[(EventKind.STOPPED, date(2026, 2, 3), StopReason.DECEASED)])], (0, 0)),
    ],
)
def test_pvt_needs_twelve_hours_and_a_signature(rows: list[RowFact], expected: tuple[int, int]) -> None:
    found = outcome("pvt_completed", rows)

    assert pair(found) == expected


@pytest.mark.parametrize(
    ("followed", "talked", "expected"), [(40, True, (1, 1)), (39, True, (0, 1)), (60, False, (0, 1))]
)
def test_map_needs_forty_hours_and_a_final_talk(
    followed: int, talked: bool, expected: tuple[int, int]
) -> None:
    events = [DONE, *([(EventKind.MAP_FINAL_TALK, date(2026, 2, 20), None)] if talked else [])]
    one = row(FEB, product="MAP", followed=Decimal(followed), events=events)
    found = outcome("map_completed", [one])

    assert pair(found) == expected


def test_hours_from_before_the_window_count_for_pvt() -> None:
    rows = [pvt(8, Month(2025, 12)), pvt(4, events=[DONE, SIGNED])]

    assert outcome("pvt_completed", rows).numerator == 1


PLACE = (EventKind.PARTICIPATION_STARTED, date(2026, 1, 12), None)
NO_PLACE = (EventKind.PARTICIPATION_ENDED, date(2026, 2, 12), None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(events=[PLACE]), row(FEB), row(FEB, "T-2")], (1, 2)),
        ([row(events=[PLACE]), row(FEB, events=[NO_PLACE])], (0, 1)),
        ([row(FEB, state=RowState.WAITING)], (0, 0)),
        ([], (0, 0)),
    ],
)
def test_participation_looks_at_the_last_month_that_came_in(
    rows: list[RowFact], expected: tuple[int, int]
) -> None:
    found = outcome("participation", rows)

    assert pair(found) == expected


def delivery(month: Month, submitted: date | None) -> DeliveryFact:
    return DeliveryFact(month, month.next().first.replace(day=10), submitted, True, True, True)


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ({JAN: date(2026, 2, 10), FEB: date(2026, 3, 11)}, (1, 3)),
        ({JAN: date(2026, 2, 1), FEB: date(2026, 3, 1), MAR: date(2026, 4, 10)}, (3, 3)),
        ({}, (0, 3)),
    ],
)
def test_a_missing_report_counts_as_not_in_time(
    submitted: dict[Month, date], expected: tuple[int, int]
) -> None:
    deliveries = {month: delivery(month, day) for month, day in submitted.items()}
    found = outcome("report_on_time", deliveries=deliveries, expected_months=YEAR.months)

    assert pair(found) == expected


def told(month: Month, numerator: int, denominator: int) -> ReportedFact:
    return ReportedFact(uuid.uuid4(), month, uuid.uuid4(), None, Decimal(numerator), Decimal(denominator), "")


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ([told(JAN, 40, 50), told(FEB, 45, 50)], (Decimal(85), Decimal(100), 100)),
        ([told(JAN, 0, 0)], (Decimal(0), Decimal(0), 0)),
        ([told(Month(2025, 12), 10, 10)], (Decimal(0), Decimal(0), 0)),
    ],
)
def test_reported_figures_are_added_up(reported: list[ReportedFact], expected: object) -> None:
    assert figures(outcome("qualified_teachers", reported=reported)) == expected


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ([told(JAN, 1, 40), told(FEB, 0, 60)], (Decimal(1), Decimal(50))),
        ([told(JAN, 0, 40)], (Decimal(0), Decimal(40))),
        ([], (Decimal(0), Decimal(0))),
    ],
)
def test_complaints_stand_over_the_average_number_of_participants(
    reported: list[ReportedFact], expected: tuple[Decimal, Decimal]
) -> None:
    found = outcome("complaints", reported=reported)

    assert pair(found) == expected


def test_every_measure_keeps_its_version_and_returns_the_rows_behind_it() -> None:
    for (code, version), function in CATALOGUE.items():
        assert (function.code, function.version) == (code, version)
    one = hours(30, 36)

    assert [count.row_id for count in outcome("attendance", [one]).counts] == [one.row_id]
    assert newest("onbekend").version == 0
    assert outcome("onbekend", [one]).counts == ()


ADDITIVE = [function.code for function in CATALOGUE.values() if function.is_additive]


@pytest.mark.parametrize("code", ADDITIVE)
def test_an_additive_measure_is_the_sum_of_its_months(code: str) -> None:
    make: list[Callable[[Month], RowFact]] = [
        lambda month: hours(20, 36, 4, month=month),
        lambda month: row(month, "T-2", events=[(EventKind.KNM_PASSED, month.first, None)]),
    ]
    rows = [build(month) for month in YEAR.months for build in make]
    whole = outcome(code, rows)
    parts = [outcome(code, rows, Window(month, month)) for month in YEAR.months]

    assert whole.numerator == sum(part.numerator for part in parts)
    assert whole.denominator == sum(part.denominator for part in parts)
