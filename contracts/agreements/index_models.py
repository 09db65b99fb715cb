"""Indexation: price index series entered by finance, the clause of a contract, and each run that was made."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract
from contracts.agreements.price_models import PriceLine, PriceVersion
from portal.db import Base, Code, Quantity, Rate, Share, ShareOrNone, Short, Text, Versioned


class IndexSeries(Base):
    """A price index that is published elsewhere; the figures are entered by finance."""

    __tablename__ = "index_series"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[Code]
    name: Mapped[Short]
    source: Mapped[Short]


class IndexFigure(Base):
    """The index of one month as it was read on a day; a correction is a new row and the old one stays."""

    __tablename__ = "index_figure"
    __table_args__ = (
        UniqueConstraint("series_id", "month", "number"),
        CheckConstraint("value > 0", name="value_positive"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_series.id"))
    month: Mapped[date]
    number: Mapped[int]
    value: Mapped[Quantity]
    source: Mapped[Short]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    series: Mapped[IndexSeries] = relationship()


class IndexClause(Versioned, Base):
    """How the prices of a contract follow an index: which one, from which month, how far and how rounded."""

    __tablename__ = "index_clause"
    __table_args__ = (
        UniqueConstraint("contract_id"),
        CheckConstraint("cap IS NULL OR cap > 0", name="cap_positive"),
        CheckConstraint("percent_places BETWEEN 0 AND 4", name="percent_places_in_range"),
        CheckConstraint("rate_places BETWEEN 0 AND 4", name="rate_places_in_range"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_series.id"))
    base_month: Mapped[date]
    cap: Mapped[ShareOrNone]
    percent_places: Mapped[int] = mapped_column(default=2)
    rate_places: Mapped[int] = mapped_column(default=2)
    source: Mapped[Short]
    recorded_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship()
    series: Mapped[IndexSeries] = relationship()


class IndexRun(Base):
    """One indexation as it was worked out and applied; nothing in it is computed again."""

    __tablename__ = "index_run"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("to_month > from_month", name="months_in_order"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    from_figure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_figure.id"))
    to_figure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_figure.id"))
    from_month: Mapped[date]
    to_month: Mapped[date]
    from_value: Mapped[Quantity]
    to_value: Mapped[Quantity]
    raw_share: Mapped[Share]
    applied_share: Mapped[Share]
    cap: Mapped[ShareOrNone]
    effective_on: Mapped[date]
    remark: Mapped[Text] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()


class IndexRunLine(Base):
    """A price before and after one indexation, and the price version it made."""

    __tablename__ = "index_run_line"
    __table_args__ = (UniqueConstraint("index_run_id", "price_line_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    index_run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_run.id"))
    price_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_line.id"))
    price_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_version.id"))
    old_rate: Mapped[Rate]
    new_rate: Mapped[Rate]

    index_run: Mapped[IndexRun] = relationship()
    price_line: Mapped[PriceLine] = relationship()
    price_version: Mapped[PriceVersion] = relationship()
