"""Read trajectories: a municipality its own, a provider its own; all others see counts only."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from contracts.agreements import queries as agreements
from contracts.agreements.models import (
    Contract,
    ContractMunicipality,
    ContractParty,
    ContractProduct,
)
from contracts.agreements.states import ContractState
from contracts.trajectories.models import (
    Trajectory,
    TrajectoryEvent,
    TrajectoryProduct,
    TrajectoryResidence,
    TrajectoryTerm,
)
from contracts.trajectories.states import TRAJECTORY, Certainty, TrajectoryAction, TrajectoryState
from portal import clock
from portal.access import SYSTEM, Permission, Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound, NotYours
from portal.periods import Month

SORTS = {
    "nummer": Trajectory.number,
    "aangemeld": Trajectory.referred_on,
    "start": Trajectory.started_on,
    "termijn": Trajectory.term_ends_on,
}
OPEN_STATES = (TrajectoryState.REFERRED, TrajectoryState.ACCEPTED, TrajectoryState.WAITING)


@dataclass(frozen=True)
class Filters:
    """What a list of aanmeldingen is narrowed to; empty means everything."""

    words: str = ""
    contract: str = ""
    state: str = ""
    product: str = ""
    sort: str = "-aangemeld"


def visible_to(viewer: Viewer) -> Select[Trajectory]:
    """Select the trajectories a viewer may see one by one."""
    return (
        select(Trajectory)
        .options(
            joinedload(Trajectory.contract_product).joinedload(ContractProduct.product),
            joinedload(Trajectory.contract_product)
            .joinedload(ContractProduct.contract)
            .joinedload(Contract.lead_municipality),
            joinedload(Trajectory.contract_party).joinedload(ContractParty.organisation),
            joinedload(Trajectory.placed_by),
        )
        .where(_is_visible_to(viewer))
    )


def _is_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    if viewer is SYSTEM:
        return true()
    if viewer.organisation_id is None:
        return false()
    own_party = select(ContractParty.id).where(ContractParty.organisation_id == viewer.organisation_id)
    ways: list[ColumnElement[bool]] = [Trajectory.contract_party_id.in_(own_party)]
    if viewer.municipality_id is not None:
        lived = select(TrajectoryResidence.trajectory_id).where(
            TrajectoryResidence.municipality_id == viewer.municipality_id
        )
        ways += [Trajectory.placed_by_id == viewer.municipality_id, Trajectory.id.in_(lived)]
    return or_(*ways)


def trajectory_for(viewer: Viewer, number: str) -> Trajectory:
    """Return a trajectory by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(visible_to(viewer).where(Trajectory.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def trajectory_list(viewer: Viewer, filters: Filters) -> Select[Trajectory]:
    """Select the aanmeldingen for the list page: filtered, and sorted by a column ("-start" is newest first)."""
    statement = (
        visible_to(viewer)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .join(Product, Product.id == ContractProduct.product_id)
    )
    if filters.words:
        statement = statement.where(Trajectory.number.icontains(filters.words.strip(), autoescape=True))
    if filters.contract:
        statement = statement.where(Contract.number == filters.contract)
    if filters.product:
        statement = statement.where(Product.code == filters.product)
    if filters.state in set(TrajectoryState):
        statement = statement.where(Trajectory.state == TrajectoryState(filters.state))
    column = SORTS.get(filters.sort.removeprefix("-"), Trajectory.referred_on)
    return statement.order_by(
        column.desc() if filters.sort.startswith("-") else column.asc(), Trajectory.number
    )


def may_answer(trajectory: Trajectory, viewer: Viewer) -> bool:
    """Say whether a viewer acts for the provider of this trajectory."""
    if viewer is SYSTEM:
        return True
    own = trajectory.contract_party.organisation_id == viewer.organisation_id
    return own and viewer.may(Permission.TRAJECTORY_RESPOND)


def provider_steps(trajectory: Trajectory) -> list[TrajectoryAction]:
    """Return what the provider can report next; who is only referred is refused, not stopped."""
    steps = TRAJECTORY.actions(trajectory.state)
    if trajectory.state is TrajectoryState.REFERRED:
        return [one for one in steps if one is not TrajectoryAction.STOP]
    return steps


def may_refer(trajectory: Trajectory, viewer: Viewer) -> bool:
    """Say whether a viewer acts for the municipality where this participant lives now."""
    if viewer is SYSTEM:
        return True
    living = residence_on(trajectory, clock.today())
    place = living.municipality_id if living and living.municipality_id else trajectory.placed_by_id
    return viewer.may(Permission.TRAJECTORY_REFER) and viewer.municipality_id == place


def require_provider(trajectory: Trajectory, viewer: Viewer) -> None:
    """Let only the provider of a trajectory through.

    Raises:
        NotYours: the viewer sees it but only the provider may do this.
    """
    if not may_answer(trajectory, viewer):
        raise NotYours(f"de aanbieder {trajectory.contract_party.organisation.name}")


def require_municipality(trajectory: Trajectory, viewer: Viewer) -> None:
    """Let only the referrer of the municipality of residence through.

    Raises:
        NotYours: the viewer sees it but only that municipality may do this.
    """
    if not may_refer(trajectory, viewer):
        living = residence_on(trajectory, clock.today())
        place = living.municipality if living and living.municipality else trajectory.placed_by
        raise NotYours(f"een aanmelder van {place.name}")


def referable_products(viewer: Viewer, day: date) -> Sequence[ContractProduct]:
    """Return the contract products for which the viewer's municipality can refer people on a day."""
    taking_part = (
        select(ContractMunicipality.contract_id)
        .where(ContractMunicipality.municipality_id == viewer.municipality_id)
        .where(ContractMunicipality.valid_from <= day)
        .where(or_(ContractMunicipality.valid_until.is_(None), ContractMunicipality.valid_until >= day))
    )
    return db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.contract), joinedload(ContractProduct.product))
        .join(Contract, Contract.id == ContractProduct.contract_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(Contract.id.in_(taking_part), Contract.state == ContractState.SIGNED)
        .where(Contract.starts_on <= day, Contract.last_referral_on >= day)
        .where(Product.has_trajectories)
        .order_by(Product.position, Contract.number)
    ).all()


