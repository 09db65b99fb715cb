"""What may be invoiced for a month: accepted rows times the price lines and phases of the contract."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from contracts.agreements.states import PhaseTrigger
from portal.catalogue.states import TargetGroup, Unit, VatCategory
from portal.money import round_cents


class Performance(NamedTuple):
    """What is paid once, whichever version of the monthly report it stands in.

    ``phase`` is empty when the price has no phases; ``period`` is the month ("2026-10"), or empty for what
    is paid once in the life of a trajectory, so that moving an event to another month pays nothing twice.
    """

    trajectory_id: uuid.UUID
    price_line_id: uuid.UUID
    phase: str
    period: str


@dataclass(frozen=True)
class PhasePrice:
    """A phase of a trajectory price: the part of the rate that one event makes due."""

    id: uuid.UUID
    name: str
    share: Decimal
    trigger: PhaseTrigger


@dataclass(frozen=True)
class Price:
    """A price line as it holds in the month."""

    line_id: uuid.UUID
    version_id: uuid.UUID
    contract_product_id: uuid.UUID
    name: str
    unit: Unit
    rate: Decimal
    category: VatCategory
    percent: Decimal
    phases: tuple[PhasePrice, ...] = ()


@dataclass(frozen=True)
class RowFacts:
    """An accepted monthly row: whose, where, how many hours, and what happened in the month."""

    id: uuid.UUID
    trajectory_id: uuid.UUID
    trajectory_number: str
    contract_product_id: uuid.UUID
    municipality_id: uuid.UUID
    target_group: TargetGroup
    period: str
    hours: Decimal
    is_running: bool
    happened: frozenset[PhaseTrigger]


@dataclass(frozen=True)
class Proposal:
    """A line to put in the specification; without a row it is a fixed amount of the month."""

    description: str
    price: Price
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    row: RowFacts | None = None
    phase: PhasePrice | None = None

    @property
    def phase_key(self) -> str:
        """What distinguishes this use of the row from another under the same price line."""
        return self.phase.id.hex if self.phase else ""

    @property
    def performance(self) -> Performance | None:
        """What is paid here, or None for a line without participant."""
        if self.row is None:
            return None
        once = self.price.unit is Unit.TRAJECTORY
        return Performance(
            self.row.trajectory_id, self.price.line_id, self.phase_key, "" if once else self.row.period
        )


def proposed_lines(
    rows: Sequence[RowFacts], prices: Sequence[Price], claimed: Mapping[Performance, Decimal]
) -> list[Proposal]:
    """Make the lines of a specification.

    Hours are paid as offered, months per running trajectory, phases by the event of the month, a
    trajectory without phases at its start. A performance is paid once: when a corrected row says more than
    was claimed, only the difference is proposed.

    Args:
        claimed: the quantity of each performance that stands in another specification.
    """
    found = []
    for one in performed_lines(rows, prices):
        before = claimed.get(one.performance) if one.performance else None
        if before is None:
            found.append(one)
        elif one.quantity > before:
            found.append(_supplement(one, one.quantity - before))
    return found + [_fixed(price) for price in prices if price.unit is Unit.FIXED]


def performed_lines(rows: Iterable[RowFacts], prices: Sequence[Price]) -> list[Proposal]:
    """Give everything the rows make due at these prices, claimed or not."""
    by_product: dict[uuid.UUID, list[Price]] = {}
    for price in prices:
        by_product.setdefault(price.contract_product_id, []).append(price)
    return [
        one for row in rows for price in by_product.get(row.contract_product_id, []) for one in _of_row(row, price)
    ]


def _supplement(one: Proposal, quantity: Decimal) -> Proposal:
    description = f"{one.description}, aanvulling na correctie"[:200]
    return replace(one, description=description, quantity=quantity, amount=line_amount(quantity, one.rate))


def _of_row(row: RowFacts, price: Price) -> list[Proposal]:
    name = f"{price.name}, traject {row.trajectory_number}"
    if price.unit is Unit.TRAJECTORY and price.phases:
        return [
            _proposal(
                f"{price.name}: {phase.name}, traject {row.trajectory_number}", price, Decimal(1), row, phase
            )
            for phase in price.phases
            if phase.trigger in row.happened
        ]
    quantity = _quantity(row, price.unit)
    return [_proposal(name, price, quantity, row, None)] if quantity else []


def _quantity(row: RowFacts, unit: Unit) -> Decimal:
    if unit is Unit.HOUR:
        return row.hours
    if unit is Unit.MONTH:
        return Decimal(1 if row.is_running else 0)
    if unit is Unit.TRAJECTORY:
        return Decimal(1 if PhaseTrigger.STARTED in row.happened else 0)
    if unit is Unit.WORKSHOP:
        return Decimal(1 if row.hours else 0)
    return Decimal(0)


def _proposal(
    description: str, price: Price, quantity: Decimal, row: RowFacts, phase: PhasePrice | None
) -> Proposal:
    rate = phase_rate(price.rate, phase.share) if phase else price.rate
    return Proposal(description[:200], price, quantity, rate, line_amount(quantity, rate), row, phase)


def _fixed(price: Price) -> Proposal:
    return Proposal(price.name, price, Decimal(1), price.rate, line_amount(Decimal(1), price.rate))


def phase_rate(rate: Decimal, share: Decimal) -> Decimal:
    """Give the price of a phase, in whole cents; ``share`` is a fraction of the trajectory price."""
    return round_cents(rate * share)


def line_amount(quantity: Decimal, rate: Decimal) -> Decimal:
    """Give the amount of a line: quantity times rate, rounded once, half a cent up."""
    return round_cents(quantity * rate)


def vat_of(net: Decimal, percent: Decimal) -> Decimal:
    """Give the btw of a category: its total times the percentage, rounded once (BR-CO-17)."""
    return round_cents(net * percent / 100)
