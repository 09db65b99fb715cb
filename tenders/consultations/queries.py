"""Which consultations, responses and findings a viewer may see; a stranger's is 'not found'."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from portal import clock
from portal.access import Permission, Viewer
from portal.accounts.models import Organisation, OrganisationKind
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from tenders.consultations.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationInvite,
    ConsultationMunicipality,
    ConsultationProduct,
    ConsultationQuestion,
    ConsultationResponse,
    Finding,
    FindingAnswer,
)
from tenders.consultations.states import ConsultationPhase, ConsultationState, ResponseState

SORTS = {
    "titel": Consultation.title,
    "nummer": Consultation.number,
    "sluit": Consultation.closes_at,
    "toestand": Consultation.state,
}


@dataclass(frozen=True)
class AnswerRow:
    """One answer beside the others: who gave it, what it says, and whether it must stay inside."""

    answer_id: uuid.UUID
    organisation: str
    confidential: bool
    text: str


@dataclass(frozen=True)
class QuestionRow:
    """A question with every submitted answer to it."""

    question: ConsultationQuestion
    answers: list[AnswerRow]


def _staff_sees(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to the consultations of the viewer's own municipality, as lead or participant."""
    part = select(ConsultationMunicipality.consultation_id).where(
        ConsultationMunicipality.municipality_id == viewer.municipality_id
    )
    return or_(Consultation.lead_id == viewer.organisation_id, Consultation.id.in_(part))


def _market_sees(viewer: Viewer) -> ColumnElement[bool]:
    invited = select(ConsultationInvite.consultation_id).where(
        ConsultationInvite.organisation_id == viewer.organisation_id
    )
    shown = Consultation.state.in_([ConsultationState.OPEN, ConsultationState.REPORTED])
    return and_(shown, or_(Consultation.is_public.is_(True), Consultation.id.in_(invited)))


def in_phase(phase: ConsultationPhase, now: datetime) -> ColumnElement[bool]:
    """Return the phase of rules.phase_at as a condition."""
    if phase is ConsultationPhase.OPEN:
        return and_(Consultation.state == ConsultationState.OPEN, Consultation.closes_at > now)
    if phase is ConsultationPhase.CLOSED:
        return and_(Consultation.state == ConsultationState.OPEN, Consultation.closes_at <= now)
    return Consultation.state == ConsultationState(phase.value)


def consultations_for(
    viewer: Viewer, *, words: str = "", phase: ConsultationPhase | None = None,
    product_id: uuid.UUID | None = None, sort: str = "-nummer",
) -> Select[Consultation]:  # fmt: skip
    """Return the list of a staff member as a statement, filtered and sorted."""
    statement = select(Consultation).where(_staff_sees(viewer)).options(*_with_links())
    if words:
        like = f"%{words}%"
        statement = statement.where(or_(Consultation.number.ilike(like), Consultation.title.ilike(like)))
    if phase is not None:
        statement = statement.where(in_phase(phase, clock.now()))
    if product_id is not None:
        about = select(ConsultationProduct.consultation_id).where(ConsultationProduct.product_id == product_id)
        statement = statement.where(Consultation.id.in_(about))
    column = SORTS.get(sort.lstrip("-"), Consultation.number)
    order: Any = column.desc() if sort.startswith("-") else column.asc()
    return statement.order_by(order, Consultation.number)


def _with_links() -> tuple[Any, ...]:
    return (
        selectinload(Consultation.lead),
        selectinload(Consultation.municipality_links).selectinload(ConsultationMunicipality.municipality),
        selectinload(Consultation.product_links).selectinload(ConsultationProduct.product),
    )


def counts_for(consultations: Sequence[Consultation]) -> dict[uuid.UUID, int]:
    """Return how many submitted responses each consultation has, in one statement."""
    rows = db.session.execute(
        select(ConsultationResponse.consultation_id, func.count())
        .where(
            ConsultationResponse.consultation_id.in_([one.id for one in consultations]),
            ConsultationResponse.state == ResponseState.SUBMITTED,
        )
        .group_by(ConsultationResponse.consultation_id)
    )
    return dict(rows.all())


