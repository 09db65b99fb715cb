"""Room for participants: places, the expected inflow per quarter, the size of a group, and many aanmeldingen at once."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractProduct
from contracts.trajectories.succession_states import BelowMinimum
from portal.catalogue.models import Municipality
from portal.db import Base, Short, Text


class Capacity(Base):
    """How many participants a provider can teach under a contract product from a day (practice.md S11)."""

    __tablename__ = "capacity"
    __table_args__ = (
        UniqueConstraint("contract_product_id", "valid_from", "number"),
        CheckConstraint("places >= 0", name="places_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    places: Mapped[int]
    valid_from: Mapped[date]
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract_product: Mapped[ContractProduct] = relationship()


class ExpectedInflow(Base):
    """How many aanmeldingen a municipality expects in a quarter; the newest counts, the older stay."""

    __tablename__ = "expected_inflow"
    __table_args__ = (
        UniqueConstraint("contract_product_id", "municipality_id", "quarter", "number"),
        CheckConstraint("expected >= 0", name="expected_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    quarter: Mapped[date]
    number: Mapped[int]
    expected: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract_product: Mapped[ContractProduct] = relationship()
    municipality: Mapped[Municipality] = relationship()


class GroupRule(Base):
    """What was agreed about the size of a group under a contract product, from a day (practice.md S12)."""

    __tablename__ = "group_rule"
    __table_args__ = (
        UniqueConstraint("contract_product_id", "valid_from"),
        CheckConstraint("minimum >= 1 AND maximum >= minimum", name="sizes_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    minimum: Mapped[int]
    maximum: Mapped[int]
    below: Mapped[BelowMinimum]
    source: Mapped[Short]
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]

    contract_product: Mapped[ContractProduct] = relationship()


class ReferralBatch(Base):
    """A workbook of aanmeldingen that was read and waits for the municipality's yes; the rows as they were read."""

    __tablename__ = "referral_batch"
    __table_args__ = (CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_has_person"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    file_name: Mapped[Short]
    file_hash: Mapped[Short]
    rows: Mapped[Text]
    read_at: Mapped[datetime]
    read_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    municipality: Mapped[Municipality] = relationship()
