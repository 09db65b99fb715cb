"""Questions of providers and the nota van inlichtingen that answers them to everyone at once."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Membership, Organisation
from portal.db import Base, Short, Text, Versioned
from portal.documents.models import Document
from tenders.procedures.models.lots import Lot
from tenders.procedures.models.procedure import Procedure, TenderDocumentVersion
from tenders.procedures.states import CONFIDENTIALITY, QUESTION, Confidentiality, QuestionState


class Question(Versioned, Base):
    """A question of a provider; who asked is seen by the buyers only."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint(
            "(state IN ('answered', 'published', 'replied')) = (answered_at IS NOT NULL)"
            " AND (answered_at IS NULL OR (answered_by_id IS NOT NULL AND answer <> ''))",
            name="answered_has_time_person_and_text",
        ),
        CheckConstraint(
            "state <> 'drafted' OR (drafted_at IS NOT NULL AND drafted_by_id IS NOT NULL AND draft <> '')",
            name="drafted_has_time_person_and_text",
        ),
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="checked_has_person"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        CheckConstraint(
            "(confidentiality IN ('granted', 'refused', 'accepted')) ="
            " (decided_at IS NOT NULL AND decided_by_id IS NOT NULL AND decision <> '')",
            name="confidentiality_is_decided_with_reason",
        ),
        CheckConstraint(
            "confidentiality = 'none' OR confidential_reason <> ''", name="confidentiality_has_reason"
        ),
        CheckConstraint(
            "state <> 'published' OR confidentiality IN ('none', 'accepted')", name="confidential_stays_inside"
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
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("membership.id"), index=True)
    assigned_at: Mapped[datetime | None]
    draft: Mapped[Text] = mapped_column(default="")
    drafted_at: Mapped[datetime | None]
    drafted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    confidentiality: Mapped[Confidentiality] = mapped_column(default=CONFIDENTIALITY.initial)
    confidential_reason: Mapped[Text] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[Text] = mapped_column(default="")

    procedure: Mapped[Procedure] = relationship()
    lot: Mapped[Lot | None] = relationship()
    document_version: Mapped[TenderDocumentVersion | None] = relationship()
    asker: Mapped[Organisation] = relationship()
    assignee: Mapped[Membership | None] = relationship()


class Nota(Base):
    """A published nota van inlichtingen; never changed afterwards."""

    __tablename__ = "nota"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint(
            "(closing_before IS NULL) = (closing_after IS NULL) AND (closing_after IS NULL OR"
            " closing_after > closing_before)",
            name="closing_only_moves_later",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    closing_before: Mapped[datetime | None]
    closing_after: Mapped[datetime | None]
    no_extension_reason: Mapped[Text] = mapped_column(default="")
    unchecked_reason: Mapped[Text] = mapped_column(default="")

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


class NotaOpening(Base):
    """The first time a person who follows the tender opened a nota (practice S2)."""

    __tablename__ = "nota_opening"

    nota_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nota.id"), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    opened_at: Mapped[datetime]
