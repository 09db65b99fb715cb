"""Record and withdraw dated numbers about a trajectory; nothing is ever rewritten."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.trajectories import queries as trajectories
from contracts.trajectories.models import Trajectory
from kpis.definitions.models import TrajectoryRecord
from kpis.definitions.record_rules import objections_to_record
from kpis.definitions.states import RecordKind
from portal import audit, clock
from portal.access import Viewer
from portal.bsn import REFUSAL, find_bsn
from portal.db import db, lock
from portal.dutch import long_date, quantity
from portal.errors import NotFound, Objection, refuse_if


def add_record(
    trajectory: Trajectory, *, kind: RecordKind, on: date, value: Decimal, source: str, by: Viewer
) -> TrajectoryRecord:
    """Record hours of participation, an own norm, weekly hours of the PIP or a step-down, with its source.

    Raises:
        NotYours: the viewer is not of the municipality of residence.
        Refused: a day or a number that cannot be, or no source.
    """
    trajectories.require_municipality(trajectory, by)
    lock(trajectory)
    found = objections_to_record(
        kind, on=on, value=value, source=source, referred_on=trajectory.referred_on, today=clock.today()
    )
    if find_bsn(source):
        found.append(Objection(REFUSAL, "source"))
    refuse_if(found)
    record = TrajectoryRecord(
        trajectory_id=trajectory.id,
        kind=kind,
        on=on,
        value=value,
        source=source.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    db.session.add(record)
    audit.record(
        "kpi:record:add",
        trajectory,
        by=by,
        kind=kind.label.lower(),
        value=quantity(value),
        on=long_date(on),
    )
    return record


def withdraw_record(record: TrajectoryRecord, *, by: Viewer) -> None:
    """Take a wrong number back; it stays in the list, crossed out of every figure.

    Raises:
        NotYours: the viewer is not of the municipality of residence.
        NotFound: it was withdrawn already.
    """
    trajectories.require_municipality(record.trajectory, by)
    lock(record)
    if record.withdrawn_at is not None or by.user_id is None:
        raise NotFound
    record.withdrawn_at, record.withdrawn_by_id = clock.now(), by.user_id
    audit.record(
        "kpi:record:withdraw",
        record.trajectory,
        by=by,
        kind=record.kind.label.lower(),
        on=long_date(record.on),
    )