def reporting_party(contract_id: uuid.UUID, on: date) -> ContractParty | None:
    """Return the party that gets the aanmeldingen of a contract: the lead that may report, on a day."""
    return db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(ContractParty.contract_id == contract_id, ContractParty.may_report)
        .where(ContractParty.valid_from <= on)
        .where(or_(ContractParty.valid_until.is_(None), ContractParty.valid_until >= on))
        .order_by(ContractParty.may_invoice.desc(), ContractParty.id)
        .limit(1)
    ).first()


def residence_on(trajectory: Trajectory, day: date) -> TrajectoryResidence | None:
    """Return where a participant lives on a day; `municipality_id` None is outside the region."""
    return db.session.scalars(
        select(TrajectoryResidence)
        .options(joinedload(TrajectoryResidence.municipality))
        .where(TrajectoryResidence.trajectory_id == trajectory.id, TrajectoryResidence.valid_from <= day)
        .order_by(TrajectoryResidence.valid_from.desc())
        .limit(1)
    ).first()


def residences_on(trajectory_ids: Collection[uuid.UUID], day: date) -> dict[uuid.UUID, Municipality | None]:
    """Return where many participants live on a day, in one statement; None is outside the region."""
    rows = db.session.execute(
        select(TrajectoryResidence.trajectory_id, Municipality)
        .outerjoin(Municipality, Municipality.id == TrajectoryResidence.municipality_id)
        .where(TrajectoryResidence.trajectory_id.in_(trajectory_ids), TrajectoryResidence.valid_from <= day)
        .order_by(TrajectoryResidence.valid_from)
    )
    return {row[0]: row[1] for row in rows}


def residences_of(trajectory: Trajectory) -> Sequence[TrajectoryResidence]:
    """Return where a participant lived, newest first."""
    return db.session.scalars(
        select(TrajectoryResidence)
        .options(joinedload(TrajectoryResidence.municipality))
        .where(TrajectoryResidence.trajectory_id == trajectory.id)
        .order_by(TrajectoryResidence.valid_from.desc())
    ).all()


def terms_of(trajectory: Trajectory) -> Sequence[TrajectoryTerm]:
    """Return the ends of the term as they were set and extended, newest first."""
    return db.session.scalars(
        select(TrajectoryTerm)
        .where(TrajectoryTerm.trajectory_id == trajectory.id)
        .order_by(TrajectoryTerm.recorded_at.desc())
    ).all()


def products_of(trajectory: Trajectory) -> Sequence[TrajectoryProduct]:
    """Return the products of a trajectory by date, newest first."""
    return db.session.scalars(
        select(TrajectoryProduct)
        .where(TrajectoryProduct.trajectory_id == trajectory.id)
        .order_by(TrajectoryProduct.valid_from.desc())
    ).all()


def events_of(trajectory: Trajectory) -> Sequence[TrajectoryEvent]:
    """Return what happened in a trajectory, newest first."""
    return db.session.scalars(
        select(TrajectoryEvent)
        .where(TrajectoryEvent.trajectory_id == trajectory.id)
        .order_by(TrajectoryEvent.on.desc(), TrajectoryEvent.reported_at.desc())
    ).all()


