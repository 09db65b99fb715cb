"""Keys by which costs are shared, and whether a municipality gets its btw back; knows no invoices."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractProduct
from contracts.allocation.states import KEY, KeyBasis, KeyState, Recovery
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import TargetGroup
from portal.db import Base, Share, Short, Text, Versioned


class AllocationKey(Base):
    """The key of one product under one contract; what it says is in its versions."""

    __tablename__ = "allocation_key"
    __table_args__ = (UniqueConstraint("contract_product_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))

    contract_product: Mapped[ContractProduct] = relationship()


class KeyVersion(Versioned, Base):
    """A key from a date. A version in force is never changed; a newer one takes over."""

    __tablename__ = "key_version"
    __table_args__ = (
        UniqueConstraint("key_id", "number"),
        CheckConstraint("source <> ''", name="has_a_source"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("fallback_id IS NULL OR basis = 'participants'", name="only_counted_keys_fall_back"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("allocation_key.id"), index=True)
    number: Mapped[int]
    valid_from: Mapped[date]
    basis: Mapped[KeyBasis]
    source: Mapped[Short]
    fallback_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("key_version.id"))
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    state: Mapped[KeyState] = mapped_column(default=KEY.initial)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]

    key: Mapped[AllocationKey] = relationship()
    fallback: Mapped["KeyVersion | None"] = relationship(remote_side="KeyVersion.id")


class KeyWeight(Base):
    """The weight of a municipality in a version; for counted keys only who takes part."""

    __tablename__ = "key_weight"
    __table_args__ = (
        UniqueConstraint("key_version_id", "municipality_id"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_version.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    weight: Mapped[Share]

    municipality: Mapped[Municipality] = relationship()


class KeyConsent(Base):
    """What a municipality said about a version."""

    __tablename__ = "key_consent"
    __table_args__ = (
        UniqueConstraint("key_version_id", "municipality_id"),
        CheckConstraint("agrees OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_version.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    agrees: Mapped[bool]
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[datetime]

    municipality: Mapped[Municipality] = relationship()


class VatRecovery(Base):
    """Whether the btw on a product comes back for a municipality and doelgroep from a year on.

    Without a row, or with 'onbekend', the btw counts as a cost: never claim what is not certain.
    """

    __tablename__ = "vat_recovery"
    __table_args__ = (UniqueConstraint("product_id", "municipality_id", "target_group", "year"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    target_group: Mapped[TargetGroup]
    year: Mapped[int]
    recovery: Mapped[Recovery]
    source: Mapped[Short] = mapped_column(default="")

    product: Mapped[Product] = relationship()
    municipality: Mapped[Municipality] = relationship()
