"""Rows as plain columns for the storeys above; a fixed number of statements, whatever the number of rows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from contracts.agreements.models import Contract, ContractProduct
from contracts.results.facts import DeliveryFact, EventFact, ReportedFact, RowFact
from contracts.results.models import MonthlyReport, MonthlyRow, ReportedMeasure, ReportVersion, RowEvent
from contracts.results.states import Acceptance, ReportState, VersionState
from contracts.trajectories.models import Trajectory
from portal import clock
from portal.catalogue.models import Municipality, Product
from portal.db import db
from portal.periods import Month

ACCEPTED = (Acceptance.ACCEPTED, Acceptance.TACIT)


def accepted_rows(contract: Contract, month: Month) -> Sequence[MonthlyRow]:
    """Return the rows of a contract and month that were accepted (also silently) and count now."""
    return db.session.scalars(
        select(MonthlyRow)
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .where(
            MonthlyRow.contract_id == contract.id,
            MonthlyRow.month == month.first,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
        .order_by(Trajectory.number)
    ).all()


def rows_between(contract: Contract, first: Month, last: Month) -> list[RowFact]:
    """Return the accepted rows of a contract from one month to another as plain columns, oldest first."""
    return _facts(
        _columns().where(
            MonthlyRow.contract_id == contract.id,
            MonthlyRow.month >= first.first,
            MonthlyRow.month <= last.first,
            MonthlyRow.acceptance.in_(ACCEPTED),
        ),
        select(MonthlyRow.id).where(
            MonthlyRow.contract_id == contract.id,
            MonthlyRow.month >= first.first,
            MonthlyRow.month <= last.first,
        ),
    )


def rows_by_id(ids: Sequence[uuid.UUID]) -> list[RowFact]:
    """Return rows by their ids as plain columns, also those a newer row replaced."""
    wanted = select(MonthlyRow.id).where(MonthlyRow.id.in_(ids))
    return _facts(_columns(superseded=True).where(MonthlyRow.id.in_(ids)), wanted)


def _columns(*, superseded: bool = False) -> Select[Any]:
    statement = (
        select(
            MonthlyRow.id,
            MonthlyRow.report_id,
            MonthlyRow.month,
            MonthlyRow.trajectory_id,
            Trajectory.number,
            MonthlyRow.contract_product_id,
            Product.code,
            MonthlyRow.municipality_id,
            Municipality.name,
            Trajectory.target_group,
            Trajectory.referred_on,
            Trajectory.started_on,
            MonthlyRow.state,
            MonthlyRow.hours_offered,
            MonthlyRow.hours_followed,
            MonthlyRow.absence_with_leave,
            MonthlyRow.absence_without_leave,
            MonthlyRow.acceptance,
        )
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .join(ContractProduct, ContractProduct.id == MonthlyRow.contract_product_id)
        .join(Product, Product.id == ContractProduct.product_id)
        .join(Municipality, Municipality.id == MonthlyRow.municipality_id)
        .order_by(MonthlyRow.month, Trajectory.number)
    )
    if not superseded:
        statement = statement.where(MonthlyRow.superseded_at.is_(None))
    return statement  # type: ignore[return-value]


def _facts(statement: Select[Any], ids: Select[uuid.UUID]) -> list[RowFact]:
    events: dict[uuid.UUID, list[EventFact]] = defaultdict(list)
    for row_id, kind, on, reason, certainty in db.session.execute(
        select(RowEvent.row_id, RowEvent.kind, RowEvent.on, RowEvent.reason, RowEvent.certainty)
        .where(RowEvent.row_id.in_(ids))
        .order_by(RowEvent.on)
    ):
        events[row_id].append(EventFact(kind, on, reason, certainty))
    months: dict[date, Month] = {}
    found = []
    for row in db.session.execute(statement):
        row_id, report_id, first, *rest = tuple(row)
        month = months.setdefault(first, Month.of(first))
        values = (row_id, report_id, month, *rest, tuple(events.get(row_id, ())))
        found.append(RowFact(*values))
    return found


def reported_between(contract: Contract, first: Month, last: Month) -> list[ReportedFact]:
    """Return the figures the provider counted himself, of the submitted versions, oldest first."""
    rows = db.session.execute(
        select(ReportedMeasure, MonthlyReport.month)
        .join(ReportVersion, ReportVersion.id == ReportedMeasure.version_id)
        .join(MonthlyReport, MonthlyReport.id == ReportVersion.report_id)
        .where(
            MonthlyReport.contract_id == contract.id,
            MonthlyReport.month >= first.first,
            MonthlyReport.month <= last.first,
            ReportVersion.state == VersionState.SUBMITTED,
        )
        .order_by(MonthlyReport.month)
    )
    return [
        ReportedFact(
            figure.id,
            Month.of(month),
            figure.performance_agreement_id,
            figure.municipality_id,
            figure.numerator,
            figure.denominator,
            figure.remark,
        )
        for figure, month in rows
    ]


def deliveries_between(contract: Contract, first: Month, last: Month) -> dict[Month, DeliveryFact]:
    """Return per month whether the report came and when; months without any report are absent."""
    hours = (
        select(
            MonthlyRow.report_id,
            func.count().label("rows"),
            func.sum(MonthlyRow.hours_offered).label("hours"),
        )
        .where(MonthlyRow.contract_id == contract.id, MonthlyRow.superseded_at.is_(None))
        .group_by(MonthlyRow.report_id)
        .subquery()
    )
    rows = db.session.execute(
        select(MonthlyReport, hours.c.rows, hours.c.hours)
        .outerjoin(hours, hours.c.report_id == MonthlyReport.id)
        .where(
            MonthlyReport.contract_id == contract.id,
            MonthlyReport.month >= first.first,
            MonthlyReport.month <= last.first,
        )
    )
    found: dict[Month, DeliveryFact] = {}
    for report, count, offered in rows:
        submitted = report.first_submitted_at
        month = Month.of(report.month)
        found[month] = DeliveryFact(
            month,
            report.due_on,
            clock.local(submitted).date() if submitted is not None else None,
            report.state is ReportState.ACCEPTED,
            bool(count),
            bool(offered),
        )
    return found
