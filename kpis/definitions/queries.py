"""Whole routes and invoices as plain values, in a fixed number of statements whatever the number of rows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from contracts.agreements.models import Contract, ContractProduct
from contracts.invoicing.models import Dispute, Invoice, InvoiceLine
from contracts.invoicing.states import InvoiceKind, InvoiceState
from contracts.trajectories.models import (
    Trajectory,
    TrajectoryEvent,
    TrajectoryProduct,
    TrajectoryResidence,
)
from contracts.trajectories.states import EventKind
from kpis.definitions.facts import OUTSIDE, DiplomaFact, InvoiceFact, RecordFact, TrajectoryFact
from kpis.definitions.models import TrajectoryRecord
from portal import clock
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound
from portal.periods import Month


def trajectory_facts(contract_ids: Sequence[uuid.UUID]) -> dict[str, TrajectoryFact]:
    """Return the trajectories of contracts by number, with homes, diplomas, switches and records."""
    ids = (
        select(Trajectory.id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id.in_(contract_ids))
    )
    homes, diplomas = _homes(ids), _diplomas(ids)
    switches, records = _switches(ids), _records(ids)
    rows = db.session.execute(
        select(Trajectory, Product.code)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractProduct.contract_id.in_(contract_ids))
        .order_by(Trajectory.number)
    )
    return {
        one.number: TrajectoryFact(
            number=one.number,
            product=code,
            target_group=one.target_group,
            term_starts_on=one.term_starts_on,
            term_ends_on=one.term_ends_on,
            started_on=one.started_on,
            stop_reason=one.stop_reason,
            brought_hours=one.brought_hours,
            brought_participation=one.brought_participation_hours,
            homes=tuple(homes[one.id]),
            diplomas=tuple(diplomas[one.id]),
            switches=tuple(switches[one.id]),
            records=tuple(records[one.id]),
        )
        for one, code in rows
    }


def _homes(ids: Select[Any]) -> dict[uuid.UUID, list[tuple[date, str]]]:
    found: dict[uuid.UUID, list[tuple[date, str]]] = defaultdict(list)
    for trajectory_id, since, name in db.session.execute(
        select(TrajectoryResidence.trajectory_id, TrajectoryResidence.valid_from, Municipality.name)
        .outerjoin(Municipality, Municipality.id == TrajectoryResidence.municipality_id)
        .where(TrajectoryResidence.trajectory_id.in_(ids))
        .order_by(TrajectoryResidence.valid_from)
    ):
        found[trajectory_id].append((since, name or OUTSIDE))
    return found


def _diplomas(ids: Select[Any]) -> dict[uuid.UUID, list[DiplomaFact]]:
    found: dict[uuid.UUID, list[DiplomaFact]] = defaultdict(list)
    for trajectory_id, on, certainty in db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.on, TrajectoryEvent.certainty)
        .where(TrajectoryEvent.trajectory_id.in_(ids), TrajectoryEvent.kind == EventKind.DIPLOMA)
        .order_by(TrajectoryEvent.on)
    ):
        found[trajectory_id].append(DiplomaFact(on, certainty))
    return found


def _switches(ids: Select[Any]) -> dict[uuid.UUID, list[date]]:
    """Return the days a product began that was not the first."""
    found: dict[uuid.UUID, list[date]] = defaultdict(list)
    for trajectory_id, since in db.session.execute(
        select(TrajectoryProduct.trajectory_id, TrajectoryProduct.valid_from)
        .where(TrajectoryProduct.trajectory_id.in_(ids))
        .order_by(TrajectoryProduct.valid_from)
    ):
        found[trajectory_id].append(since)
    return defaultdict(list, {one: days[1:] for one, days in found.items()})


def _records(ids: Select[Any]) -> dict[uuid.UUID, list[RecordFact]]:
    found: dict[uuid.UUID, list[RecordFact]] = defaultdict(list)
    for trajectory_id, kind, on, value in db.session.execute(
        select(
            TrajectoryRecord.trajectory_id, TrajectoryRecord.kind, TrajectoryRecord.on, TrajectoryRecord.value
        )
        .where(TrajectoryRecord.trajectory_id.in_(ids), TrajectoryRecord.withdrawn_at.is_(None))
        .order_by(TrajectoryRecord.on)
    ):
        found[trajectory_id].append(RecordFact(kind, on, value))
    return found


def invoice_facts(contract: Contract) -> list[InvoiceFact]:
    """Return the invoices of a contract: not clean is sent back, or with a line that was disputed."""
    disputed = (
        select(InvoiceLine.invoice_id)
        .join(Dispute, Dispute.line_id == InvoiceLine.id)
        .where(InvoiceLine.invoice_id == Invoice.id)
        .exists()
    )
    rows = db.session.execute(
        select(Invoice.received_at, Invoice.number, Invoice.kind, Invoice.state, disputed)
        .where(Invoice.contract_id == contract.id)
        .order_by(Invoice.received_at)
    )
    return [
        InvoiceFact(
            Month.of(clock.local(received_at).date()),
            number,
            kind is InvoiceKind.CREDIT,
            state is not InvoiceState.RECEIVED or bool(has_dispute),
            state is not InvoiceState.RETURNED and not has_dispute,
        )
        for received_at, number, kind, state, has_dispute in rows
    ]


def records_of(trajectory: Trajectory) -> Sequence[TrajectoryRecord]:
    """Return everything recorded about a trajectory, newest day first, withdrawn or not."""
    return db.session.scalars(
        select(TrajectoryRecord)
        .where(TrajectoryRecord.trajectory_id == trajectory.id)
        .order_by(TrajectoryRecord.on.desc(), TrajectoryRecord.recorded_at.desc())
    ).all()


def record_for(trajectory: Trajectory, record_id: uuid.UUID) -> TrajectoryRecord:
    """Return one record of a trajectory.

    Raises:
        NotFound: the trajectory has no such record.
    """
    found = db.session.get(TrajectoryRecord, record_id)
    if found is None or found.trajectory_id != trajectory.id:
        raise NotFound
    return found
