"""What belongs in a report: the trajectories of the party in that month, and the figures it counts itself."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from contracts.agreements.models import Contract, ContractParty, ContractProduct
from contracts.agreements.promise_queries import agreements_in_force
from contracts.results.findings import Expected, ExpectedMeasure, Figures, Happening
from contracts.results.models import MonthlyRow
from contracts.results.states import EventKind, RowState
from contracts.trajectories.events_services import EXAM_PARTS
from contracts.trajectories.models import Trajectory, TrajectoryEvent, TrajectoryProduct, TrajectoryResidence
from contracts.trajectories.states import Certainty, EventKind as TrajectoryEventKind, TrajectoryState
from portal.bulk import many_values
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import MeasureUnit
from portal.db import db
from portal.periods import Month

_FROM_TRAJECTORY = {
    TrajectoryEventKind.STARTED: EventKind.STARTED,
    TrajectoryEventKind.NO_SHOW: EventKind.NO_SHOW,
    TrajectoryEventKind.INTERRUPTED: EventKind.PAUSED,
    TrajectoryEventKind.RESUMED: EventKind.RESUMED,
    TrajectoryEventKind.STOPPED: EventKind.STOPPED,
    TrajectoryEventKind.FINISHED: EventKind.COMPLETED,
    TrajectoryEventKind.PVT_SIGNED: EventKind.PVT_SIGNED,
    TrajectoryEventKind.MAP_TALK: EventKind.MAP_FINAL_TALK,
    TrajectoryEventKind.Z_TALK: EventKind.Z_FINAL_TALK,
}
_EXAM_RESULTS = {TrajectoryEventKind.EXAM_PASSED: "passed", TrajectoryEventKind.EXAM_FAILED: "failed"}
_OVER = (RowState.STOPPED, RowState.COMPLETED)


@many_values()
def expected_rows(contract: Contract, party: ContractParty, month: Month) -> dict[str, Expected]:
    """Return the trajectories that belong in the report of a party, by number, in their order.

    The municipality is the one of residence on the first of the month, or the first one known after it;
    a fixed number of statements whatever the number of trajectories, and plain columns: there are many.
    """
    wanted = _wanted(contract, party, month)
    homes = _residences(wanted, month)
    products = _products(wanted, month)
    previous = _previous_rows(wanted, month)
    events = _known_events(wanted, month)
    names = {product.id: product.product.short_name for product in _contract_products(contract)}
    places = {place.cbs_code: place for place in db.session.scalars(select(Municipality))}
    found: dict[str, Expected] = {}
    for row in db.session.execute(_columns(wanted)):
        number = row.number
        told = events.get(number, ())
        if row.state is TrajectoryState.NO_SHOW and not told:
            continue
        before = previous.get(number)
        product_id = products.get(number, row.contract_product_id)
        home = places[homes.get(number, row.placed_by)]
        found[number] = Expected(
            number=number,
            trajectory_id=row.id,
            contract_product_id=product_id,
            product=names[product_id],
            municipality_id=home.id,
            municipality=home.name,
            before=before[0] if before is not None else _state_on(row, month.first),
            started_on=row.started_on,
            previous=before[1] if before is not None else None,
            known_events=tuple(happening for happening, _ in told),
            confirmed_events=tuple(happening for happening, sure in told if sure),
        )
    return found


def expected_measures(contract: Contract, month: Month) -> dict[str, ExpectedMeasure]:
    """Return the prestatieafspraken whose figure rows cannot tell, by code."""
    return {
        version.performance_agreement.code: ExpectedMeasure(
            code=version.performance_agreement.code,
            agreement_id=version.performance_agreement_id,
            measure=version.measure.code,
            name=version.performance_agreement.name,
            numerator=version.measure.numerator,
            denominator=version.measure.denominator,
            is_part=version.measure.unit is MeasureUnit.PERCENTAGE,
        )
        for version in agreements_in_force(contract, month.last)
        if version.measure.is_reported
    }


def is_lesson_free(contract: Contract, month: Month) -> bool:
    """Say whether the contract's lesson calendar has no lessons in the month ("08" or "2026-08")."""
    free = {part.strip().lstrip("0") for part in contract.lesson_free_months.split(",") if part.strip()}
    return str(month.month) in free or month.code in free


