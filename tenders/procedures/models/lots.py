"""Lots with products, municipalities, volumes and price lines; requirements and award criteria."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Measure, Municipality, Product
from portal.catalogue.states import Unit, VatCategory
from portal.db import (
    Base,
    Code,
    MoneyOrNone,
    Quantity,
    QuantityOrNone,
    RateOrNone,
    Share,
    ShareOrNone,
    Short,
    Text,
    Versioned,
)
from tenders.consultations.models import Finding
from tenders.procedures.models.procedure import Procedure
from tenders.procedures.states import (
    LOT,
    DistributionRule,
    LotState,
    OutsideBounds,
    Participation,
    PriceFormula,
    PriceModel,
    RequirementAspect,
    RequirementKind,
)


class Lot(Versioned, Base):
    """A part of a tender that is offered on and awarded on its own (perceel)."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason <> '')",
            name="withdrawn_has_time_and_reason",
        ),
        CheckConstraint("(state = 'awarded') = (awarded_at IS NOT NULL)", name="awarded_has_time"),
        CheckConstraint("ceiling_amount IS NULL OR ceiling_amount > 0", name="ceiling_is_positive"),
        CheckConstraint(
            "price_floor IS NULL OR price_cap IS NULL OR price_cap > price_floor", name="price_bounds_in_order"
        ),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on", name="term_in_order"),
        CheckConstraint("estimated_amount IS NULL OR estimated_amount > 0", name="estimate_is_positive"),
        CheckConstraint("winners > 0 AND waiting_list >= 0", name="winners_and_waiting_list"),
        CheckConstraint("quality_value IS NULL OR quality_value > 0", name="quality_value_is_positive"),
        CheckConstraint("log_base IS NULL OR log_base > 1000000", name="log_base_is_more_than_one"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    number: Mapped[int]
    title: Mapped[Short]
    description: Mapped[Text] = mapped_column(default="")
    state: Mapped[LotState] = mapped_column(default=LOT.initial)

    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    extension_count: Mapped[int] = mapped_column(default=0)
    extension_months: Mapped[int] = mapped_column(default=0)
    run_off_months: Mapped[int] = mapped_column(default=0)
    estimated_amount: Mapped[MoneyOrNone]
    ceiling_amount: Mapped[MoneyOrNone]
    ceiling_quantity: Mapped[QuantityOrNone]

    winners: Mapped[int] = mapped_column(default=1)
    waiting_list: Mapped[int] = mapped_column(default=0)
    distribution_rule: Mapped[DistributionRule | None]
    distribution_text: Mapped[Text] = mapped_column(default="")

    price_formula: Mapped[PriceFormula] = mapped_column(default=PriceFormula.WEIGHTED_FACTOR)
    price_weight: Mapped[ShareOrNone]
    price_floor: Mapped[MoneyOrNone]
    price_cap: Mapped[MoneyOrNone]
    outside_bounds: Mapped[OutsideBounds | None]
    quality_value: Mapped[MoneyOrNone]
    log_base: Mapped[ShareOrNone]
    price_rationale: Mapped[Text] = mapped_column(default="")

    awarded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[Text] = mapped_column(default="")

    procedure: Mapped[Procedure] = relationship()
    products: Mapped[list["LotProduct"]] = relationship(back_populates="lot", order_by="LotProduct.position")
    municipalities: Mapped[list["LotMunicipality"]] = relationship(
        back_populates="lot", order_by="LotMunicipality.position"
    )
    criteria: Mapped[list["AwardCriterion"]] = relationship(back_populates="lot", order_by="AwardCriterion.position")


class LotProduct(Base):
    """A product of the catalogue in a lot; prices and volumes hang here, not on the lot."""

    __tablename__ = "lot_product"
    __table_args__ = (UniqueConstraint("lot_id", "product_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int] = mapped_column(default=1)

    lot: Mapped[Lot] = relationship(back_populates="products")
    product: Mapped[Product] = relationship()


class LotMunicipality(Base):
    """A municipality that may use the contract of this lot, fixed at publication (practice D8)."""

    __tablename__ = "lot_municipality"
    __table_args__ = (UniqueConstraint("lot_id", "municipality_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    participation: Mapped[Participation] = mapped_column(default=Participation.PARTICIPANT)
    position: Mapped[int] = mapped_column(default=1)

    lot: Mapped[Lot] = relationship(back_populates="municipalities")
    municipality: Mapped[Municipality] = relationship()


class LotVolume(Base):
    """How many units one municipality expects of one product in one year; no promise to buy."""

    __tablename__ = "lot_volume"
    __table_args__ = (
        UniqueConstraint("lot_municipality_id", "lot_product_id", "year"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot_municipality.id"), index=True)
    lot_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot_product.id"), index=True)
    year: Mapped[int]
    quantity: Mapped[Quantity]

    lot_municipality: Mapped[LotMunicipality] = relationship()
    lot_product: Mapped[LotProduct] = relationship()


class LotPriceLine(Versioned, Base):
    """A price asked for: one unit of one product, with the quantity it counts for in the total.

    ``fixed``: floor and cap are equal; ``ceiling``: cap only; ``band``: both; ``open``: none.
    """

    __tablename__ = "lot_price_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint(
            "(price_model = 'open' AND rate_floor IS NULL AND rate_cap IS NULL)"
            " OR (price_model = 'fixed' AND rate_floor IS NOT NULL AND rate_floor = rate_cap)"
            " OR (price_model = 'ceiling' AND rate_floor IS NULL AND rate_cap IS NOT NULL)"
            " OR (price_model = 'band' AND rate_floor IS NOT NULL AND rate_cap > rate_floor)",
            name="model_has_its_rates",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot_product.id"), index=True)
    position: Mapped[int]
    title: Mapped[Short]
    unit: Mapped[Unit]
    vat_category: Mapped[VatCategory]
    quantity: Mapped[Quantity]
    price_model: Mapped[PriceModel] = mapped_column(default=PriceModel.OPEN)
    rate_floor: Mapped[RateOrNone]
    rate_cap: Mapped[RateOrNone]

    lot_product: Mapped[LotProduct] = relationship()


class Requirement(Versioned, Base):
    """A suitability requirement, a knock-out, or an item of the programma van eisen.

    Suitability is never an automatic knock-out: a person decides on the evidence (practice T5).
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("procedure_id", "kind", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"), index=True)
    lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[RequirementKind]
    number: Mapped[int]
    title: Mapped[Short]
    text: Mapped[Text]
    evidence: Mapped[Text] = mapped_column(default="")
    is_keurmerk: Mapped[bool] = mapped_column(default=False)
    aspect: Mapped[RequirementAspect] = mapped_column(default=RequirementAspect.OTHER)
    competence: Mapped[Short] = mapped_column(default="")
    reason: Mapped[Text] = mapped_column(default="")
    uea_code: Mapped[Code] = mapped_column(default="")

    procedure: Mapped[Procedure] = relationship()
    lot: Mapped[Lot | None] = relationship()


class AwardCriterion(Versioned, Base):
    """A quality criterion of a lot; weight is a fraction, with the price weight they make 1.

    Sub-criteria are criteria of their own that share a `group_title`: each has its weight and its score,
    and the weight of the group is their sum.
    With a measure the bidder promises a value, which becomes a prestatieafspraak of the contract.
    """

    __tablename__ = "award_criterion"
    __table_args__ = (
        UniqueConstraint("lot_id", "position"),
        CheckConstraint("weight > 0", name="weight_is_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award_criterion.id"))
    position: Mapped[int]
    group_title: Mapped[Short] = mapped_column(default="")
    title: Mapped[Short]
    description: Mapped[Text]
    weight: Mapped[Share]
    minimum_score: Mapped[int | None]
    measure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("measure.id"))
    promise_text: Mapped[Text] = mapped_column(default="")

    lot: Mapped[Lot] = relationship(back_populates="criteria")
    measure: Mapped[Measure | None] = relationship()

    @property
    def full_title(self) -> str:
        """The title with its group in front, where it has one."""
        return f"{self.group_title}: {self.title}" if self.group_title else self.title


class FindingUse(Base):
    """What a finding of the market consultation led to: exactly one thing in the tender."""

    __tablename__ = "finding_use"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN requirement_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN criterion_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN question_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="exactly_one_target",
        ),
        UniqueConstraint("finding_id", "requirement_id"),
        UniqueConstraint("finding_id", "criterion_id"),
        UniqueConstraint("finding_id", "question_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    finding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("finding.id"), index=True)
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"), index=True)
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award_criterion.id"), index=True)
    question_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("question.id"), index=True)

    finding: Mapped[Finding] = relationship()
    requirement: Mapped[Requirement | None] = relationship()
    criterion: Mapped[AwardCriterion | None] = relationship()
