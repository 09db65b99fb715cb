"""What follows from a figure: verbeteracties, notices of default, and the talks about them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import PerformanceAgreement
from kpis.improvements.states import ACTION, NOTICE, TALK, ActionState, NoticeState, Side, TalkState
from kpis.scorecards.models import Scorecard, ScorecardLine
from portal.db import Base, Code, ShareOrNone, Short, Text, Versioned


class ImprovementAction(Versioned, Base):
    """What one side does about a figure, by when, towards which result (verbeteractie)."""

    __tablename__ = "improvement_action"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", name="uq_improvement_action_contract_number"),
        CheckConstraint("measure <> '' AND proof <> ''", name="has_measure_and_proof"),
        CheckConstraint(
            "(state IN ('achieved', 'missed', 'withdrawn')) = (closed_at IS NOT NULL)", name="closed_has_time"
        ),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"), index=True)
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_line.id"))
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("performance_agreement.id"), index=True
    )
    measure: Mapped[Text]
    owner: Mapped[Side]
    owner_function: Mapped[Short] = mapped_column(default="")
    due_on: Mapped[date]
    target: Mapped[ShareOrNone]
    proof: Mapped[Text]
    follow_up: Mapped[Code]
    state: Mapped[ActionState] = mapped_column(default=ACTION.initial)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship()
    scorecard: Mapped[Scorecard] = relationship()
    line: Mapped[ScorecardLine] = relationship()
    performance_agreement: Mapped[PerformanceAgreement] = relationship()


class ActionEntry(Base):
    """One thing said about a verbeteractie: the step, the words, the proof; never rewritten."""

    __tablename__ = "improvement_entry"
    __table_args__ = (Index("ix_improvement_entry_action", "action_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("improvement_action.id"))
    state: Mapped[ActionState]
    side: Mapped[Side]
    text: Mapped[Text] = mapped_column(default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))


class DefaultNotice(Versioned, Base):
    """A notice of default (ingebrekestelling): what falls short, what is asked, and until when."""

    __tablename__ = "default_notice"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", name="uq_default_notice_contract_number"),
        CheckConstraint("shortcoming <> '' AND demand <> '' AND basis <> ''", name="says_what_is_asked"),
        CheckConstraint("(state = 'sent') = (settled_at IS NULL)", name="settled_has_time"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint("settled_at IS NULL OR outcome <> ''", name="settled_has_outcome"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard_line.id"))
    action_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("improvement_action.id"), index=True)
    shortcoming: Mapped[Text]
    demand: Mapped[Text]
    basis: Mapped[Text]
    remedy_until: Mapped[date]
    state: Mapped[NoticeState] = mapped_column(default=NOTICE.initial)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[Text] = mapped_column(default="")

    contract: Mapped[Contract] = relationship()
    performance_agreement: Mapped[PerformanceAgreement] = relationship()
    line: Mapped[ScorecardLine] = relationship()


class ContractTalk(Versioned, Base):
    """A talk about a scorecard: ``points`` is a list of {"title", "text", "said"}, in the agenda's order."""

    __tablename__ = "contract_talk"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", name="uq_contract_talk_contract_number"),
        CheckConstraint("(state = 'recorded') = (recorded_at IS NOT NULL)", name="recorded_has_time"),
        CheckConstraint("(recorded_at IS NULL) = (recorded_by_id IS NULL)", name="recorded_has_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    scorecard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scorecard.id"), index=True)
    held_on: Mapped[date]
    state: Mapped[TalkState] = mapped_column(default=TALK.initial)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    agenda_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    minutes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))

    contract: Mapped[Contract] = relationship()
    scorecard: Mapped[Scorecard] = relationship()
