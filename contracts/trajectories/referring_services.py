"""Refer participants: each gets its own trajectnummer; the contract decides whether it can take them."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements import queries as agreements
from contracts.agreements.consumption import invoiced_under
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
from contracts.trajectories.rules import ReferralFacts, make_number, objections_to_referral, term_of
from contracts.trajectories.states import EventKind
from contracts.trajectories.succession_queries import stop_of
from portal import audit, clock
from portal.access import Role, Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.queries import reference_value
from portal.catalogue.states import TargetGroup
from portal.db import db
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
    party = _checked_party(referral)
    made = [_make(referral, party, by, pick) for _ in range(referral.number)]
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


def make_one(referral: Referral, *, by: Viewer, pick: Pick = secrets.choice) -> Trajectory:
    """Make one trajectory that follows on another, whoever decides it; for services, after their checks.

    Raises:
        Refused: the contract does not take aanmeldingen on that day (as `refer`).
    """
    return _make(referral, _checked_party(referral), by, pick)


def objections_of(referral: Referral) -> list[Objection]:
    """Say what stands in the way of an aanmelding, at the fields of the form; empty when nothing does."""
    party = queries.reporting_party(referral.contract_product.contract.id, referral.on)
    found = [
        *objections_to_referral(_facts(referral, party)),
        *not_in_text(referral.remark, "remark"),
        *not_in_text(referral.brought_source, "brought_source"),
        *not_in_text(referral.brought_exam_parts, "brought_exam_parts"),
    ]
    if party is None and not found:
        found.append(Objection("Dit contract heeft op deze dag geen aanbieder.", "contract_product"))
    return found


def _checked_party(referral: Referral) -> ContractParty:
    refuse_if(objections_of(referral))
    party = queries.reporting_party(referral.contract_product.contract.id, referral.on)
    if party is None:
        raise Refused([Objection("Dit contract heeft op deze dag geen aanbieder.", "contract_product")])
    return party


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
        ceiling_reached=ceiling is not None and invoiced_under(contract.id) >= ceiling,
        stops=stop_of(contract.id) is not None,
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
    add_residence(trajectory, referral.municipality, min(referral.pip_on, referral.on), by)
    db.session.add(
        TrajectoryProduct(
            trajectory_id=trajectory.id,
            contract_product_id=referral.contract_product.id,
            valid_from=referral.on,
            recorded_at=clock.now(),
        )
    )
    add_term(trajectory, ends_on, referral.pip_on, "PIP, drie jaar volgens de wet")
    add_event(trajectory, EventKind.REFERRED, referral.on, by=by)
    record("refer", trajectory, by, municipality=referral.municipality.name)
    return trajectory


def add_residence(trajectory: Trajectory, place: Municipality | None, since: date, by: Viewer) -> None:
    """Write down where a participant lives from a day; None is outside the region."""
    db.session.add(
        TrajectoryResidence(
            trajectory_id=trajectory.id,
            municipality_id=place.id if place else None,
            valid_from=since,
            recorded_at=clock.now(),
            recorded_by_id=by.user_id,
        )
    )


def add_term(trajectory: Trajectory, ends_on: date, decided_on: date, source: str) -> None:
    """Write down an end of the term with the decision it rests on."""
    db.session.add(
        TrajectoryTerm(
            trajectory_id=trajectory.id,
            ends_on=ends_on,
            decided_on=decided_on,
            source=source,
            recorded_at=clock.now(),
        )
    )


def record(verb: str, trajectory: Trajectory, by: Viewer, **details: str) -> None:
    """Add a step of a trajectory to the audit trail."""
    audit.record(f"trajectory:trajectory:{verb}", trajectory, by=by, number=trajectory.number, **details)
