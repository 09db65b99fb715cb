"""Specifications (prefacturen) and invoices with their lines, checks and disputes."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract, ContractParty, ContractProduct
from contracts.agreements.price_models import PriceLine, PricePhase, PriceVersion
from contracts.invoicing.states import (
    INVOICE,
    LINE,
    SPECIFICATION,
    Channel,
    Check,
    InvoiceKind,
    InvoiceState,
    LineKind,
    LineState,
    SpecificationState,
)
from contracts.results.models import MonthlyRow
from contracts.trajectories.models import Trajectory
from portal.accounts.models import Organisation
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup, VatCategory
from portal.db import Base, Code, Money, MoneyOrNone, Quantity, Rate, Share, Short, Text, Versioned


class Specification(Versioned, Base):
    """What may be invoiced for one party, one buyer and one month, made from accepted rows (prefactuur)."""

    __tablename__ = "specification"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("(confirmed_at IS NULL) = (agreement_number IS NULL)", name="confirmed_has_number"),
        CheckConstraint("state <> 'proposed' OR confirmed_at IS NULL", name="proposed_has_no_time"),
        CheckConstraint(
            "state NOT IN ('confirmed', 'invoiced') OR confirmed_at IS NOT NULL", name="confirmed_has_time"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_has_person"),
        UniqueConstraint("agreement_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_party.id"), index=True)
    buyer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    month: Mapped[date]
    state: Mapped[SpecificationState] = mapped_column(default=SPECIFICATION.initial)
    agreement_number: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()
    party: Mapped[ContractParty] = relationship()
    buyer: Mapped[Organisation] = relationship()


class SpecificationLine(Base):
    """One thing to be paid: a quantity of a price line (or one of its phases) at the price of the month."""

    __tablename__ = "specification_line"
    __table_args__ = (UniqueConstraint("specification_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    specification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("specification.id"))
    position: Mapped[int]
    description: Mapped[Short]
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    price_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_version.id"), index=True)
    price_phase_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("price_phase.id"))
    trajectory_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("trajectory.id"), index=True)
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    target_group: Mapped[TargetGroup | None]
    quantity: Mapped[Quantity]
    rate: Mapped[Rate]
    amount: Mapped[Money]
    vat_category: Mapped[VatCategory]
    vat_percent: Mapped[Share]
    taken_out: Mapped[bool] = mapped_column(default=False)

    specification: Mapped[Specification] = relationship()
    contract_product: Mapped[ContractProduct] = relationship()
    price_version: Mapped[PriceVersion] = relationship()
    price_phase: Mapped[PricePhase | None] = relationship()
    trajectory: Mapped[Trajectory | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class LineBasis(Base):
    """The monthly row a line rests on, and the performance it claims until it is credited.

    A correction makes a new row of the same performance; so what is paid once is not the row but the
    trajectory, price line, phase and period (``specification_rules.Performance``). A correction upwards
    claims the difference as the next installment.
    """

    __tablename__ = "line_basis"
    __table_args__ = (
        Index(
            "uq_line_basis_performance_once",
            "trajectory_id",
            "price_line_id",
            "phase_key",
            "period",
            "installment",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    specification_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("specification_line.id"), index=True)
    monthly_row_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_row.id"), index=True)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    period: Mapped[Code] = mapped_column(default="")
    installment: Mapped[int] = mapped_column(default=1)
    price_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_line.id"), index=True)
    phase_key: Mapped[Code] = mapped_column(default="")
    quantity: Mapped[Quantity]
    released_at: Mapped[datetime | None]

    line: Mapped[SpecificationLine] = relationship()
    row: Mapped[MonthlyRow] = relationship()
    price_line: Mapped[PriceLine] = relationship()


class Invoice(Versioned, Base):
    """An invoice, credit note or doorbelasting as it came in, with what was decided about it.

    Amounts stand as on the document: positive, also on a credit note. ``issuer_key`` is the issuer's
    number in capitals with letters and digits only; the same number in one year is one invoice.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(
            "uq_invoice_issuer_number",
            "issuer_organisation_id",
            "issuer_key",
            "issue_year",
            unique=True,
            sqlite_where=text("state <> 'returned'"),
            postgresql_where=text("state <> 'returned'"),
        ),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_has_time"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_has_person"),
        CheckConstraint("(declared_at IS NULL) = (declared_by_id IS NULL)", name="declared_has_person"),
        CheckConstraint(
            "state NOT IN ('declared', 'approved') OR declared_at IS NOT NULL", name="declared_has_time"
        ),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> declared_by_id", name="two_people"),
        CheckConstraint(
            "(state = 'returned') = (returned_at IS NOT NULL AND return_reason <> '')",
            name="returned_has_time_and_reason",
        ),
        CheckConstraint("(kind = 'credit') = (credits_id IS NOT NULL)", name="credit_cites_an_invoice"),
        CheckConstraint("currency = 'EUR'", name="only_euros_are_booked"),
        Index("ix_invoice_contract_month", "contract_id", "month"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    kind: Mapped[InvoiceKind]
    channel: Mapped[Channel]
    state: Mapped[InvoiceState] = mapped_column(default=INVOICE.initial)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    issuer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_party.id"), index=True)
    issuer_organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    buyer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    specification_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("specification.id"), index=True)
    credits_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    issuer_number: Mapped[Short]
    issuer_key: Mapped[Short]
    issue_year: Mapped[int]
    issued_on: Mapped[date]
    due_on: Mapped[date | None]
    month: Mapped[date]
    currency: Mapped[Code] = mapped_column(default="EUR")
    net: Mapped[Money]
    vat: Mapped[Money]
    total: Mapped[Money]
    prepaid: Mapped[Money]
    rounding: Mapped[Money]
    payable: Mapped[Money]
    order_reference: Mapped[Short] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    received_at: Mapped[datetime]
    received_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    pay_by: Mapped[date]
    declared_at: Mapped[datetime | None]
    declared_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    return_reason: Mapped[Text] = mapped_column(default="")
    booked_on: Mapped[date | None]
    paid_on: Mapped[date | None]

    contract: Mapped[Contract] = relationship()
    issuer: Mapped[ContractParty] = relationship()
    issuer_organisation: Mapped[Organisation] = relationship(foreign_keys=[issuer_organisation_id])
    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id])
    specification: Mapped[Specification | None] = relationship()
    credited: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")

    @property
    def sign(self) -> int:
        """The sign with which this document is booked: a credit note counts negative."""
        return -1 if self.kind is InvoiceKind.CREDIT else 1


