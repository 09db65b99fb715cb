"""Make a market consultation, its questions, and open it to the market."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Municipality, Product
from portal.db import db, lock, next_number
from portal.errors import NotYours, TransitionRefused, refuse_if
from portal.notifications import notify
from tenders.consultations import queries, rules
from tenders.consultations.models import (
    Consultation,
    ConsultationMunicipality,
    ConsultationOption,
    ConsultationProduct,
    ConsultationQuestion,
)
from tenders.consultations.services.inviting import send_invitations
from tenders.consultations.states import CONSULTATION, AnswerKind, ConsultationAction, ConsultationState


def create_consultation(
    *,
    title: str,
    introduction: str,
    products: Sequence[uuid.UUID],
    municipalities: Sequence[uuid.UUID],
    is_public: bool,
    closes_at: datetime | None,
    by: Viewer,
) -> Consultation:
    """Make a draft consultation of the viewer's municipality and return it.

    Raises:
        Refused: title, products or municipalities are missing.
    """
    refuse_if(rules.objections_to_content(title=title, products=len(products), municipalities=len(municipalities)))
    if by.organisation_id is None:
        raise NotYours("inkoop van een gemeente")
    year = clock.today().year
    consultation = Consultation(
        number=f"MC-{year}-{next_number('MC', year):03d}",
        lead_id=by.organisation_id,
        title=title.strip(),
        introduction=introduction.strip(),
        is_public=is_public,
        closes_at=closes_at,
        created_at=clock.now(),
    )
    db.session.add(consultation)
    db.session.flush()
    _set_links(consultation, products, municipalities)
    audit.record("tender:consultation:create", consultation, by=by, number=consultation.number)
    return consultation


def change_consultation(
    consultation: Consultation,
    *,
    title: str,
    introduction: str,
    products: Sequence[uuid.UUID],
    municipalities: Sequence[uuid.UUID],
    is_public: bool,
    closes_at: datetime | None,
    by: Viewer,
) -> None:
    """Change what a draft consultation is about.

    Raises:
        TransitionRefused: it is no longer a draft.
        Refused: title, products or municipalities are missing.
    """
    lock_draft(consultation, by)
    refuse_if(rules.objections_to_content(title=title, products=len(products), municipalities=len(municipalities)))
    consultation.title, consultation.introduction = title.strip(), introduction.strip()
    consultation.is_public, consultation.closes_at = is_public, closes_at
    _set_links(consultation, products, municipalities)
    audit.record("tender:consultation:change", consultation, by=by)


def _set_links(
    consultation: Consultation, products: Iterable[uuid.UUID], municipalities: Iterable[uuid.UUID]
) -> None:
    known_products = set(db.session.scalars(select(Product.id)))
    known_places = set(db.session.scalars(select(Municipality.id)))
    db.session.execute(delete(ConsultationProduct).where(ConsultationProduct.consultation_id == consultation.id))
    db.session.execute(
        delete(ConsultationMunicipality).where(ConsultationMunicipality.consultation_id == consultation.id)
    )
    for one in dict.fromkeys(products):
        if one in known_products:
            db.session.add(ConsultationProduct(consultation_id=consultation.id, product_id=one))
    for one in dict.fromkeys(municipalities):
        if one in known_places:
            db.session.add(ConsultationMunicipality(consultation_id=consultation.id, municipality_id=one))
    db.session.flush()
    db.session.expire(consultation, ["product_links", "municipality_links"])


def lock_lead(consultation: Consultation, by: Viewer) -> None:
    """Hold a consultation; says who can change it when this viewer cannot."""
    lock(consultation)
    if not queries.may_change(by, consultation):
        raise NotYours(f"inkoop van {consultation.lead.name}")


def lock_draft(consultation: Consultation, by: Viewer) -> None:
    """Hold a consultation that nobody outside has seen yet."""
    lock_lead(consultation, by)
    if consultation.state is not ConsultationState.DRAFT:
        raise TransitionRefused("change", consultation.state)


def add_question(
    consultation: Consultation,
    *,
    text: str,
    kind: AnswerKind = AnswerKind.TEXT,
    options: Sequence[str] = (),
    unit: str = "",
    by: Viewer,
) -> ConsultationQuestion:
    """Add a question of a kind at the end.

    Raises:
        Refused: the text is too short, or a choice has no answers to choose from.
        TransitionRefused: the consultation is no longer a draft.
    """
    lock_draft(consultation, by)
    refuse_if(rules.objections_to_question(text=text, kind=kind, options=options))
    last = db.session.scalar(
        select(func.max(ConsultationQuestion.position)).where(
            ConsultationQuestion.consultation_id == consultation.id
        )
    )
    question = ConsultationQuestion(
        consultation_id=consultation.id,
        position=(last or 0) + 1,
        kind=kind,
        text=text.strip(),
        unit=unit.strip() if kind is AnswerKind.NUMBER else "",
    )
    if kind is AnswerKind.CHOICE:
        question.options = [
            ConsultationOption(position=number, text=option) for number, option in enumerate(options, start=1)
        ]
    db.session.add(question)
    audit.record("tender:consultation:question", consultation, by=by, position=question.position)
    db.session.flush()
    db.session.expire(consultation, ["questions"])
    return question


def remove_question(consultation: Consultation, question: ConsultationQuestion, *, by: Viewer) -> None:
    """Take a question out of a draft; the ones after it move up."""
    lock_draft(consultation, by)
    db.session.delete(question)
    db.session.flush()
    db.session.expire(consultation, ["questions"])
    for number, one in enumerate(consultation.questions, start=1):
        one.position = number
        db.session.flush()
    audit.record("tender:consultation:question_removed", consultation, by=by)


def open_consultation(consultation: Consultation, *, by: Viewer) -> None:
    """Open a consultation to the market and mail everyone on its invitation list.

    Raises:
        TransitionRefused: it is not a draft.
        Refused: there is no question, no term in the future, or no audience.
    """
    lock_lead(consultation, by)
    state = CONSULTATION.next(consultation.state, ConsultationAction.OPEN)
    refuse_if(
        rules.objections_to_opening(
            questions=len(consultation.questions),
            closes_at=consultation.closes_at,
            now=clock.now(),
            is_public=consultation.is_public,
            invited=len(queries.invited_organisations(consultation)),
        )
    )
    consultation.state, consultation.opened_at, consultation.opened_by_id = state, clock.now(), by.user_id
    audit.record("tender:consultation:open", consultation, by=by)
    send_invitations(consultation)


def withdraw_consultation(consultation: Consultation, *, by: Viewer) -> None:
    """Withdraw a consultation and tell who reacted; what was answered stays stored but is used for nothing."""
    lock_lead(consultation, by)
    consultation.state = CONSULTATION.next(consultation.state, ConsultationAction.WITHDRAW)
    consultation.withdrawn_at = clock.now()
    audit.record("tender:consultation:withdraw", consultation, by=by)
    notify(
        queries.respondents(consultation), "consultation_withdrawn",
        about=consultation, path="/opdrachten", consultation=consultation,
    )  # fmt: skip
