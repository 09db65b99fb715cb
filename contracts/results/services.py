"""Deliver a monthly report: keep what came in, mend it, submit it, take it back."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import delete, insert, update

from contracts.results import queries, sent_queries
from contracts.results.checks import check
from contracts.results.draft import Draft
from contracts.results.expected import expected_measures, expected_rows, is_lesson_free
from contracts.results.findings import Checked, Happening, ReadRow
from contracts.results.models import (
    MonthlyReport,
    MonthlyRow,
    ReportedMeasure,
    ReportVersion,
    RowEvent,
)
from contracts.results.queries import Case
from contracts.results.rules import Kept, is_same, objections_to_delivery, objections_to_withdrawal
from contracts.results.states import REPORT, Acceptance, ReportAction, ReportState, VersionState, Way
from contracts.trajectories.states import Certainty, EventOwner
from portal import audit, clock
from portal.access import Role, Viewer
from portal.bsn import refusal_at
from portal.bulk import many_values
from portal.db import db, lock
from portal.documents import Document, store
from portal.errors import Objection, Refused, refuse_if
from portal.notifications import members_of, notify

KIND = "monthly_report"
AT_ONCE = 5_000


@many_values()
def checked_draft(case: Case, draft: Draft) -> Checked:
    """Check a draft against what the portal expects now; reads, changes nothing."""
    return check(
        draft,
        expected_rows(case.contract, case.party, case.month),
        expected_measures(case.contract, case.month),
        case.month,
        lesson_free=is_lesson_free(case.contract, case.month),
    )


@many_values()
def keep_draft(
    case: Case,
    draft: Draft,
    way: Way,
    *,
    by: Viewer,
    data: bytes = b"",
    file_name: str = "",
) -> ReportVersion:
    """Keep a delivery as the draft of the next version; an earlier draft makes room for it.

    Raises:
        NotYours: the viewer is not of the party that reports.
        Refused: the month is not over yet, or the same file was submitted before.
    """
    queries.require_delivery(case)
    refuse_if(objections_to_delivery(case.month, clock.today()))
    report = _report_of(case)
    digest = hashlib.sha256(data).hexdigest() if data else ""
    versions = queries.versions_of(report)
    _refuse_twice(versions, digest)
    db.session.execute(
        delete(ReportVersion).where(
            ReportVersion.report_id == report.id, ReportVersion.state == VersionState.DRAFT
        )
    )
    kept = [version for version in versions if version.state is not VersionState.DRAFT]
    document = _stored(data, file_name, by) if data else None
    version = ReportVersion(
        report_id=report.id,
        number=max((version.number for version in kept), default=0) + 1,
        way=way,
        document_id=document.id if document is not None else None,
        file_name=document.name if document is not None else "",
        sha256=digest,
        received_at=clock.now(),
        received_by_id=by.user_id,
        draft=draft.as_json(),
    )
    db.session.add(version)
    details = {"month": case.month.label, "number": version.number, "way": way.label}
    audit.record("results:report:receive", report, by=by, **details)
    return version


def mend_draft(
    version: ReportVersion, *, texts: Mapping[str, str], answers: Mapping[str, str], by: Viewer
) -> ReportVersion:
    """Put other texts in some cells of a draft, and answers to its questions.

    Raises:
        Refused: the version is submitted, or a number can be a burgerservicenummer; nothing is kept then.
    """
    lock(version)
    if version.state is not VersionState.DRAFT:
        raise Refused([Objection("Deze versie is al ingediend. Bekijk de maandrapportage opnieuw.")])
    draft = Draft.from_json(version.draft)
    refuse_if([Objection(refusal_at(place)) for place in draft.bsn_in(texts, answers)])
    mended = draft.mended(dict(texts), dict(answers))
    version.draft = mended.as_json()
    audit.record("results:report:mend", version.report, by=by, number=version.number, cells=len(texts))
    return version


def discard_draft(case: Case, *, by: Viewer) -> None:
    """Throw a draft away; what was submitted before stays."""
    queries.require_delivery(case)
    version = queries.draft_of(case.report)
    if version is None or case.report is None:
        return
    lock(case.report)
    db.session.execute(delete(ReportVersion).where(ReportVersion.id == version.id))
    audit.record("results:report:discard", case.report, by=by, number=version.number)


@many_values()
def submit_report(case: Case, *, by: Viewer) -> ReportVersion:
    """Submit the draft: rows are stored, changed rows replace the old ones, the municipality hears of it.

    Raises:
        NotYours: the viewer is not of the party that reports.
        Refused: there is no draft, or it still has errors or unanswered questions.
        TransitionRefused: the report is waiting for the contract manager.
    """
    queries.require_delivery(case)
    report = case.report
    version = queries.draft_of(report)
    if report is None or version is None:
        raise Refused([Objection("Er is niets om in te dienen. Upload een bestand of vul het scherm in.")])
    lock(report)
    lock(version)
    report.state, report.accepted_at = REPORT.next(report.state, ReportAction.SUBMIT), None
    draft = Draft.from_json(version.draft)
    checked = checked_draft(case, draft)
    refuse_if(_objections_to_submission(checked, draft))
    now = clock.now()
    kept = sent_queries.kept_rows(report)
    _replace_earlier_version(report)
    version.state, version.submitted_at, version.submitted_by_id = VersionState.SUBMITTED, now, by.user_id
    version.remark = "\n".join(draft.answers.values())
    report.first_submitted_at = report.first_submitted_at or now
    report.checking_at, report.checking_by_id = None, None
    stored = _store_rows(case, version, checked, kept, draft.answers, now)
    _store_measures(version, checked)
    details = {"month": case.month.label, "number": version.number, "rows": stored}
    audit.record("results:report:submit", report, by=by, **details)
    notify(
        members_of(case.contract.lead_municipality.organisation_id, Role.CONTRACT_MANAGER),
        "report_submitted",
        about=report,
        path=report_path(case),
        contract=case.contract,
        month=case.month,
        party=case.party.organisation,
        number=version.number,
    )
    return version


def withdraw_report(case: Case, *, by: Viewer) -> None:
    """Take a submitted first version back, until the check began; it becomes a draft again.

    Raises:
        NotYours: the viewer is not of the party that reports.
        Refused: the check began, or an earlier version stands.
        TransitionRefused: the report is not submitted.
    """
    queries.require_delivery(case)
    report = case.report
    version = queries.newest_submitted(report)
    if report is None or version is None:
        raise Refused([Objection("Er is niets ingediend dat u kunt terugtrekken.")])
    lock(report)
    state = REPORT.next(report.state, ReportAction.WITHDRAW)
    refuse_if(objections_to_withdrawal(is_being_checked=report.checking_at is not None))
    if any(one.state is VersionState.REPLACED for one in queries.versions_of(report)):
        raise Refused(
            [Objection("Er staat een eerdere versie. Lever een nieuwe versie aan als er iets niet klopt.")]
        )
    report.state, report.first_submitted_at = state, None
    version.state = VersionState.WITHDRAWN
    _supersede(MonthlyRow.version_id == version.id)
    db.session.flush()
    draft = Draft.from_json(version.draft)
    again = ReportVersion(
        report_id=report.id,
        number=version.number + 1,
        way=version.way,
        document_id=version.document_id,
        file_name=version.file_name,
        received_at=clock.now(),
        received_by_id=by.user_id,
        draft=draft.as_json(),
    )
    db.session.add(again)
    audit.record("results:report:withdraw", report, by=by, month=case.month.label, number=version.number)


def report_path(case: Case) -> str:
    """Return the address of a report's page."""
    try:
        return url_for("contracts_results.show", number=case.contract.number, month_code=case.month.code)
    except RuntimeError:  # outside a request: jobs, demo
        return f"/maandrapportages/{case.contract.number}/{case.month.code}"


