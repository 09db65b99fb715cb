"""Register and confirm what happens in a trajectory; provisional until its owner confirms it (practice.md D5)."""

from datetime import date

from contracts.trajectories import queries
from contracts.trajectories.models import Trajectory, TrajectoryEvent
from contracts.trajectories.rules import certainty_of, objections_to_day
from contracts.trajectories.states import OWNER, Certainty, EventKind, EventOwner
from portal import audit, clock
from portal.access import Viewer
from portal.bsn import REFUSAL, find_bsn
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if

BY_HAND = (
    EventKind.HALFWAY,
    EventKind.PVT_SIGNED,
    EventKind.MAP_TALK,
    EventKind.Z_TALK,
    EventKind.EXAM_PASSED,
    EventKind.EXAM_FAILED,
    EventKind.DIPLOMA,
)
NEEDS_PART = frozenset({EventKind.EXAM_PASSED, EventKind.EXAM_FAILED})
EXAM_PARTS = {
    "reading": "Lezen",
    "listening": "Luisteren",
    "writing": "Schrijven",
    "speaking": "Spreken",
    "knm": "KNM",
}


def add_event(
    trajectory: Trajectory,
    kind: EventKind,
    on: date,
    *,
    by: Viewer,
    part: str = "",
    owner: EventOwner | None = None,
) -> TrajectoryEvent:
    """Add an event; it is certain at once only when the reporter owns it. For services, after their checks."""
    owner = owner or OWNER[kind]
    provider = (
        by.organisation_id is not None and by.organisation_id == trajectory.contract_party.organisation_id
    )
    certainty = certainty_of(owner, by_provider=provider)
    if by.organisation_id is None:
        certainty = Certainty.CONFIRMED
    event = TrajectoryEvent(
        trajectory_id=trajectory.id,
        kind=kind,
        on=on,
        part=part,
        owner=owner,
        certainty=certainty,
        reported_at=clock.now(),
        reported_by_id=by.organisation_id,
        confirmed_at=clock.now() if certainty is Certainty.CONFIRMED else None,
        confirmed_by_id=by.user_id if certainty is Certainty.CONFIRMED else None,
    )
    event.trajectory = trajectory
    db.session.add(event)
    return event


def register_event(
    trajectory: Trajectory, *, kind: EventKind, on: date, part: str = "", by: Viewer
) -> TrajectoryEvent:
    """Register an event that changes no state: a talk, a signature, an exam, a diploma, halfway.

    Raises:
        NotYours: the viewer is neither the provider nor the municipality of residence.
        Refused: the day does not do, or an exam has no part.
    """
    if not queries.may_answer(trajectory, by):
        queries.require_municipality(trajectory, by)
    lock(trajectory)
    not_before = trajectory.started_on or trajectory.referred_on
    found = objections_to_day(on, not_before=not_before, today=clock.today())
    if kind not in BY_HAND:
        found.append(Objection("Kies een gebeurtenis uit de lijst.", "kind"))
    if kind in NEEDS_PART and part not in EXAM_PARTS:
        found.append(Objection("Kies het examenonderdeel.", "part"))
    refuse_if(found)
    event = add_event(trajectory, kind, on, by=by, part=part if kind in NEEDS_PART else "")
    audit.record(
        "trajectory:event:register",
        trajectory,
        by=by,
        number=trajectory.number,
        kind=kind.label,
        on=f"{on:%d-%m-%Y}",
        certainty=event.certainty.label,
    )
    return event


def confirm_event(event: TrajectoryEvent, *, by: Viewer) -> None:
    """Confirm a provisional event as its owner; the municipality confirms its own and what DUO decided.

    Raises:
        NotYours: another owns the event.
    """
    trajectory = event.trajectory
    if event.owner is EventOwner.PROVIDER:
        queries.require_provider(trajectory, by)
    else:
        queries.require_municipality(trajectory, by)
    lock(event)
    if event.certainty is Certainty.CONFIRMED:
        return
    if by.user_id is None:
        raise NotYours("de eigenaar van deze gebeurtenis")
    event.certainty, event.confirmed_at, event.confirmed_by_id = (
        Certainty.CONFIRMED,
        clock.now(),
        by.user_id,
    )
    audit.record(
        "trajectory:event:confirm", trajectory, by=by, number=trajectory.number, kind=event.kind.label
    )


def not_in_text(text: str, name: str) -> list[Objection]:
    """Refuse a free text with a number that may be a BSN, at the field it stands in."""
    return [Objection(REFUSAL, name)] if find_bsn(text) else []
