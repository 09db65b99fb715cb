"""The parts of one tender: lots, volumes, prices, requirements, criteria, documents, team, questions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access import Role
from portal.accounts.models import Membership, MembershipRole, Organisation, User
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from tenders.procedures.models import (
    AwardCriterion,
    FindingUse,
    Follower,
    Lot,
    LotMunicipality,
    LotPriceLine,
    LotProduct,
    LotVolume,
    Nota,
    Procedure,
    ProcedureInvite,
    ProcedureKind,
    ProcedureMandate,
    ProcedureMember,
    Question,
    Requirement,
    TenderDocument,
    TenderDocumentVersion,
)
from tenders.procedures.rules import accepts
from tenders.procedures.states import ProcedureState, QuestionState


def kinds() -> Sequence[ProcedureKind]:
    """Return the kinds of procedure in their order."""
    return db.session.scalars(select(ProcedureKind).order_by(ProcedureKind.position)).all()


def lots_of(procedure: Procedure) -> Sequence[Lot]:
    """Return the lots in their order with products, municipalities and criteria, in five statements."""
    return db.session.scalars(
        select(Lot)
        .where(Lot.procedure_id == procedure.id)
        .order_by(Lot.number)
        .options(
            selectinload(Lot.products).joinedload(LotProduct.product),
            selectinload(Lot.municipalities).joinedload(LotMunicipality.municipality),
            selectinload(Lot.criteria).joinedload(AwardCriterion.measure),
        )
    ).all()


def lot_of(procedure: Procedure, lot_id: uuid.UUID) -> Lot:
    """Return a lot of this tender.

    Raises:
        NotFound: it is not one of this tender.
    """
    found = db.session.get(Lot, lot_id)
    if found is None or found.procedure_id != procedure.id:
        raise NotFound
    return found


def open_for_offers(procedure: Procedure, now: datetime) -> bool:
    """Say whether an offer made at `now` would be in time."""
    deadline = procedure.submission_deadline_at
    return procedure.state is ProcedureState.PUBLISHED and deadline is not None and accepts(now, deadline)


def municipalities_of(procedures: Sequence[Procedure]) -> dict[uuid.UUID, list[str]]:
    """Return the names of the participating municipalities per tender, in one statement."""
    rows = db.session.execute(
        select(Lot.procedure_id, Municipality.name)
        .join(LotMunicipality, LotMunicipality.lot_id == Lot.id)
        .join(Municipality, Municipality.id == LotMunicipality.municipality_id)
        .where(Lot.procedure_id.in_([one.id for one in procedures]))
        .distinct()
        .order_by(Municipality.name)
    )
    found: dict[uuid.UUID, list[str]] = {one.id: [] for one in procedures}
    for identity, name in rows:
        found[identity].append(name)
    return found


def participants_of(procedure: Procedure) -> Sequence[Municipality]:
    """Return the municipalities that take part in at least one lot, by name."""
    taking_part = select(LotMunicipality.municipality_id).join(Lot).where(Lot.procedure_id == procedure.id)
    return db.session.scalars(
        select(Municipality).where(Municipality.id.in_(taking_part)).order_by(Municipality.name)
    ).all()


def years_of(lot: Lot) -> list[int]:
    """Return the calendar years of a lot's term without its options; empty when the term is unknown."""
    if lot.starts_on is None or lot.ends_on is None:
        return []
    return list(range(lot.starts_on.year, lot.ends_on.year + 1))


def volumes_of(lot: Lot) -> dict[tuple[uuid.UUID, uuid.UUID, int], Decimal]:
    """Return quantity by (lot_municipality, lot_product, year)."""
    rows = db.session.scalars(
        select(LotVolume)
        .join(LotProduct, LotProduct.id == LotVolume.lot_product_id)
        .where(LotProduct.lot_id == lot.id)
    )
    return {(row.lot_municipality_id, row.lot_product_id, row.year): row.quantity for row in rows}


def price_lines_of(lot: Lot) -> Sequence[LotPriceLine]:
    """Return the price lines of a lot: by product, then in their order."""
    return db.session.scalars(
        select(LotPriceLine)
        .join(LotProduct, LotProduct.id == LotPriceLine.lot_product_id)
        .where(LotProduct.lot_id == lot.id)
        .order_by(LotProduct.position, LotPriceLine.position)
        .options(joinedload(LotPriceLine.lot_product).joinedload(LotProduct.product))
    ).all()