def _report_of(case: Case) -> MonthlyReport:
    if case.report is not None:
        lock(case.report)
        if case.report.state is ReportState.SUBMITTED:
            message = "De contractmanager heeft deze maandrapportage nog. Trek haar terug, of wacht op zijn oordeel."
            raise Refused([Objection(message)])
        return case.report
    report = MonthlyReport(
        contract_id=case.contract.id,
        contract_party_id=case.party.id,
        month=case.month.first,
        due_on=case.due,
    )
    db.session.add(report)
    db.session.flush()
    return report


def _refuse_twice(versions: Sequence[ReportVersion], digest: str) -> None:
    submitted = (VersionState.SUBMITTED, VersionState.REPLACED)
    for version in versions:
        if digest and version.sha256 == digest and version.state in submitted and version.submitted_at:
            when = clock.local(version.submitted_at)
            message = (
                f"Dit bestand hebt u al ingediend als versie {version.number}, op {when:%d-%m-%Y} om {when:%H:%M} uur. "
                "Kies het verbeterde bestand."
            )
            raise Refused([Objection(message, "file")])


def _stored(data: bytes, file_name: str, by: Viewer) -> Document:
    return store(data, name=file_name, kind=KIND, by=by)


def _objections_to_submission(checked: Checked, draft: Draft) -> list[Objection]:
    if checked.errors:
        count = len(checked.errors)
        what = "1 fout" if count == 1 else f"{count} fouten"
        return [Objection(f"Uw gegevens hebben nog {what}. Herstel die eerst.")]
    if checked.unanswered(draft.answers):
        return [Objection("Beantwoord eerst alle vragen, in ten minste 10 tekens.")]
    return []


