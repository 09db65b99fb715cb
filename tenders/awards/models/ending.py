"""How a lot ends and what is made known of it; complaints; and trials of the award model."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Short, Text, Versioned
from tenders.awards.states import (
    COMPLAINT,
    ComplaintState,
    EndingKind,
    EndingSequel,
    NoticeOutcome,
    TrialKind,
)


class LotEnding(Base):
    """A lot that ended without an award: why, and what comes after it (practice T11)."""

    __tablename__ = "lot_ending"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_reason"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), unique=True)
    kind: Mapped[EndingKind]
    reason: Mapped[Text]
    sequel: Mapped[EndingSequel]
    ended_at: Mapped[datetime]
    ended_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    again_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("procedure.id"), index=True)
    unchanged: Mapped[Text] = mapped_column(default="")
    record_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))


class AwardNotice(Versioned, Base):
    """The notice of a lot that was awarded or not: its last day and its three recorded times (T8, T14)."""

    __tablename__ = "award_notice"
    __table_args__ = (
        CheckConstraint(
            "receipt_confirmed_at IS NULL OR (sent_at IS NOT NULL AND receipt_confirmed_at >= sent_at)",
            name="confirmed_after_sent",
        ),
        CheckConstraint(
            "made_public_at IS NULL OR (sent_at IS NOT NULL AND made_public_at >= sent_at)", name="public_after_sent"
        ),
        CheckConstraint("sent_at IS NULL OR tenderned_number <> ''", name="sent_has_number"),
        CheckConstraint(
            "published_at IS NULL OR made_public_at IS NOT NULL OR receipt_confirmed_at IS NOT NULL",
            name="published_after_tenderned",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), unique=True)
    outcome: Mapped[NoticeOutcome]
    decided_on: Mapped[date]
    is_bundled: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date]
    rule: Mapped[Text] = mapped_column(default="")
    tenderned_number: Mapped[Code] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    receipt_confirmed_at: Mapped[datetime | None]
    made_public_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class Complaint(Versioned, Base):
    """A complaint about a tender, with its term and what came of it."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint("organisation_id IS NOT NULL OR complainant <> ''", name="is_not_anonymous"),
        CheckConstraint("state IN ('received', 'withdrawn') OR handler_id IS NOT NULL", name="handled_by_a_person"),
        CheckConstraint(
            "(state IN ('founded', 'unfounded', 'not_handled')) = (decided_at IS NOT NULL AND outcome <> '')",
            name="decided_has_time_and_outcome",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    state: Mapped[ComplaintState] = mapped_column(default=COMPLAINT.initial)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    complainant: Mapped[Short] = mapped_column(default="")
    subject: Mapped[Short]
    text: Mapped[Text]
    wish: Mapped[Text] = mapped_column(default="")
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    rule: Mapped[Text] = mapped_column(default="")
    handler_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[Text] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]


class ModelTrial(Base):
    """A trial of the award model of a lot: on fictional offers before publication, or on real ones (T9)."""

    __tablename__ = "model_trial"
    __table_args__ = (CheckConstraint("kind <> 'real' OR reason <> ''", name="real_has_reason"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[TrialKind]
    reason: Mapped[Text] = mapped_column(default="")
    offers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    outcome: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tried_at: Mapped[datetime]
    tried_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
