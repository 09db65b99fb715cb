"""What is asked of a bidder after the opening: evidence of the winner, repair, explanation, a hearing (practice T3)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Short, Text, Versioned
from tenders.awards.states import EVIDENCE, INQUIRY, EvidenceFor, EvidenceState, InquiryKind, InquiryState


class EvidenceKind(Base):
    """A piece of evidence that a winner can be asked for; data, not code."""

    __tablename__ = "evidence_kind"
    __table_args__ = (
        CheckConstraint("citation <> ''", name="has_citation"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="dates_in_order"),
    )

    code: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[Short]
    text: Mapped[Text]
    asked_for: Mapped[EvidenceFor]
    max_age_months: Mapped[int | None]
    citation: Mapped[Short]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class EvidenceItem(Versioned, Base):
    """One piece of evidence of one winner: who asked, who answered, when, and what was found."""

    __tablename__ = "evidence_item"
    __table_args__ = (
        UniqueConstraint("award_id", "kind_code", "requirement_id"),
        CheckConstraint(
            "state NOT IN ('asked', 'answered') OR (asked_at IS NOT NULL AND asked_by_id IS NOT NULL AND due_on IS NOT NULL)",
            name="asked_has_time_person_and_term",
        ),
        CheckConstraint("state <> 'answered' OR (answered_at IS NOT NULL AND answered_by <> '')", name="answered_by_whom"),
        CheckConstraint(
            "(state IN ('met', 'failed', 'waived')) = (decided_at IS NOT NULL AND decided_by_id IS NOT NULL AND finding <> '')",
            name="decided_has_time_person_and_finding",
        ),
        CheckConstraint("state NOT IN ('met', 'failed') OR answered_at IS NOT NULL", name="found_after_an_answer"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    award_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award.id"), index=True)
    kind_code: Mapped[Code] = mapped_column(ForeignKey("evidence_kind.code"))
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))
    position: Mapped[int]
    title: Mapped[Short]
    state: Mapped[EvidenceState] = mapped_column(default=EVIDENCE.initial)
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[Short] = mapped_column(default="")
    answer: Mapped[Text] = mapped_column(default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    finding: Mapped[Text] = mapped_column(default="")


class Inquiry(Versioned, Base):
    """A question to one bidder that can end in exclusion: herstel, a low price, or a hearing before exclusion.

    Nobody is excluded unheard: the decision comes after the answer, or after the term without one.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("offer_lot_id", "number"),
        CheckConstraint("question <> ''", name="has_question"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_has_time"),
        CheckConstraint(
            "(state IN ('kept', 'excluded')) = (decided_at IS NOT NULL AND decided_by_id IS NOT NULL AND decision <> '')",
            name="decided_has_time_person_and_reason",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    number: Mapped[int]
    kind: Mapped[InquiryKind]
    state: Mapped[InquiryState] = mapped_column(default=INQUIRY.initial)
    evidence_item_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("evidence_item.id"))
    question: Mapped[Text]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answer: Mapped[Text] = mapped_column(default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[Text] = mapped_column(default="")
