"""What is bought, for whom, and the dated facts that pages may cite."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation
from portal.catalogue.states import (
    Direction,
    FigureKind,
    LegalStatus,
    MeasureUnit,
    PaymentModel,
    TargetGroup,
    Unit,
    VatCategory,
)
from portal.db import Base, Code, Money, RateOrNone, Short, Text


class Municipality(Base):
    """A municipality with its CBS code; the code is text, because Zoetermeer's starts with a zero."""

    __tablename__ = "municipality"
    __table_args__ = (
        CheckConstraint("length(cbs_code) = 4", name="cbs_code_has_four_digits"),
        UniqueConstraint("cbs_code"),
        UniqueConstraint("organisation_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[Short]
    cbs_code: Mapped[Code]

    organisation: Mapped[Organisation] = relationship()


class MunicipalityFigure(Base):
    """A count of a municipality on a reference date, with where it was read."""

    __tablename__ = "municipality_figure"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        UniqueConstraint("municipality_id", "kind", "on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    kind: Mapped[FigureKind]
    on: Mapped[date]
    value: Mapped[int]
    source: Mapped[Short]

    municipality: Mapped[Municipality] = relationship()


class Product(Base):
    """Something a municipality can buy; eligibility, unit, VAT and payment are defaults for the contract."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("vat_category <> 'E' OR vat_exemption <> ''", name="exempt_has_a_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[Code]
    name: Mapped[Short]
    short_name: Mapped[Short]
    description: Mapped[Text] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    unit: Mapped[Unit]
    payment_model: Mapped[PaymentModel]
    vat_category: Mapped[VatCategory]
    vat_exemption: Mapped[Text] = mapped_column(default="")
    needs_keurmerk: Mapped[bool] = mapped_column(default=False)
    needs_diploma_recognition: Mapped[bool] = mapped_column(default=False)
    has_trajectories: Mapped[bool] = mapped_column(default=True)
    spuk_eligible: Mapped[bool] = mapped_column(default=False)


class Measure(Base):
    """A kind of figure an agreement can be about; the functions that compute it live in kpis."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[Code]
    position: Mapped[int]
    name: Mapped[Short]
    sentence: Mapped[Text]
    unit: Mapped[MeasureUnit]
    direction: Mapped[Direction]
    numerator: Mapped[Short]
    denominator: Mapped[Short]
    waiting_weeks: Mapped[int] = mapped_column(default=0)
    parameter_name: Mapped[Short] = mapped_column(default="")
    default_parameter: Mapped[int | None]
    is_reported: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Text] = mapped_column(default="")


class GlossaryTerm(Base):
    """A word of the policy with the date at which it was described so."""

    __tablename__ = "glossary_term"
    __table_args__ = (UniqueConstraint("term"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    term: Mapped[Short]
    definition: Mapped[Text]
    dated_on: Mapped[date]
    source: Mapped[Short]


class ReferenceValue(Base):
    """An amount, term or norm a page may cite: dated, with its source and its legal status."""

    __tablename__ = "reference_value"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_in_order"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[Code]
    name: Mapped[Short]
    value: Mapped[RateOrNone]
    unit: Mapped[Short]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    legal_status: Mapped[LegalStatus]
    source: Mapped[Short]
    remark: Mapped[Text] = mapped_column(default="")


class PolicyVolume(Base):
    """Numbers of people per year in the policy plan; year NULL is 'per year'."""

    __tablename__ = "policy_volume"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    position: Mapped[int]
    component: Mapped[Short]
    product_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("product.id"))
    target_group: Mapped[TargetGroup]
    year: Mapped[int | None]
    number: Mapped[int]
    remark: Mapped[Text] = mapped_column(default="")

    product: Mapped[Product | None] = relationship()


class PolicyBudgetLine(Base):
    """A line of the policy plan's budget as printed; a printed total is kept, never recomputed."""

    __tablename__ = "policy_budget_line"
    __table_args__ = (UniqueConstraint("year", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    year: Mapped[int]
    position: Mapped[int]
    label: Mapped[Short]
    amount: Mapped[Money]
    is_printed_total: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[Text] = mapped_column(default="")
