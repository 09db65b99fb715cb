"""What a party still owes beside the lessons: obligations with owner and proof, and the register looked at."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.duty_states import DutyKind, DutyOwner
from contracts.agreements.models import Contract
from contracts.agreements.states import QualityMarkKind, QualityMarkState
from portal.accounts.models import Organisation
from portal.db import Base, Short, Versioned


class Duty(Versioned, Base):
    """An obligation of a contract with the day it is due and the proof that it was met."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("(met_on IS NULL) = (proof = '')", name="met_has_proof"),
        CheckConstraint("(met_on IS NULL) = (met_at IS NULL)", name="met_has_time"),
        CheckConstraint("repeat_months IS NULL OR repeat_months > 0", name="repeat_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[DutyKind]
    title: Mapped[Short]
    owner: Mapped[DutyOwner]
    due_on: Mapped[date]
    repeat_months: Mapped[int | None]
    met_on: Mapped[date | None]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    proof: Mapped[Short] = mapped_column(default="")
    recorded_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship()


class QualityMarkCheck(Base):
    """Somebody looked in the public register on a day and saw this state (practice.md C3)."""

    __tablename__ = "quality_mark_check"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[QualityMarkKind]
    checked_on: Mapped[date]
    seen: Mapped[QualityMarkState]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation] = relationship()
