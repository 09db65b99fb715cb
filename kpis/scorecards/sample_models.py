"""The sample with which a quarter is verified on site: which rows, found or not; never the lists (C10)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.results.models import MonthlyRow
from kpis.scorecards.models import Scorecard
from portal.db import Base, Short, Versioned


class ScorecardSample(Versioned, Base):
    """Rows of a quarter drawn by chance; the seed makes the draw repeatable."""

    __tablename__ = "scorecard_sample"
    __table_args__ = (
        UniqueConstraint("scorecard_id"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("(finished_at IS NULL) = (finished_by_id IS NULL)", name="finished_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"))
    seed: Mapped[int]
    size: Mapped[int]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    finished_at: Mapped[datetime | None]
    finished_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    scorecard: Mapped[Scorecard] = relationship()


class SampleRow(Base):
    """One drawn row: found in the provider's presence registration or not, and what differed."""

    __tablename__ = "sample_row"
    __table_args__ = (
        CheckConstraint("found IS NOT FALSE OR difference <> ''", name="not_found_says_what"),
    )

    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_sample.id"), primary_key=True)
    monthly_row_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_row.id"), primary_key=True)
    position: Mapped[int]
    found: Mapped[bool | None]
    difference: Mapped[Short] = mapped_column(default="")

    monthly_row: Mapped[MonthlyRow] = relationship()
