"""Judging: who declared what, who scored what and why, and what the team agreed on. Decided things are stored."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Share, ShareOrNone, Text, Versioned
from tenders.awards.states import ASSESSMENT, AssessmentCause, AssessmentState, RequirementVerdict


class Declaration(Base):
    """An assessor's statement about interests, before the first score (art. 1.10b Aw)."""

    __tablename__ = "declaration"
    __table_args__ = (CheckConstraint("NOT has_interest OR explanation <> ''", name="interest_is_explained"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure_member.id"), unique=True)
    has_interest: Mapped[bool]
    explanation: Mapped[Text] = mapped_column(default="")
    declared_at: Mapped[datetime]


class Assessment(Versioned, Base):
    """The judging of one lot: scores first, then the consensus that fixes the quality.

    A herbeoordeling is a new version with a new team; the first set stays as it is (practice T4).
    With a criterion only that one is scored again and the rest is taken over.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("lot_id", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="again_has_reason"),
        CheckConstraint("(version = 1) = (predecessor_id IS NULL)", name="again_has_predecessor"),
        CheckConstraint(
            "(state = 'fixed') = (fixed_at IS NOT NULL AND fixed_by_id IS NOT NULL)",
            name="fixed_has_time_and_person",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    predecessor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"))
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award_criterion.id"))
    cause: Mapped[AssessmentCause] = mapped_column(default=AssessmentCause.FIRST)
    reason: Mapped[Text] = mapped_column(default="")
    state: Mapped[AssessmentState] = mapped_column(default=ASSESSMENT.initial)
    started_at: Mapped[datetime]
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))


class AssessmentMember(Base):
    """A member of the new team of a herbeoordeling; the first judging has the assessors of the tender."""

    __tablename__ = "assessment_member"
    __table_args__ = (UniqueConstraint("assessment_id", "procedure_member_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    procedure_member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure_member.id"), index=True)
    is_chair: Mapped[bool] = mapped_column(default=False)


class Score(Versioned, Base):
    """What one assessor gives one offer on one criterion, with the reason."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint(
            "assessment_id", "offer_lot_id", "criterion_id", "procedure_member_id", name="score_once_per_judging"
        ),
        CheckConstraint(
            "submitted_at IS NULL OR (score IS NOT NULL AND reason <> '')", name="submitted_is_whole"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award_criterion.id"), index=True)
    procedure_member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure_member.id"), index=True)
    score: Mapped[ShareOrNone]
    reason: Mapped[Text] = mapped_column(default="")
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class Consensus(Versioned, Base):
    """The score the team agreed on, with the reason that goes into the letter."""

    __tablename__ = "consensus"
    __table_args__ = (
        UniqueConstraint("assessment_id", "offer_lot_id", "criterion_id"),
        CheckConstraint("reason <> ''", name="has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award_criterion.id"), index=True)
    score: Mapped[Share]
    reason: Mapped[Text]
    taken_over: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))


class RequirementDecision(Versioned, Base):
    """Whether an offer meets a requirement, decided by a person and never by the portal (practice T5)."""

    __tablename__ = "requirement_decision"
    __table_args__ = (
        UniqueConstraint("offer_lot_id", "requirement_id"),
        CheckConstraint("reason <> ''", name="has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement.id"), index=True)
    verdict: Mapped[RequirementVerdict]
    reason: Mapped[Text]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
