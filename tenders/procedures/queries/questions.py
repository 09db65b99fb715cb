"""Questions of a tender: who may help, what resembles what, who got which nota."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import joinedload

from portal.access import Permission, Viewer
from portal.accounts.models import Membership, Organisation, User
from portal.db import db
from portal.errors import NotFound
from portal.notifications.models import OutboxMessage
from tenders.consultations.models import Finding
from tenders.procedures.models import (
    AwardCriterion,
    FindingUse,
    Follower,
    Lot,
    Nota,
    NotaAnswer,
    NotaOpening,
    Procedure,
    Question,
    Requirement,
    TenderDocumentVersion,
)
from tenders.procedures.queries.access import is_member, may_change, staff_sees
from tenders.procedures.queries.parts import candidates_for_team
from tenders.procedures.rules.questions import may_stand_in_nota
from tenders.procedures.rules.similarity import most_similar
from tenders.procedures.states import Confidentiality, QuestionState

OPEN_STATES = (QuestionState.ASKED, QuestionState.DRAFTED, QuestionState.ANSWERED)
NO_LONGER_ASKED = (QuestionState.WITHDRAWN,)
FOR_ALL_STAFF = (Confidentiality.NONE, Confidentiality.ACCEPTED)


def identity_of(organisation_id: uuid.UUID) -> tuple[list[str], list[str]]:
    """Return what tells which organisation wrote a text: its names and its registration numbers."""
    organisation = db.session.get_one(Organisation, organisation_id)
    return [organisation.name], [one for one in (organisation.kvk, organisation.oin) if one]


def may_draft(viewer: Viewer, question: Question) -> bool:
    """Say whether the viewer may write a draft answer: buys for the lead, is in the team, or was asked.

    A question in confidence is for the buyers of the lead and for who was asked; the team assesses offers later.
    """
    if may_change(viewer, question.procedure):
        return True
    if viewer.membership_id is not None and question.assignee_id == viewer.membership_id:
        return True
    return question.confidentiality in FOR_ALL_STAFF and is_member(viewer, question.procedure)


def colleagues(procedure: Procedure) -> Sequence[Row[Membership, User, Organisation]]:
    """Return who can be asked for a draft answer: staff of the lead and the participating municipalities."""
    return candidates_for_team(procedure)


def colleague_of(procedure: Procedure, membership_id: uuid.UUID) -> Row[Membership, User, Organisation] | None:
    """Return the colleague with this membership, or nothing when he is none."""
    return next((row for row in colleagues(procedure) if row[0].id == membership_id), None)


def _read_by(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to what the viewer may read: everything as inkoop of the lead, otherwise not what is in confidence."""
    lead = select(Procedure.id).where(Procedure.lead_id == viewer.organisation_id)
    seen = or_(Question.confidentiality.in_(FOR_ALL_STAFF), Question.assignee_id == viewer.membership_id)
    return or_(seen, Question.procedure_id.in_(lead)) if viewer.may(Permission.QUESTION_ANSWER) else seen


def filtered(
    procedure: Procedure,
    viewer: Viewer,
    *,
    state: QuestionState | None = None,
    lot_id: uuid.UUID | None = None,
    document_version_id: uuid.UUID | None = None,
    assignee_id: uuid.UUID | None = None,
    confidential: bool = False,
) -> Select[Question]:
    """Return the questions of a tender the viewer may read as a statement: those that wait on top, then by number."""
    statement = select(Question).where(Question.procedure_id == procedure.id, _read_by(viewer))
    if state is not None:
        statement = statement.where(Question.state == state)
    if lot_id is not None:
        statement = statement.where(Question.lot_id == lot_id)
    if document_version_id is not None:
        statement = statement.where(Question.document_version_id == document_version_id)
    if assignee_id is not None:
        statement = statement.where(Question.assignee_id == assignee_id)
    if confidential:
        statement = statement.where(Question.confidentiality != Confidentiality.NONE)
    return statement.order_by(Question.state.not_in(OPEN_STATES), Question.number).options(
        joinedload(Question.lot),
        joinedload(Question.document_version).joinedload(TenderDocumentVersion.tender_document),
        joinedload(Question.assignee),
    )


