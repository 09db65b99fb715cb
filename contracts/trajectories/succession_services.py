"""Let a trajectory go on elsewhere: another leerroute, or another provider when this one stops (C2, C5)."""

import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements import change_queries, queries as agreements
from contracts.agreements.consumption import invoiced_under
from contracts.agreements.models import Contract, ContractProduct
from contracts.agreements.states import ContractPhase, QualityMarkKind
from contracts.trajectories import queries, services, succession_queries as found_in
from contracts.trajectories.events_services import EXAM_PARTS, add_event, not_in_text
from contracts.trajectories.lessons import hours_followed
from contracts.trajectories.models import Trajectory, TrajectoryProduct
from contracts.trajectories.services import PROVIDERS, Pick, Referral
from contracts.trajectories.states import EventKind, StopReason
from contracts.trajectories.succession_models import HandOver, ProviderStop, Succession
from contracts.trajectories.succession_rules import (
    HandOverFacts,
    StopFacts,
    SwitchFacts,
    is_late_switch,
    objections_to_hand_over,
    objections_to_stop,
    objections_to_switch,
)
from contracts.trajectories.succession_states import StopKind, SuccessionKind, SwitchGround
from portal import audit, clock
from portal.access import Role, Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.queries import reference_value
from portal.db import db, lock
from portal.errors import Objection, Refused, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify

FURTHEST = timedelta(days=60)


@dataclass(frozen=True)
class Switch:
    """What a municipality says of a switch of route; hours and parts are what the participant brings along."""

    to: ContractProduct
    on: date
    hours: Decimal = Decimal(0)
    participation_hours: Decimal = Decimal(0)
    exam_parts: str = ""
    ground: SwitchGround | None = None
    reason: str = ""


@dataclass(frozen=True)
class NewHandOver:
    """What a contract manager says of a hand-over."""

    to: ContractProduct
    municipalities: Collection[uuid.UUID]
    on: date
    suitability: str
    consent: str = ""


def brought_along(trajectories: Sequence[Trajectory]) -> dict[uuid.UUID, tuple[Decimal, str]]:
    """Return what each participant brings along so far: lesson hours (earlier and followed) and exam parts."""
    ids = [one.id for one in trajectories]
    followed, parts = hours_followed(ids), found_in.passed_parts(ids)
    found = {}
    for one in trajectories:
        names = [one.brought_exam_parts, *(EXAM_PARTS.get(part, part) for part in parts.get(one.id, []))]
        text = ", ".join(dict.fromkeys(name for name in names if name))
        found[one.id] = (one.brought_hours + followed.get(one.id, Decimal(0)), text[:200])
    return found


def switch_months(on: date) -> int:
    """Return within how many months of the term a switch needs no ground (the dated value of the law)."""
    known = reference_value("switch_months", on)
    if known is None or known.value is None:
        raise Refused([Objection("De termijn voor wisselen van leerroute is op deze datum onbekend.", "on")])
    return int(known.value)


def switch_route(trajectory: Trajectory, switch: Switch, *, by: Viewer, pick: Pick = secrets.choice) -> Trajectory:
    """Let a participant go on in another leerroute; a late switch needs a ground and is never refused for it (C5).

    Within one contract the trajectory keeps its number and gets a new dated product. To another contract it
    ends 'overgestapt' and goes on under a new number with what it brings along. Out: the trajectory that goes on.

    Raises:
        NotYours: the viewer's municipality is not where the participant lives.
        Refused: the day, the product or the ground does not do, or the new contract takes no aanmelding.
    """
    queries.require_municipality(trajectory, by)
    lock(trajectory)
    months = switch_months(switch.on)
    late = is_late_switch(trajectory.term_starts_on, switch.on, months)
    refuse_if(
        [
            *objections_to_switch(_switch_facts(trajectory, switch, late, months)),
            *not_in_text(switch.reason, "reason"),
            *not_in_text(switch.exam_parts, "exam_parts"),
        ]
    )
    kept = switch if late else replace(switch, ground=None, reason="")
    if switch.to.contract_id == trajectory.contract_product.contract_id:
        after = _switch_product(trajectory, kept, by)
    else:
        after = _switch_contract(trajectory, kept, late, by, pick)
    ground = kept.ground.label if kept.ground else "binnen de termijn"
    audit.record(
        "trajectory:trajectory:switch",
        trajectory,
        by=by,
        number=trajectory.number,
        to=switch.to.product.name,
        after=after.number,
        on=f"{switch.on:%d-%m-%Y}",
        ground=ground,
    )
    return after


