"""Terms in days that end on a working day (Algemene termijnenwet art. 1 and 3, Aw 2012 art. 2.127)."""

from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _of_year(year: int) -> dict[date, str]:
    """Return the days of rest of a year: the public ones, and two that the Termijnenwet adds every year."""
    days = {
        day: str(name) for day, name in holidays.country_holidays("NL", years=year, language="nl").items()
    }
    easter = next(day for day, name in days.items() if name == "Eerste paasdag")
    days.setdefault(easter - timedelta(days=2), "Goede Vrijdag")
    days.setdefault(date(year, 5, 5), "Bevrijdingsdag")
    return days


def day_of_rest(day: date) -> str:
    """Return the name of a Saturday, Sunday or day that counts as one; empty for a working day."""
    if day.weekday() >= 5:
        return ("zaterdag", "zondag")[day.weekday() - 5]
    return _of_year(day.year).get(day, "")


def next_working_day(day: date) -> date:
    """Return the day itself, or the first working day after it."""
    while day_of_rest(day):
        day += timedelta(days=1)
    return day


def last_day(sent_on: date, days: int) -> date:
    """Return the last day of a term of calendar days; the day after sending is day 1.

    When the last day is a Saturday, a Sunday or a day of rest, the term ends with the next working day.
    """
    return next_working_day(sent_on + timedelta(days=days))
