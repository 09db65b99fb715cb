"""Read contracts: always narrowed to what the viewer's relation to the contract allows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from contracts.agreements.models import (
    Contract,
    ContractMember,
    ContractMunicipality,
    ContractOption,
    ContractParty,
    ContractProduct,
    QualityMark,
)
from contracts.agreements.rules import Term, phase_on
from contracts.agreements.states import ContractPhase, ContractState, MemberRole, OptionState, QualityMarkKind
from portal import clock
from portal.access import SYSTEM, Permission, Viewer
from portal.accounts.models import Membership, Organisation, OrganisationKind, User
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.errors import NotFound, NotYours
from tenders.awards.models import Award
from tenders.awards.states import AwardState
from tenders.procedures.models import Lot, Procedure

SORTS = {
    "nummer": Contract.number,
    "titel": Contract.title,
    "begin": Contract.starts_on,
    "einde": Contract.ends_on,
}


@dataclass(frozen=True)
class Filters:
    """What a list of contracts is narrowed to; empty means everything."""

    words: str = ""
    product: str = ""
    phase: str = ""
    sort: str = "-begin"


def visible_to(viewer: Viewer) -> Select[Contract]:
    """Select the contracts a viewer may see: lead, participating municipality, or party (not the drafts)."""
    return select(Contract).options(joinedload(Contract.lead_municipality)).where(is_visible_to(viewer))


def is_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to the contracts a viewer may see, for a statement that joins them."""
    if viewer is SYSTEM:
        return true()
    if viewer.organisation_id is None:
        return false()
    party = select(ContractParty.contract_id).where(ContractParty.organisation_id == viewer.organisation_id)
    known = Contract.state != ContractState.DRAFT
    ways: list[ColumnElement[bool]] = [and_(Contract.id.in_(party), known)]
    if viewer.municipality_id is not None:
        taking_part = select(ContractMunicipality.contract_id).where(
            ContractMunicipality.municipality_id == viewer.municipality_id
        )
        ways.append(Contract.lead_municipality_id == viewer.municipality_id)
        ways.append(and_(Contract.id.in_(taking_part), known))
    return or_(*ways)


def contracts_for(viewer: Viewer) -> Sequence[Contract]:
    """Return the contracts a viewer may see, by number."""
    return db.session.scalars(visible_to(viewer).order_by(Contract.number)).all()


