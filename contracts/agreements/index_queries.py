"""Read index series and the indexations of a contract."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contracts.agreements.index_models import IndexClause, IndexFigure, IndexRun, IndexRunLine, IndexSeries
from contracts.agreements.index_rules import factor
from contracts.agreements.models import Contract
from portal.db import db
from portal.errors import NotFound


def all_series() -> Sequence[IndexSeries]:
    """Return the index series by name."""
    return db.session.scalars(select(IndexSeries).order_by(IndexSeries.name)).all()


def series_for(code: str) -> IndexSeries:
    """Return an index series by its code.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(select(IndexSeries).where(IndexSeries.code == code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def figures_of(series: IndexSeries) -> Sequence[IndexFigure]:
    """Return the figures of a series, the newest month first and its newest reading first."""
    return db.session.scalars(
        select(IndexFigure)
        .where(IndexFigure.series_id == series.id)
        .order_by(IndexFigure.month.desc(), IndexFigure.number.desc())
    ).all()


def figure_of(series_id: uuid.UUID, month: date) -> IndexFigure | None:
    """Return the newest reading of a month, or None."""
    return db.session.scalars(
        select(IndexFigure)
        .where(IndexFigure.series_id == series_id, IndexFigure.month == month)
        .order_by(IndexFigure.number.desc())
        .limit(1)
    ).first()


def clause_of(contract: Contract) -> IndexClause | None:
    """Return how the prices of a contract follow an index; None when they do not."""
    return db.session.scalars(
        select(IndexClause).options(joinedload(IndexClause.series)).where(IndexClause.contract_id == contract.id)
    ).one_or_none()


def runs_of(contract: Contract) -> Sequence[IndexRun]:
    """Return the indexations of a contract, newest first."""
    return db.session.scalars(
        select(IndexRun).where(IndexRun.contract_id == contract.id).order_by(IndexRun.number.desc())
    ).all()


def run_for(contract: Contract, number: int) -> IndexRun:
    """Return one indexation of a contract.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in runs_of(contract) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def lines_of(run: IndexRun) -> Sequence[IndexRunLine]:
    """Return the prices of one indexation, before and after."""
    return db.session.scalars(
        select(IndexRunLine)
        .options(joinedload(IndexRunLine.price_line))
        .where(IndexRunLine.index_run_id == run.id)
        .order_by(IndexRunLine.new_rate.desc(), IndexRunLine.id)
    ).all()


def factor_on(contract: Contract, day: date) -> Decimal:
    """Return by how much the indexations up to a day multiplied the prices of a contract; 1 without any."""
    shares = db.session.scalars(
        select(IndexRun.applied_share)
        .where(IndexRun.contract_id == contract.id, IndexRun.effective_on <= day)
        .order_by(IndexRun.number)
    ).all()
    return factor(shares)
