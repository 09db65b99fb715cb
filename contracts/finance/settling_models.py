"""The settlement of a year, doorbelastingen, and the numbers for the specifieke uitkering (SPUK)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractProduct
from contracts.finance.models import Period, Posting
from contracts.finance.settling_states import (
    RECHARGE,
    SETTLEMENT,
    RechargeState,
    SettlementBasis,
    SettlementState,
    SpukInput,
    VatTreatment,
)
from contracts.invoicing.models import Invoice
from portal.catalogue.models import Municipality
from portal.catalogue.states import VatCategory
from portal.db import Base, Code, Money, Quantity, Rate, Share, Short, Text, Versioned


class Settlement(Versioned, Base):
    """The settlement of one product of a contract over one year, on realised numbers (foundations §2 item 6).

    What was shared by key is the advance; booked are only the differences, as one document whose lines
    are nought and whose shares move money from one municipality to another.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("(state = 'booked') = (invoice_id IS NOT NULL)", name="booked_has_document"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"), index=True)
    year: Mapped[int]
    basis: Mapped[SettlementBasis]
    state: Mapped[SettlementState] = mapped_column(default=SETTLEMENT.initial)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    invoice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)

    contract_product: Mapped[ContractProduct] = relationship()
    invoice: Mapped[Invoice | None] = relationship()


class SettlementPart(Base):
    """One municipality in a settlement, per btw category: advance, realised, and why."""

    __tablename__ = "settlement_part"
    __table_args__ = (UniqueConstraint(
            "settlement_id", "municipality_id", "vat_category", "vat_percent", name="uq_settlement_part_once"
        ),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    settlement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("settlement.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    vat_category: Mapped[VatCategory]
    vat_percent: Mapped[Share]
    units: Mapped[Quantity]
    advance_net: Mapped[Money]
    advance_vat: Mapped[Money]
    realised_net: Mapped[Money]
    realised_vat: Mapped[Money]
    extra_net: Mapped[int] = mapped_column(default=0)
    extra_vat: Mapped[int] = mapped_column(default=0)
    explanation: Mapped[Text]

    settlement: Mapped[Settlement] = relationship()
    municipality: Mapped[Municipality] = relationship()


class SettlementConsent(Base):
    """What a municipality said about a settlement."""

    __tablename__ = "settlement_consent"
    __table_args__ = (
        UniqueConstraint("settlement_id", "municipality_id"),
        CheckConstraint("agrees OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    settlement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("settlement.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    agrees: Mapped[bool]
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[datetime]

    municipality: Mapped[Municipality] = relationship()


class Recharge(Versioned, Base):
    """A doorbelasting: what the lead municipality paid for another one in a month (practice.md F4)."""

    __tablename__ = "recharge"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("lead_municipality_id <> municipality_id", name="to_another"),
        CheckConstraint("(state = 'sent') = (answered_at IS NULL)", name="answered_has_time"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_has_person"),
        CheckConstraint("state <> 'refused' OR answer <> ''", name="refusal_has_reason"),
        CheckConstraint("(state = 'received') = (received_on IS NOT NULL)", name="received_has_date"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    lead_municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    period_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("period.id"), index=True)
    treatment: Mapped[VatTreatment]
    state: Mapped[RechargeState] = mapped_column(default=RECHARGE.initial)
    net: Mapped[Money]
    vat: Mapped[Money]
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[Text] = mapped_column(default="")
    received_on: Mapped[date | None]

    lead_municipality: Mapped[Municipality] = relationship(foreign_keys=[lead_municipality_id])
    municipality: Mapped[Municipality] = relationship(foreign_keys=[municipality_id])
    period: Mapped[Period] = relationship()


class RechargeLine(Base):
    """A ledger line in a doorbelasting; released when the other municipality refused the document."""

    __tablename__ = "recharge_line"
    __table_args__ = (UniqueConstraint("open_posting_id"),)

    recharge_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recharge.id"), primary_key=True)
    posting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posting.id"), primary_key=True, index=True)
    open_posting_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("posting.id"))

    recharge: Mapped[Recharge] = relationship()
    posting: Mapped[Posting] = relationship(foreign_keys=[posting_id])


class SpukFigure(Versioned, Base):
    """A number for the specifieke uitkering that finance typed in, with where it was read."""

    __tablename__ = "spuk_figure"
    __table_args__ = (
        UniqueConstraint("municipality_id", "year", "input"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    year: Mapped[int]
    input: Mapped[SpukInput]
    value: Mapped[Rate]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    municipality: Mapped[Municipality] = relationship()