def ready_for_nota(procedure: Procedure) -> list[Question]:
    """Return the questions that can stand in the next nota, by number."""
    found = db.session.scalars(
        select(Question)
        .where(Question.procedure_id == procedure.id, Question.state == QuestionState.ANSWERED)
        .order_by(Question.number)
        .options(
            joinedload(Question.lot),
            joinedload(Question.document_version).joinedload(TenderDocumentVersion.tender_document),
        )
    )
    return [one for one in found if may_stand_in_nota(one.state, one.confidentiality)]


@dataclass(frozen=True)
class Resembling:
    """An earlier question that asks the same, with its answer when it was published."""

    tender: str
    title: str
    number: int
    text: str
    answer: str
    overlap: float
    here: bool


def resembling(question: Question, viewer: Viewer) -> list[Resembling]:
    """Return the questions that ask the same: in this tender, and published ones in tenders the viewer sees.

    At most five, the closest first; of other tenders the newest thousand published answers are looked at.
    """
    own = db.session.scalars(
        select(Question).where(
            Question.procedure_id == question.procedure_id,
            Question.id != question.id,
            Question.state.not_in(NO_LONGER_ASKED),
            Question.confidentiality.in_(FOR_ALL_STAFF),
        )
    ).all()
    procedure = question.procedure
    found = [
        (Resembling(procedure.number, procedure.title, one.number, one.text, one.answer, 0.0, True), one.text)
        for one in own
    ]
    rows = db.session.execute(
        select(NotaAnswer, Question.number, Procedure.number, Procedure.title)
        .join(Question, Question.id == NotaAnswer.question_id)
        .join(Procedure, Procedure.id == Question.procedure_id)
        .where(Procedure.id != question.procedure_id, staff_sees(viewer))
        .order_by(Question.asked_at.desc())
        .limit(1000)
    ).all()
    found += [
        (Resembling(tender, title, number, one.question_text, one.answer_text, 0.0, False), one.question_text)
        for one, number, tender, title in rows
    ]
    return [
        Resembling(one.tender, one.title, one.number, one.text, one.answer, overlap, one.here)
        for one, overlap in most_similar(question.text, found)
    ]


def answered_alike(procedure: Procedure, text: str) -> list[NotaAnswer]:
    """Return the published answers of this tender to questions that ask the same, at most three."""
    answers = db.session.scalars(
        select(NotaAnswer).join(Nota, Nota.id == NotaAnswer.nota_id).where(Nota.procedure_id == procedure.id)
    ).all()
    return [one for one, _ in most_similar(text, [(one, one.question_text) for one in answers], at_most=3)]


def own_question(procedure: Procedure, viewer: Viewer, number: int) -> Question:
    """Return a question of the viewer's own organisation.

    Raises:
        NotFound: there is none, or another organisation asked it.
    """
    found = db.session.scalars(
        select(Question).where(
            Question.procedure_id == procedure.id,
            Question.number == number,
            Question.asker_id == viewer.organisation_id,
        )
    ).one_or_none()
    if found is None or viewer.organisation_id is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Delivery:
    """What happened to one nota for one follower: mailed, sent, opened."""

    nota: int
    mailed_at: datetime | None = None
    sent_at: datetime | None = None
    failed: bool = False
    opened_at: datetime | None = None


@dataclass(frozen=True)
class FollowerRow:
    """A follower with what he got of each nota."""

    user: str
    organisation: str
    since: datetime
    ended_at: datetime | None
    deliveries: list[Delivery]


