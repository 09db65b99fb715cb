"""Follow a tender, ask, answer, and publish the nota van inlichtingen to everyone at once."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.dutch import long_date
from portal.errors import NotYours, Objection, Refused, refuse_if
from portal.notifications import notify
from portal.pdf import pdf
from tenders.procedures import queries, rules
from tenders.procedures.models import Follower, Nota, NotaAnswer, Procedure, Question
from tenders.procedures.states import QUESTION, QuestionAction, QuestionState


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
    by: Viewer,
) -> Question:
    """Ask a question as a provider; whether the round is open is decided while the tender is held.

    Raises:
        Refused: the round is closed, or the text is too short, too long or holds a BSN-like number.
    """
    if by.user_id is None or by.organisation_id is None:
        raise NotYours("een aangemelde aanbieder")
    lock(procedure)
    is_open = rules.question_round_open(procedure.state, procedure.questions_close_at, clock.now())
    refuse_if(rules.objections_to_question(text=text, round_open=is_open))
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
    )
    db.session.add(question)
    db.session.flush()
    audit.record("tender:question:ask", question, by=by, number=question.number)
    follow(procedure, by=by)
    return question


def answer_question(question: Question, *, answer: str, by: Viewer) -> None:
    """Write the answer that will stand in the next nota; it can be changed until then.

    Raises:
        TransitionRefused: the answer has been published.
        Refused: the answer is empty.
    """
    lock(question.procedure)
    lock(question)
    queries.refuse_unless_lead(by, question.procedure)
    state = QUESTION.next(question.state, QuestionAction.ANSWER)
    if len(answer.strip()) < 3:
        raise Refused([Objection("Vul het antwoord in.", "answer")])
    question.state, question.answer = state, answer.strip()
    question.answered_at, question.answered_by_id = clock.now(), by.user_id
    audit.record("tender:question:answer", question, by=by, number=question.number)


def publish_nota(procedure: Procedure, *, numbers: Sequence[int], by: Viewer) -> Nota:
    """Publish a nota with the chosen answered questions: stored as PDF, mailed to every follower.

    Questions stand in it without the name of who asked; what is published never changes.

    Raises:
        Refused: no answered question was chosen, or the tender no longer takes offers.
    """
    lock(procedure)
    queries.refuse_unless_lead(by, procedure)
    if by.user_id is None:
        raise NotYours("inkoop")
    if not queries.open_for_offers(procedure, clock.now()):
        raise Refused([Objection("De aanbesteding is gesloten. U kunt geen nota meer publiceren.")])
    ready = queries.questions_of(procedure, state=QuestionState.ANSWERED)
    chosen = [question for question in ready if question.number in set(numbers)]
    if not chosen:
        raise Refused([Objection("Kies ten minste één vraag met een antwoord.", "numbers")])
    number = 1 + len(queries.notas_of(procedure))
    for question in chosen:
        lock(question)
        question.state = QUESTION.next(question.state, QuestionAction.PUBLISH)
    document = store(
        nota_pdf(procedure, number, chosen),
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
    )
    db.session.add(nota)
    db.session.flush()
    _freeze_answers(nota, chosen)
    audit.record("tender:nota:publish", procedure, by=by, number=number, answers=len(chosen))
    notify(
        queries.followers_of(procedure), "nota_published",
        about=nota, path=f"/opdrachten/{procedure.number}", procedure=procedure, nota=nota,
    )  # fmt: skip
    return nota


def _freeze_answers(nota: Nota, questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions, start=1):
        db.session.add(
            NotaAnswer(
                nota_id=nota.id,
                question_id=question.id,
                position=position,
                subject=subject_of(question)[:200],
                question_text=question.text,
                answer_text=question.answer,
            )
        )
    db.session.flush()
    db.session.expire(nota, ["answers"])


def subject_of(question: Question) -> str:
    """Say what a question is about: lot, document and paragraph, as far as it says so."""
    parts = [f"Perceel {question.lot.number}"] if question.lot else []
    if question.document_version:
        version = question.document_version
        parts.append(f"{version.tender_document.title} (versie {version.number})")
    if question.paragraph:
        parts.append(question.paragraph)
    return ", ".join(parts) or "Algemeen"


def nota_pdf(procedure: Procedure, number: int, questions: Sequence[Question]) -> bytes:
    """Return the PDF/UA of a nota; what people typed travels as data and stays text."""
    return pdf(
        "nota",
        {
            "title": f"Nota van inlichtingen {number}",
            "from": f"Gemeente {procedure.lead.name}",
            "reference": f"{procedure.number} · {procedure.title}",
            "published": long_date(clock.today()),
            "deadline": long_date(procedure.submission_deadline_at),
            "items": [
                {
                    "number": str(question.number),
                    "subject": subject_of(question),
                    "question": question.text,
                    "answer": question.answer,
                }
                for question in questions
            ],
        },
    )
