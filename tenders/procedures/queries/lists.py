"""Lists of tenders: for staff with filters, for the market, and what comes near its term."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import selectinload

from portal import clock
from portal.access import Permission, Viewer
from portal.db import db
from tenders.procedures.models import (
    Follower,
    Lot,
    LotMunicipality,
    LotProduct,
    Procedure,
    ProcedureMember,
    Question,
    Rectification,
)
from tenders.procedures.queries.access import PUBLISHING_ROLES, market_sees, staff_sees
from tenders.procedures.states import (
    ChangeKind,
    ChangeState,
    Confidentiality,
    Phase,
    ProcedureState,
    QuestionState,
)

_STATE_OF = {
    Phase.PREPARATION: ProcedureState.PREPARATION,
    Phase.ASSESSMENT: ProcedureState.OPENED,
    Phase.AWARDED: ProcedureState.AWARDED,
    Phase.WITHDRAWN: ProcedureState.WITHDRAWN,
}
SORTS = {
    "titel": Procedure.title,
    "nummer": Procedure.number,
    "sluit": Procedure.submission_deadline_at,
    "toestand": Procedure.state,
}


#: What the rows of the list show beside the tender itself.
LIST_OPTIONS = (selectinload(Procedure.kind), selectinload(Procedure.lead))


def in_phase(phase: Phase, now: datetime) -> ColumnElement[bool]:
    """Return the phase of rules.phase_at as a condition."""
    if phase is Phase.OPEN:
        return and_(Procedure.state == ProcedureState.PUBLISHED, Procedure.submission_deadline_at > now)
    if phase is Phase.CLOSED:
        return and_(Procedure.state == ProcedureState.PUBLISHED, Procedure.submission_deadline_at <= now)
    return Procedure.state == _STATE_OF[phase]


def procedures_for(
    viewer: Viewer, *, words: str = "", phase: Phase | None = None, running: bool = False,
    product_id: uuid.UUID | None = None, municipality_id: uuid.UUID | None = None, sort: str = "sluit",
    templates: bool = False,
) -> Select[Procedure]:  # fmt: skip
    """Return the list of a staff member as a statement, filtered and sorted; `running` leaves out what ended."""
    statement = select(Procedure).where(staff_sees(viewer), Procedure.is_template.is_(templates))
    if words:
        like = f"%{words}%"
        statement = statement.where(or_(Procedure.number.ilike(like), Procedure.title.ilike(like)))
    if phase is not None:
        statement = statement.where(in_phase(phase, clock.now()))
    if running:
        statement = statement.where(Procedure.state.not_in([ProcedureState.AWARDED, ProcedureState.WITHDRAWN]))
    if product_id is not None:
        about = select(Lot.procedure_id).join(LotProduct).where(LotProduct.product_id == product_id)
        statement = statement.where(Procedure.id.in_(about))
    if municipality_id is not None:
        place = select(Lot.procedure_id).join(LotMunicipality).where(
            LotMunicipality.municipality_id == municipality_id
        )
        statement = statement.where(Procedure.id.in_(place))
    column = SORTS.get(sort.lstrip("-"), Procedure.submission_deadline_at)
    order: Any = column.desc() if sort.startswith("-") else column.asc()
    return statement.order_by(order.nulls_last(), Procedure.number)


def _waits_for_an_answer() -> ColumnElement[bool]:
    """Narrow to questions inkoop still has to answer; one whose asker has to choose first does not wait for it."""
    return and_(
        Question.state.in_([QuestionState.ASKED, QuestionState.DRAFTED]),
        Question.confidentiality != Confidentiality.REFUSED,
    )


def open_questions_count(procedures: Sequence[Procedure]) -> dict[uuid.UUID, int]:
    """Return how many questions wait for an answer per tender, in one statement."""
    rows = db.session.execute(
        select(Question.procedure_id, func.count())
        .where(Question.procedure_id.in_([one.id for one in procedures]), _waits_for_an_answer())
        .group_by(Question.procedure_id)
    )
    return dict(rows.all())


def maximum_values(procedures: Sequence[Procedure]) -> dict[uuid.UUID, Decimal]:
    """Return the maximum value of all lots together per tender (euros without VAT), in one statement."""
    rows = db.session.execute(
        select(Lot.procedure_id, Lot.ceiling_amount).where(
            Lot.procedure_id.in_([one.id for one in procedures]), Lot.ceiling_amount.is_not(None)
        )
    )
    found: dict[uuid.UUID, Decimal] = {}
    for identity, amount in rows:
        found[identity] = found.get(identity, Decimal(0)) + (amount or Decimal(0))
    return found


def market_open(viewer: Viewer) -> Select[Procedure]:
    """Return the tenders that take offers now as a statement, the first to close on top."""
    return (
        select(Procedure)
        .where(market_sees(viewer), in_phase(Phase.OPEN, clock.now()))
        .order_by(Procedure.submission_deadline_at, Procedure.number)
    )


def closed_lately(viewer: Viewer) -> Sequence[Procedure]:
    """Return the tenders the market can read that no longer take offers, newest first, at most ten."""
    return db.session.scalars(
        select(Procedure)
        .where(
            market_sees(viewer),
            or_(
                Procedure.state.in_([ProcedureState.OPENED, ProcedureState.AWARDED, ProcedureState.WITHDRAWN]),
                in_phase(Phase.CLOSED, clock.now()),
            ),
        )
        .order_by(Procedure.submission_deadline_at.desc())
        .limit(10)
        .options(selectinload(Procedure.lead))
    ).all()


def closing_soon(viewer: Viewer, days: int = 30) -> Sequence[Procedure]:
    """Return the open tenders of a staff member's municipality that close within so many days, at most fifty."""
    until = clock.now() + timedelta(days=days)
    return db.session.scalars(
        select(Procedure)
        .where(
            staff_sees(viewer),
            in_phase(Phase.OPEN, clock.now()),
            Procedure.submission_deadline_at <= until,
        )
        .order_by(Procedure.submission_deadline_at)
        .limit(50)
    ).all()