def contract_for(viewer: Viewer, number: str) -> Contract:
    """Return a contract by its number.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(visible_to(viewer).where(Contract.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def contract_list(viewer: Viewer, filters: Filters) -> Select[Contract]:
    """Select the contracts for the list page: filtered, sorted by a column ("-begin" is newest first)."""
    statement = visible_to(viewer)
    if filters.words:
        party = (
            select(ContractParty.contract_id)
            .join(Organisation, Organisation.id == ContractParty.organisation_id)
            .where(Organisation.name.icontains(filters.words, autoescape=True))
        )
        statement = statement.where(
            or_(
                Contract.title.icontains(filters.words, autoescape=True),
                Contract.number.icontains(filters.words, autoescape=True),
                Contract.id.in_(party),
            )
        )
    if filters.product:
        statement = statement.where(
            Contract.id.in_(
                select(ContractProduct.contract_id)
                .join(Product, Product.id == ContractProduct.product_id)
                .where(Product.code == filters.product)
            )
        )
    if filters.phase in set(ContractPhase):
        statement = statement.where(in_phase(ContractPhase(filters.phase), clock.today()))
    key = filters.sort.removeprefix("-")
    column = SORTS.get(key, Contract.starts_on)
    return statement.order_by(
        column.desc() if filters.sort.startswith("-") else column.asc(), Contract.number
    )


def in_phase(phase: ContractPhase, day: date) -> ColumnElement[bool]:
    """Return the SQL condition for `rules.phase_on`; a test compares the two over a grid of days."""
    signed = Contract.state == ContractState.SIGNED
    conditions = {
        ContractPhase.DRAFT: Contract.state == ContractState.DRAFT,
        ContractPhase.TERMINATED: Contract.state == ContractState.TERMINATED,
        ContractPhase.UPCOMING: and_(signed, Contract.starts_on > day),
        ContractPhase.RUNNING: and_(signed, Contract.starts_on <= day, Contract.last_referral_on >= day),
        ContractPhase.NO_NEW_REFERRALS: and_(
            signed, Contract.last_referral_on < day, Contract.ends_on >= day
        ),
        ContractPhase.RUN_OFF: and_(signed, Contract.ends_on < day, Contract.run_off_until >= day),
        ContractPhase.ENDED: and_(signed, Contract.run_off_until < day),
    }
    return conditions.get(phase, true())


def term_of(contract: Contract) -> Term:
    """Return the four days that bound a contract."""
    return Term(contract.starts_on, contract.last_referral_on, contract.ends_on, contract.run_off_until)


def phase_of(contract: Contract, day: date | None = None) -> ContractPhase:
    """Say where a contract is in its life; today when no day is given."""
    return phase_on(contract.state, term_of(contract), day or clock.today())


def may_manage(contract: Contract, viewer: Viewer) -> bool:
    """Say whether a viewer may change a contract: contract manager or buyer of the lead municipality."""
    if viewer is SYSTEM:
        return True
    return viewer.may(Permission.CONTRACT_MANAGE) and viewer.municipality_id == contract.lead_municipality_id


def require_manager(contract: Contract, viewer: Viewer) -> None:
    """Let only who may change a contract through.

    Raises:
        NotYours: the viewer sees it but another changes it; says who.
    """
    if not may_manage(contract, viewer):
        raise NotYours(f"de contractmanager van {contract.lead_municipality.name}")


def parties_of(contract: Contract) -> Sequence[ContractParty]:
    """Return the parties, lead first."""
    return db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(ContractParty.contract_id == contract.id)
        .order_by(ContractParty.may_report.desc(), ContractParty.valid_from)
    ).all()


def parties_by_contract(contracts: Sequence[Contract]) -> dict[uuid.UUID, list[ContractParty]]:
    """Return the parties of many contracts in one statement."""
    found: dict[uuid.UUID, list[ContractParty]] = {contract.id: [] for contract in contracts}
    for party in db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(ContractParty.contract_id.in_(list(found)))
        .order_by(ContractParty.may_report.desc())
    ):
        found[party.contract_id].append(party)
    return found


def municipalities_by_contract(contracts: Sequence[Contract]) -> dict[uuid.UUID, list[Municipality]]:
    """Return the municipalities of many contracts in one statement."""
    found: dict[uuid.UUID, list[Municipality]] = {contract.id: [] for contract in contracts}
    rows = db.session.execute(
        select(ContractMunicipality.contract_id, Municipality)
        .join(Municipality, Municipality.id == ContractMunicipality.municipality_id)
        .where(ContractMunicipality.contract_id.in_(list(found)))
        .order_by(Municipality.name)
    )
    for contract_id, municipality in rows:
        found[contract_id].append(municipality)
    return found


def party_for(contract: Contract, organisation_id: uuid.UUID | None, on: date) -> ContractParty | None:
    """Return the party an organisation is in a contract on a day, or None."""
    return db.session.scalars(
        select(ContractParty)
        .where(ContractParty.contract_id == contract.id, ContractParty.organisation_id == organisation_id)
        .where(ContractParty.valid_from <= on)
        .where(or_(ContractParty.valid_until.is_(None), ContractParty.valid_until >= on))
    ).first()


def municipalities_of(contract: Contract, on: date | None = None) -> Sequence[ContractMunicipality]:
    """Return the municipalities that take part, by name; on a day when one is given."""
    statement = (
        select(ContractMunicipality)
        .options(joinedload(ContractMunicipality.municipality))
        .join(Municipality, Municipality.id == ContractMunicipality.municipality_id)
        .where(ContractMunicipality.contract_id == contract.id)
        .order_by(Municipality.name)
    )
    if on is not None:
        statement = statement.where(
            ContractMunicipality.valid_from <= on,
            or_(ContractMunicipality.valid_until.is_(None), ContractMunicipality.valid_until >= on),
        )
    return db.session.scalars(statement).all()


def products_of(contract: Contract) -> Sequence[ContractProduct]:
    """Return the products of a contract in the order of the catalogue."""
    return db.session.scalars(
        select(ContractProduct)
        .options(joinedload(ContractProduct.product))
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractProduct.contract_id == contract.id)
        .order_by(Product.position)
    ).all()


def options_of(contract: Contract) -> Sequence[ContractOption]:
    """Return the options to extend in their order."""
    return db.session.scalars(
        select(ContractOption)
        .where(ContractOption.contract_id == contract.id)
        .order_by(ContractOption.position)
    ).all()


def members_of(contract: Contract) -> Sequence[ContractMember]:
    """Return the case team of a contract."""
    return db.session.scalars(
        select(ContractMember)
        .options(joinedload(ContractMember.membership))
        .where(ContractMember.contract_id == contract.id)
    ).all()


def quality_mark_on(organisation_id: uuid.UUID, kind: QualityMarkKind, day: date) -> QualityMark | None:
    """Return the state of a recognition that holds on a day: the one that began last."""
    return db.session.scalars(
        select(QualityMark)
        .where(QualityMark.organisation_id == organisation_id, QualityMark.kind == kind)
        .where(QualityMark.valid_from <= day)
        .where(or_(QualityMark.valid_until.is_(None), QualityMark.valid_until >= day))
        .order_by(QualityMark.valid_from.desc())
        .limit(1)
    ).first()


def quality_marks_of(organisation_ids: Sequence[uuid.UUID]) -> Sequence[QualityMark]:
    """Return the dated recognitions of organisations, newest first."""
    return db.session.scalars(
        select(QualityMark)
        .options(joinedload(QualityMark.organisation))
        .where(QualityMark.organisation_id.in_(organisation_ids))
        .order_by(QualityMark.valid_from.desc())
    ).all()


def contract_of_award(award_id: uuid.UUID) -> Contract | None:
    """Return the contract made from an award, or None."""
    return db.session.scalars(select(Contract).where(Contract.award_id == award_id)).first()


def award_for(viewer: Viewer, award_id: uuid.UUID) -> Award:
    """Return a final award of the viewer's own municipality.

    Raises:
        NotFound: there is none, it is not final, or another municipality leads the tender.
    """
    found = db.session.scalars(_final_awards(viewer).where(Award.id == award_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def awards_without_contract(viewer: Viewer) -> Sequence[tuple[Award, Lot, Procedure]]:
    """Return the final awards of the viewer's municipality that no contract was made from."""
    statement = (
        select(Award, Lot, Procedure)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(Award.state == AwardState.FINAL, Procedure.lead_id == viewer.organisation_id)
        .where(~select(Contract.id).where(Contract.award_id == Award.id).exists())
        .order_by(Award.final_at)
    )
    return [(award, lot, procedure) for award, lot, procedure in db.session.execute(statement)]