def price_line_of(lot: Lot, line_id: uuid.UUID) -> LotPriceLine:
    """Return a price line of this lot.

    Raises:
        NotFound: it is not one of this lot.
    """
    found = db.session.get(LotPriceLine, line_id)
    if found is None or found.lot_product.lot_id != lot.id:
        raise NotFound
    return found


def requirements_in(procedure: Procedure) -> Sequence[Requirement]:
    """Return every requirement of a tender, by kind and number."""
    return db.session.scalars(
        select(Requirement)
        .where(Requirement.procedure_id == procedure.id)
        .order_by(Requirement.kind.desc(), Requirement.number)
        .options(joinedload(Requirement.lot))
    ).all()


def requirements_of(lot: Lot) -> Sequence[Requirement]:
    """Return the requirements an offer on this lot has to meet: its own and those of the whole tender."""
    return db.session.scalars(
        select(Requirement)
        .where(
            Requirement.procedure_id == lot.procedure_id,
            or_(Requirement.lot_id.is_(None), Requirement.lot_id == lot.id),
        )
        .order_by(Requirement.kind.desc(), Requirement.number)
    ).all()


def requirement_of(procedure: Procedure, requirement_id: uuid.UUID) -> Requirement:
    """Return a requirement of this tender.

    Raises:
        NotFound: it is not one of this tender.
    """
    found = db.session.get(Requirement, requirement_id)
    if found is None or found.procedure_id != procedure.id:
        raise NotFound
    return found


def criteria_of(lot: Lot) -> Sequence[AwardCriterion]:
    """Return the quality criteria of a lot in their order, each with its measure."""
    return db.session.scalars(
        select(AwardCriterion)
        .where(AwardCriterion.lot_id == lot.id)
        .order_by(AwardCriterion.position)
        .options(joinedload(AwardCriterion.measure))
    ).all()


def criterion_of(procedure: Procedure, criterion_id: uuid.UUID) -> AwardCriterion:
    """Return a criterion of this tender.

    Raises:
        NotFound: it is not one of this tender.
    """
    found = db.session.get(AwardCriterion, criterion_id)
    if found is None or found.lot.procedure_id != procedure.id:
        raise NotFound
    return found


def finding_uses_of(target: Requirement | AwardCriterion | Question) -> Sequence[FindingUse]:
    """Return the findings a requirement, criterion or question rests on."""
    column = {
        "requirement": FindingUse.requirement_id,
        "award_criterion": FindingUse.criterion_id,
        "question": FindingUse.question_id,
    }[target.__tablename__]
    return db.session.scalars(
        select(FindingUse).where(column == target.id).options(joinedload(FindingUse.finding))
    ).all()


def current_documents(procedure: Procedure) -> list[TenderDocumentVersion]:
    """Return the last version of each document, in the order of the documents."""
    documents = db.session.scalars(
        select(TenderDocument)
        .where(TenderDocument.procedure_id == procedure.id)
        .order_by(TenderDocument.position)
        .options(selectinload(TenderDocument.versions).joinedload(TenderDocumentVersion.document))
    )
    return [document.versions[-1] for document in documents if document.versions]


def document_version_of(procedure: Procedure, version_id: uuid.UUID) -> TenderDocumentVersion:
    """Return a version of a document of this tender.

    Raises:
        NotFound: it is not one of this tender.
    """
    found = db.session.get(TenderDocumentVersion, version_id)
    if found is None or found.tender_document.procedure_id != procedure.id:
        raise NotFound
    return found


def members_of(procedure: Procedure) -> Sequence[Row[ProcedureMember, User, Organisation]]:
    """Return the team: member, person and organisation, by case role and name."""
    return db.session.execute(
        select(ProcedureMember, User, Organisation)
        .join(Membership, Membership.id == ProcedureMember.membership_id)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(ProcedureMember.procedure_id == procedure.id)
        .order_by(ProcedureMember.case_role, User.name)
    ).all()


