"""Refer participants and follow their trajectories; every step is dated and leaves an event with its owner."""

from collections.abc import Mapping
from datetime import date

from contracts.trajectories import queries
from contracts.trajectories.events_services import add_event, not_in_text
from contracts.trajectories.models import Trajectory
from contracts.trajectories.referring_services import (
    PROVIDERS,
    Pick,
    Referral,
    add_residence,
    add_term,
    make_one,
    record,
    refer,
)
from contracts.trajectories.rules import objections_to_day, objections_to_move, objections_to_return
from contracts.trajectories.states import (
    EVENT_OF,
    TRAJECTORY,
    EventKind,
    EventOwner,
    RefusalReason,
    StopReason,
    TrajectoryAction,
)
from portal import clock
from portal.access import Role, Viewer
from portal.catalogue.models import Municipality
from portal.db import lock
from portal.errors import Objection, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify

__all__ = ["PROVIDERS", "Pick", "Referral", "make_one", "refer"]

BY_MUNICIPALITY = (StopReason.MOVED_OUTSIDE, StopReason.OTHER_ROUTE, StopReason.TAKEN_OVER)


def accept(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Accept a participant, also from the waiting list.

    Raises (as every step below):
        NotYours: the viewer is not the provider.
        TransitionRefused: the trajectory is in another state by now.
        Refused: the day lies before the last step or in the future.
    """
    _advance(trajectory, TrajectoryAction.ACCEPT, on, by, answered_on=on, waiting_since=None)


def refuse(trajectory: Trajectory, *, on: date, reason: RefusalReason, by: Viewer) -> None:
    """Refuse a participant with a coded reason; the municipality is told."""
    _advance(
        trajectory, TrajectoryAction.REFUSE, on, by, answered_on=on, refusal_reason=RefusalReason(reason)
    )
    notify(
        members_of(trajectory.placed_by.organisation_id, Role.REFERRER),
        "trajectory_refused",
        about=trajectory,
        path=f"/aanmeldingen/{trajectory.number}",
        trajectory=trajectory,
    )


def put_on_waiting_list(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Put a participant on the waiting list; the days count from here."""
    _advance(trajectory, TrajectoryAction.WAIT, on, by, waiting_since=on, answered_on=None)


def start(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Note the day of the first lesson."""
    _advance(trajectory, TrajectoryAction.START, on, by, started_on=on)


def not_shown_up(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Note that a participant did not come to the start."""
    _advance(trajectory, TrajectoryAction.NOT_SHOW, on, by, stopped_on=on)


def interrupt(trajectory: Trajectory, *, on: date, return_expected_on: date | None, by: Viewer) -> None:
    """Note an interruption with the expected return; no reason is asked or kept."""
    refuse_if(objections_to_return(return_expected_on, interrupted_on=on))
    _advance(
        trajectory,
        TrajectoryAction.INTERRUPT,
        on,
        by,
        interrupted_on=on,
        return_expected_on=return_expected_on,
    )


def resume(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Note the return after an interruption."""
    _advance(trajectory, TrajectoryAction.RESUME, on, by, interrupted_on=None, return_expected_on=None)


def stop(trajectory: Trajectory, *, on: date, reason: StopReason, by: Viewer) -> None:
    """End a trajectory early with a coded reason."""
    queries.require_provider(trajectory, by)
    end_early(trajectory, on, StopReason(reason), by)


def finish(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Note that a trajectory was completed."""
    _advance(trajectory, TrajectoryAction.FINISH, on, by, finished_on=on)


def move(trajectory: Trajectory, *, on: date, to: Municipality | None, by: Viewer) -> None:
    """Record a move: inside the contract the next dated municipality; outside, the trajectory ends that day.

    In: the municipality moved to, or None for one that does not take part (practice.md C5).

    Raises:
        NotYours: the viewer's municipality is not where the participant lives.
        Refused: the day does not follow the last one, or the place is the same.
    """
    queries.require_municipality(trajectory, by)
    lock(trajectory)
    rows = queries.residences_of(trajectory)
    last = rows[0]
    refuse_if(
        objections_to_move(
            on,
            last_from=last.valid_from,
            today=clock.today(),
            same=to is not None and last.municipality_id == to.id,
            started_over=trajectory.state.is_over,
        )
    )
    add_residence(trajectory, to, on, by)
    add_event(trajectory, EventKind.MOVED, on, by=by)
    record("move", trajectory, by, to=to.name if to else "buiten de regio", on=f"{on:%d-%m-%Y}")
    if to is None:
        end_early(trajectory, on, StopReason.MOVED_OUTSIDE, by)
    new_home = members_of(to.organisation_id, Role.REFERRER) if to else []
    notify(
        [*members_of(trajectory.contract_party.organisation_id, *PROVIDERS), *new_home],
        "trajectory_moved",
        about=trajectory,
        path=f"/aanmeldingen/{trajectory.number}",
        trajectory=trajectory,
        to=to.name if to else "een gemeente buiten de regio",
        on=on,
    )


def extend_term(trajectory: Trajectory, *, ends_on: date, decided_on: date, source: str, by: Viewer) -> None:
    """Record that DUO extended the inburgeringstermijn of a participant; the old end is kept.

    Raises:
        NotYours: the viewer's municipality is not where the participant lives.
        Refused: the new end is not later, or the decision has no source.
    """
    queries.require_municipality(trajectory, by)
    lock(trajectory)
    found = objections_to_day(
        decided_on, not_before=trajectory.term_starts_on, today=clock.today(), name="decided_on"
    )
    if ends_on <= trajectory.term_ends_on:
        found.append(
            Objection(f"De nieuwe einddatum moet na {trajectory.term_ends_on:%d-%m-%Y} liggen.", "ends_on")
        )
    if len(source.strip()) < 5:
        found.append(Objection("Vul het kenmerk van het besluit van DUO in.", "source"))
    refuse_if([*found, *not_in_text(source, "source")])
    add_term(trajectory, ends_on, decided_on, source.strip())
    trajectory.term_ends_on = ends_on
    add_event(trajectory, EventKind.TERM_EXTENDED, decided_on, by=by)
    record("extend", trajectory, by, until=f"{ends_on:%d-%m-%Y}")


def take_on(trajectory: Trajectory, *, on: date, by: Viewer) -> None:
    """Accept a participant as was agreed in a hand-over; provisional until the new provider confirms it."""
    lock(trajectory)
    _change(trajectory, TrajectoryAction.ACCEPT, on, by, {"answered_on": on})


def _advance(
    trajectory: Trajectory, action: TrajectoryAction, on: date, by: Viewer, **changes: object
) -> None:
    queries.require_provider(trajectory, by)
    lock(trajectory)
    _change(trajectory, action, on, by, changes)


def end_early(trajectory: Trajectory, on: date, reason: StopReason, by: Viewer) -> None:
    """End a trajectory with a coded reason, whoever decided it; for services, after their checks.

    Raises:
        TransitionRefused: it is over already.
        Refused: the day lies before the last step or in the future.
    """
    lock(trajectory)
    changes = {
        "stopped_on": on,
        "stop_reason": reason,
        "waiting_since": None,
        "interrupted_on": None,
        "return_expected_on": None,
    }
    _change(trajectory, TrajectoryAction.STOP, on, by, changes)


def _change(
    trajectory: Trajectory, action: TrajectoryAction, on: date, by: Viewer, changes: Mapping[str, object]
) -> None:
    state = TRAJECTORY.next(trajectory.state, action)
    refuse_if(objections_to_day(on, not_before=last_day(trajectory), today=clock.today()))
    trajectory.state = state
    for name, value in changes.items():
        setattr(trajectory, name, value)
    decided = changes.get("stop_reason") in BY_MUNICIPALITY
    owner = EventOwner.MUNICIPALITY if decided else None
    add_event(trajectory, EVENT_OF[action], on, by=by, owner=owner)
    coded = changes.get("stop_reason") or changes.get("refusal_reason")
    reason = coded.label if isinstance(coded, StopReason | RefusalReason) else ""
    record(action.value, trajectory, by, on=f"{on:%d-%m-%Y}", reason=reason)


def last_day(trajectory: Trajectory) -> date:
    """Return the day of the last step; the next one is not before it."""
    days = (
        trajectory.referred_on,
        trajectory.answered_on,
        trajectory.waiting_since,
        trajectory.started_on,
        trajectory.interrupted_on,
    )
    return max(day for day in days if day is not None)
