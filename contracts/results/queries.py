"""Read reports, versions and rows, narrowed to what the viewer's relation to the contract allows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, case as when, func, select
from sqlalchemy.orm import joinedload, selectinload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.queries import contract_for, contracts_for, may_manage, party_for
from contracts.agreements.states import ContractState
from contracts.results.models import (
    CorrectionRequest,
    MonthlyReport,
    MonthlyRow,
    ReportedMeasure,
    ReportVersion,
    RowEvent,
)
from contracts.results.rules import Standing, due_on, standing
from contracts.results.states import Acceptance, Certainty, ReportState, VersionState
from contracts.trajectories.models import Trajectory
from portal import clock
from portal.access import Permission, Viewer
from portal.db import db
from portal.errors import NotFound, NotYours
from portal.periods import Month


@dataclass(frozen=True)
class Case:
    """One report as a page needs it: contract, party, month, and the report when there is one yet."""

    contract: Contract
    party: ContractParty
    month: Month
    due: date
    report: MonthlyReport | None
    may_deliver: bool
    may_accept: bool

    @property
    def standing(self) -> Standing:
        """How the report stands today."""
        state = self.report.state if self.report is not None else None
        return standing(state, self.month, self.due, clock.today())


@dataclass(frozen=True)
class Cell:
    """One month of one contract in the overview."""

    month: Month
    standing: Standing


@dataclass(frozen=True)
class Overview:
    """A contract with its months."""

    contract: Contract
    party: ContractParty
    cells: Sequence[Cell | None]


def case_for(viewer: Viewer, number: str, month_code: str) -> Case:
    """Return one report of a contract the viewer may see.

    Raises:
        NotFound: no such contract for this viewer, no such month, or nobody reports under it.
    """
    contract = contract_for(viewer, number)
    try:
        month = Month.parse(month_code)
    except ValueError:
        raise NotFound from None
    own = party_for(contract, viewer.organisation_id, month.last)
    party = own if own is not None and own.may_report else reporting_party(contract, month)
    if party is None or month not in months_of(contract):
        raise NotFound
    report = db.session.scalars(
        select(MonthlyReport).where(
            MonthlyReport.contract_party_id == party.id, MonthlyReport.month == month.first
        )
    ).one_or_none()
    due = report.due_on if report is not None else due_on(month, contract.report_due_day)
    is_own = own is not None and own.id == party.id
    may_deliver = is_own and viewer.may(Permission.REPORT_DELIVER)
    may_accept = may_manage(contract, viewer) and viewer.may(Permission.REPORT_ACCEPT)
    return Case(contract, party, month, due, report, may_deliver, may_accept)


def reporting_party(contract: Contract, month: Month) -> ContractParty | None:
    """Return the party that reports in a month: the lead first."""
    return db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(ContractParty.contract_id == contract.id, ContractParty.may_report.is_(True))
        .where(ContractParty.valid_from <= month.last)
        .where((ContractParty.valid_until.is_(None)) | (ContractParty.valid_until >= month.first))
        .order_by(ContractParty.valid_from)
        .limit(1)
    ).first()


def months_of(contract: Contract) -> Sequence[Month]:
    """Return the months a contract is reported on: from its start to the end of the uitloop, until now."""
    last = contract.terminated_on or contract.run_off_until
    end = min(Month.of(last), Month.of(clock.today()))
    return tuple(Month.of(contract.starts_on).until(end))


def overview_for(viewer: Viewer, months: Sequence[Month]) -> list[Overview]:
    """Return the contracts of a viewer with how each month stands; three statements."""
    contracts = [c for c in contracts_for(viewer) if c.state is not ContractState.DRAFT]
    ids = [contract.id for contract in contracts]
    parties: dict[uuid.UUID, list[ContractParty]] = defaultdict(list)
    for party in db.session.scalars(
        select(ContractParty)
        .options(joinedload(ContractParty.organisation))
        .where(ContractParty.contract_id.in_(ids), ContractParty.may_report.is_(True))
        .order_by(ContractParty.valid_from)
    ):
        parties[party.contract_id].append(party)
    reports = {
        (report.contract_party_id, report.month): report
        for report in db.session.scalars(
            select(MonthlyReport).where(
                MonthlyReport.contract_id.in_(ids), MonthlyReport.month >= months[0].first
            )
        )
    }
    found: list[Overview] = []
    for contract in contracts:
        theirs = parties[contract.id]
        own = [party for party in theirs if party.organisation_id == viewer.organisation_id]
        for party in own or theirs[:1]:
            cells = [_cell(contract, party, month, reports) for month in months]
            found.append(Overview(contract, party, cells))
    return found


def _cell(
    contract: Contract,
    party: ContractParty,
    month: Month,
    reports: dict[tuple[uuid.UUID, date], MonthlyReport],
) -> Cell | None:
    last = contract.terminated_on or contract.run_off_until
    if month.last < contract.starts_on or month.first > last:
        return None
    report = reports.get((party.id, month.first))
    state = report.state if report is not None else None
    due = report.due_on if report is not None else due_on(month, contract.report_due_day)
    return Cell(month, standing(state, month, due, clock.today()))


def require_delivery(case: Case) -> None:
    """Let only who delivers the report through.

    Raises:
        NotYours: the viewer sees it but another delivers it; says who.
    """
    if not case.may_deliver:
        raise NotYours(case.party.organisation.name)


def require_acceptance(case: Case) -> None:
    """Let only who accepts the report through.

    Raises:
        NotYours: the viewer sees it but another accepts it; says who.
    """
    if not case.may_accept:
        raise NotYours(f"de contractmanager van {case.contract.lead_municipality.name}")


def versions_of(report: MonthlyReport) -> Sequence[ReportVersion]:
    """Return the versions of a report, newest first."""
    return db.session.scalars(
        select(ReportVersion)
        .where(ReportVersion.report_id == report.id)
        .order_by(ReportVersion.number.desc())
    ).all()


def draft_of(report: MonthlyReport | None) -> ReportVersion | None:
    """Return the version that is being prepared, or None."""
    if report is None:
        return None
    return db.session.scalars(
        select(ReportVersion).where(
            ReportVersion.report_id == report.id, ReportVersion.state == VersionState.DRAFT
        )
    ).one_or_none()


def current_rows(report: MonthlyReport, municipality_id: uuid.UUID | None = None) -> Sequence[MonthlyRow]:
    """Return the rows of a report that count now, by trajectory; of one municipality when given."""
    return db.session.scalars(rows_statement(report, municipality_id)).all()


@dataclass(frozen=True)
class Totals:
    """What the rows of a report add up to, and how many still want something."""

    rows: int
    offered: Decimal
    followed: Decimal
    leave: Decimal
    unexcused: Decimal
    still_open: int
    provisional: int


def totals_of(report: MonthlyReport, municipality_id: uuid.UUID | None = None) -> Totals:
    """Add up the rows that count now, in two statements."""
    counts = [MonthlyRow.report_id == report.id, MonthlyRow.superseded_at.is_(None)]
    if municipality_id is not None:
        counts.append(MonthlyRow.municipality_id == municipality_id)
    waiting = MonthlyRow.acceptance.in_((Acceptance.OPEN, Acceptance.QUESTIONED))
    row = db.session.execute(
        select(
            func.count(),
            func.sum(MonthlyRow.hours_offered),
            func.sum(MonthlyRow.hours_followed),
            func.sum(MonthlyRow.absence_with_leave),
            func.sum(MonthlyRow.absence_without_leave),
            func.sum(when((waiting, 1), else_=0)),
        ).where(*counts)
    ).one()
    provisional = db.session.scalar(
        select(func.count())
        .select_from(RowEvent)
        .join(MonthlyRow, MonthlyRow.id == RowEvent.row_id)
        .where(*counts, RowEvent.certainty == Certainty.PROVISIONAL)
    )
    offered, followed, leave, unexcused = (value or Decimal(0) for value in tuple(row)[1:5])
    return Totals(row[0], offered, followed, leave, unexcused, int(row[5] or 0), provisional or 0)


def rows_statement(report: MonthlyReport, municipality_id: uuid.UUID | None = None) -> Select[MonthlyRow]:
    """Select the rows of a report that count now, by trajectory; for a pager."""
    statement = (
        select(MonthlyRow)
        .options(
            joinedload(MonthlyRow.trajectory),
            joinedload(MonthlyRow.municipality),
            joinedload(MonthlyRow.version),
            selectinload(MonthlyRow.events),
        )
        .join(Trajectory, Trajectory.id == MonthlyRow.trajectory_id)
        .where(MonthlyRow.report_id == report.id, MonthlyRow.superseded_at.is_(None))
        .order_by(Trajectory.number)
    )
    return (
        statement
        if municipality_id is None
        else statement.where(MonthlyRow.municipality_id == municipality_id)
    )


def rows_to_judge(report: MonthlyReport) -> Sequence[MonthlyRow]:
    """Return the rows of a report that count now with their events, without what only a page shows."""
    return db.session.scalars(
        select(MonthlyRow)
        .options(selectinload(MonthlyRow.events))
        .where(MonthlyRow.report_id == report.id, MonthlyRow.superseded_at.is_(None))
    ).all()


def own_municipality(case: Case, viewer: Viewer) -> uuid.UUID | None:
    """Return the municipality a viewer's rows are narrowed to; None for the lead and for the party itself."""
    if case.may_accept or viewer.municipality_id in (None, case.contract.lead_municipality_id):
        return None
    return None if viewer.organisation_id == case.party.organisation_id else viewer.municipality_id


