"""A monthly row as plain columns, for the storeys above: measures, invoices, splits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.results.states import Acceptance, Certainty, EventKind, RowState, StopReason
from portal.catalogue.states import TargetGroup
from portal.periods import Month


@dataclass(frozen=True, slots=True)
class EventFact:
    """An event of a row; provisional until its owner confirmed it."""

    kind: EventKind
    on: date
    reason: StopReason | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class RowFact:
    """One trajectory in one month as it counts now, hours as Decimal."""

    row_id: uuid.UUID
    report_id: uuid.UUID
    month: Month
    trajectory_id: uuid.UUID
    number: str
    contract_product_id: uuid.UUID
    product: str
    municipality_id: uuid.UUID
    municipality: str
    target_group: TargetGroup
    referred_on: date
    started_on: date | None
    state: RowState
    offered: Decimal
    followed: Decimal
    leave: Decimal
    unexcused: Decimal
    acceptance: Acceptance
    events: tuple[EventFact, ...] = ()

    def has(self, *kinds: EventKind) -> bool:
        """Say whether one of these events happened in the month."""
        return any(event.kind in kinds for event in self.events)

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the trajectory stopped in this month; None when it did not."""
        return next((event.reason for event in self.events if event.reason is not None), None)


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """A figure the provider counted himself, in one month."""

    measure_row_id: uuid.UUID
    month: Month
    performance_agreement_id: uuid.UUID
    municipality_id: uuid.UUID | None
    numerator: Decimal
    denominator: Decimal
    remark: str


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """Whether the report of a month came, and when: in time is on or before the due day."""

    month: Month
    due_on: date
    submitted_on: date | None
    is_accepted: bool
    has_rows: bool
    has_lessons: bool
