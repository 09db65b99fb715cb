"""Which consultations, responses and findings a viewer may see; a stranger's is 'not found'."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from portal import clock
from portal.access import Permission, Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.errors import NotFound
from tenders.consultations.models import (
    Consultation,
    ConsultationInvite,
    ConsultationMunicipality,
    ConsultationProduct,
    ConsultationQuestion,
    ConsultationResponse,
    Finding,
)
from tenders.consultations.states import ConsultationPhase, ConsultationState, ResponseState

SORTS = {
    "titel": Consultation.title,
    "nummer": Consultation.number,
    "sluit": Consultation.closes_at,
    "toestand": Consultation.state,
}


def staff_sees(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to the consultations of the viewer's own municipality, as lead or participant."""
    part = select(ConsultationMunicipality.consultation_id).where(
        ConsultationMunicipality.municipality_id == viewer.municipality_id
    )
    return or_(Consultation.lead_id == viewer.organisation_id, Consultation.id.in_(part))


def market_sees(viewer: Viewer) -> ColumnElement[bool]:
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
    statement = select(Consultation).where(staff_sees(viewer)).options(*_with_links())
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
    statement = select(Consultation).where(Consultation.number == number, staff_sees(viewer))
    return _one(statement.options(*_with_links()))


def market_consultation(viewer: Viewer, number: str) -> Consultation:
    """Return a consultation as the market sees it: open or reported, and public or by invitation.

    Raises:
        NotFound: there is none for this viewer.
    """
    statement = select(Consultation).where(Consultation.number == number, market_sees(viewer))
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
        .where(market_sees(viewer), in_phase(ConsultationPhase.OPEN, clock.now()))
        .order_by(Consultation.closes_at)
        .options(*_with_links(), selectinload(Consultation.questions))
    ).all()


def reported(viewer: Viewer) -> Sequence[Consultation]:
    """Return the consultations whose report the market may read, newest first, at most ten."""
    return db.session.scalars(
        select(Consultation)
        .where(market_sees(viewer), Consultation.state == ConsultationState.REPORTED)
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
        .where(staff_sees(viewer), in_phase(ConsultationPhase.OPEN, clock.now()))
        .order_by(Consultation.closes_at)
    ).all()


def names_of(consultation: Consultation) -> tuple[list[Municipality], list[str]]:
    """Return the municipalities and the names of the products, as loaded."""
    places = [link.municipality for link in consultation.municipality_links]
    products = sorted((link.product for link in consultation.product_links), key=lambda product: product.position)
    return sorted(places, key=lambda place: place.name), [product.name for product in products]


def found(viewer: Viewer, words: str) -> Sequence[Consultation]:
    """Return the consultations a viewer may see that fit the words, at most ten."""
    if viewer.may(Permission.TENDER_READ):
        return db.session.scalars(consultations_for(viewer, words=words).limit(10)).all()
    like = f"%{words}%"
    return db.session.scalars(
        select(Consultation)
        .where(market_sees(viewer), or_(Consultation.number.ilike(like), Consultation.title.ilike(like)))
        .order_by(Consultation.number.desc())
        .limit(10)
    ).all()


def unanswered_by(viewer: Viewer) -> list[tuple[Consultation, ConsultationResponse | None]]:
    """Return what is open to a provider and not submitted yet, with its draft; the first to close on top."""
    rows = db.session.execute(
        select(Consultation, ConsultationResponse)
        .join(
            ConsultationResponse,
            and_(
                ConsultationResponse.consultation_id == Consultation.id,
                ConsultationResponse.organisation_id == viewer.organisation_id,
            ),
            isouter=True,
        )
        .where(
            market_sees(viewer),
            in_phase(ConsultationPhase.OPEN, clock.now()),
            or_(ConsultationResponse.id.is_(None), ConsultationResponse.state == ResponseState.DRAFT),
        )
        .order_by(Consultation.closes_at)
    )
    return [(consultation, response) for consultation, response in rows]