def candidates_for_team(procedure: Procedure) -> Sequence[Row[Membership, User, Organisation]]:
    """Return who can be in the team: staff of the lead and the participating municipalities."""
    places = [procedure.lead_id, *(place.organisation_id for place in participants_of(procedure))]
    roles = [Role.BUYER, Role.ASSESSOR, Role.CONTRACT_MANAGER, Role.PARTNER]
    fitting = select(MembershipRole.membership_id).where(MembershipRole.role.in_(roles))
    return db.session.execute(
        select(Membership, User, Organisation)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id.in_(places),
            Membership.id.in_(fitting),
            Membership.ended_at.is_(None),
            User.ended_at.is_(None),
        )
        .order_by(Organisation.name, User.name)
    ).all()


def mandates_of(procedure: Procedure) -> dict[uuid.UUID, ProcedureMandate]:
    """Return the mandates by municipality."""
    rows = db.session.scalars(select(ProcedureMandate).where(ProcedureMandate.procedure_id == procedure.id))
    return {row.municipality_id: row for row in rows}


def invited_ids(procedure: Procedure) -> list[uuid.UUID]:
    """Return which providers are invited by name."""
    return list(
        db.session.scalars(
            select(ProcedureInvite.organisation_id).where(ProcedureInvite.procedure_id == procedure.id)
        )
    )


def follower_of(procedure: Procedure, user_id: uuid.UUID | None) -> Follower | None:
    """Return whether a person follows the tender now, as the record of it."""
    if user_id is None:
        return None
    return db.session.scalars(
        select(Follower).where(Follower.procedure_id == procedure.id, Follower.user_id == user_id)
    ).one_or_none()


def followers_of(procedure: Procedure) -> list[uuid.UUID]:
    """Return the ids of the people who follow the tender now."""
    return list(
        db.session.scalars(
            select(Follower.user_id).where(Follower.procedure_id == procedure.id, Follower.ended_at.is_(None))
        )
    )


def questions_of(
    procedure: Procedure, *, state: QuestionState | None = None, asker_id: uuid.UUID | None = None
) -> Sequence[Question]:
    """Return the questions in order of number, all of them or of one state or one provider."""
    statement = select(Question).where(Question.procedure_id == procedure.id).order_by(Question.number)
    if state is not None:
        statement = statement.where(Question.state == state)
    if asker_id is not None:
        statement = statement.where(Question.asker_id == asker_id)
    return db.session.scalars(statement.options(joinedload(Question.lot))).all()


def question_of(procedure: Procedure, number: int) -> Question:
    """Return a question of this tender by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(
        select(Question).where(Question.procedure_id == procedure.id, Question.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def notas_of(procedure: Procedure) -> Sequence[Nota]:
    """Return the published notas with their answers, newest first."""
    return db.session.scalars(
        select(Nota)
        .where(Nota.procedure_id == procedure.id)
        .order_by(Nota.number.desc())
        .options(selectinload(Nota.answers), joinedload(Nota.document))
    ).all()


def nota_of(procedure: Procedure, number: int) -> Nota:
    """Return a published nota by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(
        select(Nota).where(Nota.procedure_id == procedure.id, Nota.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class FindingTarget:
    """What a finding led to: the criterion or requirement, and its tender."""

    kind: str
    target_id: uuid.UUID
    title: str
    procedure: Procedure
    lot_number: int | None = None


def uses_of_finding(finding_id: uuid.UUID) -> list[FindingTarget]:
    """Return the criteria and requirements that rest on a finding."""
    criteria = db.session.execute(
        select(AwardCriterion, Procedure, Lot.number)
        .join(FindingUse, FindingUse.criterion_id == AwardCriterion.id)
        .join(Lot, Lot.id == AwardCriterion.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(FindingUse.finding_id == finding_id)
        .order_by(Procedure.number, Lot.number, AwardCriterion.position)
    )
    demands = db.session.execute(
        select(Requirement, Procedure)
        .join(FindingUse, FindingUse.requirement_id == Requirement.id)
        .join(Procedure, Procedure.id == Requirement.procedure_id)
        .where(FindingUse.finding_id == finding_id)
        .order_by(Requirement.number)
    )
    return [
        *(FindingTarget("criterion", one.id, one.title, procedure, number) for one, procedure, number in criteria),
        *(FindingTarget("requirement", one.id, one.title, procedure) for one, procedure in demands),
    ]