def row_of(report: MonthlyReport | None, row_id: uuid.UUID) -> MonthlyRow:
    """Return a row of a report that counts now.

    Raises:
        NotFound: the report has no such row.
    """
    found = db.session.get(MonthlyRow, row_id)
    if report is None or found is None or found.report_id != report.id or found.superseded_at is not None:
        raise NotFound
    return found


def open_requests(report: MonthlyReport) -> dict[uuid.UUID, CorrectionRequest]:
    """Return the unanswered correction requests of a report by row."""
    found = db.session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.report_id == report.id, CorrectionRequest.answered_at.is_(None))
        .order_by(CorrectionRequest.asked_at)
    )
    return {request.row_id: request for request in found}


def reported_measures(version: ReportVersion) -> Sequence[ReportedMeasure]:
    """Return the figures of a version that the provider counted himself."""
    return db.session.scalars(
        select(ReportedMeasure)
        .options(joinedload(ReportedMeasure.performance_agreement))
        .where(ReportedMeasure.version_id == version.id)
    ).all()


def newest_submitted(report: MonthlyReport | None) -> ReportVersion | None:
    """Return the version that was submitted last and still stands, or None."""
    if report is None:
        return None
    return db.session.scalars(
        select(ReportVersion)
        .where(ReportVersion.report_id == report.id, ReportVersion.state == VersionState.SUBMITTED)
        .order_by(ReportVersion.number.desc())
        .limit(1)
    ).first()


