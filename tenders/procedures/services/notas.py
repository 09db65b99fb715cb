"""Publish a nota van inlichtingen to everyone at once, and keep who got it and who opened it."""

from collections.abc import Sequence
from datetime import datetime

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.dutch import long_date
from portal.errors import NotYours, Objection, Refused, refuse_if
from portal.notifications import notify
from portal.pdf import pdf
from tenders.consultations.anonymity import anonymised
from tenders.procedures import queries
from tenders.procedures.models import Nota, NotaAnswer, NotaOpening, Procedure, Question
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.rules.questions import (
    is_late,
    may_stand_in_nota,
    objections_to_late_nota,
    objections_to_unchecked,
)
from tenders.procedures.services.changes import extend_deadline
from tenders.procedures.states import QUESTION, QuestionAction


def publish_nota(
    procedure: Procedure,
    *,
    numbers: Sequence[int],
    new_closing: datetime | None = None,
    keep_closing: bool = False,
    no_extension_reason: str = "",
    unchecked_reason: str = "",
    by: Viewer,
) -> Nota:
    """Publish a nota with the chosen answered questions: stored as PDF, mailed to every follower.

    Questions stand in it without what tells who asked; confidential ones never do; what is published never changes.
    When it comes later than the rules allow, a later closing goes with it, or the reason to keep it.

    Raises:
        Refused: no answered question was chosen, the tender no longer takes offers, only the publisher has read an
            answer and gives no reason, or the nota is late and the closing was not decided on.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    if by.user_id is None:
        raise NotYours("inkoop")
    closing = procedure.submission_deadline_at
    if closing is None or not queries.open_for_offers(procedure, clock.now()):
        raise Refused([Objection("De aanbesteding is gesloten. U kunt geen nota meer publiceren.")])
    chosen = _chosen(procedure, numbers)
    refuse_if(objections_to_unchecked(_unchecked(chosen, by), unchecked_reason))
    late = _refuse_too_late(procedure, closing, new_closing, keep=keep_closing, reason=no_extension_reason)
    number = 1 + len(queries.notas_of(procedure))
    if late and not keep_closing:
        reason = f"De antwoorden staan in nota van inlichtingen {number}."
        extend_deadline(procedure, deadline=new_closing, reason=reason, by=by)
    nota = _store(procedure, number, chosen, by)
    nota.unchecked_reason = unchecked_reason.strip() if _unchecked(chosen, by) else ""
    nota.no_extension_reason = no_extension_reason.strip() if late and keep_closing else ""
    if late and not keep_closing:
        nota.closing_before, nota.closing_after = closing, procedure.submission_deadline_at
    db.session.flush()
    audit.record("tender:nota:publish", procedure, by=by, number=number, answers=len(chosen))
    notify(
        queries.followers_of(procedure), "nota_published", about=nota,
        path=f"/opdrachten/{procedure.number}/nota/{number}/lezen", procedure=procedure, nota=nota,
    )  # fmt: skip
    return nota


def _refuse_too_late(
    procedure: Procedure, closing: datetime, new_closing: datetime | None, *, keep: bool, reason: str
) -> bool:
    """Say whether a nota of today is late; refuse it when nothing was decided about the closing."""
    days, today = queries.rule_values(procedure.kind_code, clock.today())("nota_days") or 0, clock.today()
    refuse_if(
        objections_to_late_nota(
            on=today, closing=closing, days=days, new_closing=new_closing, keep=keep, reason=reason
        )
    )
    return is_late(today, closing, days)


def _chosen(procedure: Procedure, numbers: Sequence[int]) -> list[Question]:
    chosen = [
        question
        for question in queries.questions_of(procedure)
        if question.number in set(numbers) and may_stand_in_nota(question.state, question.confidentiality)
    ]
    if not chosen:
        raise Refused([Objection("Kies ten minste één vraag met een antwoord.", "numbers")])
    for question in chosen:
        lock(question)
    return chosen


def _unchecked(questions: Sequence[Question], by: Viewer) -> list[int]:
    """Return the numbers of the answers that nobody but the publisher has read."""
    return [one.number for one in questions if one.checked_at is None and one.answered_by_id == by.user_id]


def _store(procedure: Procedure, number: int, questions: Sequence[Question], by: Viewer) -> Nota:
    if by.user_id is None:
        raise NotYours("inkoop")
    answers = [_frozen(question, position) for position, question in enumerate(questions, start=1)]
    for question in questions:
        question.state = QUESTION.next(question.state, QuestionAction.PUBLISH)
    document = store(
        nota_pdf(procedure, number, [(one.number, answer) for one, answer in zip(questions, answers, strict=True)]),
        name=f"{procedure.number} nota van inlichtingen {number}.pdf",
        kind="nota",
        by=by,
    )
    nota = Nota(
        procedure_id=procedure.id,
        number=number,
        published_at=clock.now(),
        published_by_id=by.user_id,
        document_id=document.id,
        answers=answers,
    )
    db.session.add(nota)
    return nota


def _frozen(question: Question, position: int) -> NotaAnswer:
    """Copy question and answer as they will stand for good, without what tells who asked."""
    names, numbers = question_queries.identity_of(question.asker_id)
    return NotaAnswer(
        question_id=question.id,
        position=position,
        subject=subject_of(question)[:200],
        question_text=anonymised(question.text, names=names, numbers=numbers),
        answer_text=question.answer,
    )


def subject_of(question: Question) -> str:
    """Say what a question is about: lot, document and paragraph, as far as it says so."""
    parts = [f"Perceel {question.lot.number}"] if question.lot else []
    if question.document_version:
        version = question.document_version
        parts.append(f"{version.tender_document.title} (versie {version.number})")
    if question.paragraph:
        parts.append(question.paragraph)
    return ", ".join(parts) or "Algemeen"


def nota_pdf(procedure: Procedure, number: int, answers: Sequence[tuple[int, NotaAnswer]]) -> bytes:
    """Return the PDF/UA of a nota; what people typed travels as data and stays text."""
    return pdf(
        "nota",
        {
            "title": f"Nota van inlichtingen {number}",
            "from": f"Gemeente {procedure.lead.name}",
            "reference": f"{procedure.number} · {procedure.title}",
            "published": long_date(clock.today()),
            "deadline": f"{long_date(procedure.submission_deadline_at)}, "
            f"{clock.local(procedure.submission_deadline_at or clock.now()):%H:%M} uur",
            "items": [
                {
                    "number": str(number_of_question),
                    "subject": one.subject,
                    "question": one.question_text,
                    "answer": one.answer_text,
                }
                for number_of_question, one in answers
            ],
        },
    )


def record_opening(nota: Nota, *, by: Viewer) -> None:
    """Note the first time a follower opened a nota; later times change nothing (practice S2)."""
    if by.user_id is None or queries.follower_of(nota.procedure, by.user_id) is None:
        return
    if db.session.get(NotaOpening, (nota.id, by.user_id)) is None:
        db.session.add(NotaOpening(nota_id=nota.id, user_id=by.user_id, opened_at=clock.now()))
        db.session.flush()
