"""Questions of providers and the nota van inlichtingen that answers them to everyone at once."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Short, Text, Versioned
from portal.documents.models import Document
from tenders.procedures.models.lots import Lot
from tenders.procedures.models.procedure import Procedure, TenderDocumentVersion
from tenders.procedures.states import QUESTION, QuestionState


class Question(Versioned, Base):
    """A question of a provider; who asked is seen by the buyers only."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)"
            " AND (answered_at IS NULL OR (answered_by_id IS NOT NULL AND answer <> ''))",
            name="answered_has_time_person_and_text",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    asker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lot.id"))
    document_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tender_document_version.id"))
    paragraph: Mapped[Short] = mapped_column(default="")
    text: Mapped[Text]
    state: Mapped[QuestionState] = mapped_column(default=QUESTION.initial)
    answer: Mapped[Text] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    procedure: Mapped[Procedure] = relationship()
    lot: Mapped[Lot | None] = relationship()
    document_version: Mapped[TenderDocumentVersion | None] = relationship()


class Nota(Base):
    """A published nota van inlichtingen; never changed afterwards."""

    __tablename__ = "nota"
    __table_args__ = (UniqueConstraint("procedure_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))

    procedure: Mapped[Procedure] = relationship()
    document: Mapped[Document] = relationship()
    answers: Mapped[list["NotaAnswer"]] = relationship(back_populates="nota", order_by="NotaAnswer.position")


class NotaAnswer(Base):
    """A question and its answer as they stand in the nota: a frozen copy."""

    __tablename__ = "nota_answer"
    __table_args__ = (UniqueConstraint("nota_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    nota_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nota.id"), index=True)
    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("question.id"), unique=True)
    position: Mapped[int]
    subject: Mapped[Short]
    question_text: Mapped[Text]
    answer_text: Mapped[Text]

    nota: Mapped[Nota] = relationship(back_populates="answers")