def consultation_for(viewer: Viewer, number: str) -> Consultation:
    """Return a consultation for a staff member of the lead or a participating municipality.

    Raises:
        NotFound: there is none, or it is not the viewer's.
    """
    if not viewer.may(Permission.TENDER_READ):
        raise NotFound
    statement = select(Consultation).where(Consultation.number == number, _staff_sees(viewer))
    return _one(statement.options(*_with_links()))


def _reported_to(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to published reports: of the market, and of the viewer's own municipality in whatever role."""
    return and_(Consultation.state == ConsultationState.REPORTED, or_(_market_sees(viewer), _staff_sees(viewer)))


def reported_of(viewer: Viewer, consultation_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return of these consultations the ones whose report the viewer may read, with their numbers."""
    if not consultation_ids:
        return {}
    rows = db.session.execute(
        select(Consultation.id, Consultation.number).where(
            Consultation.id.in_(consultation_ids), _reported_to(viewer)
        )
    )
    return dict(rows.all())


def published_finding(viewer: Viewer, number: str, position: int) -> Finding:
    """Return a finding of a published report by its place in it.

    Raises:
        NotFound: there is none for this viewer.
    """
    found = db.session.scalars(
        select(Finding)
        .join(Finding.consultation)
        .where(Consultation.number == number, Finding.position == position, _reported_to(viewer))
        .options(contains_eager(Finding.consultation).joinedload(Consultation.lead))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def market_consultation(viewer: Viewer, number: str) -> Consultation:
    """Return a consultation as the market sees it: open or reported, and public or by invitation.

    Raises:
        NotFound: there is none for this viewer.
    """
    statement = select(Consultation).where(Consultation.number == number, _market_sees(viewer))
    return _one(statement.options(*_with_links()))


def _one(statement: Select[Consultation]) -> Consultation:
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def market_list(viewer: Viewer) -> Sequence[Consultation]:
    """Return the consultations the market can answer now, the first to close on top."""
    return db.session.scalars(
        select(Consultation)
        .where(_market_sees(viewer), in_phase(ConsultationPhase.OPEN, clock.now()))
        .order_by(Consultation.closes_at)
        .options(*_with_links(), selectinload(Consultation.questions))
    ).all()


def reported(viewer: Viewer) -> Sequence[Consultation]:
    """Return the consultations whose report the market may read, newest first, at most ten."""
    return db.session.scalars(
        select(Consultation)
        .where(_market_sees(viewer), Consultation.state == ConsultationState.REPORTED)
        .order_by(Consultation.reported_at.desc())
        .limit(10)
    ).all()


def may_change(viewer: Viewer, consultation: Consultation) -> bool:
    """Say whether the viewer buys for the lead municipality."""
    return viewer.may(Permission.CONSULTATION_MANAGE) and viewer.organisation_id == consultation.lead_id


def question_of(consultation: Consultation, question_id: uuid.UUID) -> ConsultationQuestion:
    """Return a question of this consultation.

    Raises:
        NotFound: it is not one of this consultation.
    """
    found = db.session.get(ConsultationQuestion, question_id)
    if found is None or found.consultation_id != consultation.id:
        raise NotFound
    return found


def finding_of(consultation: Consultation, finding_id: uuid.UUID) -> Finding:
    """Return a finding of this consultation.

    Raises:
        NotFound: it is not one of this consultation.
    """
    found = db.session.get(Finding, finding_id)
    if found is None or found.consultation_id != consultation.id:
        raise NotFound
    return found


def findings_of(consultation_id: uuid.UUID) -> Sequence[Finding]:
    """Return the findings of a consultation in their order."""
    return db.session.scalars(
        select(Finding).where(Finding.consultation_id == consultation_id).order_by(Finding.position)
    ).all()


def response_of(consultation: Consultation, organisation_id: uuid.UUID | None) -> ConsultationResponse | None:
    """Return the response of one provider, or nothing."""
    return db.session.scalars(
        select(ConsultationResponse)
        .where(
            ConsultationResponse.consultation_id == consultation.id,
            ConsultationResponse.organisation_id == organisation_id,
        )
        .options(selectinload(ConsultationResponse.answers))
    ).one_or_none()


def answers_side_by_side(consultation: Consultation) -> list[QuestionRow]:
    """Return every question with the submitted answers to it, in two statements."""
    questions = db.session.scalars(
        select(ConsultationQuestion)
        .where(ConsultationQuestion.consultation_id == consultation.id)
        .order_by(ConsultationQuestion.position)
    ).all()
    rows = db.session.execute(
        select(ConsultationAnswer, Organisation.name, ConsultationAnswer.may_share)
        .join(ConsultationResponse, ConsultationResponse.id == ConsultationAnswer.response_id)
        .join(Organisation, Organisation.id == ConsultationResponse.organisation_id)
        .where(
            ConsultationResponse.consultation_id == consultation.id,
            ConsultationResponse.state == ResponseState.SUBMITTED,
            ConsultationAnswer.text != "",
        )
        .order_by(Organisation.name)
    ).all()
    by_question: dict[uuid.UUID, list[AnswerRow]] = {question.id: [] for question in questions}
    for answer, organisation, shared in rows:
        by_question[answer.question_id].append(AnswerRow(answer.id, organisation, not shared, answer.text))
    return [QuestionRow(question, by_question[question.id]) for question in questions]


def answers_under(finding: Finding) -> list[AnswerRow]:
    """Return the answers a finding rests on."""
    rows = db.session.execute(
        select(ConsultationAnswer, Organisation.name, ConsultationAnswer.may_share)
        .join(FindingAnswer, FindingAnswer.answer_id == ConsultationAnswer.id)
        .join(ConsultationResponse, ConsultationResponse.id == ConsultationAnswer.response_id)
        .join(Organisation, Organisation.id == ConsultationResponse.organisation_id)
        .where(FindingAnswer.finding_id == finding.id)
        .order_by(Organisation.name)
    ).all()
    return [AnswerRow(answer.id, name, not shared, answer.text) for answer, name, shared in rows]


def providers() -> Sequence[Organisation]:
    """Return the providers that can be invited, by name."""
    return db.session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER).order_by(Organisation.name)
    ).all()


def invited_ids(consultation: Consultation) -> list[uuid.UUID]:
    """Return which providers are invited by name."""
    return list(
        db.session.scalars(
            select(ConsultationInvite.organisation_id).where(ConsultationInvite.consultation_id == consultation.id)
        )
    )


def usable_consultations(viewer: Viewer) -> Sequence[Consultation]:
    """Return the consultations a new tender of the viewer's municipality can follow."""
    return db.session.scalars(
        select(Consultation)
        .where(Consultation.lead_id == viewer.organisation_id, Consultation.state != ConsultationState.WITHDRAWN)
        .order_by(Consultation.number.desc())
    ).all()


def waiting_for_report(viewer: Viewer) -> Sequence[Consultation]:
    """Return the lead's consultations that have closed and whose report is not out yet."""
    return db.session.scalars(
        select(Consultation).where(
            Consultation.lead_id == viewer.organisation_id, in_phase(ConsultationPhase.CLOSED, clock.now())
        )
    ).all()


def running_for(viewer: Viewer) -> Sequence[Consultation]:
    """Return the open consultations of a staff member's municipality, for the calendar."""
    return db.session.scalars(
        select(Consultation)
        .where(_staff_sees(viewer), in_phase(ConsultationPhase.OPEN, clock.now()))
        .order_by(Consultation.closes_at)
    ).all()


def names_of(consultation: Consultation) -> tuple[list[Municipality], list[str]]:
    """Return the municipalities and the names of the products, as loaded."""
    places = [link.municipality for link in consultation.municipality_links]
    products = sorted((link.product for link in consultation.product_links), key=lambda product: product.position)
    return sorted(places, key=lambda place: place.name), [product.name for product in products]


def found(viewer: Viewer, words: str) -> Sequence[Consultation]:
    """Return the consultations of a staff member that fit the words, at most ten."""
    return db.session.scalars(consultations_for(viewer, words=words).limit(10)).all()
