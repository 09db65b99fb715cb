"""Read the catalogue: products, municipalities, measures and the dated facts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from portal.catalogue.models import (
    GlossaryTerm,
    Measure,
    Municipality,
    MunicipalityFigure,
    PolicyBudgetLine,
    PolicyVolume,
    Product,
    ReferenceValue,
)
from portal.catalogue.rules import unspecified_difference
from portal.catalogue.states import FigureKind
from portal.db import db
from portal.errors import NotFound


@dataclass(frozen=True)
class BudgetYear:
    """One year of the policy plan's budget: lines, printed total, and what they differ (euros)."""

    year: int
    lines: list[PolicyBudgetLine]
    printed_total: Decimal
    difference: Decimal


@dataclass(frozen=True)
class MunicipalityFacts:
    """A municipality with its newest number of inhabitants."""

    municipality: Municipality
    inhabitants: MunicipalityFigure | None


def products() -> Sequence[Product]:
    """Return every product in the order of the catalogue."""
    return db.session.scalars(select(Product).order_by(Product.position)).all()


def product_by_code(code: str) -> Product:
    """Return a product by its code, such as "B1".

    Raises:
        NotFound: there is no such product.
    """
    found = db.session.scalars(select(Product).where(Product.code == code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def municipalities() -> Sequence[Municipality]:
    """Return every municipality by name."""
    return db.session.scalars(select(Municipality).order_by(Municipality.name)).all()


def municipality_by_name(name: str) -> Municipality:
    """Return a municipality by its name.

    Raises:
        NotFound: there is no such municipality.
    """
    found = db.session.scalars(select(Municipality).where(Municipality.name == name)).one_or_none()
    if found is None:
        raise NotFound
    return found


def municipality_of(organisation_id: uuid.UUID | None) -> Municipality | None:
    """Return the municipality an organisation is, or None for a provider."""
    if organisation_id is None:
        return None
    return db.session.scalars(
        select(Municipality).where(Municipality.organisation_id == organisation_id)
    ).one_or_none()


def measures() -> Sequence[Measure]:
    """Return every measure in the order of the catalogue."""
    return db.session.scalars(select(Measure).order_by(Measure.position)).all()


def measure_by_code(code: str) -> Measure:
    """Return a measure by its code, such as "attendance".

    Raises:
        NotFound: there is no such measure.
    """
    found = db.session.scalars(select(Measure).where(Measure.code == code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def municipality_facts() -> list[MunicipalityFacts]:
    """Return every municipality with its newest number of inhabitants, in two statements."""
    figures = db.session.scalars(
        select(MunicipalityFigure)
        .where(MunicipalityFigure.kind == FigureKind.INHABITANTS)
        .order_by(MunicipalityFigure.on)
    )
    newest = {figure.municipality_id: figure for figure in figures}
    return [MunicipalityFacts(one, newest.get(one.id)) for one in municipalities()]


def figure_on(municipality_id: uuid.UUID, kind: FigureKind, on: date) -> MunicipalityFigure | None:
    """Return the newest figure of a municipality with a reference date on or before the day."""
    return db.session.scalars(
        select(MunicipalityFigure)
        .where(
            MunicipalityFigure.municipality_id == municipality_id,
            MunicipalityFigure.kind == kind,
            MunicipalityFigure.on <= on,
        )
        .order_by(MunicipalityFigure.on.desc())
        .limit(1)
    ).first()


def reference_value(code: str, on: date) -> ReferenceValue | None:
    """Return the dated value that holds on a day, or None when the table has none (never guess)."""
    return db.session.scalars(
        select(ReferenceValue)
        .where(ReferenceValue.code == code, ReferenceValue.valid_from <= on)
        .where((ReferenceValue.valid_until.is_(None)) | (ReferenceValue.valid_until >= on))
        .order_by(ReferenceValue.valid_from.desc())
        .limit(1)
    ).first()


def reference_values() -> Sequence[ReferenceValue]:
    """Return every dated value, by name and newest first."""
    return db.session.scalars(
        select(ReferenceValue).order_by(ReferenceValue.valid_from.desc(), ReferenceValue.name)
    ).all()


def glossary() -> Sequence[GlossaryTerm]:
    """Return every word of the glossary by alphabet."""
    return db.session.scalars(select(GlossaryTerm).order_by(GlossaryTerm.term)).all()


def policy_volumes() -> Sequence[PolicyVolume]:
    """Return the numbers of people of the policy plan as printed."""
    return db.session.scalars(select(PolicyVolume).order_by(PolicyVolume.position)).all()


def policy_budget() -> list[BudgetYear]:
    """Return the policy plan's budget per year, with the difference its printed total leaves unexplained."""
    rows = db.session.scalars(
        select(PolicyBudgetLine).order_by(PolicyBudgetLine.year, PolicyBudgetLine.position)
    ).all()
    years = sorted({row.year for row in rows})
    return [_budget_year(year, [row for row in rows if row.year == year]) for year in years]


def _budget_year(year: int, rows: list[PolicyBudgetLine]) -> BudgetYear:
    lines = [row for row in rows if not row.is_printed_total]
    total = next((row.amount for row in rows if row.is_printed_total), Decimal(0))
    return BudgetYear(year, lines, total, unspecified_difference([row.amount for row in lines], total))
