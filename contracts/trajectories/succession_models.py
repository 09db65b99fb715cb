"""What follows on a trajectory: the switch to another route, and the hand-over when a provider stops."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract, ContractProduct
from contracts.trajectories.models import Trajectory
from contracts.trajectories.succession_states import StopKind, SuccessionKind, SwitchGround
from portal.db import Base, Quantity, Short, Text, Versioned


class ProviderStop(Versioned, Base):
    """The provider of a contract stops: from this day it gets nobody new (its invoices are not held yet)."""

    __tablename__ = "provider_stop"
    __table_args__ = (UniqueConstraint("contract_id"), CheckConstraint("source <> ''", name="has_a_source"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[StopKind]
    on: Mapped[date]
    source: Mapped[Short]
    settlement: Mapped[Text] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()


class HandOver(Base):
    """Trajectories of a provider that stops, given to another contract on one day."""

    __tablename__ = "hand_over"
    __table_args__ = (CheckConstraint("suitability <> ''", name="has_suitability"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_stop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider_stop.id"), index=True)
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    on: Mapped[date]
    article: Mapped[Short]
    suitability: Mapped[Text]
    consent: Mapped[Short] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    provider_stop: Mapped[ProviderStop] = relationship()
    contract_product: Mapped[ContractProduct] = relationship()


class Succession(Base):
    """One trajectory followed by another of the same participant, with what was brought along."""

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("before_id"),
        UniqueConstraint("after_id"),
        CheckConstraint("(kind = 'hand_over') = (hand_over_id IS NOT NULL)", name="hand_over_has_its_act"),
        CheckConstraint("before_id <> after_id", name="is_another"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[SuccessionKind]
    before_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    after_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    hand_over_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("hand_over.id"), index=True)
    on: Mapped[date]
    is_late: Mapped[bool] = mapped_column(default=False)
    ground: Mapped[SwitchGround | None]
    reason: Mapped[Text] = mapped_column(default="")
    hours: Mapped[Quantity]
    participation_hours: Mapped[Quantity]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    before: Mapped[Trajectory] = relationship(foreign_keys=[before_id])
    after: Mapped[Trajectory] = relationship(foreign_keys=[after_id])
