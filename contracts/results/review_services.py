"""Judge a monthly report row by row: accept, ask for a correction, accept silently after ten working days."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

import holidays
from sqlalchemy import select, update

from contracts.results import queries
from contracts.results.models import CorrectionRequest, MonthlyReport, MonthlyRow, RowEvent
from contracts.results.queries import Case
from contracts.results.rules import (
    TACIT_WORKING_DAYS,
    objections_to_correction,
    state_after_review,
    working_days_after,
)
from contracts.results.services import report_path
from contracts.results.states import REPORT, Acceptance, EventKind, ReportAction, ReportState
from contracts.trajectories import services as trajectories
from contracts.trajectories.events_services import add_event
from contracts.trajectories.models import Trajectory, TrajectoryEvent
from contracts.trajectories.states import Certainty, EventKind as TrajectoryEventKind, StopReason
from portal import audit, clock
from portal.access import SYSTEM, Role, Viewer
from portal.db import db, lock, writing
from portal.errors import Objection, PortalError, Refused, refuse_if
from portal.jobs import at_every_sweep
from portal.notifications import notify

EXAMS = {
    "reading": (EventKind.READING_PASSED, EventKind.READING_FAILED),
    "listening": (EventKind.LISTENING_PASSED, EventKind.LISTENING_FAILED),
    "writing": (EventKind.WRITING_PASSED, EventKind.WRITING_FAILED),
    "speaking": (EventKind.SPEAKING_PASSED, EventKind.SPEAKING_FAILED),
    "knm": (EventKind.KNM_PASSED, EventKind.KNM_FAILED),
}
MEANINGS = {
    EventKind.STARTED: TrajectoryEventKind.STARTED,
    EventKind.NO_SHOW: TrajectoryEventKind.NO_SHOW,
    EventKind.COMPLETED: TrajectoryEventKind.FINISHED,
    EventKind.STOPPED: TrajectoryEventKind.STOPPED,
    EventKind.PVT_SIGNED: TrajectoryEventKind.PVT_SIGNED,
    EventKind.MAP_FINAL_TALK: TrajectoryEventKind.MAP_TALK,
    EventKind.Z_FINAL_TALK: TrajectoryEventKind.Z_TALK,
}


def accept_rows(case: Case, row_ids: Sequence[uuid.UUID] | None, *, by: Viewer) -> int:
    """Accept rows of a report, or all that are still open; return how many.

    Raises:
        NotYours: the viewer does not accept reports of this contract.
        Refused: nothing was chosen, or the report is not submitted.
    """
    queries.require_acceptance(case)
    report = _held(case, by)
    everything = queries.rows_to_judge(report)
    rows = [row for row in everything if _can_be_accepted(row, row_ids)]
    if not rows and (everything or row_ids is not None):
        raise Refused([Objection("Kies ten minste een regel die nog niet is goedgekeurd.")])
    now = clock.now()
    for row in rows:
        row.acceptance, row.accepted_at, row.accepted_by_id = Acceptance.ACCEPTED, now, by.user_id
    for request in queries.open_requests(report).values():
        if request.row_id in {row.id for row in rows}:  # accepted as it stands: that settles the question
            request.answered_at, request.answer_row_id = now, request.row_id
    tell_trajectories(rows)
    _settle(report, everything)
    month = case.month.label
    audit.record("results:rows:accept", report, by=by, rows=len(rows), month=month)
    if report.state is ReportState.ACCEPTED:
        notify(
            [case.party.organisation],
            "report_accepted",
            about=report,
            path=report_path(case),
            contract=case.contract,
            month=case.month,
        )
    return len(rows)


def ask_correction(case: Case, row: MonthlyRow, *, reason: str, by: Viewer) -> CorrectionRequest:
    """Ask the provider to mend one row; the other rows are not held up by it.

    Raises:
        NotYours: the viewer does not accept reports of this contract.
        Refused: the reason is too short, or there is an open request on the row.
        TransitionRefused: the report is not submitted.
    """
    queries.require_acceptance(case)
    refuse_if(objections_to_correction(reason))
    report = _held(case, by)
    lock(row)
    if row.id in queries.open_requests(report):
        raise Refused([Objection("Voor deze regel is al een correctie gevraagd.", "reason")])
    report.state = REPORT.next(report.state, ReportAction.ASK_CORRECTION)
    report.accepted_at = None
    row.acceptance, row.accepted_at, row.accepted_by_id = Acceptance.QUESTIONED, None, None
    request = CorrectionRequest(
        row_id=row.id,
        report_id=report.id,
        reason=reason.strip(),
        asked_at=clock.now(),
        asked_by_id=by.user_id,
    )
    db.session.add(request)
    number = row.trajectory.number
    audit.record("results:row:question", report, by=by, number=number, month=case.month.label)
    notify(
        [case.party.organisation],
        "report_correction",
        about=report,
        path=report_path(case),
        contract=case.contract,
        month=case.month,
        trajectory=number,
        reason=reason.strip(),
    )
    return request


def confirm_events(case: Case, *, by: Viewer) -> int:
    """Confirm, as the municipality, the events of a report that were only reported by the provider.

    Raises:
        NotYours: the viewer does not accept reports of this contract.
        Refused: there is nothing to confirm.
    """
    queries.require_acceptance(case)
    report = _held(case, by)
    rows = queries.rows_to_judge(report)
    events = [(row, e) for row in rows for e in row.events if e.certainty is Certainty.PROVISIONAL]
    if not events:
        raise Refused([Objection("Er zijn geen voorlopige gebeurtenissen in deze rapportage.")])
    now = clock.now()
    for row, event in events:
        event.certainty, event.confirmed_at, event.confirmed_by_id = Certainty.CONFIRMED, now, by.user_id
        db.session.execute(
            update(TrajectoryEvent)
            .where(
                TrajectoryEvent.trajectory_id == row.trajectory_id,
                TrajectoryEvent.on == event.on,
                TrajectoryEvent.certainty == Certainty.PROVISIONAL,
            )
            .values(certainty=Certainty.CONFIRMED, confirmed_at=now, confirmed_by_id=by.user_id)
        )
    audit.record("results:events:confirm", report, by=by, events=len(events), month=case.month.label)
    return len(events)


def accept_silently(today: date | None = None) -> int:
    """Accept for payment what waited ten working days (practice.md C6); return how many rows.

    They count as accepted for payment, marked stilzwijgend; not as verified for bonus or malus.
    """
    day = today or clock.today()
    count = 0
    for report in db.session.scalars(
        select(MonthlyReport).where(MonthlyReport.state == ReportState.SUBMITTED)
    ):
        version = queries.newest_submitted(report)
        if version is None or version.submitted_at is None:
            continue
        last = working_days_after(clock.local(version.submitted_at).date(), TACIT_WORKING_DAYS, _is_free)
        if day <= last:
            continue
        lock(report)
        everything = queries.rows_to_judge(report)
        rows = [row for row in everything if row.acceptance is Acceptance.OPEN]
        for row in rows:
            row.acceptance, row.accepted_at = Acceptance.TACIT, clock.now()
        tell_trajectories(rows)
        _settle(report, everything)
        count += len(rows)
        audit.record("results:rows:accept_silently", report, by=SYSTEM, rows=len(rows))
    return count


@at_every_sweep
def sweep_silent_acceptance() -> None:
    """Accept silently what waited long enough; asked by the worker."""
    with writing():
        accept_silently()


def tell_trajectories(rows: Sequence[MonthlyRow]) -> None:
    """Pass the events of accepted rows on to the trajectories that do not know them yet."""
    with_events = [row for row in rows if row.events]
    known: dict[uuid.UUID, set[tuple[TrajectoryEventKind, str]]] = defaultdict(set)
    for trajectory_id, kind, part in db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind, TrajectoryEvent.part).where(
            TrajectoryEvent.trajectory_id.in_([row.trajectory_id for row in with_events])
        )
    ):
        known[trajectory_id].add((kind, part))
    for row in with_events:
        for event in row.events:
            meaning, part = meaning_of(event.kind)
            if meaning is not None and (meaning, part) not in known[row.trajectory_id]:
                _tell(row.trajectory, event, meaning, part)


def meaning_of(kind: EventKind) -> tuple[TrajectoryEventKind | None, str]:
    """Return what an event of the report is called in the trajectory, with the exam part when it is one."""
    for part, (passed, failed) in EXAMS.items():
        if kind in (passed, failed):
            return (
                TrajectoryEventKind.EXAM_PASSED if kind is passed else TrajectoryEventKind.EXAM_FAILED,
                part,
            )
    return MEANINGS.get(kind), ""


def _tell(trajectory: Trajectory, event: RowEvent, kind: TrajectoryEventKind, part: str) -> None:
    organisation = trajectory.contract_party.organisation
    by = Viewer(
        name="Het portaal",
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        roles=frozenset({Role.PROVIDER}),
    )
    reason = event.reason or StopReason.DROPPED_OUT
    acts: dict[TrajectoryEventKind, Callable[[], None]] = {
        TrajectoryEventKind.STARTED: lambda: trajectories.start(trajectory, on=event.on, by=by),
        TrajectoryEventKind.NO_SHOW: lambda: trajectories.not_shown_up(trajectory, on=event.on, by=by),
        TrajectoryEventKind.FINISHED: lambda: trajectories.finish(trajectory, on=event.on, by=by),
        TrajectoryEventKind.STOPPED: lambda: trajectories.stop(trajectory, on=event.on, reason=reason, by=by),
    }
    if kind not in acts:
        add_event(trajectory, kind, event.on, by=by, part=part)
        return
    try:
        acts[kind]()
    except PortalError:
        return  # the trajectory went its own way meanwhile; its own page decides


def _held(case: Case, by: Viewer) -> MonthlyReport:
    report = case.report
    if report is None or report.state is ReportState.DRAFT:
        raise Refused([Objection("Deze maandrapportage is nog niet ingediend.")])
    lock(report)
    if report.checking_at is None:
        report.checking_at, report.checking_by_id = clock.now(), by.user_id
    return report


def _can_be_accepted(row: MonthlyRow, chosen: Sequence[uuid.UUID] | None) -> bool:
    if row.acceptance in (Acceptance.ACCEPTED, Acceptance.TACIT):
        return False
    return row.acceptance is Acceptance.OPEN if chosen is None else row.id in chosen


def _settle(report: MonthlyReport, rows: Sequence[MonthlyRow]) -> None:
    state = state_after_review([row.acceptance for row in rows])
    if state is ReportState.ACCEPTED and report.state is not ReportState.ACCEPTED:
        if report.state is ReportState.CORRECTION:
            report.state = REPORT.next(report.state, ReportAction.SETTLE)
        report.state = REPORT.next(report.state, ReportAction.ACCEPT)
        report.accepted_at = clock.now()
    elif state is ReportState.SUBMITTED and report.state is ReportState.CORRECTION:
        report.state = REPORT.next(report.state, ReportAction.SETTLE)


def _is_free(day: date) -> bool:
    return day in holidays.country_holidays("NL", years=day.year)