def waiting_reports(viewer: Viewer) -> Sequence[MonthlyReport]:
    """Return the reports that wait for a viewer who accepts, oldest month first."""
    return db.session.scalars(
        select(MonthlyReport)
        .options(joinedload(MonthlyReport.contract), joinedload(MonthlyReport.party))
        .join(Contract, Contract.id == MonthlyReport.contract_id)
        .where(
            Contract.lead_municipality_id == viewer.municipality_id,
            MonthlyReport.state == ReportState.SUBMITTED,
        )
        .order_by(MonthlyReport.month)
    ).all()


def history_rows(trajectory_id: uuid.UUID, contract_id: uuid.UUID) -> Sequence[MonthlyRow]:
    """Return the rows of a trajectory over the months, newest first."""
    return db.session.scalars(
        select(MonthlyRow)
        .options(joinedload(MonthlyRow.report), selectinload(MonthlyRow.events))
        .where(
            MonthlyRow.trajectory_id == trajectory_id,
            MonthlyRow.contract_id == contract_id,
            MonthlyRow.superseded_at.is_(None),
        )
        .order_by(MonthlyRow.month.desc())
    ).all()


def newest_row_of(trajectory_id: uuid.UUID) -> MonthlyRow | None:
    """Return the last row of a trajectory that counts, or None."""
    return db.session.scalars(
        select(MonthlyRow)
        .where(MonthlyRow.trajectory_id == trajectory_id, MonthlyRow.superseded_at.is_(None))
        .order_by(MonthlyRow.month.desc())
        .limit(1)
    ).first()


def number_of(contract_id: uuid.UUID) -> str:
    """Return the number of a contract."""
    return db.session.scalars(select(Contract.number).where(Contract.id == contract_id)).one()
