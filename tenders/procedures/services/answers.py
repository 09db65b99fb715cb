"""Answer a question together: assigned to a colleague, drafted, read by a second person, kept confidential or not."""

import uuid
from collections.abc import Sequence

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import NotYours, Objection, Refused, TransitionRefused, refuse_if
from portal.notifications import notify
from tenders.consultations.anonymity import traces
from tenders.procedures import queries
from tenders.procedures.models import Question
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.rules.questions import objections_to_decision
from tenders.procedures.services.findings import link_findings
from tenders.procedures.states import (
    CONFIDENTIALITY,
    QUESTION,
    Confidentiality,
    ConfidentialityAction,
    QuestionAction,
    QuestionState,
)


def _hold(question: Question) -> None:
    lock(question.procedure)
    lock(question)


def assign_question(question: Question, *, membership_id: uuid.UUID | None, by: Viewer) -> None:
    """Ask a colleague of the lead or a participating municipality for a draft answer, or take that back.

    Raises:
        Refused: the person is no colleague, or the question has been answered to everybody.
    """
    _hold(question)
    queries.refuse_unless_lead(by, question.procedure)
    if question.state in (QuestionState.PUBLISHED, QuestionState.REPLIED, QuestionState.WITHDRAWN):
        raise TransitionRefused("assign", question.state)
    colleague = question_queries.colleague_of(question.procedure, membership_id) if membership_id else None
    if membership_id is not None and colleague is None:
        raise Refused([Objection("Kies een collega uit de lijst.", "membership_id")])
    question.assignee_id = colleague[0].id if colleague else None
    question.assigned_at = clock.now() if colleague else None
    whom = f"een collega van {colleague[2].name}" if colleague else "niemand"
    audit.record("tender:question:assign", question, by=by, number=question.number, to=whom)
    if colleague and colleague[1].id != by.user_id:
        notify(
            [colleague[1]], "question_assigned", about=question,
            path=f"/aanbestedingen/{question.procedure.number}/vragen/{question.number}",
            procedure=question.procedure, question=question,
        )  # fmt: skip


def draft_answer(question: Question, *, draft: str, by: Viewer) -> None:
    """Keep a draft of the answer; inkoop makes it the answer.

    Raises:
        NotYours: the viewer neither buys for the lead, nor is in the team, nor was asked.
        TransitionRefused: the answer has been given.
        Refused: the draft is empty, or inkoop made an answer already and a colleague would write over it.
    """
    _hold(question)
    _refuse_unless_helping(question, by)
    state = QUESTION.next(question.state, QuestionAction.DRAFT)
    if question.state is QuestionState.ANSWERED and not queries.may_change(by, question.procedure):
        raise Refused([Objection("Inkoop heeft het antwoord al klaargezet. U kunt het nalezen.", "answer")])
    if len(draft.strip()) < 3:
        raise Refused([Objection("Vul het conceptantwoord in.", "answer")])
    question.state, question.draft = state, draft.strip()
    question.drafted_at, question.drafted_by_id = clock.now(), by.user_id
    question.answer, question.answered_at, question.answered_by_id = "", None, None
    question.checked_at, question.checked_by_id = None, None
    audit.record("tender:question:draft", question, by=by, number=question.number)


def _refuse_unless_helping(question: Question, by: Viewer) -> None:
    if not question_queries.may_draft(by, question):
        raise NotYours(f"inkoop van {question.procedure.lead.name}, het team of wie om een antwoord is gevraagd")


