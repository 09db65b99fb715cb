"""Follow a tender, and ask: one question or many, open or confidential."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from portal import audit, clock
from portal.access import Role, Viewer
from portal.db import db, lock
from portal.errors import NotFound, NotYours, Objection, Refused, TransitionRefused, refuse_if
from portal.notifications import members_of, notify
from tenders.consultations.anonymity import traces
from tenders.procedures import queries, rules
from tenders.procedures.models import Follower, Procedure, Question
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.rules.questions import (
    ImportRow,
    objections_to_confidentiality,
    objections_to_traces,
)
from tenders.procedures.states import (
    CONFIDENTIALITY,
    QUESTION,
    Confidentiality,
    ConfidentialityAction,
    QuestionAction,
)


def follow(procedure: Procedure, *, by: Viewer) -> None:
    """Follow a tender: from now on the person gets a mail for each nota and change."""
    if by.user_id is None or by.organisation_id is None:
        raise NotYours("een aangemelde aanbieder")
    lock(procedure)
    follower = queries.follower_of(procedure, by.user_id)
    if follower is None:
        follower = Follower(
            procedure_id=procedure.id, user_id=by.user_id, organisation_id=by.organisation_id, since=clock.now()
        )
        db.session.add(follower)
    elif follower.ended_at is not None:
        follower.since, follower.ended_at = clock.now(), None
    else:
        return
    db.session.flush()
    audit.record("tender:follow:start", follower, by=by)


def unfollow(procedure: Procedure, *, by: Viewer) -> None:
    """Stop following a tender."""
    lock(procedure)
    follower = queries.follower_of(procedure, by.user_id)
    if follower is not None and follower.ended_at is None:
        follower.ended_at = clock.now()
        audit.record("tender:follow:stop", follower, by=by)


def ask_question(
    procedure: Procedure,
    *,
    text: str,
    lot_id: uuid.UUID | None = None,
    document_version_id: uuid.UUID | None = None,
    paragraph: str = "",
    confidential_reason: str = "",
    as_typed: bool = False,
    by: Viewer,
) -> Question:
    """Ask a question as a provider; whether the round is open is decided while the tender is held.

    With a reason the question is asked in confidence: inkoop decides whether that is granted (art. 2.57 Aw). What
    tells who asks (a name, an address) is refused until the asker says that it is meant.

    Raises:
        Refused: the round is closed, the text is too short, too long, holds a BSN-like number or tells who asks,
            or the reason for confidence is too short.
    """
    if by.user_id is None or by.organisation_id is None:
        raise NotYours("een aangemelde aanbieder")
    lock(procedure)
    _refuse_text(procedure, text, confidential_reason, as_typed=as_typed, asker_id=by.organisation_id)
    if lot_id is not None:
        queries.lot_of(procedure, lot_id)
    if document_version_id is not None:
        queries.document_version_of(procedure, document_version_id)
    last = db.session.scalar(select(func.max(Question.number)).where(Question.procedure_id == procedure.id))
    question = Question(
        procedure_id=procedure.id,
        number=(last or 0) + 1,
        asker_id=by.organisation_id,
        asked_by_id=by.user_id,
        asked_at=clock.now(),
        lot_id=lot_id,
        document_version_id=document_version_id,
        paragraph=paragraph.strip(),
        text=text.strip(),
        confidentiality=CONFIDENTIALITY.initial,
        confidential_reason=confidential_reason.strip(),
    )
    if question.confidential_reason:
        question.confidentiality = CONFIDENTIALITY.next(question.confidentiality, ConfidentialityAction.ASK)
    db.session.add(question)
    db.session.flush()
    audit.record("tender:question:ask", question, by=by, number=question.number)
    follow(procedure, by=by)
    return question


def _refuse_text(
    procedure: Procedure, text: str, confidential_reason: str, *, as_typed: bool, asker_id: uuid.UUID
) -> None:
    """Check a question before it is kept; the tender is held, so that the round cannot close meanwhile."""
    is_open = rules.question_round_open(procedure.state, procedure.questions_close_at, clock.now())
    refuse_if(rules.objections_to_question(text=text, round_open=is_open))
    if confidential_reason.strip():
        refuse_if(objections_to_confidentiality(confidential_reason))
    if not as_typed:
        names, numbers = question_queries.identity_of(asker_id)
        refuse_if(objections_to_traces(traces(text, names=names, numbers=numbers)))


def ask_many(
    procedure: Procedure, *, rows: Sequence[ImportRow], as_typed: bool = False, by: Viewer
) -> list[Question]:
    """Ask every question of a workbook, or none of them.

    Raises:
        Refused: one of them cannot be asked; the message names its cell.
    """
    if not rows:
        raise Refused([Objection("Er staat geen vraag in het bestand.")])
    asked = []
    for row in rows:
        try:
            asked.append(
                ask_question(
                    procedure,
                    text=row.text,
                    lot_id=_id_of(row.lot),
                    document_version_id=_id_of(row.document),
                    paragraph=row.paragraph,
                    confidential_reason=row.confidential_reason,
                    as_typed=as_typed,
                    by=by,
                )
            )
        except Refused as refusal:
            where = f"Cel {row.place}: " if row.place else ""
            raise Refused([Objection(where + one.message) for one in refusal.objections]) from None
    return asked


def _id_of(text: str) -> uuid.UUID | None:
    """Read the id of a lot or document that came back from the preview.

    Raises:
        NotFound: it is no id.
    """
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def withdraw_question(question: Question, *, by: Viewer) -> None:
    """Take a question back whose confidentiality was refused; it is not answered and not published.

    Raises:
        TransitionRefused: it was not refused, or it has been answered to everybody already.
    """
    _hold_own(question, by)
    question.state = QUESTION.next(question.state, QuestionAction.WITHDRAW)
    question.answer, question.answered_at, question.answered_by_id = "", None, None
    question.withdrawn_at = clock.now()
    audit.record("tender:question:withdraw", question, by=by, number=question.number)
    _tell_buyers(question, "question_withdrawn")


def accept_publication(question: Question, *, by: Viewer) -> None:
    """Let a question whose confidentiality was refused be answered to everybody, without the asker's name."""
    _hold_own(question, by)
    question.confidentiality = CONFIDENTIALITY.next(question.confidentiality, ConfidentialityAction.ACCEPT)
    audit.record("tender:question:accept", question, by=by, number=question.number)
    _tell_buyers(question, "question_accepted")


def _hold_own(question: Question, by: Viewer) -> None:
    lock(question.procedure)
    lock(question)
    if question.asker_id != by.organisation_id:
        raise NotFound
    if question.confidentiality is not Confidentiality.REFUSED:
        raise TransitionRefused("choose", question.confidentiality)


def _tell_buyers(question: Question, kind: str) -> None:
    procedure = question.procedure
    notify(
        members_of(procedure.lead_id, Role.BUYER), kind, about=question,
        path=f"/aanbestedingen/{procedure.number}/vragen/{question.number}",
        procedure=procedure, question=question,
    )  # fmt: skip
