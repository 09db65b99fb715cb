"""How many aanmeldingen a contract has: counts only, for everyone who may see the contract."""

from dataclasses import dataclass

from sqlalchemy import func, select

from contracts.agreements import queries as agreements
from contracts.agreements.models import Contract, ContractProduct
from contracts.trajectories.models import Trajectory
from contracts.trajectories.states import TrajectoryState
from portal.catalogue.models import Municipality
from portal.db import db


@dataclass(frozen=True)
class Count:
    """How many trajectories of a contract are in a state, per municipality that placed them."""

    municipality: str
    state: TrajectoryState
    number: int


def counts_of(contract: Contract) -> list[Count]:
    """Return how many trajectories a contract has per municipality and state."""
    rows = db.session.execute(
        select(Municipality.name, Trajectory.state, func.count())
        .select_from(Trajectory)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .join(Municipality, Municipality.id == Trajectory.placed_by_id)
        .where(ContractProduct.contract_id == contract.id)
        .group_by(Municipality.name, Trajectory.state)
        .order_by(Municipality.name)
    )
    return [Count(name, state, number) for name, state, number in rows]


@dataclass(frozen=True)
class CountRow:
    """The counts of one municipality, by state, with their sum."""

    municipality: str
    numbers: dict[TrajectoryState, int]

    @property
    def total(self) -> int:
        """All aanmeldingen of this municipality."""
        return sum(self.numbers.values())


def count_table(contract: Contract) -> list[CountRow]:
    """Return one row per participating municipality, also the ones without aanmeldingen, and the sum last."""
    names = dict.fromkeys(one.municipality.name for one in agreements.municipalities_of(contract))
    found = counts_of(contract)
    names |= dict.fromkeys(count.municipality for count in found)
    rows = [
        CountRow(name, {count.state: count.number for count in found if count.municipality == name})
        for name in names
    ]
    total: dict[TrajectoryState, int] = {}
    for count in found:
        total[count.state] = total.get(count.state, 0) + count.number
    return [*rows, CountRow("Samen", total)]
