"""When a report is due and how it stands; no database."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.results.findings import Expected, Figures, Happening, ReadRow
from contracts.results.rules import (
    Kept,
    changes,
    due_on,
    is_same,
    objections_to_delivery,
    objections_to_withdrawal,
    standing,
    state_after_review,
    working_days_after,
)
from contracts.results.states import REPORT, Acceptance, EventKind, ReportAction, ReportState, RowState
from portal.errors import TransitionRefused
from portal.periods import Month

NOVEMBER = Month(2026, 11)
DUE = date(2026, 12, 10)


def test_a_report_is_due_on_the_tenth_of_the_next_month() -> None:
    assert due_on(NOVEMBER, 10) == DUE
    assert due_on(Month(2027, 1), 31) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("state", "today", "label", "late"),
    [
        (None, date(2026, 11, 30), "Nog niet aan de beurt", False),
        (None, date(2026, 12, 1), "Te doen", False),
        (None, DUE, "Te doen", False),
        (None, date(2026, 12, 11), "Te laat", True),
        (ReportState.DRAFT, DUE, "Concept", False),
        (ReportState.DRAFT, date(2026, 12, 11), "Te laat", True),
        (ReportState.SUBMITTED, date(2027, 1, 1), "Ingediend", False),
        (ReportState.CORRECTION, date(2027, 1, 1), "Correctie gevraagd", False),
        (ReportState.ACCEPTED, date(2027, 1, 1), "Goedgekeurd", False),
    ],
)
def test_due_and_late_follow_from_the_calendar(
    state: ReportState | None, today: date, label: str, late: bool
) -> None:
    shown = standing(state, NOVEMBER, DUE, today)

    assert (shown.label, shown.is_late) == (label, late)


def test_nothing_can_be_delivered_before_the_month_is_over() -> None:
    assert "vanaf 1 december 2026" in objections_to_delivery(NOVEMBER, date(2026, 11, 30))[0].message
    assert not objections_to_delivery(NOVEMBER, date(2026, 12, 1))


def test_a_report_cannot_be_taken_back_once_the_check_began() -> None:
    assert objections_to_withdrawal(is_being_checked=True)
    assert not objections_to_withdrawal(is_being_checked=False)


@pytest.mark.parametrize(
    ("acceptances", "state"),
    [
        ([Acceptance.ACCEPTED, Acceptance.TACIT], ReportState.ACCEPTED),
        ([Acceptance.ACCEPTED, Acceptance.OPEN], ReportState.SUBMITTED),
        ([Acceptance.ACCEPTED, Acceptance.QUESTIONED], ReportState.CORRECTION),
        ([], ReportState.ACCEPTED),
    ],
)
def test_one_questioned_row_keeps_the_report_in_correction(
    acceptances: list[Acceptance], state: ReportState
) -> None:
    assert state_after_review(acceptances) is state


def test_every_state_of_a_report_can_be_reached_and_the_rest_is_refused() -> None:
    assert not REPORT.unreachable()
    with pytest.raises(TransitionRefused):
        REPORT.next(ReportState.DRAFT, ReportAction.ACCEPT)


def test_working_days_skip_weekends_and_free_days() -> None:
    christmas = {date(2026, 12, 25)}

    assert working_days_after(date(2026, 12, 23), 2, lambda day: day in christmas) == date(2026, 12, 28)


def read_row(followed: str = "30", events: tuple[Happening, ...] = ()) -> ReadRow:
    known = Expected("T-1", uuid.uuid4(), uuid.uuid4(), "B1", uuid.uuid4(), "Zoetermeer", RowState.RUNNING)
    figures = Figures(Decimal(36), Decimal(followed), Decimal(4), Decimal(2))
    return ReadRow("r0", known, figures, events, "", RowState.RUNNING, "Deelnemers, rij 14")


def test_only_what_differs_is_shown_with_its_difference() -> None:
    kept = Kept(Figures(Decimal(36), Decimal(28), Decimal(4), Decimal(2)), (), "", RowState.RUNNING)
    found = changes([read_row()], {"T-1": kept})

    assert [(c.what, c.old, c.new, c.difference) for c in found] == [("Gevolgde uren", "28", "30", "+2")]
    assert not is_same(read_row(), kept)
    assert is_same(read_row(followed="28"), kept)


def test_a_new_event_and_a_dropped_one_are_differences() -> None:
    start = Happening(EventKind.PARTICIPATION_STARTED, date(2026, 11, 3))
    row = read_row(events=(start,))
    kept = Kept(row.figures, (), "", RowState.RUNNING)

    assert [(c.what, c.difference) for c in changes([row], {"T-1": kept})] == [
        ("Participatieplek begonnen", "nieuw")
    ]
    other = replace(kept, events=(start,))
    assert [c.difference for c in changes([read_row()], {"T-1": other})] == ["vervallen"]


def test_without_an_earlier_version_everything_is_new() -> None:
    assert {change.difference for change in changes([read_row()], {})} == {"nieuw"}
