"""The tender itself: kind with its rules, team, mandates, notices, documents, followers."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Membership, Organisation
from portal.catalogue.models import Municipality
from portal.catalogue.states import LegalStatus
from portal.db import Base, Code, MoneyOrNone, QuantityOrNone, Short, Text, Versioned
from portal.documents.models import Document
from tenders.consultations.models import Consultation
from tenders.procedures.states import (
    PROCEDURE,
    CaseRole,
    DocumentKind,
    NoticeKind,
    ProcedureState,
)


class ProcedureKind(Base):
    """A kind of procedure, as data: SAS, European open, invited."""

    __tablename__ = "procedure_kind"

    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Short]
    short_name: Mapped[Code]
    description: Mapped[Text]
    is_public: Mapped[bool]
    position: Mapped[int]


class ProcedureRule(Base):
    """One dated rule of a kind, with its legal status and where it stands written.

    No page shows an article, an amount or a term of procurement law that is not a row here.
    """

    __tablename__ = "procedure_rule"
    __table_args__ = (
        UniqueConstraint("kind_code", "code", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="dates_in_order"),
        CheckConstraint("citation <> ''", name="has_citation"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind_code: Mapped[Code] = mapped_column(ForeignKey("procedure_kind.code"))
    code: Mapped[Code]
    legal_status: Mapped[LegalStatus]
    citation: Mapped[Short]
    value: Mapped[QuantityOrNone]
    unit: Mapped[Code] = mapped_column(default="")
    text: Mapped[Text]
    source: Mapped[Short]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class Procedure(Versioned, Base):
    """An aanbesteding of one lead municipality, with its planning and its motivations."""

    __tablename__ = "procedure"
    __table_args__ = (
        CheckConstraint(
            "(state = 'preparation') = (published_at IS NULL)"
            " AND (published_at IS NULL) = (published_by_id IS NULL)",
            name="published_has_time_and_person",
        ),
        CheckConstraint(
            "published_at IS NULL OR submission_deadline_at IS NOT NULL", name="published_has_deadline"
        ),
        CheckConstraint("state NOT IN ('opened', 'awarded') OR opened_at IS NOT NULL", name="opened_has_time"),
        CheckConstraint("(state = 'awarded') = (awarded_at IS NOT NULL)", name="awarded_has_time"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')",
            name="withdrawn_has_time_and_reason",
        ),
        CheckConstraint(
            "(publication_asked_at IS NULL) = (publication_asked_by_id IS NULL)", name="asked_has_time_and_person"
        ),
        CheckConstraint(
            "published_by_id IS NULL OR publication_asked_by_id IS NULL OR published_by_id <> publication_asked_by_id",
            name="published_by_a_second_person",
        ),
        Index("ix_procedure_list", "is_template", "submission_deadline_at", "number", "lead_id", "state", "id"),
        CheckConstraint("max_lots IS NULL OR max_lots > 0", name="max_lots_is_positive"),
        CheckConstraint("NOT is_template OR state = 'preparation'", name="template_is_never_published"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code] = mapped_column(unique=True)
    lead_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind_code: Mapped[Code] = mapped_column(ForeignKey("procedure_kind.code"))
    consultation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    title: Mapped[Short]
    summary: Mapped[Text] = mapped_column(default="")
    state: Mapped[ProcedureState] = mapped_column(default=PROCEDURE.initial)
    created_at: Mapped[datetime]
    is_template: Mapped[bool] = mapped_column(default=False)
    copied_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("procedure.id"))

    questions_close_at: Mapped[datetime | None]
    nota_due_on: Mapped[date | None]
    submission_deadline_at: Mapped[datetime | None]
    award_planned_on: Mapped[date | None]
    standstill_ends_on: Mapped[date | None]

    score_max: Mapped[int] = mapped_column(default=10)
    score_step_tenths: Mapped[int] = mapped_column(default=10)

    estimated_value: Mapped[MoneyOrNone]
    estimated_on: Mapped[date | None]
    estimate_basis: Mapped[Text] = mapped_column(default="")
    kind_motivation: Mapped[Text] = mapped_column(default="")
    lots_motivation: Mapped[Text] = mapped_column(default="")
    motivated_on: Mapped[date | None]
    is_framework: Mapped[bool] = mapped_column(default=True)
    term_motivation: Mapped[Text] = mapped_column(default="")
    max_lots: Mapped[int | None]

    publication_asked_at: Mapped[datetime | None]
    publication_asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime | None]
    awarded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[Text] = mapped_column(default="")

    lead: Mapped[Organisation] = relationship()
    kind: Mapped[ProcedureKind] = relationship()
    consultation: Mapped[Consultation | None] = relationship()


class ProcedureMember(Base):
    """A person in the team of one tender; the same person can hold several case roles."""

    __tablename__ = "procedure_member"
    __table_args__ = (UniqueConstraint("procedure_id", "membership_id", "case_role"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    case_role: Mapped[CaseRole]
    department: Mapped[Short] = mapped_column(default="")
    added_at: Mapped[datetime]

    procedure: Mapped[Procedure] = relationship()
    membership: Mapped[Membership] = relationship()


class ProcedureInvite(Base):
    """A provider asked to offer in a procedure that is not public (onderhands)."""

    __tablename__ = "procedure_invite"

    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    invited_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class ProcedureMandate(Base):
    """The volmacht or mandaat by which a municipality lets the lead buy for it (practice T7)."""

    __tablename__ = "procedure_mandate"
    __table_args__ = (UniqueConstraint("procedure_id", "municipality_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    reference: Mapped[Short]
    given_on: Mapped[date]

    municipality: Mapped[Municipality] = relationship()


class Notice(Versioned, Base):
    """A notice on TenderNed with its three recorded times (practice T8)."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "receipt_confirmed_at IS NULL OR (sent_at IS NOT NULL AND receipt_confirmed_at >= sent_at)",
            name="confirmed_after_sent",
        ),
        CheckConstraint(
            "made_public_at IS NULL OR (sent_at IS NOT NULL AND made_public_at >= sent_at)",
            name="public_after_sent",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    kind: Mapped[NoticeKind]
    tenderned_number: Mapped[Code] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    receipt_confirmed_at: Mapped[datetime | None]
    made_public_at: Mapped[datetime | None]


class TenderDocument(Base):
    """A document of the tender; its versions are kept side by side."""

    __tablename__ = "tender_document"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    kind: Mapped[DocumentKind]
    title: Mapped[Short]
    position: Mapped[int]

    procedure: Mapped[Procedure] = relationship()
    versions: Mapped[list["TenderDocumentVersion"]] = relationship(
        back_populates="tender_document", order_by="TenderDocumentVersion.number"
    )


class TenderDocumentVersion(Base):
    """One version of a tender document; the last one holds."""

    __tablename__ = "tender_document_version"
    __table_args__ = (UniqueConstraint("tender_document_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tender_document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender_document.id"), index=True)
    number: Mapped[int]
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    tender_document: Mapped[TenderDocument] = relationship(back_populates="versions")
    document: Mapped[Document] = relationship()


class Follower(Base):
    """A person of a provider who follows a tender, until he stops."""

    __tablename__ = "follower"
    __table_args__ = (UniqueConstraint("procedure_id", "user_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
