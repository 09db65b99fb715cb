"""The stored split of an invoice: groups, shares of municipalities, shares of lines. Never recomputed."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractProduct
from contracts.allocation.models import KeyVersion
from contracts.invoicing.models import Invoice, InvoiceLine
from contracts.invoicing.states import ShareBasis
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup, VatCategory
from portal.db import Base, Money, Share, Text


class SplitGroup(Base):
    """Lines of an invoice that are split together: one product, one btw category, one key or municipality.

    Amounts are signed: a credit note counts negative.
    """

    __tablename__ = "split_group"
    __table_args__ = (
        CheckConstraint(
            "(basis = 'direct') = (municipality_id IS NOT NULL)", name="direct_names_its_municipality"
        ),
        CheckConstraint("basis <> 'direct' OR key_version_id IS NULL", name="direct_has_no_key"),
        UniqueConstraint("invoice_id", "position"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int]
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"), index=True)
    vat_category: Mapped[VatCategory]
    vat_percent: Mapped[Share]
    basis: Mapped[ShareBasis]
    key_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("key_version.id"), index=True)
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))
    target_group: Mapped[TargetGroup | None]
    reference_on: Mapped[date]
    net: Mapped[Money]
    vat: Mapped[Money]
    explanation: Mapped[Text] = mapped_column(default="")

    invoice: Mapped[Invoice] = relationship()
    contract_product: Mapped[ContractProduct] = relationship()
    key_version: Mapped[KeyVersion | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class SplitShare(Base):
    """What one municipality bears of a group: net, btw that comes back, btw that is a cost."""

    __tablename__ = "split_share"
    __table_args__ = (
        UniqueConstraint("split_group_id", "municipality_id"),
        CheckConstraint("vat_back = 0 OR vat_cost = 0", name="btw_is_back_or_cost"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    split_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("split_group.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    weight: Mapped[Share]
    net: Mapped[Money]
    vat_back: Mapped[Money]
    vat_cost: Mapped[Money]
    extra_net: Mapped[int] = mapped_column(default=0)
    extra_vat: Mapped[int] = mapped_column(default=0)
    explanation: Mapped[Text]

    group: Mapped[SplitGroup] = relationship()
    municipality: Mapped[Municipality] = relationship()


class LineShare(Base):
    """What one municipality bears of one line; adds up to the line and to the share of the group."""

    __tablename__ = "line_share"
    __table_args__ = (
        UniqueConstraint("invoice_line_id", "split_share_id"),
        Index("ix_line_share_split_share", "split_share_id"),
        CheckConstraint("vat_back = 0 OR vat_cost = 0", name="btw_is_back_or_cost"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invoice_line.id"))
    split_share_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("split_share.id"))
    net: Mapped[Money]
    vat_back: Mapped[Money]
    vat_cost: Mapped[Money]

    line: Mapped[InvoiceLine] = relationship()
    share: Mapped[SplitShare] = relationship()


import contracts.invoicing.triggers  # noqa: E402, F401  the guards belong to these tables
