"""What providers answered: of one provider, and side by side."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.db import db
from portal.documents.models import Document
from portal.errors import NotFound
from tenders.consultations.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationQuestion,
    ConsultationResponse,
    Finding,
    FindingAnswer,
)
from tenders.consultations.rules import Given, summary
from tenders.consultations.states import ResponseState


@dataclass(frozen=True)
class AnswerRow:
    """One answer beside the others: who gave it, what it says, and whether it must stay inside."""

    answer_id: uuid.UUID
    organisation: str
    confidential: bool
    given: Given
    main: str
    document: Document | None

    @property
    def text(self) -> str:
        """The open answer, or the explanation of another kind of answer."""
        return self.given.text

    @property
    def short(self) -> str:
        """The whole answer on one line."""
        file = self.document.name if self.document else ""
        return ". ".join(part for part in (self.main, self.text, file) if part)


@dataclass(frozen=True)
class QuestionRow:
    """A question with every submitted answer to it, and what can be counted of them."""

    question: ConsultationQuestion
    answers: list[AnswerRow]

    @property
    def figures(self) -> list[tuple[str, str]]:
        """Counts or numbers of the answers, as label and figure."""
        options = [one.text for one in self.question.options]
        return summary(self.question.kind, [one.given for one in self.answers], options, self.question.unit)


def given_in(answer: ConsultationAnswer) -> Given:
    """Return a stored answer as plain values."""
    return Given(
        text=answer.text,
        option=answer.option.text if answer.option else "",
        number=answer.number,
        yes=answer.yes,
        has_file=answer.document_id is not None,
    )


def response_of(consultation: Consultation, organisation_id: uuid.UUID | None) -> ConsultationResponse | None:
    """Return the response of one provider, or nothing."""
    return db.session.scalars(
        select(ConsultationResponse)
        .where(
            ConsultationResponse.consultation_id == consultation.id,
            ConsultationResponse.organisation_id == organisation_id,
        )
        .options(selectinload(ConsultationResponse.answers).joinedload(ConsultationAnswer.option))
    ).one_or_none()


def _submitted() -> Select[ConsultationAnswer]:
    return (
        select(ConsultationAnswer)
        .join(ConsultationAnswer.response)
        .join(ConsultationResponse.organisation)
        .join(ConsultationAnswer.question)
        .where(ConsultationResponse.state == ResponseState.SUBMITTED)
        .order_by(Organisation.name)
        .options(
            contains_eager(ConsultationAnswer.response).contains_eager(ConsultationResponse.organisation),
            contains_eager(ConsultationAnswer.question),
            joinedload(ConsultationAnswer.option),
            joinedload(ConsultationAnswer.document),
        )
    )


def _row(answer: ConsultationAnswer) -> AnswerRow:
    given = given_in(answer)
    return AnswerRow(
        answer_id=answer.id,
        organisation=answer.response.organisation.name,
        confidential=not answer.may_share,
        given=given,
        main=given.main(answer.question.kind, answer.question.unit),
        document=answer.document,
    )


def answers_side_by_side(consultation: Consultation) -> list[QuestionRow]:
    """Return every question with the submitted answers to it that say something, in a fixed number of statements."""
    questions = db.session.scalars(
        select(ConsultationQuestion)
        .where(ConsultationQuestion.consultation_id == consultation.id)
        .order_by(ConsultationQuestion.position)
        .options(selectinload(ConsultationQuestion.options))
    ).all()
    answers = db.session.scalars(_submitted().where(ConsultationResponse.consultation_id == consultation.id)).all()
    by_question: dict[uuid.UUID, list[AnswerRow]] = {question.id: [] for question in questions}
    for answer in answers:
        row = _row(answer)
        if row.given.is_answer:
            by_question[answer.question_id].append(row)
    return [QuestionRow(question, by_question[question.id]) for question in questions]


def answers_under(finding: Finding) -> list[AnswerRow]:
    """Return the answers a finding rests on."""
    resting = select(FindingAnswer.answer_id).where(FindingAnswer.finding_id == finding.id)
    return [_row(one) for one in db.session.scalars(_submitted().where(ConsultationAnswer.id.in_(resting)))]


def file_of_answer(consultation: Consultation, answer_id: uuid.UUID) -> Document:
    """Return the file in a submitted answer to this consultation, for the buyers of the lead.

    Raises:
        NotFound: there is none, or it was not submitted.
    """
    found = db.session.scalars(
        _submitted().where(
            ConsultationAnswer.id == answer_id, ConsultationResponse.consultation_id == consultation.id
        )
    ).one_or_none()
    if found is None or found.document is None:
        raise NotFound
    return found.document


def own_file(consultation: Consultation, viewer: Viewer, question_id: uuid.UUID) -> Document:
    """Return the file a provider put under a question himself.

    Raises:
        NotFound: there is none.
    """
    response = response_of(consultation, viewer.organisation_id)
    answers = response.answers if response is not None else []
    document = next((one.document for one in answers if one.question_id == question_id), None)
    if document is None:
        raise NotFound
    return document


def respondents(consultation: Consultation) -> Sequence[Organisation]:
    """Return who submitted a response, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(ConsultationResponse, ConsultationResponse.organisation_id == Organisation.id)
        .where(
            ConsultationResponse.consultation_id == consultation.id,
            ConsultationResponse.state == ResponseState.SUBMITTED,
        )
        .order_by(Organisation.name)
    ).all()


def drafts_count(consultation: Consultation) -> int:
    """Return how many providers have begun and not submitted; the number only."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(ConsultationResponse)
            .where(
                ConsultationResponse.consultation_id == consultation.id,
                ConsultationResponse.state == ResponseState.DRAFT,
            )
        )
        or 0
    )