class InvoiceLine(Base):
    """A line, as on the document; a discount or rounding of the whole document is a line too."""

    __tablename__ = "invoice_line"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int]
    reference: Mapped[Code] = mapped_column(default="")
    kind: Mapped[LineKind] = mapped_column(default=LineKind.LINE)
    state: Mapped[LineState] = mapped_column(default=LINE.initial)
    description: Mapped[Short]
    quantity: Mapped[Quantity]
    rate: Mapped[Rate]
    net: Mapped[Money]
    vat: Mapped[Money]
    vat_category: Mapped[VatCategory]
    vat_percent: Mapped[Share]
    contract_product_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contract_product.id"), index=True
    )
    price_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("price_version.id"))
    price_phase_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("price_phase.id"))
    trajectory_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("trajectory.id"), index=True)
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    target_group: Mapped[TargetGroup | None]
    specification_line_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("specification_line.id"), index=True
    )
    adjustment_claim_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("adjustment_claim.id"), index=True
    )
    credits_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)

    invoice: Mapped[Invoice] = relationship()
    contract_product: Mapped[ContractProduct | None] = relationship()
    price_version: Mapped[PriceVersion | None] = relationship()
    price_phase: Mapped[PricePhase | None] = relationship()
    trajectory: Mapped[Trajectory | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    specification_line: Mapped[SpecificationLine | None] = relationship()


class VatSubtotal(Base):
    """The btw of one category as the document states it."""

    __tablename__ = "vat_subtotal"
    __table_args__ = (UniqueConstraint("invoice_id", "category", "percent"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice.id"))
    category: Mapped[VatCategory]
    percent: Mapped[Share]
    taxable: Mapped[Money]
    vat: Mapped[Money]
    exemption: Mapped[Text] = mapped_column(default="")


class InvoiceObjection(Base):
    """What one of the three checks found, at a line or at the whole document."""

    __tablename__ = "invoice_objection"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    line_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice_line.id"))
    check: Mapped[Check] = mapped_column("check_kind")
    rule: Mapped[Code]
    message: Mapped[Text]
    blocks: Mapped[bool]

    line: Mapped[InvoiceLine | None] = relationship()


class Dispute(Versioned, Base):
    """A line somebody does not agree with; the rest of the invoice is not held by it longer than needed."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("(settled_at IS NULL) = (outcome = '')", name="settled_has_outcome"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    reason: Mapped[Text]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[Text] = mapped_column(default="")
    agreed_net: Mapped[MoneyOrNone]

    line: Mapped[InvoiceLine] = relationship()
