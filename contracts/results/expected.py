"""What belongs in a report: the trajectories of the party in that month, and the figures it counts itself."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from contracts.agreements.models import Contract, ContractParty, ContractProduct
from contracts.agreements.promise_queries import agreements_in_force
from contracts.results.findings import Expected, ExpectedMeasure, Figures, Happening
from contracts.results.models import MonthlyRow
from contracts.results.states import EventKind, RowState
from contracts.trajectories.events_services import EXAM_PARTS
from contracts.trajectories.models import Trajectory, TrajectoryEvent, TrajectoryProduct, TrajectoryResidence
from contracts.trajectories.states import Certainty, EventKind as TrajectoryEventKind, TrajectoryState
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


def expected_rows(contract: Contract, party: ContractParty, month: Month) -> dict[str, Expected]:
    """Return the trajectories that belong in the report of a party, by number, in their order.

    The municipality is the one of residence on the first of the month, or the first one known after it;
    a fixed number of statements whatever the number of trajectories.
    """
    trajectories = _trajectories(contract, party, month)
    ids = [trajectory.id for trajectory in trajectories]
    homes = _residences(ids, month)
    products = _products(ids, month)
    previous = _previous_rows(ids, month)
    events = _known_events(trajectories, month)
    names = {product.id: product.product for product in _contract_products(contract)}
    places = {place.id: place.name for place in db.session.scalars(select(Municipality))}
    found: dict[str, Expected] = {}
    for trajectory in trajectories:
        if trajectory.state is TrajectoryState.NO_SHOW and trajectory.id not in events:
            continue
        before = previous.get(trajectory.id)
        product_id = products.get(trajectory.id, trajectory.contract_product_id)
        home = homes.get(trajectory.id, trajectory.placed_by_id)
        found[trajectory.number] = Expected(
            number=trajectory.number,
            trajectory_id=trajectory.id,
            contract_product_id=product_id,
            product=names[product_id].short_name,
            municipality_id=home,
            municipality=places[home],
            before=before.state if before is not None else _state_on(trajectory, month.first),
            started_on=trajectory.started_on,
            previous=_figures(before) if before is not None else None,
            known_events=tuple(happening for happening, _ in events.get(trajectory.id, ())),
            confirmed_events=tuple(happening for happening, sure in events.get(trajectory.id, ()) if sure),
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


def _trajectories(contract: Contract, party: ContractParty, month: Month) -> Sequence[Trajectory]:
    gone = select(MonthlyRow.trajectory_id).where(
        MonthlyRow.contract_id == contract.id,
        MonthlyRow.superseded_at.is_(None),
        MonthlyRow.state.in_(_OVER),
        MonthlyRow.month < month.first,
    )
    return db.session.scalars(
        select(Trajectory)
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
        .order_by(Trajectory.number)
    ).all()


def _not_before(column: InstrumentedAttribute[date | None], day: date) -> ColumnElement[bool]:
    return or_(column.is_(None), column >= day)


def _contract_products(contract: Contract) -> Sequence[ContractProduct]:
    return db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.product))
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractProduct.contract_id == contract.id)
    ).all()


def _residences(ids: Sequence[uuid.UUID], month: Month) -> dict[uuid.UUID, uuid.UUID]:
    rows = db.session.execute(
        select(
            TrajectoryResidence.trajectory_id,
            TrajectoryResidence.municipality_id,
            TrajectoryResidence.valid_from,
        )
        .where(TrajectoryResidence.trajectory_id.in_(ids), TrajectoryResidence.municipality_id.is_not(None))
        .where(TrajectoryResidence.valid_from <= month.last)
        .order_by(TrajectoryResidence.valid_from)
    )
    found: dict[uuid.UUID, uuid.UUID] = {}
    for trajectory_id, municipality_id, valid_from in rows:
        if municipality_id is not None and (valid_from <= month.first or trajectory_id not in found):
            found[trajectory_id] = municipality_id
    return found


def _products(ids: Sequence[uuid.UUID], month: Month) -> dict[uuid.UUID, uuid.UUID]:
    found: dict[uuid.UUID, uuid.UUID] = {}
    for trajectory_id, product_id in db.session.execute(
        select(TrajectoryProduct.trajectory_id, TrajectoryProduct.contract_product_id)
        .where(TrajectoryProduct.trajectory_id.in_(ids), TrajectoryProduct.valid_from <= month.first)
        .order_by(TrajectoryProduct.valid_from)
    ):
        found[trajectory_id] = product_id
    return found


def _previous_rows(ids: Sequence[uuid.UUID], month: Month) -> dict[uuid.UUID, MonthlyRow]:
    rows = db.session.scalars(
        select(MonthlyRow).where(
            MonthlyRow.trajectory_id.in_(ids),
            MonthlyRow.month == month.previous().first,
            MonthlyRow.superseded_at.is_(None),
        )
    )
    return {row.trajectory_id: row for row in rows}


def _known_events(
    trajectories: Sequence[Trajectory], month: Month
) -> dict[uuid.UUID, list[tuple[Happening, bool]]]:
    reasons = {trajectory.id: trajectory.stop_reason for trajectory in trajectories}
    events = db.session.scalars(
        select(TrajectoryEvent)
        .where(
            TrajectoryEvent.trajectory_id.in_(list(reasons)),
            TrajectoryEvent.on >= month.first,
            TrajectoryEvent.on <= month.last,
            TrajectoryEvent.kind.in_([*_FROM_TRAJECTORY, *_EXAM_RESULTS]),
        )
        .order_by(TrajectoryEvent.on)
    )
    found: dict[uuid.UUID, list[tuple[Happening, bool]]] = defaultdict(list)
    for event in events:
        kind = _FROM_TRAJECTORY.get(event.kind)
        if kind is None and event.part in EXAM_PARTS:
            kind = EventKind(f"{event.part}_{_EXAM_RESULTS[event.kind]}")
        if kind is None:
            continue
        reason = reasons[event.trajectory_id] if kind is EventKind.STOPPED else None
        happening = Happening(kind, event.on, reason)
        found[event.trajectory_id].append((happening, event.certainty is Certainty.CONFIRMED))
    return found


def _state_on(trajectory: Trajectory, day: date) -> RowState:
    if trajectory.started_on is None or trajectory.started_on >= day:
        return RowState.WAITING
    if trajectory.interrupted_on is not None and trajectory.interrupted_on < day:
        return RowState.PAUSED
    return RowState.RUNNING


def _figures(row: MonthlyRow) -> Figures:
    return Figures(row.hours_offered, row.hours_followed, row.absence_with_leave, row.absence_without_leave)