def _replace_earlier_version(report: MonthlyReport) -> None:
    db.session.execute(
        update(ReportVersion)
        .where(ReportVersion.report_id == report.id, ReportVersion.state == VersionState.SUBMITTED)
        .values(state=VersionState.REPLACED)
        .execution_options(synchronize_session="fetch")
    )


def _supersede(*conditions: Any) -> None:
    db.session.execute(
        update(MonthlyRow)
        .where(*conditions, MonthlyRow.superseded_at.is_(None))
        .values(superseded_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def _store_rows(
    case: Case,
    version: ReportVersion,
    checked: Checked,
    kept: Mapping[str, Kept],
    answers: Mapping[str, str],
    now: datetime,
) -> int:
    """Store what is new; a row that says the same as before stays, with its acceptance.

    A row in question is stored anew even when nothing changed: that is the answer ("it was right"), to be judged.
    """
    asked = set(queries.open_requests(version.report))
    told: dict[str, list[str]] = defaultdict(list)
    for name, text in answers.items():
        told[name.partition("-")[0]].append(text)
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    replaced: list[uuid.UUID] = []
    for row in checked.rows:
        before = kept.get(row.expected.number)
        if before is not None and is_same(row, before) and before.row_id not in asked:
            continue
        row_id, old_id = uuid.uuid4(), before.row_id if before is not None else None
        if old_id is not None:
            replaced.append(old_id)
        rows.append(_row_values(case, version, row, row_id, old_id, told.get(row.line, ())))
        events += [_event_values(row_id, event, row.expected.confirmed_events, now) for event in row.events]
    for first in range(0, len(replaced), AT_ONCE):
        _supersede(MonthlyRow.id.in_(replaced[first : first + AT_ONCE]))
    if rows:
        db.session.execute(insert(MonthlyRow.__table__), rows)  # type: ignore[arg-type]
    if events:
        db.session.execute(insert(RowEvent.__table__), events)  # type: ignore[arg-type]
    _answer_requests(version, rows, now)
    return len(rows)


def _row_values(
    case: Case,
    version: ReportVersion,
    row: ReadRow,
    row_id: uuid.UUID,
    old_id: uuid.UUID | None,
    explained: Sequence[str],
) -> dict[str, Any]:
    return {
        "id": row_id,
        "version_id": version.id,
        "report_id": version.report_id,
        "contract_id": case.contract.id,
        "month": case.month.first,
        "trajectory_id": row.expected.trajectory_id,
        "contract_product_id": row.expected.contract_product_id,
        "municipality_id": row.expected.municipality_id,
        "state": row.state,
        "hours_offered": row.figures.offered,
        "hours_followed": row.figures.followed,
        "absence_with_leave": row.figures.leave,
        "absence_without_leave": row.figures.unexcused,
        "remark": " ".join(filter(None, [row.remark, *explained])),
        "source_cell": row.source[:200],
        "acceptance": Acceptance.OPEN,
        "replaces_id": old_id,
    }


def _event_values(
    row_id: uuid.UUID, event: Happening, certain: Sequence[Happening], now: datetime
) -> dict[str, Any]:
    is_certain = event.kind.owner is EventOwner.PROVIDER or event in certain
    return {
        "id": uuid.uuid4(),
        "row_id": row_id,
        "kind": event.kind,
        "on": event.on,
        "reason": event.reason,
        "owner": event.kind.owner,
        "certainty": Certainty.CONFIRMED if is_certain else Certainty.PROVISIONAL,
        "confirmed_at": now if is_certain else None,
    }


def _answer_requests(version: ReportVersion, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Tie each open question to the row that answers it; a question about a row that stays, stays open."""
    answers = {row["replaces_id"]: row["id"] for row in rows if row["replaces_id"] is not None}
    if not answers:
        return
    for request in queries.open_requests(version.report).values():
        if request.row_id in answers:
            request.answered_at, request.answer_row_id = now, answers[request.row_id]


def _store_measures(version: ReportVersion, checked: Checked) -> None:
    values = [
        {
            "id": uuid.uuid4(),
            "version_id": version.id,
            "performance_agreement_id": measure.expected.agreement_id,
            "municipality_id": None,
            "numerator": measure.numerator,
            "denominator": measure.denominator,
            "remark": measure.remark,
        }
        for measure in checked.measures
    ]
    if values:
        db.session.execute(insert(ReportedMeasure), values)
