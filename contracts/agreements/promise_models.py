"""What was promised: clauses, prestatieafspraken with their versions, and what follows from them."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.agreements.models import Contract
from contracts.agreements.states import ClaimKind, SourceKind
from portal.catalogue.models import Measure
from portal.catalogue.states import Direction
from portal.db import Base, Code, Money, Share, ShareOrNone, Short, Text, Versioned


class Clause(Base):
    """An article of the contract, with the requirement or the promise it was made from."""

    __tablename__ = "clause"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint(
            "(requirement_id IS NOT NULL) OR (offer_answer_id IS NOT NULL) OR written_source <> ''",
            name="has_a_source",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[Code]
    title: Mapped[Short]
    text: Mapped[Text]
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"), index=True)
    offer_answer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer_answer.id"), index=True)
    written_source: Mapped[Text] = mapped_column(default="")

    contract: Mapped[Contract] = relationship()


class PerformanceAgreement(Versioned, Base):
    """A prestatieafspraak: its number stays, what was agreed is in the versions."""

    __tablename__ = "performance_agreement"
    __table_args__ = (UniqueConstraint("contract_id", "code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    code: Mapped[Code]
    name: Mapped[Short]

    contract: Mapped[Contract] = relationship()


class PerformanceAgreementVersion(Base):
    """What was agreed from a date on; norm and margins in the measure's unit, 90% is 0.9."""

    __tablename__ = "performance_agreement_version"
    __table_args__ = (
        UniqueConstraint("performance_agreement_id", "number"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
        CheckConstraint("near_margin >= 0 AND under_margin >= near_margin", name="margins_in_order"),
        CheckConstraint("minimum_number >= 1", name="minimum_number_positive"),
        CheckConstraint("(direction = 'signal') OR norm IS NOT NULL", name="judged_has_norm"),
        CheckConstraint(
            "(source_kind = 'promise' AND offer_answer_id IS NOT NULL)"
            " OR (source_kind = 'requirement' AND requirement_id IS NOT NULL)"
            " OR (source_kind = 'nota_answer' AND nota_answer_id IS NOT NULL)"
            " OR (source_kind = 'written' AND written_source <> '')",
            name="has_its_source",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    performance_agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("performance_agreement.id"))
    number: Mapped[int]
    measure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("measure.id"), index=True)
    clause_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("clause.id"), index=True)
    norm: Mapped[ShareOrNone]
    near_margin: Mapped[Share]
    under_margin: Mapped[Share]
    parameter: Mapped[int | None]
    minimum_number: Mapped[int] = mapped_column(default=10)
    direction: Mapped[Direction]
    is_key: Mapped[bool] = mapped_column(default=False)
    waiting_weeks: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source_kind: Mapped[SourceKind]
    offer_answer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer_answer.id"), index=True)
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"), index=True)
    nota_answer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nota_answer.id"), index=True)
    written_source: Mapped[Text] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    performance_agreement: Mapped[PerformanceAgreement] = relationship()
    measure: Mapped[Measure] = relationship()
    clause: Mapped[Clause | None] = relationship()


class AdjustmentClaim(Base):
    """A bonus or malus that kpis found and invoicing may settle."""

    __tablename__ = "adjustment_claim"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    performance_agreement_version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("performance_agreement_version.id")
    )
    kind: Mapped[ClaimKind]
    amount: Mapped[Money]
    period_code: Mapped[Code]
    reason: Mapped[Text]
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    performance_agreement_version: Mapped[PerformanceAgreementVersion] = relationship()
