"""What a measure works on and what it gives back; plain values only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.results.facts import DeliveryFact, ReportedFact, RowFact
from portal.periods import Month


class Exclusion(StrEnum):
    """Why a row is shown beside a figure and never in it."""

    ENDED_WITHOUT_JUDGEMENT = "ended_without_judgement"
    NOT_STARTED = "not_started"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "ended_without_judgement": "einde zonder oordeel (verhuisd, vervallen, overleden, overgenomen)",
            "not_started": "nog niet gestart",
        }[self.value]


@dataclass(frozen=True)
class Window:
    """The months a figure is about, first and last included."""

    first: Month
    last: Month

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    @property
    def months(self) -> tuple[Month, ...]:
        """The months in order."""
        return tuple(self.first.until(self.last))


@dataclass(frozen=True)
class Material:
    """All a measure may look at: rows from the start of the contract, figures of the provider, deliveries."""

    rows: Mapping[Month, Sequence[RowFact]]
    reported: Sequence[ReportedFact] = ()
    deliveries: Mapping[Month, DeliveryFact] = field(default_factory=dict)
    expected_months: Sequence[Month] = ()
    free_days: frozenset[date] = frozenset()

    def rows_in(self, window: Window) -> list[RowFact]:
        """Return the rows of the window, oldest first."""
        return [row for month in window.months for row in self.rows.get(month, ())]

    def rows_until(self, last: Month) -> list[RowFact]:
        """Return all rows up to and including a month, oldest first."""
        return [row for month in sorted(self.rows) if month <= last for row in self.rows[month]]


@dataclass(frozen=True, slots=True)
class Count:
    """What one row (or one delivery) adds to a figure, or why it adds nothing."""

    month: Month
    municipality: str
    numerator: Decimal
    denominator: Decimal
    row_id: uuid.UUID | None = None
    who: str = ""
    exclusion: Exclusion | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class Outcome:
    """A figure: numerator over denominator, over how many observations, and every row behind it."""

    numerator: Decimal
    denominator: Decimal
    counted: int
    counts: tuple[Count, ...]

    @property
    def excluded(self) -> dict[str, int]:
        """How many rows were left out, by code."""
        found: dict[str, int] = {}
        for count in self.counts:
            if count.exclusion is not None:
                found[count.exclusion.value] = found.get(count.exclusion.value, 0) + 1
        return found