def _final_awards(viewer: Viewer) -> Select[Award]:
    statement = (
        select(Award)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(Award.state == AwardState.FINAL)
    )
    return statement if viewer is SYSTEM else statement.where(Procedure.lead_id == viewer.organisation_id)


def first_open_option(contract: Contract) -> ContractOption | None:
    """Return the next option that was not decided on."""
    return next((one for one in options_of(contract) if one.state is OptionState.OPEN), None)


def open_options_for(viewer: Viewer) -> Sequence[ContractOption]:
    """Return the undecided options of contracts the viewer may see, soonest decision first."""
    return db.session.scalars(
        select(ContractOption)
        .options(joinedload(ContractOption.contract))
        .join(Contract, Contract.id == ContractOption.contract_id)
        .where(
            is_visible_to(viewer),
            ContractOption.state == OptionState.OPEN,
            Contract.state == ContractState.SIGNED,
        )
        .order_by(ContractOption.decide_by)
    ).all()


def all_of(statement: Select[Contract]) -> Sequence[Contract]:
    """Run a selection of contracts whole, for a download."""
    return db.session.scalars(statement).all()


def organisations() -> Sequence[Organisation]:
    """Return every organisation by name; a municipality can be a party too."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name)).all()


def providers() -> Sequence[Organisation]:
    """Return the organisations that are providers, by name."""
    return db.session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER).order_by(Organisation.name)
    ).all()


def member_names(contract: Contract) -> Sequence[tuple[str, MemberRole]]:
    """Return who is in the case team, managers first."""
    rows = db.session.execute(
        select(User.name, ContractMember.role)
        .join(Membership, Membership.id == ContractMember.membership_id)
        .join(User, User.id == Membership.user_id)
        .where(ContractMember.contract_id == contract.id, Membership.ended_at.is_(None))
        .order_by(ContractMember.role.desc(), User.name)
    )
    return [(name, role) for name, role in rows]


def award_reference(contract: Contract) -> tuple[Procedure, Lot] | None:
    """Return the tender and the lot a contract came from, or None."""
    if contract.award_id is None:
        return None
    row = db.session.execute(
        select(Procedure, Lot)
        .join(Lot, Lot.procedure_id == Procedure.id)
        .join(Award, Award.lot_id == Lot.id)
        .where(Award.id == contract.award_id)
    ).first()
    return (row[0], row[1]) if row is not None else None


def drafts_of(viewer: Viewer) -> Sequence[Contract]:
    """Return the unsigned contracts of the viewer's municipality, first to begin first."""
    return db.session.scalars(
        select(Contract)
        .where(Contract.state == ContractState.DRAFT, Contract.lead_municipality_id == viewer.municipality_id)
        .order_by(Contract.starts_on, Contract.number)
    ).all()


def found(viewer: Viewer, words: str) -> Sequence[Contract]:
    """Return at most ten contracts whose number, title or party fits the words."""
    return db.session.scalars(contract_list(viewer, Filters(words=words)).limit(10)).all()
