"""What a proposed key would have done to last year's invoices, before anybody agrees to it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contracts.allocation.models import KeyVersion
from contracts.allocation.queries import weights_of
from contracts.allocation.states import KeyBasis
from contracts.invoicing.models import Invoice
from contracts.invoicing.performance_queries import ACCEPTED
from contracts.invoicing.split_models import SplitGroup, SplitShare
from contracts.invoicing.states import InvoiceKind, InvoiceState, ShareBasis
from contracts.results.models import MonthlyRow
from contracts.results.states import RowState
from portal.catalogue.models import Municipality
from portal.db import db
from portal.money import ZERO, split
from portal.periods import Month, Year

_TAKES_PART = (RowState.RUNNING, RowState.PAUSED, RowState.STOPPED, RowState.COMPLETED)


@dataclass(frozen=True)
class SimulatedPlace:
    """What a municipality bore by key, and what it would bear under the new one, without btw."""

    municipality: Municipality
    was: Decimal
    would_be: Decimal

    @property
    def difference(self) -> Decimal:
        return self.would_be - self.was


@dataclass(frozen=True)
class Simulation:
    """A key over a year of invoices; groups that it cannot split are named."""

    year: int
    invoices: int
    places: Sequence[SimulatedPlace]
    unsplit: Sequence[str]


def simulate(version: KeyVersion, year: int) -> Simulation:
    """Split every amount anew that a key split in a year; reads only, in four statements."""
    product_id = version.key.contract_product_id
    groups = db.session.scalars(
        select(SplitGroup)
        .join(Invoice, Invoice.id == SplitGroup.invoice_id)
        .options(joinedload(SplitGroup.invoice))
        .where(
            SplitGroup.contract_product_id == product_id,
            SplitGroup.basis != ShareBasis.DIRECT,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.kind != InvoiceKind.SETTLEMENT,
            Invoice.month.between(Year(year).first, Year(year).last),
        )
    ).all()
    stored = weights_of(version)
    counted = _participants(product_id, year) if version.basis is KeyBasis.PARTICIPANTS else None
    would: dict[uuid.UUID, Decimal] = {row.municipality_id: ZERO for row in stored}
    unsplit = []
    left_out = set()
    for group in groups:
        month = Month.of(group.invoice.month)
        weights = [
            counted.get((month, row.municipality_id), Decimal(0)) if counted is not None else row.weight
            for row in stored
        ]
        if not any(weights):
            unsplit.append(f"{group.invoice.number}, {month.label}")
            left_out.add(group.id)
            continue
        for row, part in zip(stored, split(group.net, weights), strict=True):
            would[row.municipality_id] += part
    was = _borne([group.id for group in groups if group.id not in left_out])
    places = db.session.scalars(
        select(Municipality).where(Municipality.id.in_({*would, *was})).order_by(Municipality.name)
    )
    return Simulation(
        year,
        len({group.invoice_id for group in groups}),
        [SimulatedPlace(one, was.get(one.id, ZERO), would.get(one.id, ZERO)) for one in places],
        unsplit,
    )


def _participants(contract_product_id: uuid.UUID, year: int) -> dict[tuple[Month, uuid.UUID], Decimal]:
    rows = db.session.execute(
        select(MonthlyRow.month, MonthlyRow.municipality_id, func.count())
        .where(
            MonthlyRow.contract_product_id == contract_product_id,
            MonthlyRow.month.between(Year(year).first, Year(year).last),
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
            MonthlyRow.state.in_(_TAKES_PART),
        )
        .group_by(MonthlyRow.month, MonthlyRow.municipality_id)
    )
    return {(Month.of(month), place): Decimal(number) for month, place, number in rows}


def _borne(group_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    rows = db.session.execute(
        select(SplitShare.municipality_id, func.sum(SplitShare.net))
        .where(SplitShare.split_group_id.in_(group_ids))
        .group_by(SplitShare.municipality_id)
    )
    return {row[0]: row[1] for row in rows}
