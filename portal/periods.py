"""Months, quarters and years as values: counting, naming, and the codes in addresses and files."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTH_NAMES = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
QUARTER_NAMES = ("eerste", "tweede", "derde", "vierde")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, ordered in time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1900 <= self.year <= 9999:
            raise ValueError("Vul de maand in als jaar-maand, bijvoorbeeld 2026-11.")

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month in which the day falls."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-11", from 2000 to 2099; raises ValueError with a Dutch sentence for anything else."""
        found = re.fullmatch(r"(20[0-9]{2})-([0-9]{2})", text.strip())
        if found is None:
            raise ValueError("Vul de maand in als jaar-maand, bijvoorbeeld 2026-11.")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def code(self) -> str:
        """The code in addresses and file names: "2026-11"."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def name(self) -> str:
        """The Dutch name without the year: "november"."""
        return MONTH_NAMES[self.month - 1]

    @property
    def label(self) -> str:
        """The Dutch name with the year: "november 2026"."""
        return f"{self.name} {self.year}"

    @property
    def quarter(self) -> Quarter:
        """The quarter this month belongs to."""
        return Quarter(self.year, (self.month + 2) // 3)

    def plus(self, months: int) -> Month:
        """Return the month that many months later (earlier when negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def next(self) -> Month:
        """Return the month after this one."""
        return self.plus(1)

    def previous(self) -> Month:
        """Return the month before this one."""
        return self.plus(-1)

    def until(self, last: Month) -> Iterator[Month]:
        """Yield this month and every next one up to and including the last."""
        month = self
        while month <= last:
            yield month
            month = month.next()

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, ordered in time."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if not 1 <= self.quarter <= 4:
            raise ValueError("Vul het kwartaal in als jaar-k1 tot en met k4, bijvoorbeeld 2026-k3.")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter in which the day falls."""
        return Month.of(day).quarter

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2026-k3", from 2000 to 2099; raises ValueError with a Dutch sentence for anything else."""
        found = re.fullmatch(r"(20[0-9]{2})-k([1-4])", text.strip().lower())
        if found is None:
            raise ValueError("Vul het kwartaal in als jaar-k1 tot en met k4, bijvoorbeeld 2026-k3.")
        return cls(int(found[1]), int(found[2]))

    @property
    def months(self) -> tuple[Month, Month, Month]:
        """The three months."""
        first = Month(self.year, self.quarter * 3 - 2)
        return first, first.plus(1), first.plus(2)

    @property
    def first(self) -> date:
        """The first day."""
        return self.months[0].first

    @property
    def last(self) -> date:
        """The last day."""
        return self.months[2].last

    @property
    def code(self) -> str:
        """The code in addresses: "2026-k3"."""
        return f"{self.year:04d}-k{self.quarter}"

    @property
    def label(self) -> str:
        """The Dutch name: "derde kwartaal 2026"."""
        return f"{QUARTER_NAMES[self.quarter - 1]} kwartaal {self.year}"

    def plus(self, quarters: int) -> Quarter:
        """Return the quarter that many quarters later (earlier when negative)."""
        year, quarter = divmod(self.year * 4 + self.quarter - 1 + quarters, 4)
        return Quarter(year, quarter + 1)

    def next(self) -> Quarter:
        """Return the quarter after this one."""
        return self.plus(1)

    def previous(self) -> Quarter:
        """Return the quarter before this one."""
        return self.plus(-1)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, order=True)
class Year:
    """A calendar year."""

    year: int

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, 12, 31)

    @property
    def months(self) -> tuple[Month, ...]:
        """The twelve months."""
        return tuple(Month(self.year, month) for month in range(1, 13))

    @property
    def code(self) -> str:
        """The code in addresses: "2026"."""
        return f"{self.year:04d}"

    @property
    def label(self) -> str:
        """The name on screen: "2026"."""
        return str(self.year)

    def next(self) -> Year:
        """Return the year after this one."""
        return Year(self.year + 1)

    def previous(self) -> Year:
        """Return the year before this one."""
        return Year(self.year - 1)


def rolling(month: Month, count: int = 12) -> tuple[Month, ...]:
    """Return the last ``count`` months up to and including the month, oldest first."""
    return tuple(month.plus(back) for back in range(1 - count, 1))