def with_open_questions(viewer: Viewer) -> list[tuple[Procedure, int]]:
    """Return the lead's tenders with questions that wait for an answer, with how many."""
    waiting = (
        select(Question.procedure_id, func.count().label("number"))
        .where(_waits_for_an_answer())
        .group_by(Question.procedure_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Procedure, waiting.c.number)
        .join(waiting, waiting.c.procedure_id == Procedure.id)
        .where(Procedure.lead_id == viewer.organisation_id, in_phase(Phase.OPEN, clock.now()))
        .order_by(Procedure.nota_due_on)
    )
    return [(procedure, number) for procedure, number in rows]


def ready_for_nota(viewer: Viewer) -> Sequence[Procedure]:
    """Return the lead's open tenders in which every question is answered and some are not published."""
    answered = select(Question.procedure_id).where(
        Question.state == QuestionState.ANSWERED,
        Question.confidentiality.in_([Confidentiality.NONE, Confidentiality.ACCEPTED]),
    )
    asked = select(Question.procedure_id).where(_waits_for_an_answer())
    return db.session.scalars(
        select(Procedure).where(
            Procedure.lead_id == viewer.organisation_id,
            in_phase(Phase.OPEN, clock.now()),
            Procedure.id.in_(answered),
            Procedure.id.not_in(asked),
        )
    ).all()


def to_copy(viewer: Viewer) -> Sequence[Procedure]:
    """Return what a buyer may begin a tender with: templates first, then the newest tenders, at most two hundred."""
    return db.session.scalars(
        select(Procedure)
        .where(staff_sees(viewer))
        .order_by(Procedure.is_template.desc(), Procedure.created_at.desc())
        .limit(200)
    ).all()


def in_preparation(viewer: Viewer) -> Sequence[Procedure]:
    """Return the lead's tenders that are being prepared."""
    return db.session.scalars(
        select(Procedure)
        .where(
            Procedure.lead_id == viewer.organisation_id,
            Procedure.state == ProcedureState.PREPARATION,
            Procedure.publication_asked_at.is_(None),
            Procedure.is_template.is_(False),
        )
        .order_by(Procedure.number)
    ).all()


def _gives(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to tenders in which the viewer can be the second person."""
    mine = select(ProcedureMember.procedure_id).where(
        ProcedureMember.membership_id == viewer.membership_id, ProcedureMember.case_role.in_(PUBLISHING_ROLES)
    )
    leads = Procedure.lead_id == viewer.organisation_id if viewer.may(Permission.TENDER_MANAGE) else false()
    return or_(leads, Procedure.id.in_(mine))


def waiting_for_second(viewer: Viewer) -> Sequence[Procedure]:
    """Return the tenders of which another person asked the publication and this one may give it."""
    if viewer.user_id is None or not viewer.may(Permission.TENDER_READ):
        return []
    return db.session.scalars(
        select(Procedure)
        .where(
            Procedure.state == ProcedureState.PREPARATION,
            Procedure.publication_asked_by_id != viewer.user_id,
            _gives(viewer),
        )
        .order_by(Procedure.number)
    ).all()


def waiting_outages(viewer: Viewer) -> Sequence[Procedure]:
    """Return the tenders in which another person asked a longer term after an outage and this one may give it."""
    if viewer.user_id is None or not viewer.may(Permission.TENDER_READ):
        return []
    return db.session.scalars(
        select(Procedure)
        .join(Rectification, Rectification.procedure_id == Procedure.id)
        .where(
            Rectification.kind == ChangeKind.OUTAGE,
            Rectification.state == ChangeState.DRAFT,
            Rectification.made_by_id != viewer.user_id,
            Procedure.state == ProcedureState.PUBLISHED,
            _gives(viewer),
        )
        .order_by(Procedure.number)
    ).all()


def followed_by(viewer: Viewer) -> Sequence[Procedure]:
    """Return the open tenders a person of a provider follows."""
    mine = select(Follower.procedure_id).where(Follower.user_id == viewer.user_id, Follower.ended_at.is_(None))
    return db.session.scalars(
        select(Procedure)
        .where(market_sees(viewer), Procedure.id.in_(mine), in_phase(Phase.OPEN, clock.now()))
        .order_by(Procedure.submission_deadline_at)
    ).all()


def found(viewer: Viewer, words: str) -> Sequence[Procedure]:
    """Return the tenders a viewer may see that fit the words, at most ten."""
    sees = staff_sees(viewer) if viewer.may(Permission.TENDER_READ) else market_sees(viewer)
    like = f"%{words}%"
    return db.session.scalars(
        select(Procedure)
        .where(sees, or_(Procedure.number.ilike(like), Procedure.title.ilike(like)))
        .order_by(Procedure.number.desc())
        .limit(10)
        .options(selectinload(Procedure.kind))
    ).all()


def following_consultation(viewer: Viewer, consultation_id: uuid.UUID) -> Sequence[Procedure]:
    """Return the tenders that follow a consultation, as far as the viewer may see them."""
    sees = market_sees(viewer)
    if viewer.may(Permission.TENDER_READ):
        sees = or_(sees, staff_sees(viewer))
    return db.session.scalars(
        select(Procedure)
        .where(Procedure.consultation_id == consultation_id, sees)
        .order_by(Procedure.number)
        .options(selectinload(Procedure.kind))
    ).all()
