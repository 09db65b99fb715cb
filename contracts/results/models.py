"""Monthly reports: what a provider delivered per trajectory, version by version, row by row."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract, ContractParty, ContractProduct
from contracts.agreements.promise_models import PerformanceAgreement
from contracts.results.states import (
    REPORT,
    Acceptance,
    Certainty,
    EventKind,
    EventOwner,
    ReportState,
    RowState,
    StopReason,
    VersionState,
    Way,
)
from contracts.trajectories.models import Trajectory
from portal.catalogue.models import Municipality
from portal.db import Base, Quantity, Short, Text, Versioned


class MonthlyReport(Versioned, Base):
    """What one party of a contract owes over one month (maandrapportage)."""

    __tablename__ = "monthly_report"
    __table_args__ = (
        UniqueConstraint("contract_party_id", "month"),
        CheckConstraint("(state = 'accepted') = (accepted_at IS NOT NULL)", name="accepted_has_time"),
        CheckConstraint(
            "(checking_at IS NULL) = (checking_by_id IS NULL)", name="checking_has_time_and_person"
        ),
        Index("ix_monthly_report_contract_month", "contract_id", "month"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    contract_party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_party.id"))
    month: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[ReportState] = mapped_column(default=REPORT.initial)
    first_submitted_at: Mapped[datetime | None]
    checking_at: Mapped[datetime | None]
    checking_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    accepted_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship()
    party: Mapped[ContractParty] = relationship()


class ReportVersion(Base):
    """One delivery of a report: the file or form as it came in, and when it was submitted."""

    __tablename__ = "report_version"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by_id IS NULL)", name="submitted_has_time_and_person"
        ),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="not_draft_is_submitted"),
        Index(
            "uq_report_version_one_draft",
            "report_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_report.id"))
    number: Mapped[int]
    way: Mapped[Way]
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    file_name: Mapped[Short] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    received_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    # The whole delivery as typed: large, and only wanted while it is a draft.
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    remark: Mapped[Text] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    report: Mapped[MonthlyReport] = relationship()


class MonthlyRow(Base):
    """One trajectory in one month. A corrected row is a new row that replaces the old one.

    The municipality is frozen on the reference date of the month (the first day), so that a later
    move never rewrites what was paid and judged. ``superseded_at`` is empty on the row that counts.
    """

    __tablename__ = "monthly_row"
    __table_args__ = (
        CheckConstraint(
            "(acceptance IN ('accepted', 'tacit')) = (accepted_at IS NOT NULL)", name="accepted_has_time"
        ),
        CheckConstraint("acceptance <> 'accepted' OR accepted_by_id IS NOT NULL", name="accepted_has_person"),
        CheckConstraint("hours_offered >= 0 AND hours_followed >= 0", name="hours_not_negative"),
        CheckConstraint(
            "absence_with_leave >= 0 AND absence_without_leave >= 0", name="absence_not_negative"
        ),
        CheckConstraint("hours_followed <= hours_offered", name="followed_within_offered"),
        Index(
            "uq_monthly_row_current",
            "report_id",
            "trajectory_id",
            "contract_product_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_monthly_row_contract_month", "contract_id", "month"),
        Index("ix_monthly_row_trajectory_month", "trajectory_id", "month"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report_version.id"), index=True)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_report.id"))
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    month: Mapped[date]
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    state: Mapped[RowState]
    hours_offered: Mapped[Quantity]
    hours_followed: Mapped[Quantity]
    absence_with_leave: Mapped[Quantity]
    absence_without_leave: Mapped[Quantity]
    remark: Mapped[Text] = mapped_column(default="")
    source_cell: Mapped[Short] = mapped_column(default="")
    acceptance: Mapped[Acceptance] = mapped_column(default=Acceptance.OPEN)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("monthly_row.id"))
    superseded_at: Mapped[datetime | None]

    version: Mapped[ReportVersion] = relationship()
    report: Mapped[MonthlyReport] = relationship()
    trajectory: Mapped[Trajectory] = relationship()
    contract_product: Mapped[ContractProduct] = relationship()
    municipality: Mapped[Municipality] = relationship()
    events: Mapped[list[RowEvent]] = relationship(order_by="RowEvent.on")


class RowEvent(Base):
    """Something that happened in a trajectory, with its owner and whether the owner confirmed it."""

    __tablename__ = "row_event"
    __table_args__ = (
        CheckConstraint(
            "owner = 'provider' OR (certainty = 'confirmed') = (confirmed_at IS NOT NULL)",
            name="confirmed_has_time",
        ),
        CheckConstraint("(kind = 'stopped') = (reason IS NOT NULL)", name="stopped_has_reason"),
        Index("ix_row_event_row", "row_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    row_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_row.id"))
    kind: Mapped[EventKind]
    on: Mapped[date]
    reason: Mapped[StopReason | None]
    owner: Mapped[EventOwner]
    certainty: Mapped[Certainty]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))


class ReportedMeasure(Base):
    """A measure that rows cannot tell: counted and typed by the provider (gemeld cijfer)."""

    __tablename__ = "reported_measure"
    __table_args__ = (
        UniqueConstraint("version_id", "performance_agreement_id", "municipality_id"),
        CheckConstraint("numerator >= 0 AND denominator >= 0", name="not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report_version.id"), index=True)
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    numerator: Mapped[Quantity]
    denominator: Mapped[Quantity]
    remark: Mapped[Text] = mapped_column(default="")

    version: Mapped[ReportVersion] = relationship()
    performance_agreement: Mapped[PerformanceAgreement] = relationship()


class CorrectionRequest(Base):
    """The contract manager asks to mend one row, with a reason; a new row answers it."""

    __tablename__ = "correction_request"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("(answered_at IS NULL) = (answer_row_id IS NULL)", name="answer_has_row"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    row_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_row.id"), index=True)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_report.id"), index=True)
    reason: Mapped[Text]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    answer_row_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("monthly_row.id"))

    row: Mapped[MonthlyRow] = relationship(foreign_keys=[row_id])