def record_stop(
    contract: Contract, *, kind: StopKind, on: date, source: str, settlement: str, by: Viewer
) -> ProviderStop:
    """Record that the provider of a contract stops: nobody new is referred, and everyone who takes part is told.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: it is known already, the day does not do, or the source is missing.
    """
    agreements.require_manager(contract, by)
    lock(contract)
    refuse_if(
        [
            *objections_to_stop(
                StopFacts(
                    is_signed=contract.signed_on is not None and contract.terminated_on is None,
                    is_known=found_in.stop_of(contract.id) is not None,
                    kind=kind,
                    on=on,
                    today=clock.today(),
                    starts_on=contract.starts_on,
                    source=source,
                )
            ),
            *not_in_text(settlement, "settlement"),
            *not_in_text(source, "source"),
        ]
    )
    stop = ProviderStop(
        contract_id=contract.id,
        kind=kind,
        on=on,
        source=source.strip(),
        settlement=settlement.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    stop.contract = contract
    db.session.add(stop)
    db.session.flush()
    audit.record("trajectory:stop:record", contract, by=by, kind=kind.label, on=f"{on:%d-%m-%Y}")
    _tell_municipalities(stop)
    return stop


def _tell_municipalities(stop: ProviderStop) -> None:
    contract = stop.contract
    places = [members_of(one.municipality.organisation_id, Role.REFERRER) for one in agreements.municipalities_of(contract)]
    notify(
        [user for people in places for user in people],
        "provider_stops",
        about=contract,
        path=f"/contracten/{contract.number}/aanbieder-stopt",
        contract=contract,
        event=stop.kind.label,
    )


def hand_over(
    stop: ProviderStop, new: NewHandOver, *, by: Viewer, pick: Pick = secrets.choice
) -> list[Trajectory]:
    """Give every live trajectory of these municipalities a place under another contract, all or none.

    The old ones end 'overgenomen', without judgement; the new ones are accepted, provisional until the new
    provider confirms it, and bring along hours, exam parts and the end of the term.

    Raises:
        NotYours: the viewer's municipality does not lead both contracts.
        Refused: the successor cannot take them, or a text the law asks for is missing.
    """
    agreements.require_manager(stop.contract, by)
    agreements.require_manager(new.to.contract, by)
    lock(stop)
    live = found_in.live_trajectories(stop.contract)
    living = queries.residences_on([one.id for one in live], clock.today())
    chosen = [one for one in live if (living.get(one.id) or one.placed_by).id in new.municipalities]
    homes = {one.id: living.get(one.id) or one.placed_by for one in chosen}
    refuse_if(
        [
            *objections_to_hand_over(_facts(stop, new, len(live), list(homes.values()))),
            *not_in_text(new.suitability, "suitability"),
            *not_in_text(new.consent, "consent"),
        ]
    )
    act = _hand_over(stop, new, by)
    brought = brought_along(chosen)
    made = []
    for one in chosen:
        hours, parts = brought[one.id]
        after = _continue(one, new.to, homes[one.id], (hours, one.brought_participation_hours, parts), by, pick)
        services.end_early(one, clock.today(), StopReason.TAKEN_OVER, by)
        services.take_on(after, on=clock.today(), by=by)
        _follow(one, after, SuccessionKind.HAND_OVER, by, hand_over_id=act.id, on=new.on, hours=hours)
        made.append(after)
    audit.record(
        "trajectory:stop:hand_over", stop.contract, by=by, number=len(made), to=new.to.contract.number,
        on=f"{new.on:%d-%m-%Y}",
    )  # fmt: skip
    audit.record("trajectory:stop:take_over", new.to.contract, by=by, number=len(made), of=stop.contract.number)
    _tell(stop, new, made)
    return made


def _switch_facts(trajectory: Trajectory, switch: Switch, late: bool, months: int) -> SwitchFacts:
    return SwitchFacts(
        on=switch.on,
        today=clock.today(),
        last_day=services.last_day(trajectory),
        is_over=trajectory.state.is_over,
        is_same_product=switch.to.id == trajectory.contract_product_id,
        is_late=late,
        months=months,
        ground=switch.ground,
        from_education=trajectory.contract_product.product.needs_diploma_recognition,
        reason=switch.reason,
        hours=switch.hours,
        participation_hours=switch.participation_hours,
    )


def _switch_product(trajectory: Trajectory, switch: Switch, by: Viewer) -> Trajectory:
    db.session.add(
        TrajectoryProduct(
            trajectory_id=trajectory.id,
            contract_product_id=switch.to.id,
            valid_from=switch.on,
            recorded_at=clock.now(),
        )
    )
    trajectory.contract_product_id, trajectory.contract_product = switch.to.id, switch.to
    add_event(trajectory, EventKind.ROUTE_SWITCHED, switch.on, by=by)
    return trajectory


def _switch_contract(trajectory: Trajectory, switch: Switch, late: bool, by: Viewer, pick: Pick) -> Trajectory:
    living = queries.residence_on(trajectory, switch.on)
    home = living.municipality if living and living.municipality else trajectory.placed_by
    brought = (switch.hours, switch.participation_hours, switch.exam_parts)
    after = _continue(trajectory, switch.to, home, brought, by, pick, on=switch.on)
    add_event(trajectory, EventKind.ROUTE_SWITCHED, switch.on, by=by)
    services.end_early(trajectory, switch.on, StopReason.OTHER_ROUTE, by)
    succession = _follow(trajectory, after, SuccessionKind.SWITCH, by, hand_over_id=None, on=switch.on, hours=switch.hours)
    succession.participation_hours, succession.is_late = switch.participation_hours, late
    succession.ground, succession.reason = switch.ground, switch.reason.strip()
    return after


def _continue(
    before: Trajectory,
    to: ContractProduct,
    home: Municipality,
    brought: tuple[Decimal, Decimal, str],
    by: Viewer,
    pick: Pick,
    on: date | None = None,
) -> Trajectory:
    hours, participation, parts = brought
    referral = Referral(
        contract_product=to,
        municipality=home,
        target_group=before.target_group,
        pip_on=before.pip_on,
        on=on or clock.today(),
        brought_hours=hours,
        brought_participation_hours=participation,
        brought_exam_parts=parts,
        brought_source=f"traject {before.number}, contract {before.contract_product.contract.number}",
    )
    after = services.make_one(referral, by=by, pick=pick)
    if before.term_ends_on != after.term_ends_on:
        after.term_ends_on = before.term_ends_on
    return after


def _follow(
    before: Trajectory,
    after: Trajectory,
    kind: SuccessionKind,
    by: Viewer,
    *,
    hand_over_id: uuid.UUID | None,
    on: date,
    hours: Decimal,
) -> Succession:
    succession = Succession(
        kind=kind,
        before_id=before.id,
        after_id=after.id,
        hand_over_id=hand_over_id,
        on=on,
        hours=hours,
        participation_hours=after.brought_participation_hours,
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    succession.before, succession.after = before, after
    db.session.add(succession)
    return succession


def _hand_over(stop: ProviderStop, new: NewHandOver, by: Viewer) -> HandOver:
    ground = next((one for one in change_queries.grounds_on(new.on) if one.code == "f"), None)
    if ground is None:
        raise Refused([Objection("De grond voor een andere opdrachtnemer is op deze datum onbekend.", "on")])
    act = HandOver(
        id=uuid.uuid4(),
        provider_stop_id=stop.id,
        contract_product_id=new.to.id,
        on=new.on,
        article=ground.article,
        suitability=new.suitability.strip(),
        consent=new.consent.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    db.session.add(act)
    db.session.flush()
    return act


def _facts(stop: ProviderStop, new: NewHandOver, total: int, homes: Sequence[Municipality]) -> HandOverFacts:
    today, target = clock.today(), new.to.contract
    taking_part = {one.municipality_id for one in agreements.municipalities_of(target, today)}
    party = queries.reporting_party(target.id, today)
    mark = (
        agreements.quality_mark_on(party.organisation_id, QualityMarkKind.KEURMERK, today)
        if party is not None and new.to.needs_keurmerk
        else None
    )
    known = reference_value("handover_consent", today)
    return HandOverFacts(
        number=len(homes),
        total=total,
        consent_from=int(known.value) if known is not None and known.value is not None else None,
        consent=new.consent,
        suitability=new.suitability,
        on=new.on,
        today=today,
        furthest=today + FURTHEST,
        is_same_contract=target.id == stop.contract_id,
        is_same_product=new.to.product_id in {one.product_id for one in agreements.products_of(stop.contract)},
        is_open=agreements.phase_of(target) is ContractPhase.RUNNING,
        target_stops=found_in.stop_of(target.id) is not None,
        mark_missing=new.to.needs_keurmerk and (mark is None or mark.state.blocks_referrals),
        ceiling_reached=target.ceiling is not None and invoiced_under(target.id) >= target.ceiling,
        outside=sorted({one.name for one in homes if one.id not in taking_part}),
    )


def _tell(stop: ProviderStop, new: NewHandOver, made: Sequence[Trajectory]) -> None:
    party = queries.reporting_party(new.to.contract_id, clock.today())
    places = {one.placed_by.organisation_id for one in made}
    people = [members_of(place, Role.REFERRER) for place in places]
    people += [members_of(party.organisation_id, *PROVIDERS)] if party else []
    notify(
        [user for group in people for user in group],
        "trajectories_handed_over",
        about=new.to.contract,
        path=f"/aanmeldingen?contract={new.to.contract.number}&toestand=accepted",
        contract=new.to.contract,
        before=stop.contract,
        number=len(made),
        on=new.on,
    )
