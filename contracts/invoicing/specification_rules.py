"""What may be invoiced for a month: accepted rows times the price lines and phases of the contract."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.agreements.states import PhaseTrigger
from portal.catalogue.states import TargetGroup, Unit, VatCategory
from portal.money import round_cents

Claimed = Collection[tuple[uuid.UUID, uuid.UUID, str]]


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


def proposed_lines(rows: Sequence[RowFacts], prices: Sequence[Price], claimed: Claimed) -> list[Proposal]:
    """Make the lines of a specification.

    Hours are paid as offered, months per running trajectory, phases by the event of the month, a
    trajectory without phases at its start. A row pays a price line, or a phase of it, once.

    Args:
        claimed: (row, price line, phase key) that stand in another specification.
    """
    found: list[Proposal] = []
    by_product: dict[uuid.UUID, list[Price]] = {}
    for price in prices:
        by_product.setdefault(price.contract_product_id, []).append(price)
    for row in rows:
        for price in by_product.get(row.contract_product_id, []):
            found.extend(_of_row(row, price))
    found = [
        one for one in found if one.row and (one.row.id, one.price.line_id, one.phase_key) not in claimed
    ]
    return found + [_fixed(price) for price in prices if price.unit is Unit.FIXED]


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
