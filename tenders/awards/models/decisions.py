"""Rankings and decisions: the order that was made, what was decided on it, who agreed, and the letters."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.db import Base, Code, MoneyOrNone, Share, ShareOrNone, Short, Text, Versioned
from tenders.awards.states import APPROVAL, AWARD, ApprovalState, AwardState, RefusalConsequence


class Ranking(Base):
    """The order of the offers of one lot, with the formula and bounds it was made with."""

    __tablename__ = "ranking"
    __table_args__ = (UniqueConstraint("lot_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    formula: Mapped[Code]
    price_weight: Mapped[Share]
    price_min: Mapped[MoneyOrNone]
    price_max: Mapped[MoneyOrNone]
    outside_bounds: Mapped[Code] = mapped_column(default="")
    quality_value: Mapped[MoneyOrNone]
    log_base: Mapped[ShareOrNone]
    tie_rule: Mapped[Short] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    rows: Mapped[list["RankingRow"]] = relationship(order_by="RankingRow.position")


class RankingRow(Base):
    """One offer in the order: points, price, and the calculation step by step."""

    __tablename__ = "ranking_row"
    __table_args__ = (
        UniqueConstraint("ranking_id", "offer_lot_id"),
        CheckConstraint("(rank IS NULL) = (excluded_reason <> '')", name="has_rank_or_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ranking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ranking.id"), index=True)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    position: Mapped[int]
    rank: Mapped[int | None]
    price: Mapped[MoneyOrNone]
    quality_points: Mapped[Share]
    price_points: Mapped[Share]
    total_points: Mapped[Share]
    excluded_reason: Mapped[Text] = mapped_column(default="")
    working: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Drawing(Base):
    """A drawing of lots between offers that share the first place: one person draws, another confirms (T11)."""

    __tablename__ = "drawing"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> drawn_by_id", name="two_persons"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_has_time"),
        CheckConstraint("(confirmed_at IS NULL) = (document_id IS NULL)", name="confirmed_has_record"),
        CheckConstraint("method <> ''", name="has_method"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ranking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ranking.id"), unique=True)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"))
    method: Mapped[Text]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))


class Award(Versioned, Base):
    """A decision to award a lot: its version, its own term and how it ended (practice T4)."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("lot_id", "version"),
        CheckConstraint(
            "(state IN ('draft')) OR sent_at IS NOT NULL OR state = 'withdrawn'", name="sent_has_time"
        ),
        CheckConstraint("(sent_at IS NULL) = (standstill_until IS NULL)", name="term_runs_from_sending"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')",
            name="withdrawn_has_time_and_reason",
        ),
        CheckConstraint(
            "(state = 'final') = (final_at IS NOT NULL AND final_by_id IS NOT NULL)", name="final_has_time"
        ),
        CheckConstraint("state <> 'court' OR court_since IS NOT NULL", name="court_has_date"),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", name="replaced_has_time"),
        CheckConstraint("standstill_days > 0 OR sent_at IS NULL OR no_standstill_reason <> ''", name="no_term_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    ranking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ranking.id"))
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    predecessor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award.id"))
    state: Mapped[AwardState] = mapped_column(default=AWARD.initial)
    advice: Mapped[Text]
    advantages: Mapped[Text] = mapped_column(default="")
    drawn_up_at: Mapped[datetime]
    drawn_up_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime | None]
    standstill_days: Mapped[int] = mapped_column(default=0)
    standstill_rule: Mapped[Text] = mapped_column(default="")
    standstill_until: Mapped[datetime | None]
    no_standstill_reason: Mapped[Text] = mapped_column(default="")
    summons_until: Mapped[datetime | None]
    court_since: Mapped[date | None]
    court_reference: Mapped[Short] = mapped_column(default="")
    court_ended: Mapped[date | None]
    court_outcome: Mapped[Text] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[Text] = mapped_column(default="")
    replaced_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    final_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    record_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))

    @property
    def last_day(self) -> date | None:
        """The last day of both terms in Amsterdam; the terms end when that day ends."""
        if self.standstill_until is None:
            return None
        return clock.local(self.standstill_until - timedelta(microseconds=1)).date()


class AwardApproval(Versioned, Base):
    """What a participating municipality says of the advice; silence is not consent (practice S6)."""

    __tablename__ = "award_approval"
    __table_args__ = (
        UniqueConstraint("award_id", "municipality_id"),
        CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL AND user_id IS NULL)", name="decided_has_time_and_person"
        ),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="refused_has_reason"),
        CheckConstraint("consequence IS NULL OR state = 'refused'", name="consequence_of_a_refusal"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    award_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    state: Mapped[ApprovalState] = mapped_column(default=APPROVAL.initial)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    mandate: Mapped[Short] = mapped_column(default="")
    mandate_on: Mapped[date | None]
    consequence: Mapped[RefusalConsequence | None]
    consequence_reason: Mapped[Text] = mapped_column(default="")
    reason: Mapped[Text] = mapped_column(default="")


class Letter(Versioned, Base):
    """The decision as one bidder gets it: grounds now, the PDF when it is sent."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("award_id", "offer_lot_id"),
        CheckConstraint("(sent_at IS NULL) = (document_id IS NULL)", name="sent_has_document"),
        CheckConstraint("sent_at IS NULL OR grounds <> ''", name="sent_has_grounds"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    award_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award.id"), index=True)
    offer_lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer_lot.id"), index=True)
    grounds: Mapped[Text] = mapped_column(default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("document.id"))
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
