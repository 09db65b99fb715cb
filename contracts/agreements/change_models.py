"""Amendments of a contract: their ground in law, what changes from what to what, and who agreed."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.change_states import AMENDMENT, AmendmentState, FieldKind
from contracts.agreements.models import Contract
from contracts.agreements.promise_models import Clause
from portal.catalogue.models import Municipality
from portal.db import Base, Code, Money, ShareOrNone, Short, Text, Versioned


class AmendmentGround(Base):
    """A ground of the law for changing a contract without a new tender: dated, with its conditions as data."""

    __tablename__ = "amendment_ground"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[Code]
    article: Mapped[Short]
    name: Mapped[Short]
    explanation: Mapped[Text]
    limit_share: Mapped[ShareOrNone]
    is_cumulative: Mapped[bool] = mapped_column(default=False)
    needs_notice: Mapped[bool] = mapped_column(default=False)
    needs_clause: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[Short]


class Amendment(Versioned, Base):
    """A change of one contract; it counts when it is settled, after the consents and the notice it needs."""

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("(state = 'in_force') = (settled_at IS NOT NULL)", name="settled_has_time"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')",
            name="withdrawn_has_time_and_reason",
        ),
        CheckConstraint("(notice_on IS NULL) = (notice_number = '')", name="notice_has_date_and_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    title: Mapped[Short]
    reason: Mapped[Text]
    ground_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("amendment_ground.id"))
    clause_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("clause.id"))
    value_effect: Mapped[Money]
    effective_on: Mapped[date]
    state: Mapped[AmendmentState] = mapped_column(default=AMENDMENT.initial)
    needs_consent: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime | None]
    notice_number: Mapped[Code] = mapped_column(default="")
    notice_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[Text] = mapped_column(default="")

    contract: Mapped[Contract] = relationship()
    ground: Mapped[AmendmentGround] = relationship()
    clause: Mapped[Clause | None] = relationship()


class AmendmentField(Base):
    """One part of the contract with what stood there and what will; both stay as they were written down."""

    __tablename__ = "amendment_field"
    __table_args__ = (
        UniqueConstraint("amendment_id", "position"),
        CheckConstraint("before <> after", name="is_a_change"),
        CheckConstraint(
            "(kind IN ('joins', 'leaves')) = (municipality_id IS NOT NULL)", name="joining_has_municipality"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    amendment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("amendment.id"))
    position: Mapped[int]
    kind: Mapped[FieldKind]
    label: Mapped[Short]
    before: Mapped[Text]
    after: Mapped[Text]
    municipality_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("municipality.id"))

    amendment: Mapped[Amendment] = relationship()
    municipality: Mapped[Municipality | None] = relationship()


class AmendmentConsent(Base):
    """What a participating municipality said of an amendment, with its own decision."""

    __tablename__ = "amendment_consent"
    __table_args__ = (
        UniqueConstraint("amendment_id", "municipality_id"),
        CheckConstraint("agrees OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    amendment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("amendment.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    agrees: Mapped[bool]
    decision: Mapped[Short] = mapped_column(default="")
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    amendment: Mapped[Amendment] = relationship()
    municipality: Mapped[Municipality] = relationship()
