"""What was agreed about bonus and malus on a prestatieafspraak; kpis works it out, invoicing settles it."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.promise_models import PerformanceAgreement
from contracts.agreements.states import ClaimKind
from portal.db import Base, Share, Text


class AdjustmentRule(Base):
    """So much of the invoiced amount per point above or below the norm, with a maximum; a change is a new row.

    ``per_point`` and ``most`` are fractions of the net amount of the quarter: 0.005 is half a percent (stored in millionths).
    """

    __tablename__ = "adjustment_rule"
    __table_args__ = (
        UniqueConstraint(
            "performance_agreement_id", "kind", "valid_from", name="uq_adjustment_rule_agreement_kind_from"
        ),
        CheckConstraint("per_point > 0 AND most >= per_point AND most <= 1000000", name="shares_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    kind: Mapped[ClaimKind]
    per_point: Mapped[Share]
    most: Mapped[Share]
    valid_from: Mapped[date]
    source: Mapped[Text]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    performance_agreement: Mapped[PerformanceAgreement] = relationship()
