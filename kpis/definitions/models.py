"""Dated numbers about a trajectory that a monthly report does not hold: no person, no reason."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.trajectories.models import Trajectory
from kpis.definitions.states import RecordKind
from portal.db import Base, Quantity, Short


class TrajectoryRecord(Base):
    """One number on one day with its source; a mistake is withdrawn, never rewritten."""

    __tablename__ = "trajectory_record"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("source <> ''", name="has_a_source"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_has_person"),
        Index("ix_trajectory_record_trajectory_on", "trajectory_id", "on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    trajectory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trajectory.id"))
    kind: Mapped[RecordKind]
    on: Mapped[date]
    value: Mapped[Quantity]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    trajectory: Mapped[Trajectory] = relationship()
