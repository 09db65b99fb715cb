"""Read amendments: what changed, who agreed, and how far the meter of the small changes stands."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contracts.agreements import queries
from contracts.agreements.change_models import (
    Amendment,
    AmendmentConsent,
    AmendmentField,
    AmendmentGround,
)
from contracts.agreements.change_rules import Meter, SettlingFacts, objections_to_settling, shown_value
from contracts.agreements.change_states import AmendmentState, FieldKind
from contracts.agreements.index_queries import factor_on
from contracts.agreements.models import Contract
from portal import clock
from portal.access import Permission, Viewer
from portal.catalogue.models import Municipality
from portal.catalogue.queries import reference_value
from portal.db import db
from portal.errors import NotFound, Objection

COUNTED = (AmendmentState.IN_FORCE,)


@dataclass(frozen=True)
class FieldLine:
    """One part of the contract as people read it: before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ConsentLine:
    """A municipality that is asked, with its answer when there is one."""

    municipality: Municipality
    answer: AmendmentConsent | None


def amendments_of(contract: Contract) -> Sequence[Amendment]:
    """Return the amendments of a contract, newest first."""
    return db.session.scalars(
        select(Amendment)
        .options(joinedload(Amendment.ground))
        .where(Amendment.contract_id == contract.id)
        .order_by(Amendment.number.desc())
    ).all()


def amendment_for(viewer: Viewer, contract: Contract, number: int) -> Amendment:
    """Return an amendment; who performs sees it once it is in force, before that it is the municipalities' own.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    found = db.session.scalars(
        select(Amendment)
        .options(joinedload(Amendment.ground), joinedload(Amendment.clause))
        .where(Amendment.contract_id == contract.id, Amendment.number == number)
    ).one_or_none()
    if found is None or (not sees_plans(contract, viewer) and found.state is not AmendmentState.IN_FORCE):
        raise NotFound
    return found


def sees_plans(contract: Contract, viewer: Viewer) -> bool:
    """Say whether a viewer works for a municipality of this contract; the lead alone or one that takes part."""
    if queries.may_manage(contract, viewer):
        return True
    places = {one.municipality_id for one in queries.municipalities_of(contract)}
    return viewer.municipality_id is not None and viewer.municipality_id in {
        *places,
        contract.lead_municipality_id,
    }


def grounds_on(day: date) -> Sequence[AmendmentGround]:
    """Return the grounds that hold on a day, in the order in which they are tested: c to f, then b, g last."""
    found = db.session.scalars(
        select(AmendmentGround).where(
            AmendmentGround.valid_from <= day,
            (AmendmentGround.valid_until.is_(None)) | (AmendmentGround.valid_until >= day),
        )
    ).all()
    return sorted(found, key=lambda one: ("cdefbg".find(one.code), one.code))


def changes_of(amendment: Amendment) -> Sequence[AmendmentField]:
    """Return the parts of the contract an amendment changes."""
    return db.session.scalars(
        select(AmendmentField)
        .options(joinedload(AmendmentField.municipality))
        .where(AmendmentField.amendment_id == amendment.id)
        .order_by(AmendmentField.position)
    ).all()


def lines_of(amendment: Amendment) -> list[FieldLine]:
    """Return what changes as people read it."""
    return [
        FieldLine(one.label, shown_value(one.kind, one.before), shown_value(one.kind, one.after))
        for one in changes_of(amendment)
    ]


def asked_municipalities(amendment: Amendment) -> list[Municipality]:
    """Return whose consent an amendment needs: who takes part on its first day, but the lead decides itself."""
    contract = amendment.contract
    if not amendment.needs_consent:
        return []
    joining = [one.municipality for one in changes_of(amendment) if one.kind is FieldKind.JOINS]
    places = [one.municipality for one in queries.municipalities_of(contract, amendment.effective_on)]
    found = {one.id: one for one in [*places, *joining] if one is not None}
    return [one for one in found.values() if one.id != contract.lead_municipality_id]


def consents_of(amendment: Amendment) -> list[ConsentLine]:
    """Return every municipality that is asked with its answer."""
    answers = {
        one.municipality_id: one
        for one in db.session.scalars(
            select(AmendmentConsent).where(AmendmentConsent.amendment_id == amendment.id)
        )
    }
    return [ConsentLine(one, answers.get(one.id)) for one in asked_municipalities(amendment)]


def waits_for(amendment: Amendment) -> list[Objection]:
    """Say what stands between an amendment and its effect, today."""
    consents = consents_of(amendment)
    return objections_to_settling(
        SettlingFacts(
            today=clock.today(),
            effective_on=amendment.effective_on,
            waiting=[one.municipality.name for one in consents if one.answer is None],
            against=[one.municipality.name for one in consents if one.answer and not one.answer.agrees],
            article=amendment.ground.article,
            needs_notice=amendment.ground.needs_notice,
            notice_on=amendment.notice_on,
        )
    )


def may_answer(amendment: Amendment, viewer: Viewer) -> bool:
    """Say whether the viewer's municipality is asked and has not answered yet."""
    if amendment.state is not AmendmentState.ASKED or not viewer.may(Permission.AMENDMENT_APPROVE):
        return False
    return any(
        one.municipality.id == viewer.municipality_id and one.answer is None for one in consents_of(amendment)
    )


