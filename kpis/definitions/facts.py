"""What a measure works on and what it gives back; plain values only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from contracts.results.facts import DeliveryFact, ReportedFact, RowFact
from contracts.trajectories.states import Certainty, StopReason
from kpis.definitions.states import RecordKind
from portal.catalogue.states import TargetGroup
from portal.periods import Month

OUTSIDE = "buiten de regio"


class Exclusion(StrEnum):
    """Why a row is shown beside a figure and never in it."""

    ENDED_WITHOUT_JUDGEMENT = "ended_without_judgement"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    NO_LESSONS = "no_lessons"
    HOURS_UNKNOWN = "hours_unknown"
    TOO_FEW_HOURS = "too_few_hours"
    OTHER_ROUTE = "other_route"
    NOT_CONFIRMED = "not_confirmed"
    OTHER_GROUP = "other_group"
    NOT_CHECKED = "not_checked"
    CREDIT = "credit"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return _EXCLUSION_LABELS[self]


_EXCLUSION_LABELS = {
    Exclusion.ENDED_WITHOUT_JUDGEMENT: "einde zonder oordeel (verhuisd, vervallen, overleden, overgenomen)",
    Exclusion.NOT_STARTED: "nog niet gestart",
    Exclusion.PAUSED: "onderbroken",
    Exclusion.NO_LESSONS: "lesvrije maand volgens het contract",
    Exclusion.HOURS_UNKNOWN: "uren participatie nog niet vastgelegd",
    Exclusion.TOO_FEW_HOURS: "verlaagd met te weinig uren, eerst nagaan",
    Exclusion.OTHER_ROUTE: "overgestapt, telt bij de nieuwe leerroute",
    Exclusion.NOT_CONFIRMED: "nog niet bevestigd door de gemeente",
    Exclusion.OTHER_GROUP: "gezins- of overige migrant",
    Exclusion.NOT_CHECKED: "factuur nog niet gecontroleerd",
    Exclusion.CREDIT: "creditfactuur",
}


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


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A dated number about a trajectory that no monthly row holds."""

    kind: RecordKind
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class DiplomaFact:
    """A diploma or certificate of DUO; provisional until the municipality entered or confirmed it."""

    on: date
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class TrajectoryFact:
    """What measures of a whole route know of a trajectory; ``homes`` are (from, municipality), oldest first."""

    number: str
    product: str
    target_group: TargetGroup
    term_starts_on: date
    term_ends_on: date
    started_on: date | None = None
    stop_reason: StopReason | None = None
    brought_hours: Decimal = Decimal(0)
    brought_participation: Decimal = Decimal(0)
    homes: tuple[tuple[date, str], ...] = ()
    diplomas: tuple[DiplomaFact, ...] = ()
    switches: tuple[date, ...] = ()
    records: tuple[RecordFact, ...] = ()

    def home_on(self, day: date) -> str:
        """Return the municipality of residence on a day; the first known one before that."""
        found = [name for since, name in self.homes if since <= day]
        return found[-1] if found else next((name for _, name in self.homes), OUTSIDE)

    def latest(self, kind: RecordKind, until: date) -> RecordFact | None:
        """Return the newest record of a kind on or before a day."""
        found = [record for record in self.records if record.kind is kind and record.on <= until]
        return max(found, key=lambda record: record.on, default=None)

    def total(self, kind: RecordKind, until: date) -> Decimal | None:
        """Add the records of a kind up to a day; None when there are none."""
        found = [record.value for record in self.records if record.kind is kind and record.on <= until]
        return sum(found, Decimal(0)) if found else None


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    """An invoice as it came in: whether the first check was done and found nothing."""

    month: Month
    number: str
    is_credit: bool
    is_checked: bool
    is_clean: bool


@dataclass(frozen=True)
class Material:
    """All a measure may look at: rows from the start of the contract, figures of the provider, deliveries."""

    rows: Mapping[Month, Sequence[RowFact]]
    reported: Sequence[ReportedFact] = ()
    deliveries: Mapping[Month, DeliveryFact] = field(default_factory=dict)
    expected_months: Sequence[Month] = ()
    free_days: frozenset[date] = frozenset()
    lesson_free: frozenset[Month] = frozenset()
    trajectories: Mapping[str, TrajectoryFact] = field(default_factory=dict)
    invoices: Sequence[InvoiceFact] = ()

    def rows_in(self, window: Window) -> list[RowFact]:
        """Return the rows of the window, oldest first."""
        return [row for month in window.months for row in self.rows.get(month, ())]

    def rows_until(self, last: Month) -> list[RowFact]:
        """Return all rows up to and including a month, oldest first."""
        return [row for month in sorted(self.rows) if month <= last for row in self.rows[month]]


class Count(NamedTuple):
    """What one row (or one delivery) adds to a figure, or why it adds nothing; a tuple, for there are many."""

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
