"""Which questions wait for whom: what stands on Mijn werk."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.access import Permission, Viewer
from portal.db import db
from tenders.procedures.models import Procedure, Question
from tenders.procedures.queries.lists import in_phase
from tenders.procedures.queries.questions import OPEN_STATES
from tenders.procedures.states import Confidentiality, Phase, QuestionState


def _in_open_tenders() -> Select[Question]:
    return (
        select(Question)
        .join(Procedure, Procedure.id == Question.procedure_id)
        .where(in_phase(Phase.OPEN, clock.now()))
        .order_by(Procedure.nota_due_on, Question.number)
        .options(joinedload(Question.procedure))
    )


def assigned_to(viewer: Viewer) -> Sequence[Question]:
    """Return the questions the viewer was asked to draft an answer to, in tenders that are open."""
    return db.session.scalars(
        _in_open_tenders().where(
            Question.assignee_id == viewer.membership_id, Question.state == QuestionState.ASKED
        )
    ).all()


def to_check(viewer: Viewer) -> Sequence[Question]:
    """Return the answers a lead buyer or colleague that was asked can read as the second person."""
    mine = Question.assignee_id == viewer.membership_id
    if viewer.may(Permission.TENDER_MANAGE):
        mine = or_(mine, Procedure.lead_id == viewer.organisation_id)
    return db.session.scalars(
        _in_open_tenders().where(
            mine,
            Question.state == QuestionState.ANSWERED,
            Question.checked_at.is_(None),
            Question.answered_by_id != viewer.user_id,
        )
    ).all()


def to_reply(viewer: Viewer) -> Sequence[Question]:
    """Return the answered questions in confidence of the lead's tenders that wait to be sent to their asker."""
    return db.session.scalars(
        _in_open_tenders().where(
            Procedure.lead_id == viewer.organisation_id,
            Question.state == QuestionState.ANSWERED,
            Question.confidentiality == Confidentiality.GRANTED,
        )
    ).all()


def to_decide(viewer: Viewer) -> Sequence[Question]:
    """Return the questions of the lead's tenders that were asked in confidence and wait for the decision."""
    return db.session.scalars(
        select(Question)
        .join(Procedure, Procedure.id == Question.procedure_id)
        .where(
            Procedure.lead_id == viewer.organisation_id,
            Question.confidentiality == Confidentiality.ASKED,
            Question.state.in_(OPEN_STATES),
        )
        .order_by(Question.asked_at)
        .options(joinedload(Question.procedure))
    ).all()


def to_choose(viewer: Viewer) -> Sequence[Question]:
    """Return the own questions of which confidentiality was refused and nothing was chosen yet."""
    return db.session.scalars(
        select(Question)
        .where(
            Question.asker_id == viewer.organisation_id,
            Question.confidentiality == Confidentiality.REFUSED,
            Question.state.in_(OPEN_STATES),
        )
        .order_by(Question.asked_at)
        .options(joinedload(Question.procedure))
    ).all()
