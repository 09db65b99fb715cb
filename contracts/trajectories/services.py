"""Refer participants and follow their trajectories; every step is dated and leaves an event with its owner."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements import queries as agreements
from contracts.agreements.consumption import consumption_of
from contracts.agreements.models import ContractParty, ContractProduct
from contracts.agreements.states import QualityMarkKind
from contracts.trajectories import queries
from contracts.trajectories.events_services import add_event, not_in_text
from contracts.trajectories.models import (
    Trajectory,
    TrajectoryProduct,
    TrajectoryResidence,
    TrajectoryTerm,
)
from contracts.trajectories.rules import (
    ReferralFacts,
    make_number,
    objections_to_day,
    objections_to_move,
    objections_to_referral,
    objections_to_return,
    term_of,
)
from contracts.trajectories.states import (
    EVENT_OF,
    TRAJECTORY,
    EventKind,
    EventOwner,
    RefusalReason,
    StopReason,
    TrajectoryAction,
    TrajectoryState,
)
from portal import audit, clock
from portal.access import Role, Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.queries import reference_value
from portal.catalogue.states import TargetGroup
from portal.db import db, lock
from portal.errors import NotYours, Objection, Refused, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify

Pick = Callable[[str], str]
PROVIDERS = (Role.PROVIDER, Role.PROVIDER_ADMIN)


@dataclass(frozen=True)
class Referral:
    """What a municipality says of the participants it refers; nothing personal."""

    contract_product: ContractProduct
    municipality: Municipality
    target_group: TargetGroup
    pip_on: date
    on: date
    number: int = 1
    brought_hours: Decimal = Decimal(0)
    brought_participation_hours: Decimal = Decimal(0)
    brought_exam_parts: str = ""
    brought_source: str = ""
    remark: str = ""


def refer(referral: Referral, *, by: Viewer, pick: Pick = secrets.choice) -> list[Trajectory]:
    """Refer participants to the provider of a contract, each under its own trajectnummer.

    In: what they have in common; `pick` chooses signs for the numbers. Out: the trajectories. The link
    between number and person is made outside the portal, over the municipality's own secure channel.

    Raises:
        NotYours: the viewer does not refer for this municipality.
        Refused: the contract does not take aanmeldingen on that day, the municipality does not take
            part, the keurmerk is suspended, the ceiling is reached, or what was typed does not do.
    """
    if by.municipality_id is not None and by.municipality_id != referral.municipality.id:
        raise NotYours(f"een aanmelder van {referral.municipality.name}")
    contract = referral.contract_product.contract
    party = queries.reporting_party(contract.id, referral.on)
    refuse_if(
        [
            *objections_to_referral(_facts(referral, party)),
            *not_in_text(referral.remark, "remark"),
            *not_in_text(referral.brought_source, "brought_source"),
            *not_in_text(referral.brought_exam_parts, "brought_exam_parts"),
        ]
    )
    if party is None:
        raise Refused([Objection("Dit contract heeft op deze dag geen aanbieder.", "contract_product")])
    made = [_make(referral, party, by, pick) for _ in range(referral.number)]
    for trajectory in made:
        _record("refer", trajectory, by, municipality=referral.municipality.name)
    notify(
        members_of(party.organisation_id, *PROVIDERS),
        "trajectory_referred",
        about=contract,
        path=f"/aanmeldingen?contract={contract.number}&toestand=referred",
        contract=contract,
        number=len(made),
        municipality=referral.municipality.name,
    )
    return made


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
    _stop(trajectory, on, StopReason(reason), by)


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
    _add_residence(trajectory, to, on, by)
    add_event(trajectory, EventKind.MOVED, on, by=by)
    _record("move", trajectory, by, to=to.name if to else "buiten de regio", on=f"{on:%d-%m-%Y}")
    if to is None and trajectory.state is not TrajectoryState.REFERRED:
        _stop(trajectory, on, StopReason.MOVED_OUTSIDE, by)
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
    _add_term(trajectory, ends_on, decided_on, source.strip())
    trajectory.term_ends_on = ends_on
    add_event(trajectory, EventKind.TERM_EXTENDED, decided_on, by=by)
    _record("extend", trajectory, by, until=f"{ends_on:%d-%m-%Y}")


def _facts(referral: Referral, party: ContractParty | None) -> ReferralFacts:
    contract = referral.contract_product.contract
    mark = (
        agreements.quality_mark_on(party.organisation_id, QualityMarkKind.KEURMERK, referral.on)
        if party is not None and referral.contract_product.needs_keurmerk
        else None
    )
    taking_part = {one.municipality_id for one in agreements.municipalities_of(contract, referral.on)}
    ceiling = contract.ceiling
    return ReferralFacts(
        on=referral.on,
        today=clock.today(),
        phase=agreements.phase_of(contract, referral.on),
        last_referral_on=contract.last_referral_on,
        municipality=referral.municipality.name,
        takes_part=referral.municipality.id in taking_part,
        mark_needed=referral.contract_product.needs_keurmerk,
        mark_known=mark is not None,
        mark_blocks=mark.state.label if mark is not None and mark.state.blocks_referrals else "",
        ceiling_reached=ceiling is not None and consumption_of(contract.id).total_invoiced >= ceiling,
        number=referral.number,
        pip_on=referral.pip_on,
        brought_hours=referral.brought_hours,
        brought_participation_hours=referral.brought_participation_hours,
        brought_exam_parts=referral.brought_exam_parts,
        brought_source=referral.brought_source,
    )


def _make(referral: Referral, party: ContractParty, by: Viewer, pick: Pick) -> Trajectory:
    years = reference_value("term_years", referral.pip_on)
    if years is None or years.value is None:
        raise Refused([Objection("De inburgeringstermijn op deze datum is onbekend.", "pip_on")])
    starts_on, ends_on = term_of(referral.pip_on, int(years.value))
    trajectory = Trajectory(
        id=uuid.uuid4(),
        number=make_number(pick),
        contract_product_id=referral.contract_product.id,
        contract_party_id=party.id,
        placed_by_id=referral.municipality.id,
        target_group=referral.target_group,
        pip_on=referral.pip_on,
        term_starts_on=starts_on,
        term_ends_on=ends_on,
        referred_on=referral.on,
        referred_at=clock.now(),
        referred_by_id=by.user_id,
        brought_hours=referral.brought_hours,
        brought_participation_hours=referral.brought_participation_hours,
        brought_exam_parts=referral.brought_exam_parts.strip(),
        brought_source=referral.brought_source.strip(),
        remark=referral.remark.strip(),
    )
    trajectory.contract_product = referral.contract_product
    trajectory.contract_party, trajectory.placed_by = party, referral.municipality
    db.session.add(trajectory)
    _add_residence(trajectory, referral.municipality, min(referral.pip_on, referral.on), by)
    db.session.add(
        TrajectoryProduct(
            trajectory_id=trajectory.id,
            contract_product_id=referral.contract_product.id,
            valid_from=referral.on,
            recorded_at=clock.now(),
        )
    )
    _add_term(trajectory, ends_on, referral.pip_on, "PIP, drie jaar volgens de wet")
    add_event(trajectory, EventKind.REFERRED, referral.on, by=by)
    return trajectory


def _advance(
    trajectory: Trajectory, action: TrajectoryAction, on: date, by: Viewer, **changes: object
) -> None:
    queries.require_provider(trajectory, by)
    lock(trajectory)
    _change(trajectory, action, on, by, changes)


def _stop(trajectory: Trajectory, on: date, reason: StopReason, by: Viewer) -> None:
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
    refuse_if(objections_to_day(on, not_before=_last_day(trajectory), today=clock.today()))
    trajectory.state = state
    for name, value in changes.items():
        setattr(trajectory, name, value)
    moved = changes.get("stop_reason") is StopReason.MOVED_OUTSIDE
    owner = EventOwner.MUNICIPALITY if moved else None
    add_event(trajectory, EVENT_OF[action], on, by=by, owner=owner)
    coded = changes.get("stop_reason") or changes.get("refusal_reason")
    reason = coded.label if isinstance(coded, StopReason | RefusalReason) else ""
    _record(action.value, trajectory, by, on=f"{on:%d-%m-%Y}", reason=reason)


def _last_day(trajectory: Trajectory) -> date:
    days = (
        trajectory.referred_on,
        trajectory.answered_on,
        trajectory.waiting_since,
        trajectory.started_on,
        trajectory.interrupted_on,
    )
    return max(day for day in days if day is not None)


def _add_residence(trajectory: Trajectory, place: Municipality | None, since: date, by: Viewer) -> None:
    db.session.add(
        TrajectoryResidence(
            trajectory_id=trajectory.id,
            municipality_id=place.id if place else None,
            valid_from=since,
            recorded_at=clock.now(),
            recorded_by_id=by.user_id,
        )
    )


def _add_term(trajectory: Trajectory, ends_on: date, decided_on: date, source: str) -> None:
    db.session.add(
        TrajectoryTerm(
            trajectory_id=trajectory.id,
            ends_on=ends_on,
            decided_on=decided_on,
            source=source,
            recorded_at=clock.now(),
        )
    )


def _record(verb: str, trajectory: Trajectory, by: Viewer, **details: str) -> None:
    audit.record(f"trajectory:trajectory:{verb}", trajectory, by=by, number=trajectory.number, **details)
