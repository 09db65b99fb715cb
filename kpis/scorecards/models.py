"""Scorecards: the judgement of a contract over a quarter, version by version, traceable to its rows."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import PerformanceAgreement, PerformanceAgreementVersion
from contracts.results.models import MonthlyRow
from kpis.scorecards.states import (
    SCORECARD,
    DisputeGround,
    LineState,
    NoJudgement,
    Quality,
    ResponseKind,
    ScorecardState,
    Verdict,
)
from portal.db import Base, Code, QuantityOrNone, Short, Text, Versioned


class Scorecard(Versioned, Base):
    """A contract judged over one period, by default a quarter."""

    __tablename__ = "scorecard"
    __table_args__ = (
        UniqueConstraint("contract_id", "period"),
        CheckConstraint("(state = 'fixed') = (fixed_at IS NOT NULL)", name="fixed_has_time"),
        CheckConstraint("(fixed_at IS NULL) = (fixed_by_id IS NULL)", name="fixed_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    period: Mapped[Code]
    first_month: Mapped[date]
    last_month: Mapped[date]
    state: Mapped[ScorecardState] = mapped_column(default=SCORECARD.initial)
    concept_at: Mapped[datetime]
    respond_until: Mapped[date]
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()


class ScorecardVersion(Base):
    """One computation of a scorecard; once fixed it never changes."""

    __tablename__ = "scorecard_version"
    __table_args__ = (UniqueConstraint("scorecard_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"))
    number: Mapped[int]
    computed_at: Mapped[datetime]
    computed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[Text] = mapped_column(default="")
    months: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    fixed_at: Mapped[datetime | None]
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))

    scorecard: Mapped[Scorecard] = relationship()


class ScorecardLine(Base):
    """One prestatieafspraak on a version: the norm, the counts, and how they stand to each other.

    ``months`` and ``municipalities`` hold the figures as judged: a list of
    {"month"|"municipality", "numerator", "denominator", "counted", "why"} with numbers as text.
    """

    __tablename__ = "scorecard_line"
    __table_args__ = (
        UniqueConstraint("version_id", "performance_agreement_id"),
        CheckConstraint("(state = 'none') = (no_judgement IS NOT NULL)", name="no_judgement_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_version.id"), index=True)
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    performance_agreement_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("performance_agreement_version.id")
    )
    adjustment_claim_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("adjustment_claim.id"))
    position: Mapped[int]
    measure: Mapped[Code]
    measure_version: Mapped[int]
    numerator: Mapped[QuantityOrNone]
    denominator: Mapped[QuantityOrNone]
    counted: Mapped[int]
    excluded: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    months_expected: Mapped[int]
    months_delivered: Mapped[int]
    state: Mapped[LineState]
    no_judgement: Mapped[NoJudgement | None]
    quality: Mapped[Quality]
    note: Mapped[Short] = mapped_column(default="")
    months: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    municipalities: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    trend: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    version: Mapped[ScorecardVersion] = relationship()
    performance_agreement: Mapped[PerformanceAgreement] = relationship()
    agreement_version: Mapped[PerformanceAgreementVersion] = relationship()


class ScorecardRow(Base):
    """A monthly row behind a line: counted, or left out with a coded reason. Stored when fixed."""

    __tablename__ = "scorecard_row"
    __table_args__ = (
        CheckConstraint("counted = (exclusion = '')", name="counted_or_excluded"),
        Index("ix_scorecard_row_monthly_row", "monthly_row_id"),
    )

    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_line.id"), primary_key=True)
    monthly_row_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("monthly_row.id"), primary_key=True)
    counted: Mapped[bool]
    exclusion: Mapped[Code] = mapped_column(default="")
    numerator: Mapped[QuantityOrNone]
    denominator: Mapped[QuantityOrNone]

    line: Mapped[ScorecardLine] = relationship()
    monthly_row: Mapped[MonthlyRow] = relationship()


class ScorecardResponse(Base):
    """The provider explains or disputes a figure, within ten working days after the concept."""

    __tablename__ = "scorecard_response"
    __table_args__ = (
        CheckConstraint("(kind = 'dispute') = (ground IS NOT NULL)", name="dispute_has_ground"),
        CheckConstraint("text <> ''", name="has_text"),
        Index("ix_scorecard_response_card", "scorecard_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_line.id"))
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    kind: Mapped[ResponseKind]
    ground: Mapped[DisputeGround | None]
    text: Mapped[Text]
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))


class ScorecardDecision(Base):
    """What the contract manager decided on a line after hearing the provider.

    ``numerator`` and ``denominator`` are the figure as decided where it differs from the one computed.
    """

    __tablename__ = "scorecard_decision"
    __table_args__ = (
        CheckConstraint("(numerator IS NULL) = (denominator IS NULL)", name="figure_is_whole"),
        CheckConstraint("denominator IS NULL OR denominator > 0", name="figure_has_denominator"),
        CheckConstraint("verdict = 'as_computed' OR reason <> ''", name="deviation_has_reason"),
        Index("ix_scorecard_decision_card", "scorecard_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_line.id"))
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    response_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("scorecard_response.id"))
    verdict: Mapped[Verdict]
    state: Mapped[LineState]
    numerator: Mapped[QuantityOrNone]
    denominator: Mapped[QuantityOrNone]
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
