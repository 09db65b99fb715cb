"""What changes after publication: rectifications, longer terms, and offers handed in by hash during an outage."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation
from portal.db import Base, Short, Text, Versioned
from portal.documents.models import Document
from tenders.procedures.models.lots import AwardCriterion, Requirement
from tenders.procedures.models.procedure import Notice, Procedure, TenderDocument
from tenders.procedures.states import CHANGE, ChangeKind, ChangeState, LineKind


class Rectification(Versioned, Base):
    """A change of a published tender, told to everyone at once; a draft until it is published.

    ``change`` alters documents or texts, ``extension`` only gives more time, ``outage`` gives more time
    because the portal failed, also after the term has passed, and needs a second person (practice T2).
    """

    __tablename__ = "rectification"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_time"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published_has_person"),
        CheckConstraint("state <> 'published' OR reason <> ''", name="published_has_reason"),
        CheckConstraint(
            "kind <> 'outage' OR (outage_from IS NOT NULL AND outage_until IS NOT NULL"
            " AND outage_until >= outage_from)",
            name="outage_has_times",
        ),
        CheckConstraint(
            "kind <> 'outage' OR published_by_id IS NULL OR published_by_id <> made_by_id",
            name="outage_has_second_person",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    kind: Mapped[ChangeKind]
    state: Mapped[ChangeState] = mapped_column(default=CHANGE.initial)
    reason: Mapped[Text] = mapped_column(default="")
    is_substantial: Mapped[bool] = mapped_column(default=True)

    questions_close_at: Mapped[datetime | None]
    nota_due_on: Mapped[date | None]
    submission_deadline_at: Mapped[datetime | None]
    award_planned_on: Mapped[date | None]
    standstill_ends_on: Mapped[date | None]

    outage_from: Mapped[datetime | None]
    outage_until: Mapped[datetime | None]

    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    notice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("notice.id"))

    procedure: Mapped[Procedure] = relationship()
    notice: Mapped[Notice | None] = relationship()
    lines: Mapped[list["RectificationLine"]] = relationship(
        back_populates="rectification", order_by="RectificationLine.position"
    )


class RectificationLine(Base):
    """One thing that changes, old beside new; both are kept as they were at publication."""

    __tablename__ = "rectification_line"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'document') = (tender_document_id IS NOT NULL AND document_id IS NOT NULL)",
            name="document_has_file",
        ),
        CheckConstraint("(kind = 'requirement') = (requirement_id IS NOT NULL)", name="requirement_is_named"),
        CheckConstraint("(kind = 'criterion') = (criterion_id IS NOT NULL)", name="criterion_is_named"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    rectification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rectification.id"), index=True)
    position: Mapped[int]
    kind: Mapped[LineKind]
    label: Mapped[Short]
    old_text: Mapped[Text] = mapped_column(default="")
    new_text: Mapped[Text] = mapped_column(default="")
    tender_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tender_document.id"))
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award_criterion.id"))

    rectification: Mapped[Rectification] = relationship(back_populates="lines")
    tender_document: Mapped[TenderDocument | None] = relationship()
    document: Mapped[Document | None] = relationship()
    requirement: Mapped[Requirement | None] = relationship()
    criterion: Mapped[AwardCriterion | None] = relationship()


class OfferHash(Base):
    """The hash of an offer that a bidder handed in before the closing time, by any means (practice T2)."""

    __tablename__ = "offer_hash"
    __table_args__ = (
        UniqueConstraint("procedure_id", "organisation_id", "digest"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint("method <> ''", name="has_method"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    digest: Mapped[Short]
    method: Mapped[Short]
    received_at: Mapped[datetime]
    until: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    used_at: Mapped[datetime | None]

    procedure: Mapped[Procedure] = relationship()
    organisation: Mapped[Organisation] = relationship()
