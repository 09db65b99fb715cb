"""Mijn werk puts what is late or nearly so first."""

from dataclasses import dataclass
from datetime import date

import pytest

from portal.features import Term
from portal.work.rules import piles, without_repeats, working_days_later


@dataclass(frozen=True)
class Item:
    when: date | None


FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, FRIDAY), (1, date(2026, 11, 30)), (3, date(2026, 12, 2))]
)
def test_working_days_skip_the_weekend(count: int, expected: date) -> None:
    assert working_days_later(FRIDAY, count, lambda _day: False) == expected


def test_working_days_skip_a_public_holiday() -> None:
    assert working_days_later(date(2026, 12, 24), 1, lambda day: day.day in (25, 26)) == date(2026, 12, 28)


def test_the_same_date_in_the_same_words_stands_there_once() -> None:
    day = date(2026, 12, 10)
    followed = Term(day, "B1-leerroute sluit", "/opdrachten/1")
    offered = Term(day, "B1-leerroute sluit", "/inschrijvingen/1")
    other = Term(day, "Vragenronde B1-leerroute sluit", "/opdrachten/1")

    assert without_repeats([followed, other, offered]) == [offered, other]


def test_late_and_nearly_due_come_first_and_undated_last() -> None:
    late, near, far, undated = (
        Item(date(2026, 11, 1)),
        Item(date(2026, 12, 2)),
        Item(date(2026, 12, 3)),
        Item(None),
    )

    found = piles([late, near, far, undated], FRIDAY)

    assert (found.first, found.rest) == ([late, near], [far, undated])