def event_for(trajectory: Trajectory, event_id: uuid.UUID) -> TrajectoryEvent:
    """Return an event of a trajectory.

    Raises:
        NotFound: the trajectory has no such event.
    """
    found = db.session.get(TrajectoryEvent, event_id)
    if found is None or found.trajectory_id != trajectory.id:
        raise NotFound
    return found


def events_between(contract: Contract, first: date, last: date) -> Sequence[TrajectoryEvent]:
    """Return the events of a contract's trajectories from a day up to and including another."""
    return db.session.scalars(
        select(TrajectoryEvent)
        .options(joinedload(TrajectoryEvent.trajectory))
        .join(Trajectory, Trajectory.id == TrajectoryEvent.trajectory_id)
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id == contract.id)
        .where(TrajectoryEvent.on >= first, TrajectoryEvent.on <= last)
        .order_by(TrajectoryEvent.on, TrajectoryEvent.id)
    ).all()


def active_trajectories(
    contract: Contract,
    month: Month,
    *,
    party: ContractParty | None = None,
    with_expected: bool = False,
) -> Sequence[Trajectory]:
    """Return the trajectories with something to report on in a month, by number.

    Started on or before its last day and not ended before its first day; with `with_expected` also the
    accepted ones that have not started yet, so that a provider can report their start.
    """
    started = and_(Trajectory.started_on.is_not(None), Trajectory.started_on <= month.last)
    expected = and_(
        Trajectory.answered_on.is_not(None),
        Trajectory.answered_on <= month.last,
        Trajectory.refusal_reason.is_(None),
        or_(Trajectory.started_on.is_(None), Trajectory.started_on > month.last),
    )
    statement = (
        contract_trajectories(contract)
        .where(or_(started, expected) if with_expected else started)
        .where(or_(Trajectory.stopped_on.is_(None), Trajectory.stopped_on >= month.first))
        .where(or_(Trajectory.finished_on.is_(None), Trajectory.finished_on >= month.first))
    )
    if party is not None:
        statement = statement.where(Trajectory.contract_party_id == party.id)
    return db.session.scalars(statement.order_by(Trajectory.number)).all()


def contract_trajectories(contract: Contract) -> Select[Trajectory]:
    """Select all trajectories of a contract, for the storeys that count; never to show one by one to others."""
    return (
        select(Trajectory)
        .options(
            joinedload(Trajectory.contract_product).joinedload(ContractProduct.product),
            joinedload(Trajectory.placed_by),
        )
        .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
        .where(ContractProduct.contract_id == contract.id)
    )


def by_number(contract: Contract, number: str) -> Trajectory | None:
    """Return a trajectory of a contract by its number, or None."""
    return db.session.scalars(
        contract_trajectories(contract).where(Trajectory.number == number)
    ).one_or_none()


def waiting_for(viewer: Viewer, *states: TrajectoryState) -> Sequence[Trajectory]:
    """Return the viewer's trajectories in one of the states, oldest first."""
    return db.session.scalars(
        visible_to(viewer).where(Trajectory.state.in_(states)).order_by(Trajectory.referred_on)
    ).all()


def provisional_events_for(viewer: Viewer) -> Sequence[TrajectoryEvent]:
    """Return the provisional events the viewer's municipality has to confirm, oldest first."""
    visible = select(Trajectory.id).where(_is_visible_to(viewer))
    return db.session.scalars(
        select(TrajectoryEvent)
        .options(joinedload(TrajectoryEvent.trajectory))
        .where(TrajectoryEvent.certainty == Certainty.PROVISIONAL, TrajectoryEvent.trajectory_id.in_(visible))
        .order_by(TrajectoryEvent.on)
    ).all()


def other_municipalities(trajectory: Trajectory, day: date) -> list[Municipality]:
    """Return the municipalities of the contract a participant can move to."""
    contract = trajectory.contract_product.contract
    return [one.municipality for one in agreements.municipalities_of(contract, day)]


def all_of(statement: Select[Trajectory]) -> Sequence[Trajectory]:
    """Run a selection of trajectories whole, for a download."""
    return db.session.scalars(statement).all()


def contract_number(contract_id: uuid.UUID) -> str:
    """Return the number of a contract."""
    return db.session.get_one(Contract, contract_id).number


def visible_among(viewer: Viewer, trajectory_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return of these trajectories the ones whose page the viewer may open, in one statement."""
    if not trajectory_ids or not viewer.may(Permission.TRAJECTORY_READ):
        return set()
    found = select(Trajectory.id).where(Trajectory.id.in_(trajectory_ids), _is_visible_to(viewer))
    return set(db.session.scalars(found))