def delivery_log(procedure: Procedure) -> list[FollowerRow]:
    """Return per follower what was sent, delivered and opened of every nota (practice S2), in four statements."""
    people = db.session.execute(
        select(Follower, User.name, Organisation.name)
        .join(User, User.id == Follower.user_id)
        .join(Organisation, Organisation.id == Follower.organisation_id)
        .where(Follower.procedure_id == procedure.id)
        .order_by(Organisation.name, User.name)
    ).all()
    notas = {
        one.id: one.number
        for one in db.session.scalars(select(Nota).where(Nota.procedure_id == procedure.id).order_by(Nota.number))
    }
    mails = {
        (one.about_id, one.recipient_id): one
        for one in db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.about_kind == "nota", OutboxMessage.about_id.in_(notas))
        )
    }
    opened = {
        (one.nota_id, one.user_id): one.opened_at
        for one in db.session.scalars(select(NotaOpening).where(NotaOpening.nota_id.in_(notas)))
    }
    return [
        FollowerRow(
            name,
            organisation,
            follower.since,
            follower.ended_at,
            [
                _delivery(number, mails.get((nota, follower.user_id)), opened.get((nota, follower.user_id)))
                for nota, number in notas.items()
            ],
        )
        for follower, name, organisation in people
    ]


def _delivery(nota: int, mail: OutboxMessage | None, opened_at: datetime | None) -> Delivery:
    if mail is None:
        return Delivery(nota, opened_at=opened_at)
    return Delivery(nota, mail.created_at, mail.sent_at, mail.state.value == "failed", opened_at)


def found(viewer: Viewer, words: str) -> Sequence[Question]:
    """Return the questions whose text fits the words: staff in their tenders, a provider among its own; at most five."""
    statement = select(Question).join(Procedure, Procedure.id == Question.procedure_id)
    if viewer.may(Permission.TENDER_READ):
        statement = statement.where(staff_sees(viewer), _read_by(viewer))
    elif viewer.organisation_id is not None:
        statement = statement.where(Question.asker_id == viewer.organisation_id)
    else:
        return []
    return db.session.scalars(
        statement.where(Question.text.ilike(f"%{words}%"))
        .order_by(Question.asked_at.desc())
        .limit(5)
        .options(joinedload(Question.procedure))
    ).all()


def linkable(procedure: Procedure) -> dict[uuid.UUID, tuple[str, uuid.UUID]]:
    """Return what in a tender can rest on a finding: id → the column of FindingUse and the id."""
    requirements = select(Requirement.id).where(Requirement.procedure_id == procedure.id)
    criteria = select(AwardCriterion.id).join(Lot, Lot.id == AwardCriterion.lot_id)
    asked = select(Question.id).where(Question.procedure_id == procedure.id)
    return {
        **{one: ("requirement_id", one) for one in db.session.scalars(requirements)},
        **{
            one: ("criterion_id", one)
            for one in db.session.scalars(criteria.where(Lot.procedure_id == procedure.id))
        },
        **{one: ("question_id", one) for one in db.session.scalars(asked)},
    }


def uses_in(procedure: Procedure) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return per finding what rests on it in this tender, as ids."""
    known = set(linkable(procedure))
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    uses = db.session.scalars(
        select(FindingUse)
        .join(Finding, Finding.id == FindingUse.finding_id)
        .where(Finding.consultation_id == procedure.consultation_id)
    )
    for use in uses:
        target = use.requirement_id or use.criterion_id or use.question_id
        if target in known:
            found.setdefault(use.finding_id, []).append(target)
    return found


def questions_on_finding(finding_id: uuid.UUID) -> Sequence[Row[Question, Procedure]]:
    """Return the questions whose answer rests on a finding, with their tender."""
    return db.session.execute(
        select(Question, Procedure)
        .join(FindingUse, FindingUse.question_id == Question.id)
        .join(Procedure, Procedure.id == Question.procedure_id)
        .where(FindingUse.finding_id == finding_id)
        .order_by(Procedure.number, Question.number)
    ).all()


def place_in_nota(question: Question) -> tuple[int, int]:
    """Return number of the nota and position in it of a published question."""
    row = db.session.execute(
        select(Nota.number, NotaAnswer.position)
        .join(NotaAnswer, NotaAnswer.nota_id == Nota.id)
        .where(NotaAnswer.question_id == question.id)
    ).one()
    return row[0], row[1]
