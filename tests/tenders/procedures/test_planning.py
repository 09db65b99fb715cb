"""Dates of a tender: proposed and checked, without a database."""

from datetime import UTC, date, datetime

import pytest

from tenders.procedures.rules import (
    Planning,
    check_planning,
    is_working_day,
    next_working_day,
    previous_working_day,
    propose_planning,
    term_end,
)

VALUES = {"offer_days": 30, "question_days": 20, "nota_days": 10, "award_days": 28, "standstill_days": 20}
DEADLINE = datetime(2026, 12, 18, 11, 0, tzinfo=UTC)


def rule(code: str) -> int | None:
    return VALUES.get(code)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 3), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 27), False),
        (date(2026, 5, 5), False),
        (date(2026, 5, 14), False),
        (date(2026, 12, 25), False),
        (date(2026, 11, 28), False),
        (date(2026, 12, 5), False),
        (date(2026, 12, 4), True),
        (date(2027, 4, 27), False),
    ],
)
def test_weekends_and_public_holidays_are_no_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_the_nearest_working_day_around_christmas() -> None:
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert previous_working_day(date(2026, 12, 26)) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        (date(2020, 10, 12), date(2020, 11, 2)),
        (date(2026, 12, 4), date(2026, 12, 24)),
        (date(2026, 12, 7), date(2026, 12, 28)),
    ],
)
def test_a_term_of_twenty_days_ends_on_a_working_day(sent: date, ends: date) -> None:
    assert term_end(sent, 20) == ends


def test_the_other_dates_are_proposed_from_the_deadline() -> None:
    plan = propose_planning(DEADLINE, rule)

    assert plan.questions_close_at == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    assert plan.nota_due_on == date(2026, 12, 8)
    assert plan.award_planned_on == date(2027, 1, 15)
    assert plan.standstill_ends_on == date(2027, 2, 4)


def test_a_proposed_planning_is_right_when_there_is_time_enough() -> None:
    assert check_planning(propose_planning(DEADLINE, rule), from_day=date(2026, 11, 11), value=rule) == []


def test_a_deadline_too_near_says_from_when_it_can() -> None:
    notes = check_planning(propose_planning(DEADLINE, rule), from_day=date(2026, 11, 25), value=rule)

    assert [(note.field, note.blocks) for note in notes] == [("submission_deadline_at", True)]
    assert "op zijn vroegst op 25-12-2026" in notes[0].message


def test_the_last_day_of_the_minimum_term_is_enough() -> None:
    assert not [
        note
        for note in check_planning(propose_planning(DEADLINE, rule), from_day=date(2026, 11, 18), value=rule)
        if note.blocks
    ]


def test_a_late_nota_and_a_short_standstill_block() -> None:
    plan = Planning(
        questions_close_at=datetime(2026, 11, 27, 11, tzinfo=UTC),
        nota_due_on=date(2026, 12, 9),
        submission_deadline_at=DEADLINE,
        award_planned_on=date(2027, 1, 15),
        standstill_ends_on=date(2027, 2, 3),
    )
    found = {
        note.field for note in check_planning(plan, from_day=date(2026, 11, 1), value=rule) if note.blocks
    }

    assert found == {"nota_due_on", "standstill_ends_on"}


def test_a_holiday_is_a_warning_with_its_name() -> None:
    plan = propose_planning(datetime(2026, 12, 25, 11, 0, tzinfo=UTC), rule)
    notes = check_planning(plan, from_day=date(2026, 11, 1), value=rule)

    assert [note.blocks for note in notes] == [False]
    assert "op een feestdag (Eerste kerstdag)" in notes[0].message


def test_without_a_deadline_nothing_else_is_asked() -> None:
    notes = check_planning(Planning(), from_day=date(2026, 11, 1), value=rule)

    assert [note.field for note in notes] == ["submission_deadline_at"]