def original_ceiling(contract: Contract) -> Decimal | None:
    """Return the maximum as it was signed: what stood there before the first amendment of it."""
    first = db.session.scalars(
        select(AmendmentField.before)
        .join(Amendment, Amendment.id == AmendmentField.amendment_id)
        .where(Amendment.contract_id == contract.id, Amendment.state == AmendmentState.IN_FORCE)
        .where(AmendmentField.kind == FieldKind.CEILING)
        .order_by(Amendment.settled_at)
        .limit(1)
    ).first()
    return Decimal(first) if first else contract.ceiling


def meter_of(contract: Contract, on: date, *, pending: uuid.UUID | None = None) -> Meter | None:
    """Return the meter of the small changes on a day; None without a maximum or without the ground in the table.

    In: the day decides ground, threshold and indexations; `pending` is an amendment that is left out.
    """
    original = original_ceiling(contract)
    small = next((one for one in grounds_on(on) if one.is_cumulative), None)
    threshold = reference_value("sas_threshold", on)
    if original is None or small is None or small.limit_share is None:
        return None
    if threshold is None or threshold.value is None:
        return None
    statement = (
        select(func.coalesce(func.sum(Amendment.value_effect), 0))
        .join(AmendmentGround, AmendmentGround.id == Amendment.ground_id)
        .where(Amendment.contract_id == contract.id, Amendment.state == AmendmentState.IN_FORCE)
        .where(AmendmentGround.is_cumulative)
    )
    if pending is not None:
        statement = statement.where(Amendment.id != pending)
    net = db.session.scalar(statement)
    return Meter(original, factor_on(contract, on), Decimal(net or 0), small.limit_share, threshold.value)


def waiting_effect(contract: Contract) -> Decimal:
    """Return the effect of the small changes that are not in force yet."""
    return sum(
        (
            one.value_effect
            for one in amendments_of(contract)
            if one.state in {AmendmentState.DRAFT, AmendmentState.ASKED} and one.ground.is_cumulative
        ),
        Decimal(0),
    )


def open_amendments(viewer: Viewer) -> Sequence[Amendment]:
    """Return the amendments that wait for something, of contracts the viewer may see."""
    return db.session.scalars(
        select(Amendment)
        .options(
            joinedload(Amendment.ground),
            joinedload(Amendment.contract).joinedload(Contract.lead_municipality),
        )
        .join(Contract, Contract.id == Amendment.contract_id)
        .where(
            queries.is_visible_to(viewer),
            Amendment.state.in_([AmendmentState.DRAFT, AmendmentState.ASKED]),
        )
        .order_by(Amendment.effective_on, Amendment.number)
    ).all()


def amendment_is_asked(amendment: Amendment) -> bool:
    """Say whether the municipalities are being asked now."""
    return amendment.state is AmendmentState.ASKED
