"""What a contract pays: price lines, their dated versions and the phases of a price."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractProduct
from contracts.agreements.states import EarlyEndRule, PhaseTrigger
from portal.catalogue.states import Unit, VatCategory
from portal.db import Base, Code, Rate, Share, Short, Text


class PriceLine(Base):
    """Something that is paid by the piece under a contract product."""

    __tablename__ = "price_line"
    __table_args__ = (
        UniqueConstraint("contract_product_id", "code"),
        CheckConstraint("vat_category <> 'E' OR vat_exemption <> ''", name="exempt_has_a_reason"),
        CheckConstraint("(vat_category = 'S') = (vat_rate > 0)", name="standard_has_a_rate"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    offer_price_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer_price.id"), index=True)
    code: Mapped[Code]
    name: Mapped[Short]
    unit: Mapped[Unit]
    vat_category: Mapped[VatCategory]
    vat_rate: Mapped[Share]
    vat_exemption: Mapped[Text] = mapped_column(default="")

    contract_product: Mapped[ContractProduct] = relationship()


class PriceVersion(Base):
    """A price from a date; a change is a new version, the old one stays."""

    __tablename__ = "price_version"
    __table_args__ = (
        UniqueConstraint("price_line_id", "valid_from"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    price_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_line.id"))
    predecessor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("price_version.id"))
    rate: Mapped[Rate]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]

    price_line: Mapped[PriceLine] = relationship()


class PricePhase(Base):
    """A part of a trajectory price with the event that makes it due (practice.md C8)."""

    __tablename__ = "price_phase"
    __table_args__ = (
        UniqueConstraint("price_line_id", "position"),
        CheckConstraint("share > 0", name="share_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    price_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_line.id"))
    position: Mapped[int]
    name: Mapped[Short]
    share: Mapped[Share]
    trigger: Mapped[PhaseTrigger]
    on_early_end: Mapped[EarlyEndRule] = mapped_column(default=EarlyEndRule.LAPSES)

    price_line: Mapped[PriceLine] = relationship()