def answer_question(
    question: Question, *, answer: str, findings: Sequence[uuid.UUID] | None = None, by: Viewer
) -> None:
    """Write the answer that will stand in the next nota; it can be changed until then.

    The draft of somebody else that is taken over as it stands has been read by two people. Findings of the
    consultation the answer rests on are linked when they are given.

    Raises:
        TransitionRefused: the answer has been published.
        Refused: the answer is empty, or tells who asked.
    """
    _hold(question)
    queries.refuse_unless_lead(by, question.procedure)
    state = QUESTION.next(question.state, QuestionAction.ANSWER)
    text = answer.strip()
    if len(text) < 3:
        raise Refused([Objection("Vul het antwoord in.", "answer")])
    names, _ = question_queries.identity_of(question.asker_id)
    _refuse_name(text, names)
    taken_over = question.drafted_by_id not in (None, by.user_id) and question.draft == text
    question.state, question.answer = state, text
    question.answered_at, question.answered_by_id = clock.now(), by.user_id
    question.checked_at = clock.now() if taken_over else None
    question.checked_by_id = question.drafted_by_id if taken_over else None
    if findings is not None:
        link_findings(question.procedure, question, findings)
    audit.record("tender:question:answer", question, by=by, number=question.number)


def _refuse_name(text: str, names: Sequence[str]) -> None:
    found = [trace.words for trace in traces(text, names=names) if trace.why == "de naam van een aanbieder"]
    if found:
        raise Refused([Objection(f"In het antwoord staat ‘{found[0]}’, de naam van de vrager. Haal die weg.", "answer")])


def check_answer(question: Question, *, by: Viewer) -> None:
    """Say as a second person that an answer is right.

    Raises:
        Refused: the viewer wrote the answer himself, or there is no answer yet.
    """
    _hold(question)
    _refuse_unless_helping(question, by)
    if question.state is not QuestionState.ANSWERED:
        raise TransitionRefused("check", question.state)
    if question.answered_by_id == by.user_id:
        raise Refused([Objection("U schreef dit antwoord zelf. Een collega leest het na.")])
    question.checked_at, question.checked_by_id = clock.now(), by.user_id
    audit.record("tender:question:check", question, by=by, number=question.number)


def decide_confidentiality(question: Question, *, grant: bool, decision: str, by: Viewer) -> None:
    """Decide whether a question and its answer stay between the asker and inkoop; the asker is told with the reason.

    When it is refused, the asker takes the question back or lets it be published. Source: artikel 2.57 Aw protects
    what a bidder shares in confidence; answers that matter to others belong to everybody (art. 2.54).

    Raises:
        TransitionRefused: nobody asked for it, or it has been decided.
        Refused: there is no reason.
    """
    _hold(question)
    queries.refuse_unless_lead(by, question.procedure)
    action = ConfidentialityAction.GRANT if grant else ConfidentialityAction.REFUSE
    state = CONFIDENTIALITY.next(question.confidentiality, action)
    refuse_if(objections_to_decision(decision))
    question.confidentiality, question.decision = state, decision.strip()
    question.decided_at, question.decided_by_id = clock.now(), by.user_id
    audit.record(
        "tender:question:decide", question, by=by, number=question.number, outcome="toe" if grant else "af"
    )
    _tell_asker(question, "question_decided")


def reply_in_confidence(question: Question, *, by: Viewer) -> None:
    """Give the answer to a confidential question to its asker only; it never stands in a nota.

    Raises:
        TransitionRefused: there is no answer yet, or it was given already.
        Refused: confidentiality was not granted.
    """
    _hold(question)
    queries.refuse_unless_lead(by, question.procedure)
    if question.confidentiality is not Confidentiality.GRANTED:
        raise Refused([Objection("Deze vraag is niet vertrouwelijk. Het antwoord komt in de nota.")])
    question.state = QUESTION.next(question.state, QuestionAction.REPLY)
    audit.record("tender:question:reply", question, by=by, number=question.number)
    _tell_asker(question, "question_replied")


def _tell_asker(question: Question, kind: str) -> None:
    procedure = question.procedure
    db.session.flush()
    notify(
        [question.asked_by_id], kind, about=question,
        path=f"/opdrachten/{procedure.number}/vragen/{question.number}",
        procedure=procedure, question=question,
    )  # fmt: skip
