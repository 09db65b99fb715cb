"""Editions of the council report: what was published, so that a later edition gives nothing more away."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Municipality
from portal.db import Base


class CouncilReport(Base):
    """One edition over one year; ``hidden`` lists per table the cells that were not shown, as "row|column"."""

    __tablename__ = "council_report"
    __table_args__ = (
        UniqueConstraint(
            "municipality_id", "year", "number", name="uq_council_report_municipality_year_number"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    year: Mapped[int]
    number: Mapped[int]
    hidden: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    workbook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    paper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))

    municipality: Mapped[Municipality] = relationship()
