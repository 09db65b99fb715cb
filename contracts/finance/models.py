"""Months, the accounts of each municipality, postings, exports and the budget."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.finance.states import PERIOD, Eligibility, ExportFormat, PeriodState
from contracts.invoicing.models import Invoice
from contracts.invoicing.split_models import LineShare
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import TargetGroup
from portal.db import Base, Code, Money, Short, Text, Versioned
from portal.documents.models import Document


class Period(Base):
    """One month in the books."""

    __tablename__ = "period"
    __table_args__ = (UniqueConstraint("month"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    month: Mapped[date]


class PeriodMunicipality(Versioned, Base):
    """The state of a month for one municipality: each closes on its own date (practice.md F9)."""

    __tablename__ = "period_municipality"
    __table_args__ = (
        UniqueConstraint("period_id", "municipality_id"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint("(reopened_at IS NULL) = (reopen_reason = '')", name="reopened_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    period_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("period.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    state: Mapped[PeriodState] = mapped_column(default=PERIOD.initial)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reopen_reason: Mapped[Text] = mapped_column(default="")

    period: Mapped[Period] = relationship()
    municipality: Mapped[Municipality] = relationship()


class LedgerMapping(Versioned, Base):
    """Where a municipality books a product for a doelgroep in a year; owned by finance, never in code."""

    __tablename__ = "ledger_mapping"
    __table_args__ = (UniqueConstraint("product_id", "municipality_id", "target_group", "year"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    target_group: Mapped[TargetGroup]
    year: Mapped[int]
    spuk: Mapped[Eligibility]
    task_field: Mapped[Code] = mapped_column(default="")
    ledger_account: Mapped[Code] = mapped_column(default="")
    cost_centre: Mapped[Code] = mapped_column(default="")
    economic_category: Mapped[Code] = mapped_column(default="")
    sisa_code: Mapped[Code] = mapped_column(default="")

    product: Mapped[Product] = relationship()
    municipality: Mapped[Municipality] = relationship()


class Posting(Base):
    """A ledger line: one municipality's share of one invoice line, in the month in which it is booked.

    ``month`` is the booking month, ``performed_in`` the month of the performance (practice.md F3).
    """

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("line_share_id"),
        UniqueConstraint("number"),
        Index("ix_posting_period_municipality", "period_id", "municipality_id"),
        Index("ix_posting_performed_in", "performed_in"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[int]
    period_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("period.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    invoice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    line_share_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("line_share.id"))
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"), index=True)
    ledger_mapping_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ledger_mapping.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("posting.id"), index=True)
    target_group: Mapped[TargetGroup]
    performed_in: Mapped[date]
    earlier_year: Mapped[bool] = mapped_column(default=False)
    net: Mapped[Money]
    vat_back: Mapped[Money]
    vat_cost: Mapped[Money]
    posted_at: Mapped[datetime]

    period: Mapped[Period] = relationship()
    municipality: Mapped[Municipality] = relationship()
    invoice: Mapped[Invoice] = relationship()
    line_share: Mapped[LineShare] = relationship()
    product: Mapped[Product] = relationship()
    ledger_mapping: Mapped[LedgerMapping | None] = relationship()


class ExportBatch(Base):
    """A file that was handed out: which rows, in which file, with which hash."""

    __tablename__ = "export_batch"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_export_batch_period", "period_id", "municipality_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    period_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("period.id"))
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    format: Mapped[ExportFormat]
    version: Mapped[int]
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    charged: Mapped[Money]
    total: Mapped[Money]
    is_final: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    period: Mapped[Period] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    document: Mapped[Document] = relationship()


class ExportRow(Base):
    """A posting in an export, so that a later change can be seen."""

    __tablename__ = "export_row"

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("export_batch.id"), primary_key=True)
    posting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posting.id"), primary_key=True, index=True)


class BudgetLine(Base):
    """The budget of a municipality for a product in a year; demo figures say so."""

    __tablename__ = "budget_line"
    __table_args__ = (UniqueConstraint("year", "municipality_id", "product_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    year: Mapped[int]
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"))
    amount: Mapped[Money]
    is_demo: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Short] = mapped_column(default="")

    municipality: Mapped[Municipality] = relationship()
    product: Mapped[Product] = relationship()


import contracts.finance.triggers  # noqa: E402, F401  the guards belong to these tables
