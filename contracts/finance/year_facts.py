"""What a year end rests on, read in a number of statements that does not grow with rows or contracts."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from contracts.agreements.models import ContractProduct
from contracts.agreements.price_models import PriceLine, PricePhase, PriceVersion
from contracts.agreements.states import PhaseTrigger
from contracts.allocation.models import AllocationKey, KeyVersion, KeyWeight
from contracts.allocation.rules import version_in_force
from contracts.allocation.states import KeyBasis, KeyState
from contracts.invoicing.models import (
    Invoice,
    InvoiceLine,
    LineBasis,
    Specification,
    SpecificationLine,
)
from contracts.invoicing.performance_queries import ACCEPTED, percent_of
from contracts.invoicing.specification_rules import Performance, PhasePrice, Price, RowFacts
from contracts.invoicing.states import InvoiceState
from contracts.results.models import MonthlyRow
from contracts.results.states import EventKind as RowEventKind
from contracts.trajectories.models import Trajectory, TrajectoryEvent, TrajectoryResidence
from contracts.trajectories.states import Certainty, EventKind
from portal.catalogue.models import Municipality
from portal.db import db
from portal.money import ZERO
from portal.periods import Month, Year

_ROW_EVENTS = {RowEventKind.STARTED: PhaseTrigger.STARTED, RowEventKind.COMPLETED: PhaseTrigger.FINISHED}
_EVENTS = {EventKind.HALFWAY: PhaseTrigger.HALFWAY, EventKind.DIPLOMA: PhaseTrigger.DIPLOMA}


@dataclass(frozen=True)
class Prices:
    """The price lines of many contracts with all their versions and phases."""

    lines: Sequence[PriceLine]
    versions: dict[uuid.UUID, list[PriceVersion]]
    phases: dict[uuid.UUID, list[PricePhase]]

    def on(self, day: date, contract_id: uuid.UUID) -> list[Price]:
        """Return the prices of a contract that hold on a day."""
        return [
            price
            for line in self.lines
            if line.contract_product.contract_id == contract_id and (price := self._price(line, day))
        ]

    def _price(self, line: PriceLine, day: date) -> Price | None:
        holds = [
            one
            for one in self.versions.get(line.id, [])
            if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until)
        ]
        if not holds:
            return None
        return Price(
            line.id, holds[0].id, line.contract_product_id, line.name, line.unit, holds[0].rate,
            line.vat_category, percent_of(line),
            tuple(
                PhasePrice(one.id, one.name, one.share if one.share <= 1 else one.share / 100, one.trigger)
                for one in self.phases.get(line.id, [])
            ),
        )  # fmt: skip


def prices_of_all(contract_ids: Collection[uuid.UUID]) -> Prices:
    """Return the prices of many contracts, in three statements."""
    lines = db.session.scalars(
        select(PriceLine)
        .join(ContractProduct, ContractProduct.id == PriceLine.contract_product_id)
        .options(joinedload(PriceLine.contract_product).joinedload(ContractProduct.product))
        .where(ContractProduct.contract_id.in_(contract_ids))
        .order_by(PriceLine.code)
    ).all()
    ids = [line.id for line in lines]
    versions: dict[uuid.UUID, list[PriceVersion]] = {}
    for version in db.session.scalars(
        select(PriceVersion)
        .where(PriceVersion.price_line_id.in_(ids))
        .order_by(PriceVersion.valid_from.desc())
    ):
        versions.setdefault(version.price_line_id, []).append(version)
    phases: dict[uuid.UUID, list[PricePhase]] = {}
    for phase in db.session.scalars(
        select(PricePhase).where(PricePhase.price_line_id.in_(ids)).order_by(PricePhase.position)
    ):
        phases.setdefault(phase.price_line_id, []).append(phase)
    return Prices(lines, versions, phases)


@dataclass(frozen=True)
class AcceptedRow:
    """An accepted row as the rules know it, with the record it came from."""

    facts: RowFacts
    row: MonthlyRow


def accepted_rows(contract_ids: Collection[uuid.UUID], year: Year) -> list[AcceptedRow]:
    """Return the accepted rows of a year with what happened in their month, in three statements."""
    rows = db.session.scalars(
        select(MonthlyRow)
        .options(selectinload(MonthlyRow.events), joinedload(MonthlyRow.trajectory))
        .where(
            MonthlyRow.contract_id.in_(contract_ids),
            MonthlyRow.month.between(year.first, year.last),
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
        .order_by(MonthlyRow.month, MonthlyRow.id)
    ).all()
    events = events_of_all(contract_ids, until=year.last)
    found = []
    for row in rows:
        month = Month.of(row.month)
        happened = {_ROW_EVENTS[one.kind] for one in row.events if one.kind in _ROW_EVENTS}
        happened |= {kind for kind, on in events.get(row.trajectory_id, ()) if on in month}
        facts = RowFacts(
            row.id, row.trajectory_id, row.trajectory.number, row.contract_product_id, row.municipality_id,
            row.trajectory.target_group, month.code, row.hours_offered, row.state.value == "running",
            frozenset(happened),
        )  # fmt: skip
        found.append(AcceptedRow(facts, row))
    return found


def events_of_all(
    contract_ids: Collection[uuid.UUID], *, until: date
) -> dict[uuid.UUID, list[tuple[PhaseTrigger, date]]]:
    """Return the confirmed events that make a phase due, per trajectory, in one statement."""
    found: dict[uuid.UUID, list[tuple[PhaseTrigger, date]]] = {}
    for trajectory_id, kind, on in db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind, TrajectoryEvent.on)
        .join(Trajectory, Trajectory.id == TrajectoryEvent.trajectory_id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(
            ContractProduct.contract_id.in_(contract_ids),
            TrajectoryEvent.kind.in_(list(_EVENTS)),
            TrajectoryEvent.certainty == Certainty.CONFIRMED,
            TrajectoryEvent.on <= until,
        )
    ):
        found.setdefault(trajectory_id, []).append((_EVENTS[kind], on))
    return found


@dataclass
class Claimed:
    """How much of a performance was approved for payment, and the invoice that still waits."""

    approved: Decimal = ZERO
    paid_net: Decimal = ZERO
    waiting: Invoice | None = None


def claims_of_all(contract_ids: Collection[uuid.UUID], *, until: date) -> dict[Performance, Claimed]:
    """Return what was claimed of each performance and whether it was approved by a day, in one statement."""
    found: dict[Performance, Claimed] = {}
    rows = db.session.execute(
        select(LineBasis, InvoiceLine.net, SpecificationLine.quantity, Invoice)
        .join(SpecificationLine, SpecificationLine.id == LineBasis.specification_line_id)
        .join(ContractProduct, ContractProduct.id == SpecificationLine.contract_product_id)
        .outerjoin(InvoiceLine, InvoiceLine.specification_line_id == SpecificationLine.id)
        .outerjoin(Invoice, (Invoice.id == InvoiceLine.invoice_id) & (Invoice.state != InvoiceState.RETURNED))
        .where(ContractProduct.contract_id.in_(contract_ids), LineBasis.released_at.is_(None))
    )
    for basis, net, quantity, invoice in rows:
        if invoice is None:
            continue
        key = Performance(basis.trajectory_id, basis.price_line_id, basis.phase_key, basis.period)
        one = found.setdefault(key, Claimed())
        if invoice.state is InvoiceState.APPROVED:
            one.approved += basis.quantity
            if Month.of(invoice.month).first <= until:
                one.paid_net += (net * basis.quantity / quantity).quantize(ZERO) if quantity else ZERO
        else:
            one.waiting = invoice
    return found


def trajectories_of_all(contract_ids: Collection[uuid.UUID], *, until: date) -> list[Trajectory]:
    """Return the aanmeldingen up to a day, in one statement."""
    return list(
        db.session.scalars(
            select(Trajectory)
            .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
            .options(joinedload(Trajectory.contract_product).joinedload(ContractProduct.product))
            .where(ContractProduct.contract_id.in_(contract_ids), Trajectory.referred_on <= until)
            .order_by(Trajectory.number)
        )
    )


def residences_on(contract_ids: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, uuid.UUID | None]:
    """Return where each participant lived on a day, in one statement."""
    found: dict[uuid.UUID, uuid.UUID | None] = {}
    for trajectory_id, municipality_id in db.session.execute(
        select(TrajectoryResidence.trajectory_id, TrajectoryResidence.municipality_id)
        .join(Trajectory, Trajectory.id == TrajectoryResidence.trajectory_id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id.in_(contract_ids), TrajectoryResidence.valid_from <= on)
        .order_by(TrajectoryResidence.valid_from)
    ):
        found[trajectory_id] = municipality_id
    return found


def shared_lines(contract_ids: Collection[uuid.UUID], year: Year) -> list[tuple[SpecificationLine, Invoice | None]]:
    """Return specified lines of a year that a key splits and that no approved invoice pays, in one statement."""
    rows = db.session.execute(
        select(SpecificationLine, Invoice)
        .join(Specification, Specification.id == SpecificationLine.specification_id)
        .outerjoin(InvoiceLine, InvoiceLine.specification_line_id == SpecificationLine.id)
        .outerjoin(Invoice, (Invoice.id == InvoiceLine.invoice_id) & (Invoice.state != InvoiceState.RETURNED))
        .options(contains_eager(SpecificationLine.specification))
        .where(
            Specification.contract_id.in_(contract_ids),
            Specification.withdrawn_at.is_(None),
            Specification.month.between(year.first, year.last),
            SpecificationLine.municipality_id.is_(None),
            SpecificationLine.taken_out.is_(False),
        )
    ).all()
    newest: dict[uuid.UUID, tuple[SpecificationLine, Invoice | None]] = {}
    paid = set()
    for row in rows:
        line: SpecificationLine = row[0]
        invoice: Invoice | None = row[1]
        newest[line.id] = (line, invoice)
        if invoice is not None and invoice.state is InvoiceState.APPROVED:
            paid.add(line.id)
    return [pair for line_id, pair in newest.items() if line_id not in paid]


@dataclass(frozen=True)
class Keys:
    """The fixed keys of many contract products with their weights."""

    versions: Sequence[KeyVersion]
    products: dict[uuid.UUID, uuid.UUID]
    weights: dict[uuid.UUID, list[KeyWeight]]

    def on(
        self, contract_product_id: uuid.UUID, day: date, counted: Mapping[uuid.UUID, int]
    ) -> list[tuple[uuid.UUID, Decimal]]:
        """Return the weights that hold on a day; of a counted key the participants of the month."""
        own = {one.id: one for one in self.versions if self.products[one.id] == contract_product_id}
        chosen = version_in_force([(one.id, one.valid_from) for one in own.values()], day)
        while chosen is not None:
            stored = self.weights.get(chosen, [])
            is_counted = own[chosen].basis is KeyBasis.PARTICIPANTS
            found = [
                (one.municipality_id, Decimal(counted.get(one.municipality_id, 0)) if is_counted else one.weight)
                for one in stored
            ]
            if any(weight for _, weight in found):
                return found
            chosen = own[chosen].fallback_id if own[chosen].fallback_id in own else None
        return []


def keys_of_all(contract_ids: Collection[uuid.UUID]) -> Keys:
    """Return the keys in force of many contracts, in two statements."""
    rows = db.session.execute(
        select(KeyVersion, AllocationKey.contract_product_id)
        .join(AllocationKey, AllocationKey.id == KeyVersion.key_id)
        .join(ContractProduct, ContractProduct.id == AllocationKey.contract_product_id)
        .where(ContractProduct.contract_id.in_(contract_ids), KeyVersion.state == KeyState.FIXED)
    ).all()
    versions = [version for version, _ in rows]
    weights: dict[uuid.UUID, list[KeyWeight]] = {}
    for weight in db.session.scalars(
        select(KeyWeight)
        .join(Municipality, Municipality.id == KeyWeight.municipality_id)
        .where(KeyWeight.key_version_id.in_([one.id for one in versions]))
        .order_by(Municipality.name)
    ):
        weights.setdefault(weight.key_version_id, []).append(weight)
    return Keys(versions, {version.id: product for version, product in rows}, weights)