def _wanted(contract: Contract, party: ContractParty, month: Month) -> Select[uuid.UUID]:
    """Select the ids of the trajectories in the report; a subquery, for a list of ids grows with the rows."""
    gone = select(MonthlyRow.trajectory_id).where(
        MonthlyRow.contract_id == contract.id,
        MonthlyRow.superseded_at.is_(None),
        MonthlyRow.state.in_(_OVER),
        MonthlyRow.month < month.first,
    )
    return (
        select(Trajectory.id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(
            ContractProduct.contract_id == contract.id,
            Trajectory.contract_party_id == party.id,
            Trajectory.state.not_in((TrajectoryState.REFUSED, TrajectoryState.REFERRED)),
            Trajectory.referred_on <= month.last,
            or_(Trajectory.answered_on.is_(None), Trajectory.answered_on <= month.last),
            _not_before(Trajectory.stopped_on, month.first),
            _not_before(Trajectory.finished_on, month.first),
            Trajectory.id.not_in(gone),
        )
    )


def _columns(wanted: Select[uuid.UUID]) -> Select[Any]:
    statement = (
        select(
            Trajectory.number,
            Trajectory.id,
            Trajectory.state,
            Trajectory.contract_product_id,
            Municipality.cbs_code.label("placed_by"),
            Trajectory.started_on,
            Trajectory.interrupted_on,
        )
        .join(Municipality, Municipality.id == Trajectory.placed_by_id)
        .where(Trajectory.id.in_(wanted))
        .order_by(Trajectory.number)
    )
    return statement  # type: ignore[return-value]


def _not_before(column: InstrumentedAttribute[date | None], day: date) -> ColumnElement[bool]:
    return or_(column.is_(None), column >= day)


def _contract_products(contract: Contract) -> Sequence[ContractProduct]:
    return db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.product))
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractProduct.contract_id == contract.id)
    ).all()


def _residences(wanted: Select[uuid.UUID], month: Month) -> dict[str, str]:
    """Return per trajectory number the code of the municipality of residence."""
    rows = db.session.execute(
        select(Trajectory.number, Municipality.cbs_code, TrajectoryResidence.valid_from)
        .join(Trajectory, Trajectory.id == TrajectoryResidence.trajectory_id)
        .join(Municipality, Municipality.id == TrajectoryResidence.municipality_id)
        .where(TrajectoryResidence.trajectory_id.in_(wanted))
        .where(TrajectoryResidence.valid_from <= month.last)
        .order_by(TrajectoryResidence.valid_from)
    )
    found: dict[str, str] = {}
    for number, code, valid_from in rows:
        if valid_from <= month.first or number not in found:
            found[number] = code
    return found


def _products(wanted: Select[uuid.UUID], month: Month) -> dict[str, uuid.UUID]:
    rows = db.session.execute(
        select(Trajectory.number, TrajectoryProduct.contract_product_id)
        .join(Trajectory, Trajectory.id == TrajectoryProduct.trajectory_id)
        .where(TrajectoryProduct.trajectory_id.in_(wanted), TrajectoryProduct.valid_from <= month.first)
        .order_by(TrajectoryProduct.valid_from)
    )
    return {number: product_id for number, product_id in rows}  # noqa: C416  a Row is not a pair to mypy


def _previous_rows(
    wanted: Select[uuid.UUID], month: Month
) -> dict[str, tuple[RowState, Figures]]:
    rows = db.session.execute(
        select(
            Trajectory.number,
            MonthlyRow.state,
            MonthlyRow.hours_offered,
            MonthlyRow.hours_followed,
            MonthlyRow.absence_with_leave,
            MonthlyRow.absence_without_leave,
        )
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .where(
            MonthlyRow.trajectory_id.in_(wanted),
            MonthlyRow.month == month.previous().first,
            MonthlyRow.superseded_at.is_(None),
        )
    )
    return {number: (state, Figures(*hours)) for number, state, *hours in rows}


def _known_events(
    wanted: Select[uuid.UUID], month: Month
) -> dict[str, list[tuple[Happening, bool]]]:
    events = db.session.execute(
        select(
            Trajectory.number,
            Trajectory.stop_reason,
            TrajectoryEvent.kind,
            TrajectoryEvent.part,
            TrajectoryEvent.on,
            TrajectoryEvent.certainty,
        )
        .join(Trajectory, Trajectory.id == TrajectoryEvent.trajectory_id)
        .where(
            TrajectoryEvent.trajectory_id.in_(wanted),
            TrajectoryEvent.on >= month.first,
            TrajectoryEvent.on <= month.last,
            TrajectoryEvent.kind.in_([*_FROM_TRAJECTORY, *_EXAM_RESULTS]),
        )
        .order_by(TrajectoryEvent.on)
    )
    found: dict[str, list[tuple[Happening, bool]]] = defaultdict(list)
    for number, stop_reason, meant, part, on, certainty in events:
        kind = _FROM_TRAJECTORY.get(meant)
        if kind is None and part in EXAM_PARTS:
            kind = EventKind(f"{part}_{_EXAM_RESULTS[meant]}")
        if kind is None:
            continue
        reason = stop_reason if kind is EventKind.STOPPED else None
        found[number].append((Happening(kind, on, reason), certainty is Certainty.CONFIRMED))
    return found


def _state_on(row: Row[Any], day: date) -> RowState:
    if row.started_on is None or row.started_on >= day:
        return RowState.WAITING
    if row.interrupted_on is not None and row.interrupted_on < day:
        return RowState.PAUSED
    return RowState.RUNNING
