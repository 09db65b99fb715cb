"""Change a contract: with a ground, what it does to the value, the consents and the notice it needs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements import change_queries, queries
from contracts.agreements.change_grounds import GROUNDS, SINCE, SOURCE
from contracts.agreements.change_models import (
    Amendment,
    AmendmentConsent,
    AmendmentField,
    AmendmentGround,
)
from contracts.agreements.change_rules import (
    DATES,
    AmendmentFacts,
    Change,
    needs_consent,
    objections_to_amendment,
)
from contracts.agreements.change_states import AMENDMENT, AmendmentAction, FieldKind
from contracts.agreements.making_services import bsn_in
from contracts.agreements.models import Contract, ContractMunicipality
from contracts.agreements.promise_models import Clause
from portal import audit, clock
from portal.access import Role, Viewer
from portal.catalogue.models import Municipality
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify

APPROVERS = (Role.PARTNER, Role.BUYER)


@dataclass(frozen=True)
class NewAmendment:
    """What a contract manager fills in; a part that stays as it is, is None."""

    title: str
    ground: AmendmentGround
    reason: str
    effective_on: date
    value_effect: Decimal = Decimal(0)
    clause: Clause | None = None
    ceiling: Decimal | None = None
    last_referral_on: date | None = None
    ends_on: date | None = None
    run_off_until: date | None = None
    joins: Sequence[Municipality] = field(default_factory=tuple)
    leaves: Sequence[Municipality] = field(default_factory=tuple)
    text_part: str = ""
    text_before: str = ""
    text_after: str = ""


def make_amendment(contract: Contract, new: NewAmendment, *, by: Viewer) -> Amendment:
    """Write down an amendment as a draft; the contract itself does not change yet.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the ground does not carry it, nothing changes, or a reason is missing.
    """
    queries.require_manager(contract, by)
    lock(contract)
    pairs = _changes(contract, new)
    refuse_if(
        [
            *objections_to_amendment(_facts(contract, new, [change for change, _ in pairs])),
            *_objections_to_places(contract, new),
            *bsn_in(new.reason, "reason"),
            *bsn_in(new.text_after, "text_after"),
        ]
    )
    number = db.session.scalar(select(func.count()).where(Amendment.contract_id == contract.id)) or 0
    amendment = Amendment(
        id=uuid.uuid4(),
        contract_id=contract.id,
        number=number + 1,
        title=new.title.strip(),
        reason=new.reason.strip(),
        ground_id=new.ground.id,
        clause_id=new.clause.id if new.clause else None,
        value_effect=new.value_effect,
        effective_on=new.effective_on,
        needs_consent=needs_consent(
            contract.consent_from, new.value_effect, [change.kind for change, _ in pairs]
        ),
        created_at=clock.now(),
        created_by_id=by.user_id,
    )
    amendment.contract, amendment.ground, amendment.clause = contract, new.ground, new.clause
    db.session.add(amendment)
    for position, (change, place) in enumerate(pairs, 1):
        db.session.add(_field(amendment, position, change, place))
    db.session.flush()
    _record("make", amendment, by, title=amendment.title)
    return amendment


def ask_consent(amendment: Amendment, *, by: Viewer) -> None:
    """Ask the other municipalities for their consent, or go on without when it is not needed.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: it was asked or withdrawn already.
    """
    queries.require_manager(amendment.contract, by)
    lock(amendment)
    amendment.state = AMENDMENT.next(amendment.state, AmendmentAction.ASK)
    amendment.asked_at = clock.now()
    _record("ask", amendment, by)
    for place in change_queries.asked_municipalities(amendment):
        _tell(amendment, members_of(place.organisation_id, *APPROVERS), "amendment_asked")


def answer_amendment(
    amendment: Amendment,
    *,
    municipality_id: uuid.UUID | None,
    agrees: bool,
    decision: str,
    reason: str,
    by: Viewer,
) -> None:
    """Record what a participating municipality says, with its own decision (mandaatbesluit).

    Raises:
        NotYours: the viewer's municipality is not asked.
        Refused: it answered already, or a refusal has no reason.
    """
    asked = {one.municipality.id: one for one in change_queries.consents_of(amendment)}
    if municipality_id is None or municipality_id not in asked or by.municipality_id not in (None, municipality_id):
        raise NotYours("een gemeente die aan dit contract deelneemt")
    lock(amendment)
    found = []
    if not change_queries.amendment_is_asked(amendment) or asked[municipality_id].answer is not None:
        found.append(Objection("Uw gemeente heeft al geantwoord, of het antwoord is niet meer nodig."))
    if agrees and len(decision.strip()) < 3:
        found.append(Objection("Vul het nummer of de datum van het besluit van uw gemeente in.", "decision"))
    if not agrees and len(reason.strip()) < 10:
        found.append(Objection("Geef in ten minste 10 tekens aan waarom uw gemeente niet akkoord gaat.", "reason"))
    refuse_if([*found, *bsn_in(reason, "reason"), *bsn_in(decision, "decision")])
    db.session.add(
        AmendmentConsent(
            amendment_id=amendment.id,
            municipality_id=municipality_id,
            agrees=agrees,
            decision=decision.strip(),
            reason=reason.strip(),
            at=clock.now(),
            by_id=by.user_id,
        )
    )
    db.session.flush()
    place = asked[municipality_id].municipality.name
    _record("agree" if agrees else "refuse", amendment, by, municipality=place)


def record_notice(amendment: Amendment, *, number: str, on: date, by: Viewer) -> None:
    """Record that the change was announced; without it 2.163d and e do not count (practice.md C9).

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the ground asks no notice, the number is missing, or the day lies in the future.
    """
    queries.require_manager(amendment.contract, by)
    lock(amendment)
    found = []
    if not amendment.ground.needs_notice:
        found.append(Objection(f"Bij {amendment.ground.article} is geen aankondiging van de wijziging nodig."))
    if len(number.strip()) < 4:
        found.append(Objection("Vul het nummer van de aankondiging in, zoals het op TenderNed staat.", "number"))
    if on > clock.today():
        found.append(Objection("De dag van bekendmaking mag niet in de toekomst liggen.", "on"))
    refuse_if(found)
    amendment.notice_number, amendment.notice_on = number.strip(), on
    _record("notice", amendment, by, notice=amendment.notice_number, on=f"{on:%d-%m-%Y}")


def settle(amendment: Amendment, *, by: Viewer) -> None:
    """Let an amendment take effect: the contract changes, and everyone is told.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: it is not waiting for this.
        Refused: a consent or the notice is missing, the day has not come, or the contract changed meanwhile.
    """
    contract = amendment.contract
    queries.require_manager(contract, by)
    lock(contract)
    lock(amendment)
    state = AMENDMENT.next(amendment.state, AmendmentAction.SETTLE)
    changes = change_queries.changes_of(amendment)
    refuse_if(
        [
            *change_queries.waits_for(amendment),
            *_objections_to_what_stands_now(contract, changes),
            *objections_to_amendment(_facts_again(amendment, changes)),
        ]
    )
    for one in changes:
        _apply(contract, one, amendment.effective_on)
    amendment.state, amendment.settled_at = state, clock.now()
    amendment.settled_by_id = by.user_id or amendment.created_by_id
    on = f"{amendment.effective_on:%d-%m-%Y}"
    _record("settle", amendment, by, on=on)
    audit.record("contract:contract:amend", contract, by=by, number=amendment.number, title=amendment.title, on=on)
    people = [members_of(one.organisation_id, Role.PROVIDER, Role.PROVIDER_ADMIN) for one in queries.parties_of(contract)]
    places = [members_of(one.municipality.organisation_id, *APPROVERS) for one in queries.municipalities_of(contract)]
    _tell(amendment, [user for group in [*people, *places] for user in group], "amendment_in_force")


def withdraw(amendment: Amendment, *, reason: str, by: Viewer) -> None:
    """Take an amendment back before it has effect; it stays in the list with its reason.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: it is in force or withdrawn already.
        Refused: the reason is too short.
    """
    queries.require_manager(amendment.contract, by)
    lock(amendment)
    state = AMENDMENT.next(amendment.state, AmendmentAction.WITHDRAW)
    short = [Objection("Geef de reden van het intrekken in ten minste 10 tekens.", "withdrawal_reason")]
    refuse_if([*(short if len(reason.strip()) < 10 else []), *bsn_in(reason, "withdrawal_reason")])
    amendment.state, amendment.withdrawn_at, amendment.withdrawal_reason = state, clock.now(), reason.strip()
    _record("withdraw", amendment, by)


def seed_grounds() -> None:
    """Load the grounds of the law; may be run again at any time."""
    known = {(one.code, one.valid_from) for one in db.session.scalars(select(AmendmentGround))}
    for row in GROUNDS:
        if (row.code, SINCE) not in known:
            db.session.add(
                AmendmentGround(
                    code=row.code,
                    article=row.article,
                    name=row.name,
                    explanation=row.explanation,
                    limit_share=row.limit_share,
                    is_cumulative=row.is_cumulative,
                    needs_notice=row.needs_notice,
                    needs_clause=row.needs_clause,
                    valid_from=SINCE,
                    source=SOURCE,
                )
            )


def _changes(contract: Contract, new: NewAmendment) -> list[tuple[Change, Municipality | None]]:
    now = {kind: getattr(contract, kind.value).isoformat() for kind in DATES}
    wanted = {
        FieldKind.LAST_REFERRAL: new.last_referral_on,
        FieldKind.ENDS: new.ends_on,
        FieldKind.RUN_OFF: new.run_off_until,
    }
    found: list[tuple[Change, Municipality | None]] = []
    if new.ceiling is not None and new.ceiling != contract.ceiling:
        before = "" if contract.ceiling is None else str(contract.ceiling)
        found.append((Change(FieldKind.CEILING, before, str(new.ceiling)), None))
    found += [
        (Change(kind, now[kind], day.isoformat()), None)
        for kind, day in wanted.items()
        if day is not None and day.isoformat() != now[kind]
    ]
    first, last = new.effective_on.isoformat(), (new.effective_on - timedelta(days=1)).isoformat()
    found += [(Change(FieldKind.JOINS, "", first, place.name), place) for place in new.joins]
    found += [(Change(FieldKind.LEAVES, "", last, place.name), place) for place in new.leaves]
    if new.text_after.strip() and new.text_after.strip() != new.text_before.strip():
        part = new.text_part.strip() or FieldKind.TEXT.label
        found.append((Change(FieldKind.TEXT, new.text_before.strip(), new.text_after.strip(), part), None))
    return found


def _field(amendment: Amendment, position: int, change: Change, place: Municipality | None) -> AmendmentField:
    label = change.label if change.kind is FieldKind.TEXT else change.kind.label
    return AmendmentField(
        amendment_id=amendment.id,
        position=position,
        kind=change.kind,
        label=f"{change.kind.label}: {place.name}" if place else label,
        before=change.before,
        after=change.after,
        municipality_id=place.id if place else None,
    )


def _facts(contract: Contract, new: NewAmendment, changes: Sequence[Change]) -> AmendmentFacts:
    return AmendmentFacts(
        is_signed=contract.signed_on is not None and contract.terminated_on is None,
        ground_article=new.ground.article,
        ground_holds=new.ground.id in {one.id for one in change_queries.grounds_on(new.effective_on)},
        limit_share=new.ground.limit_share,
        is_cumulative=new.ground.is_cumulative,
        needs_clause=new.ground.needs_clause,
        has_clause=new.clause is not None,
        value_effect=new.value_effect,
        effective_on=new.effective_on,
        reason=new.reason,
        changes=changes,
        term=queries.term_of(contract),
        meter=change_queries.meter_of(contract, new.effective_on),
    )


def _facts_again(amendment: Amendment, changes: Sequence[AmendmentField]) -> AmendmentFacts:
    new = NewAmendment(
        amendment.title,
        amendment.ground,
        amendment.reason,
        amendment.effective_on,
        amendment.value_effect,
        amendment.clause,
    )
    return _facts(amendment.contract, new, [Change(one.kind, one.before, one.after) for one in changes])


def _objections_to_places(contract: Contract, new: NewAmendment) -> list[Objection]:
    there = {one.municipality_id for one in queries.municipalities_of(contract, new.effective_on)}
    found = [
        Objection(f"{one.name} neemt op die dag al deel aan dit contract.", "joins")
        for one in new.joins
        if one.id in there
    ]
    for one in new.leaves:
        if one.id not in there:
            found.append(Objection(f"{one.name} neemt op die dag niet deel aan dit contract.", "leaves"))
        elif one.id == contract.lead_municipality_id:
            found.append(Objection(f"{one.name} is penvoerder en kan zo niet stoppen.", "leaves"))
    return found


def _objections_to_what_stands_now(contract: Contract, changes: Sequence[AmendmentField]) -> list[Objection]:
    """Refuse when another amendment or an option changed the same part since this one was written."""
    now = {kind: getattr(contract, kind.value).isoformat() for kind in DATES}
    now[FieldKind.CEILING] = "" if contract.ceiling is None else str(contract.ceiling)
    return [
        Objection(
            f"‘{one.label}’ is intussen veranderd. Trek deze wijziging in en maak haar opnieuw."
        )
        for one in changes
        if one.kind in now and now[one.kind] != one.before
    ]


def _apply(contract: Contract, change: AmendmentField, effective_on: date) -> None:
    if change.kind is FieldKind.CEILING:
        contract.ceiling = Decimal(change.after)
    elif change.kind in DATES:
        setattr(contract, change.kind.value, date.fromisoformat(change.after))
    elif change.kind is FieldKind.JOINS and change.municipality_id is not None:
        db.session.add(
            ContractMunicipality(
                contract_id=contract.id, municipality_id=change.municipality_id, valid_from=effective_on
            )
        )
    elif change.kind is FieldKind.LEAVES:
        for place in queries.municipalities_of(contract, effective_on):
            if place.municipality_id == change.municipality_id:
                place.valid_until = date.fromisoformat(change.after)


def _tell(amendment: Amendment, people: Sequence[object], kind: str) -> None:
    contract = amendment.contract
    notify(
        people,  # type: ignore[arg-type]
        kind,
        about=contract,
        path=f"/contracten/{contract.number}/wijzigingen/{amendment.number}",
        contract=contract,
        amendment=amendment,
    )


def _record(verb: str, amendment: Amendment, by: Viewer, **details: str) -> None:
    audit.record(f"contract:amendment:{verb}", amendment, by=by, number=amendment.number, **details)
