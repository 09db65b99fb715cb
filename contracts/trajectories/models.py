"""Trajectories under a pseudonymous number: no personal data, everything that can change is dated."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import ContractParty, ContractProduct
from contracts.trajectories.states import (
    TRAJECTORY,
    Certainty,
    EventKind,
    EventOwner,
    RefusalReason,
    StopReason,
    TrajectoryState,
)
from portal.catalogue.models import Municipality
from portal.catalogue.states import TargetGroup
from portal.db import Base, Code, Quantity, Short, Text, Versioned


class Trajectory(Versioned, Base):
    """One participant's way through one product; who that is, the portal does not know."""

    __tablename__ = "trajectory"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_trajectory_product_state", "contract_product_id", "state"),
        CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint(
            "(state = 'stopped') = (stopped_on IS NOT NULL AND stop_reason IS NOT NULL)",
            name="stopped_has_date_and_reason",
        ),
        CheckConstraint("(state = 'finished') = (finished_on IS NOT NULL)", name="finished_has_date"),
        CheckConstraint("(state = 'waiting') = (waiting_since IS NOT NULL)", name="waiting_has_date"),
        CheckConstraint(
            "(state = 'interrupted') = (interrupted_on IS NOT NULL)", name="interrupted_has_date"
        ),
        CheckConstraint("(state <> 'started') OR started_on IS NOT NULL", name="started_has_date"),
        CheckConstraint("term_starts_on > pip_on AND term_ends_on > term_starts_on", name="term_in_order"),
        CheckConstraint(
            "(brought_hours = 0 AND brought_participation_hours = 0 AND brought_exam_parts = '')"
            " OR brought_source <> ''",
            name="brought_has_source",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[Code]
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"))
    contract_party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_party.id"), index=True)
    placed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    state: Mapped[TrajectoryState] = mapped_column(default=TRAJECTORY.initial)
    target_group: Mapped[TargetGroup]
    pip_on: Mapped[date]
    term_starts_on: Mapped[date]
    term_ends_on: Mapped[date]
    referred_on: Mapped[date]
    referred_at: Mapped[datetime]
    referred_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_on: Mapped[date | None]
    refusal_reason: Mapped[RefusalReason | None]
    waiting_since: Mapped[date | None]
    started_on: Mapped[date | None]
    interrupted_on: Mapped[date | None]
    return_expected_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[StopReason | None]
    finished_on: Mapped[date | None]
    brought_hours: Mapped[Quantity]
    brought_participation_hours: Mapped[Quantity]
    brought_exam_parts: Mapped[Short] = mapped_column(default="")
    brought_source: Mapped[Short] = mapped_column(default="")
    remark: Mapped[Text] = mapped_column(default="")

    contract_product: Mapped[ContractProduct] = relationship()
    contract_party: Mapped[ContractParty] = relationship()
    placed_by: Mapped[Municipality] = relationship()


class TrajectoryResidence(Base):
    """The municipality of residence from a date; NULL is outside the cooperating municipalities."""

    __tablename__ = "trajectory_residence"
    __table_args__ = (UniqueConstraint("trajectory_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    trajectory: Mapped[Trajectory] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class TrajectoryProduct(Base):
    """The contract product from a date: a switch of route is a new row."""

    __tablename__ = "trajectory_product"
    __table_args__ = (UniqueConstraint("trajectory_id", "valid_from"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    contract_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_product.id"), index=True)
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]

    trajectory: Mapped[Trajectory] = relationship()
    contract_product: Mapped[ContractProduct] = relationship()


class TrajectoryTerm(Base):
    """The end of the inburgeringstermijn as it was set or extended."""

    __tablename__ = "trajectory_term"
    __table_args__ = (CheckConstraint("source <> ''", name="has_a_source"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"), index=True)
    ends_on: Mapped[date]
    decided_on: Mapped[date]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]

    trajectory: Mapped[Trajectory] = relationship()


class TrajectoryEvent(Base):
    """Something that happened, with its one owner; provisional until that owner confirmed it."""

    __tablename__ = "trajectory_event"
    __table_args__ = (
        Index("ix_trajectory_event_trajectory_on", "trajectory_id", "on"),
        CheckConstraint("(certainty = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_time"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    kind: Mapped[EventKind]
    on: Mapped[date]
    part: Mapped[Code] = mapped_column(default="")
    owner: Mapped[EventOwner]
    certainty: Mapped[Certainty]
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    trajectory: Mapped[Trajectory] = relationship()
