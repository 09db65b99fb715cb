"""Import of a monthly workbook of 10,000 rows: read, checked, stored; beside calamine and the bare driver."""

from __future__ import annotations

import io
import time
import uuid
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, insert, select

from contracts.agreements.models import Contract, ContractParty
from contracts.results.draft import FOLLOWED, LEAVE, NUMBER_TITLE, OFFERED, TITLES, UNEXCUSED
from contracts.results.expected import expected_measures, expected_rows
from contracts.results.models import MonthlyRow
from contracts.results.queries import Case, case_for
from contracts.results.reading import ROWS_SHEET, read_draft
from contracts.results.services import checked_draft, keep_draft, submit_report
from contracts.results.states import RowState, Way
from contracts.trajectories.models import Trajectory, TrajectoryResidence
from portal import clock
from portal.access import Viewer
from portal.accounts.queries import viewer_by_email
from portal.bench.floors import bulk_insert
from portal.bench.measure import Result
from portal.bench.site import BenchFailed
from portal.db import db, reading, writing
from portal.periods import Month

PROVIDER = "info@taalhuis-de-waterlinie.example"
HEADS = (NUMBER_TITLE, *(TITLES[name] for name in (OFFERED, FOLLOWED, LEAVE, UNEXCUSED)))


def import_rows(app: Flask, folder: Path, number: int) -> Result:
    """Time one delivery of so many rows from the file to the stored rows, once, in a month still to come."""
    with app.app_context(), clock.at(clock.now() + timedelta(days=40)):
        viewer = viewer_by_email(PROVIDER)
        contract, month = add_trajectories(viewer, number)
        with reading():
            case = case_for(viewer, contract, month.code)
            expected = expected_rows(case.contract, case.party, month)
            data = workbook({name: one.before is RowState.RUNNING for name, one in expected.items()})
        began = time.perf_counter()
        deliver(viewer, contract, month, data)
        ours = time.perf_counter() - began
        with reading():
            stored = db.session.scalar(select(func.count()).select_from(MonthlyRow).where(MonthlyRow.month == month.first))
        if (stored or 0) < number:
            raise BenchFailed(f"{stored} rows were stored, not {number}")
    began = time.perf_counter()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(ROWS_SHEET).to_python()
    bulk_insert(folder, [tuple(row) for row in rows[1:]])
    return Result("invoer", f"{len(expected)} rijen", ours, time.perf_counter() - began, "calamine + executemany", 4.0)


def deliver(viewer: Viewer, contract: str, month: Month, data: bytes) -> None:
    """Deliver a workbook as the page does: read and check first, then one write transaction."""
    with reading():
        case = case_for(viewer, contract, month.code)
        draft = read_draft(
            data, "meting.xlsx", contract=contract, month=month,
            expected=expected_rows(case.contract, case.party, month),
            measures=expected_measures(case.contract, month),
        )  # fmt: skip
        asked = checked_draft(case, draft).questions
        draft = draft.mended({}, {one.name: "Nagekeken: dit klopt." for one in asked})
    with writing():
        keep_draft(case, draft, Way.WORKBOOK, by=viewer, data=data, file_name="meting.xlsx")
        submit_report(fresh(viewer, case), by=viewer)


def fresh(viewer: Viewer, case: Case) -> Case:
    """Return the case as it stands in this transaction."""
    db.session.flush()
    return case_for(viewer, case.contract.number, case.month.code)


def add_trajectories(viewer: Viewer, number: int) -> tuple[str, Month]:
    """Multiply a running trajectory of the provider; give contract and the month that was last."""
    month = Month.of(clock.today()).previous()
    with writing():
        one, contract = db.session.execute(
            select(Trajectory, Contract)
            .join(ContractParty, ContractParty.id == Trajectory.contract_party_id)
            .join(Contract, Contract.id == ContractParty.contract_id)
            .where(ContractParty.organisation_id == viewer.organisation_id, Trajectory.started_on.is_not(None))
            .where(Trajectory.stopped_on.is_(None), Trajectory.finished_on.is_(None))
            .order_by(Trajectory.started_on.desc())
            .limit(1)
        ).one()
        columns = {column.key: getattr(one, column.key) for column in Trajectory.__table__.columns}
        copies = [{**columns, "id": uuid.uuid4(), "number": f"T-{i:04d}-METX"} for i in range(number)]
        db.session.execute(insert(Trajectory), copies)
        homes = [
            {"id": uuid.uuid4(), "trajectory_id": copy["id"], "municipality_id": one.placed_by_id,
             "valid_from": date(2020, 1, 1), "recorded_at": clock.now(), "recorded_by_id": None}
            for copy in copies
        ]  # fmt: skip
        db.session.execute(insert(TrajectoryResidence), homes)
    return contract.number, month


def workbook(running: dict[str, bool]) -> bytes:
    """Make the provider's file: a row for each trajectory, with hours where it runs."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet(ROWS_SHEET)
    sheet.write_row(0, 0, HEADS)
    for index, (name, runs) in enumerate(running.items(), start=1):
        hours = (40, 36 - index % 5, index % 3, 0) if runs else (0, 0, 0, 0)
        sheet.write_row(index, 0, (name, *hours))
    book.close()
    return out.getvalue()
