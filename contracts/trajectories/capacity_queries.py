"""Read places, waiting lists, expected inflow and the size of a group."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.states import ContractState
from contracts.trajectories import queries
from contracts.trajectories.capacity_models import Capacity, ExpectedInflow, GroupRule
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import TrajectoryState
from contracts.trajectories.succession_rules import Room, is_below_minimum, quarter_name, quarters_from
from portal import clock
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db

TAKING = (TrajectoryState.ACCEPTED, TrajectoryState.STARTED, TrajectoryState.INTERRUPTED)
QUARTERS = 4


@dataclass(frozen=True)
class ProductRoom:
    """The room under one contract product, with what was agreed about its group."""

    contract_product: ContractProduct
    room: Room
    since: date | None
    rule: GroupRule | None
    participants: int

    @property
    def is_small(self) -> bool:
        """Whether the group is smaller than was agreed."""
        return self.rule is not None and is_below_minimum(self.participants, self.rule.minimum)


@dataclass(frozen=True)
class InflowRow:
    """What one municipality expects per quarter; None when it did not say."""

    municipality: str
    numbers: list[int | None]


@dataclass(frozen=True)
class InflowTable:
    """The expected aanmeldingen of a contract product for the coming quarters."""

    contract_product: ContractProduct
    quarters: list[str]
    rows: list[InflowRow]
    totals: list[int]


def products_with_trajectories(contract: Contract) -> list[ContractProduct]:
    """Return the contract products that people are referred to."""
    return [one for one in agreements.products_of(contract) if one.product.has_trajectories]


def rooms_of(contract: Contract) -> list[ProductRoom]:
    """Return places against people for each product of a contract, today; counts only."""
    today = clock.today()
    rows = db.session.execute(
        select(
            Trajectory.contract_product_id,
            Trajectory.state,
            func.count(),
            func.min(Trajectory.waiting_since),
        )
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id == contract.id)
        .group_by(Trajectory.contract_product_id, Trajectory.state)
    ).all()
    found = []
    for product in products_with_trajectories(contract):
        own = {state: (number, since) for product_id, state, number, since in rows if product_id == product.id}
        waiting, longest = own.get(TrajectoryState.WAITING, (0, None))
        taken = sum(own[state][0] for state in TAKING if state in own)
        places = places_on(product.id, today)
        room = Room(places.places if places else None, taken, waiting, (today - longest).days if longest else 0)
        started = own.get(TrajectoryState.STARTED, (0, None))[0]
        since = places.valid_from if places else None
        found.append(ProductRoom(product, room, since, group_rule_on(product.id, today), started))
    return found


def places_on(contract_product_id: uuid.UUID, day: date) -> Capacity | None:
    """Return the places that hold on a day: the newest word about the newest day."""
    return db.session.scalars(
        select(Capacity)
        .where(Capacity.contract_product_id == contract_product_id, Capacity.valid_from <= day)
        .order_by(Capacity.valid_from.desc(), Capacity.number.desc())
        .limit(1)
    ).first()


def group_rule_on(contract_product_id: uuid.UUID, day: date) -> GroupRule | None:
    """Return what is agreed about the size of a group on a day."""
    return db.session.scalars(
        select(GroupRule)
        .where(GroupRule.contract_product_id == contract_product_id, GroupRule.valid_from <= day)
        .order_by(GroupRule.valid_from.desc())
        .limit(1)
    ).first()


def waiting_of(contract: Contract, viewer: Viewer) -> Sequence[Trajectory]:
    """Return who waits, of the trajectories the viewer may see one by one; the longest first."""
    own = queries.visible_to(viewer).join(
        ContractProduct, ContractProduct.id == Trajectory.contract_product_id
    )
    return db.session.scalars(
        own.where(ContractProduct.contract_id == contract.id, Trajectory.state == TrajectoryState.WAITING)
        .order_by(Trajectory.waiting_since, Trajectory.number)
    ).all()


def inflow_of(contract: Contract) -> list[InflowTable]:
    """Return what the municipalities expect in the coming quarters, per product."""
    quarters = quarters_from(clock.today(), QUARTERS)
    places = [one.municipality for one in agreements.municipalities_of(contract, clock.today())]
    found = []
    for product in products_with_trajectories(contract):
        known = expected_of(product.id, quarters)
        rows = [
            InflowRow(place.name, [known.get((place.id, quarter)) for quarter in quarters]) for place in places
        ]
        totals = [sum(row.numbers[at] or 0 for row in rows) for at in range(len(quarters))]
        found.append(InflowTable(product, [quarter_name(one) for one in quarters], rows, totals))
    return found


def expected_of(
    contract_product_id: uuid.UUID, quarters: Sequence[date]
) -> dict[tuple[uuid.UUID, date], int]:
    """Return the newest expectation per municipality and quarter."""
    rows = db.session.scalars(
        select(ExpectedInflow)
        .where(ExpectedInflow.contract_product_id == contract_product_id, ExpectedInflow.quarter.in_(quarters))
        .order_by(ExpectedInflow.number)
    )
    return {(one.municipality_id, one.quarter): one.expected for one in rows}


def small_groups(viewer: Viewer) -> list[tuple[Contract, ProductRoom]]:
    """Return the running contracts a viewer may see with a group that is smaller than agreed."""
    today = clock.today()
    contracts = db.session.scalars(
        agreements.visible_to(viewer)
        .join(ContractProduct, ContractProduct.contract_id == Contract.id)
        .join(GroupRule, GroupRule.contract_product_id == ContractProduct.id)
        .options(joinedload(Contract.lead_municipality))
        .where(Contract.state == ContractState.SIGNED, Contract.ends_on >= today)
        .distinct()
    ).all()
    return [(contract, room) for contract in contracts for room in rooms_of(contract) if room.is_small]


def places_taking_part(contract: Contract, viewer: Viewer) -> Municipality | None:
    """Return the viewer's municipality when it takes part in a contract today, else None."""
    places = [one.municipality for one in agreements.municipalities_of(contract, clock.today())]
    return next((one for one in places if one.id == viewer.municipality_id), None)
