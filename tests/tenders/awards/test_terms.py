"""A term ends on a working day; the day after sending is day 1."""

from datetime import date

import pytest

from tenders.awards.terms import day_of_rest, last_day, next_working_day


@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        ("2020-10-12", "2020-11-02"),  # day 20 is Sunday 1 November
        ("2026-12-04", "2026-12-24"),  # a Thursday
        ("2026-12-07", "2026-12-28"),  # day 20 is Sunday 27 December
        ("2026-12-05", "2026-12-28"),  # day 20 is Christmas Day, then Boxing Day and a Sunday
        ("2026-03-14", "2026-04-07"),  # day 20 is Good Friday, then the Easter weekend
        ("2026-04-15", "2026-05-06"),  # day 20 is 5 May, also outside a lustrum year
        ("2026-04-24", "2026-05-15"),  # day 20 is Ascension Day, the Friday after it is a working day
    ],
)
def test_twenty_days_of_standstill_end_on_a_working_day(sent: str, ends: str) -> None:
    assert last_day(date.fromisoformat(sent), 20) == date.fromisoformat(ends)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-04-03", "Goede Vrijdag"),
        ("2026-05-05", "Bevrijdingsdag"),
        ("2026-11-28", "zaterdag"),
        ("2026-11-29", "zondag"),
        ("2026-11-27", ""),
    ],
)
def test_good_friday_and_liberation_day_are_days_of_rest_every_year(day: str, name: str) -> None:
    assert day_of_rest(date.fromisoformat(day)).lower() == name.lower()


def test_a_working_day_stays_where_it_is() -> None:
    assert next_working_day(date(2026, 11, 27)) == date(2026, 11, 27)
