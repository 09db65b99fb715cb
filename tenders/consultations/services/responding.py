"""A provider answers: kept as a draft, submitted, taken back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store_upload
from portal.documents.models import Document
from portal.errors import NotYours, Objection, Refused, TransitionRefused, refuse_if
from portal.notifications import notify
from tenders.consultations import queries, rules
from tenders.consultations.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationQuestion,
    ConsultationResponse,
)
from tenders.consultations.states import (
    RESPONSE,
    AnswerKind,
    ConsultationState,
    ResponseAction,
    ResponseState,
)

FILE_KINDS = ("pdf", "docx", "xlsx")
MAX_FILE_MB = 20


@dataclass(frozen=True)
class AnswerInput:
    """What a provider filled in for one question; what does not fit the kind of the question is left out."""

    text: str = ""
    option_id: uuid.UUID | None = None
    number: Decimal | None = None
    yes: bool | None = None
    file: tuple[str, bytes] | None = None
    drop_file: bool = False
    may_share: bool = False


def save_response(
    consultation: Consultation, *, answers: Mapping[uuid.UUID, AnswerInput], by: Viewer
) -> ConsultationResponse:
    """Keep the answers of a provider as a draft; nobody else sees them yet.

    Raises:
        Refused: the consultation has closed, the response was submitted already, or a file cannot be accepted.
    """
    if by.organisation_id is None:
        raise NotYours("een aanbieder")
    lock(consultation)
    _refuse_when_closed(consultation)
    response = queries.response_of(consultation, by.organisation_id)
    if response is None:
        response = ConsultationResponse(
            consultation_id=consultation.id, organisation_id=by.organisation_id, saved_at=clock.now()
        )
        db.session.add(response)
        db.session.flush()
    else:
        lock(response)
    if response.state is not ResponseState.DRAFT:
        raise Refused([Objection("U hebt al gereageerd. Kies eerst ‘Reactie wijzigen’.")])
    response.saved_at = clock.now()
    stored = {answer.question_id: answer for answer in response.answers}
    for question in consultation.questions:
        answer = stored.get(question.id) or ConsultationAnswer(response_id=response.id, question_id=question.id)
        _fill(answer, question, answers.get(question.id, AnswerInput()), by)
        db.session.add(answer)
    db.session.flush()
    db.session.expire(response, ["answers"])
    audit.record("tender:response:save", response, by=by)
    return response


def _fill(answer: ConsultationAnswer, question: ConsultationQuestion, given: AnswerInput, by: Viewer) -> None:
    kind = question.kind
    answer.text, answer.may_share = given.text.strip(), given.may_share
    options = {one.id for one in question.options}
    answer.option_id = given.option_id if kind is AnswerKind.CHOICE and given.option_id in options else None
    answer.number = given.number if kind is AnswerKind.NUMBER else None
    answer.yes = given.yes if kind is AnswerKind.YES_NO else None
    if kind is not AnswerKind.FILE or (given.file is None and not given.drop_file):
        return
    answer.document_id = _stored(given.file, by).id if given.file else None


def _stored(file: tuple[str, bytes], by: Viewer) -> Document:
    return store_upload(
        file[1], name=file[0], kind="consultation_answer", by=by, kinds=FILE_KINDS, max_mb=MAX_FILE_MB
    )


def submit_response(
    consultation: Consultation, *, answers: Mapping[uuid.UUID, AnswerInput], by: Viewer
) -> ConsultationResponse:
    """Save and submit a response; the buyers of the lead municipality can read it from then on.

    Raises:
        Refused: no answer was given, or the consultation has closed (decided while its row is held).
    """
    response, objections = hand_in(consultation, answers=answers, by=by)
    refuse_if(objections)
    return response


def hand_in(
    consultation: Consultation, *, answers: Mapping[uuid.UUID, AnswerInput], by: Viewer
) -> tuple[ConsultationResponse, list[Objection]]:
    """Save a response and submit it when nothing stands in the way; otherwise it is kept as a draft.

    Out: the response and what stood in the way, so that what was filled in is never lost to a refusal.
    """
    response = save_response(consultation, answers=answers, by=by)
    objections = rules.objections_to_submission([queries.given_in(answer) for answer in response.answers])
    if objections:
        return response, objections
    response.state = RESPONSE.next(response.state, ResponseAction.SUBMIT)
    response.submitted_at, response.submitted_by_id = clock.now(), by.user_id
    audit.record("tender:response:submit", response, by=by)
    notify(
        [response.organisation], "consultation_submitted",
        about=consultation, path=f"/marktconsultaties/{consultation.number}/reactie",
        consultation=consultation, response=response,
    )  # fmt: skip
    return response, []


def reopen_response(consultation: Consultation, *, by: Viewer) -> None:
    """Take a submitted response back to change it, as long as the consultation is open.

    Raises:
        Refused: the consultation has closed.
        TransitionRefused: nothing was submitted.
    """
    lock(consultation)
    _refuse_when_closed(consultation)
    response = queries.response_of(consultation, by.organisation_id)
    if response is None:
        raise TransitionRefused("reopen", "none")
    lock(response)
    response.state = RESPONSE.next(response.state, ResponseAction.REOPEN)
    response.submitted_at, response.submitted_by_id = None, None
    audit.record("tender:response:reopen", response, by=by)


def _refuse_when_closed(consultation: Consultation) -> None:
    is_open = consultation.state is ConsultationState.OPEN and consultation.closes_at is not None
    if not is_open or not rules.accepts(clock.now(), consultation.closes_at or clock.now()):
        raise Refused([Objection("De marktconsultatie is gesloten. U kunt niet meer reageren.")])
