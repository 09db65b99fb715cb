"""Work that takes longer than a request may: this row is the truth, the queue only a bell."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Short, Text
from portal.jobs.states import JOB, JobState


class Job(Base):
    """One piece of work: what, for whom, how far, and what came out."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="ended_has_time"),
        CheckConstraint("(state = 'failed') = (error <> '')", name="failed_has_error"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_percentage"),
        Index("ix_job_state_created", "state", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Code]
    title: Mapped[Short] = mapped_column(default="")
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[JobState] = mapped_column(default=JOB.initial)
    progress: Mapped[int] = mapped_column(default=0)
    progress_text: Mapped[Short] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[Text] = mapped_column(default="")
