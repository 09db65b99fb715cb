"""What was submitted before, to start the next version from and to lay a new delivery beside."""

from __future__ import annotations

import uuid
from collections import defaultdict
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.promise_models import PerformanceAgreement
from contracts.results.findings import Figures, Happening
from contracts.results.models import CorrectionRequest, MonthlyReport, MonthlyRow, ReportedMeasure, RowEvent
from contracts.results.queries import newest_submitted
from contracts.results.rules import Kept, Sent
from contracts.trajectories.models import Trajectory
from portal.db import db


def sent_before(report: MonthlyReport | None) -> Sent:
    """Return what counts now of a report, with the open questions; empty before the first submission."""
    if report is None or report.first_submitted_at is None:
        return Sent()
    return Sent(kept_rows(report), _questions(report), _measures(report))


def kept_rows(report: MonthlyReport | None) -> dict[str, Kept]:
    """Return the rows that count now per trajectory number, as plain columns, in two statements."""
    if report is None or report.first_submitted_at is None:
        return {}
    counts = (MonthlyRow.report_id == report.id, MonthlyRow.superseded_at.is_(None))
    events: dict[uuid.UUID, list[Happening]] = defaultdict(list)
    for row_id, kind, on, reason in db.session.execute(
        select(RowEvent.row_id, RowEvent.kind, RowEvent.on, RowEvent.reason)
        .join(MonthlyRow, MonthlyRow.id == RowEvent.row_id)
        .where(*counts)
        .order_by(RowEvent.on)
    ):
        events[row_id].append(Happening(kind, on, reason))
    rows = db.session.execute(
        select(
            Trajectory.number,
            MonthlyRow.hours_offered,
            MonthlyRow.hours_followed,
            MonthlyRow.absence_with_leave,
            MonthlyRow.absence_without_leave,
            MonthlyRow.remark,
            MonthlyRow.state,
            MonthlyRow.id,
            MonthlyRow.acceptance,
        )
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .where(*counts)
        .order_by(Trajectory.number)
    )
    return {
        number: Kept(Figures(*hours), tuple(events.get(row_id, ())), remark, state, row_id, acceptance)
        for number, *hours, remark, state, row_id, acceptance in rows
    }


def _questions(report: MonthlyReport) -> dict[str, str]:
    rows = db.session.execute(
        select(Trajectory.number, CorrectionRequest.reason)
        .join(MonthlyRow, MonthlyRow.id == CorrectionRequest.row_id)
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .where(CorrectionRequest.report_id == report.id, CorrectionRequest.answered_at.is_(None))
        .order_by(CorrectionRequest.asked_at)
    )
    return {row.number: row.reason for row in rows}


def _measures(report: MonthlyReport) -> dict[str, tuple[Decimal, Decimal, str]]:
    version = newest_submitted(report)
    if version is None:
        return {}
    rows = db.session.execute(
        select(
            PerformanceAgreement.code,
            ReportedMeasure.numerator,
            ReportedMeasure.denominator,
            ReportedMeasure.remark,
        )
        .join(PerformanceAgreement, PerformanceAgreement.id == ReportedMeasure.performance_agreement_id)
        .where(ReportedMeasure.version_id == version.id)
    )
    return {code: (numerator, denominator, remark) for code, numerator, denominator, remark in rows}
