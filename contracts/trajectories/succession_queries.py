"""Read what follows on a trajectory, and who still has no place when a provider stops."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.price_queries import price_lines_of
from contracts.agreements.states import ContractState, PhaseTrigger
from contracts.trajectories import queries
from contracts.trajectories.models import Trajectory, TrajectoryEvent
from contracts.trajectories.states import EventKind, TrajectoryState
from contracts.trajectories.succession_models import HandOver, ProviderStop, Succession
from contracts.trajectories.succession_rules import Phase, PhaseOutcome, outcomes
from portal import clock
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import Unit
from portal.db import db

LIVE = (
    TrajectoryState.REFERRED,
    TrajectoryState.ACCEPTED,
    TrajectoryState.WAITING,
    TrajectoryState.STARTED,
    TrajectoryState.INTERRUPTED,
)
_TRIGGERS = {
    EventKind.STARTED: PhaseTrigger.STARTED,
    EventKind.HALFWAY: PhaseTrigger.HALFWAY,
    EventKind.FINISHED: PhaseTrigger.FINISHED,
    EventKind.DIPLOMA: PhaseTrigger.DIPLOMA,
}


@dataclass(frozen=True)
class Unplaced:
    """How many people of a municipality still have no place."""

    municipality: Municipality
    number: int


@dataclass(frozen=True)
class Placed:
    """A hand-over with how many people it gave a place."""

    hand_over: HandOver
    number: int


def stop_of(contract_id: uuid.UUID) -> ProviderStop | None:
    """Return that the provider of a contract stops, or None."""
    return db.session.scalars(
        select(ProviderStop).where(ProviderStop.contract_id == contract_id)
    ).one_or_none()


def stops_for(viewer: Viewer) -> Sequence[ProviderStop]:
    """Return the providers that stop, of the contracts a viewer may see, newest first."""
    return db.session.scalars(
        select(ProviderStop)
        .options(joinedload(ProviderStop.contract).joinedload(Contract.lead_municipality))
        .join(Contract, Contract.id == ProviderStop.contract_id)
        .where(agreements.is_visible_to(viewer))
        .order_by(ProviderStop.on.desc())
    ).all()


def live_trajectories(contract: Contract) -> Sequence[Trajectory]:
    """Return the trajectories of a contract that are not over, by number."""
    return db.session.scalars(
        queries.contract_trajectories(contract)
        .options(joinedload(Trajectory.contract_party))
        .where(Trajectory.state.in_(LIVE))
        .order_by(Trajectory.number)
    ).all()


def unplaced(contract: Contract) -> list[Unplaced]:
    """Return how many live trajectories each municipality of residence has, by its name."""
    live = live_trajectories(contract)
    living = queries.residences_on([one.id for one in live], clock.today())
    numbers: dict[uuid.UUID, int] = {}
    names: dict[uuid.UUID, Municipality] = {}
    for one in live:
        place = living.get(one.id) or one.placed_by
        names[place.id] = place
        numbers[place.id] = numbers.get(place.id, 0) + 1
    return [Unplaced(names[key], numbers[key]) for key in sorted(names, key=lambda key: names[key].name)]


def placed(stop: ProviderStop) -> list[Placed]:
    """Return the hand-overs of a stop with their numbers, oldest first."""
    rows = db.session.execute(
        select(HandOver, func.count(Succession.id))
        .options(joinedload(HandOver.contract_product).joinedload(ContractProduct.contract))
        .join(Succession, Succession.hand_over_id == HandOver.id)
        .where(HandOver.provider_stop_id == stop.id)
        .group_by(HandOver.id)
        .order_by(HandOver.recorded_at)
    )
    return [Placed(hand_over, number) for hand_over, number in rows]


def possible_targets(contract: Contract) -> Sequence[ContractProduct]:
    """Return the contract products that could take people over: the same product, another running contract."""
    today = clock.today()
    own = [one.product_id for one in agreements.products_of(contract)]
    return db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.contract), joinedload(ContractProduct.product))
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .where(ContractProduct.product_id.in_(own), Contract.id != contract.id)
        .where(Contract.state == ContractState.SIGNED, Contract.lead_municipality_id == contract.lead_municipality_id)
        .where(Contract.starts_on <= today, Contract.last_referral_on >= today)
        .order_by(Contract.number)
    ).all()


def switch_targets(trajectory: Trajectory, viewer: Viewer) -> Sequence[ContractProduct]:
    """Return the contract products a participant can switch to: another leerroute open to the municipality."""
    if not is_route(trajectory.contract_product.product):
        return []
    return [
        one
        for one in queries.referable_products(viewer, clock.today())
        if one.id != trajectory.contract_product_id and is_route(one.product)
    ]


def is_route(product: Product) -> bool:
    """Say whether a product is a leerroute: its teacher needs a keurmerk or a diploma-erkenning."""
    return product.needs_keurmerk or product.needs_diploma_recognition


def successions_of(trajectory: Trajectory) -> Sequence[Succession]:
    """Return what came before and what followed."""
    return db.session.scalars(
        select(Succession)
        .options(joinedload(Succession.before), joinedload(Succession.after))
        .where(or_(Succession.before_id == trajectory.id, Succession.after_id == trajectory.id))
        .order_by(Succession.on)
    ).all()


def phase_outcomes(trajectory: Trajectory) -> list[PhaseOutcome]:
    """Say what becomes of each phase of the price when the trajectory ends here; empty when it is not phased."""
    contract_product = trajectory.contract_product
    phases = [
        Phase(phase.name, phase.trigger, phase.share, phase.on_early_end)
        for priced in price_lines_of(contract_product.contract, clock.today())
        if priced.line.contract_product_id == contract_product.id and priced.line.unit is Unit.TRAJECTORY
        for phase in priced.phases
    ]
    kinds = db.session.scalars(
        select(TrajectoryEvent.kind).where(TrajectoryEvent.trajectory_id == trajectory.id).distinct()
    )
    return outcomes(phases, {_TRIGGERS[kind] for kind in kinds if kind in _TRIGGERS})


def passed_parts(trajectory_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the exam parts that were passed, by trajectory, in one statement."""
    rows = db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.part)
        .where(TrajectoryEvent.trajectory_id.in_(trajectory_ids))
        .where(TrajectoryEvent.kind == EventKind.EXAM_PASSED)
        .order_by(TrajectoryEvent.on)
    )
    found: dict[uuid.UUID, list[str]] = {}
    for trajectory_id, part in rows:
        found.setdefault(trajectory_id, []).append(part)
    return found
