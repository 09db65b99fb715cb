"""Sign, extend, change and end contracts."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from contracts.agreements import price_queries, promise_queries, queries
from contracts.agreements.making_services import add_phases, bsn_in
from contracts.agreements.models import Contract, ContractOption, QualityMark
from contracts.agreements.price_models import PriceLine, PriceVersion
from contracts.agreements.rules import (
    SigningFacts,
    objections_to_deciding_option,
    objections_to_lesson_free_months,
    objections_to_phases,
    objections_to_signing,
    objections_to_termination,
)
from contracts.agreements.states import (
    CONTRACT,
    OPTION,
    ContractAction,
    ContractKind,
    InvoiceChannel,
    OptionAction,
    PhaseTrigger,
    QualityMarkKind,
    QualityMarkState,
    ResidenceBasis,
)
from portal import audit, clock
from portal.access import Role, Viewer
from portal.accounts.models import Organisation, User
from portal.db import db, lock
from portal.errors import Objection, refuse_if
from portal.notifications.queries import members_of
from portal.notifications.services import notify

PROVIDERS = (Role.PROVIDER, Role.PROVIDER_ADMIN)


def sign_contract(contract: Contract, *, on: date, by: Viewer) -> None:
    """Sign a contract; from its first day it runs, and its parties are told.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: it was signed already.
        Refused: something is missing; carries a sentence for each.
    """
    queries.require_manager(contract, by)
    lock(contract)
    state = CONTRACT.next(contract.state, ContractAction.SIGN)
    late = [Objection("De datum van ondertekening mag niet in de toekomst liggen.", "on")]
    refuse_if([*(late if on > clock.today() else []), *objections_to_signing(signing_facts(contract))])
    contract.state, contract.signed_on, contract.signed_by_id = state, on, by.user_id or _any_member(contract)
    audit.record("contract:contract:sign", contract, by=by, on=f"{on:%d-%m-%Y}")
    notify(
        _people_of(contract),
        "contract_signed",
        about=contract,
        path=f"/contracten/{contract.number}",
        contract=contract,
    )


def signing_facts(contract: Contract) -> SigningFacts:
    """Gather what must be known to judge whether a contract can be signed."""
    parties = queries.parties_of(contract)
    lines = price_queries.price_lines_of(contract, contract.starts_on)
    versions = promise_queries.newest_versions(contract)
    return SigningFacts(
        parties_that_report=sum(party.may_report for party in parties),
        parties_that_invoice=sum(party.may_invoice for party in parties),
        municipalities=len(queries.municipalities_of(contract)),
        products=len(queries.products_of(contract)),
        price_lines=len(lines),
        price_lines_without_price=sum(line.current is None for line in lines),
        phase_sums=tuple(
            sum((phase.share for phase in line.phases), Decimal(0)) for line in lines if line.phases
        ),
        ceiling=contract.ceiling,
        needs_ceiling=contract.kind is ContractKind.FRAMEWORK,
        key_agreements=sum(version.is_key for version in versions),
    )


def terminate_contract(contract: Contract, *, on: date, reason: str, by: Viewer) -> None:
    """End a contract before its time.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: it is a draft or has ended already.
        Refused: the date or the reason does not do.
    """
    queries.require_manager(contract, by)
    lock(contract)
    state = CONTRACT.next(contract.state, ContractAction.TERMINATE)
    refuse_if(
        [
            *objections_to_termination(starts_on=contract.starts_on, on=on, reason=reason),
            *bsn_in(reason, "reason"),
        ]
    )
    contract.state, contract.terminated_on, contract.termination_reason = state, on, reason.strip()
    audit.record("contract:contract:terminate", contract, by=by, on=f"{on:%d-%m-%Y}")


def decide_option(option: ContractOption, action: OptionAction, *, by: Viewer) -> None:
    """Extend a contract by its next option, or decline it; extending moves the term.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        TransitionRefused: the option was decided already.
        Refused: an earlier option is open, or the last day to decide has passed.
    """
    contract = option.contract
    queries.require_manager(contract, by)
    lock(contract)
    lock(option)
    state = OPTION.next(option.state, action)
    first = queries.first_open_option(contract)
    refuse_if(
        objections_to_deciding_option(
            position=option.position,
            first_open=first.position if first else option.position,
            decide_by=option.decide_by if action is OptionAction.EXERCISE else date.max,
            day=clock.today(),
        )
    )
    option.state, option.decided_at = state, clock.now()
    option.decided_by_id = by.user_id or _any_member(contract)
    if action is OptionAction.EXERCISE:
        moved = option.ends_on - contract.ends_on
        contract.ends_on, contract.last_referral_on = option.ends_on, option.ends_on
        contract.run_off_until += moved
    verb = "extend" if action is OptionAction.EXERCISE else "decline"
    audit.record(
        f"contract:option:{verb}",
        contract,
        by=by,
        position=option.position,
        until=f"{option.ends_on:%d-%m-%Y}",
    )
    notify(
        _people_of(contract),
        "contract_option",
        about=contract,
        path=f"/contracten/{contract.number}",
        contract=contract,
        extended=action is OptionAction.EXERCISE,
        option=option,
    )


def change_settings(
    contract: Contract,
    *,
    residence_basis: str,
    invoice_channel: str,
    lesson_free_months: str,
    consent_from: Decimal | None = None,
    notice_months: int = 3,
    move_rule: str = "",
    by: Viewer,
) -> None:
    """Change how residence, invoices, lesson-free months, moves and consents are dealt with.

    In: `consent_from` is the effect on the value from which all municipalities must agree to an amendment
    (None is always), `notice_months` how long before an extension the provider has to know.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the months are not month numbers, or an amount or number is out of range.
    """
    queries.require_manager(contract, by)
    lock(contract)
    found = objections_to_lesson_free_months(lesson_free_months)
    if consent_from is not None and consent_from < 0:
        found.append(Objection("Vul een bedrag van 0 of meer in.", "consent_from"))
    if not 0 <= notice_months <= 24:
        found.append(Objection("Vul een aantal maanden van 0 tot en met 24 in.", "notice_months"))
    refuse_if([*found, *bsn_in(move_rule, "move_rule")])
    contract.consent_from, contract.notice_months = consent_from, notice_months
    contract.move_rule = move_rule.strip()
    contract.residence_basis = ResidenceBasis(residence_basis)
    contract.invoice_channel = InvoiceChannel(invoice_channel)
    contract.lesson_free_months = ",".join(
        part.strip() for part in lesson_free_months.split(",") if part.strip()
    )
    audit.record("contract:contract:settings", contract, by=by)


def change_price(
    line: PriceLine, contract: Contract, *, rate: Decimal, valid_from: date, source: str, by: Viewer
) -> None:
    """Give a price line a new price from a date; the old one ends the day before and is kept.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the date does not follow the last price, the rate is negative or the source is missing.
    """
    queries.require_manager(contract, by)
    lock(contract)
    last = price_queries.last_version_of(line)
    found = []
    if rate < 0:
        found.append(Objection("De prijs moet 0 of meer zijn.", "rate"))
    if last is not None and valid_from <= last.valid_from:
        found.append(Objection(f"De nieuwe prijs moet na {last.valid_from:%d-%m-%Y} ingaan.", "valid_from"))
    if len(source.strip()) < 10:
        found.append(Objection("Geef in ten minste 10 tekens de grond van deze prijs.", "source"))
    refuse_if(found)
    if last is not None:
        last.valid_until = valid_from - timedelta(days=1)
    db.session.add(
        PriceVersion(
            price_line_id=line.id,
            predecessor_id=last.id if last else None,
            rate=rate,
            valid_from=valid_from,
            source=source.strip(),
            recorded_at=clock.now(),
        )
    )
    audit.record(
        "contract:price:change", contract, by=by, line=line.name, rate=str(rate), on=f"{valid_from:%d-%m-%Y}"
    )


def set_phases(
    line: PriceLine, contract: Contract, phases: Sequence[tuple[str, Decimal, PhaseTrigger]], *, by: Viewer
) -> None:
    """Divide a trajectory price into phases; only while the contract is a draft.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the contract was signed, or the shares do not make 100%.
    """
    queries.require_manager(contract, by)
    lock(contract)
    signed = [Objection("Het contract is getekend. De fasen liggen vast.")] if contract.signed_on else []
    refuse_if([*signed, *objections_to_phases([share for _, share, _ in phases])])
    for phase in price_queries.phases_of(line):
        db.session.delete(phase)
    db.session.flush()
    add_phases(line, phases)
    audit.record("contract:price:phases", contract, by=by, line=line.name)


def record_quality_mark(
    organisation: Organisation,
    *,
    kind: QualityMarkKind,
    state: QualityMarkState,
    valid_from: date,
    valid_until: date | None,
    source: str,
    by: Viewer,
) -> QualityMark:
    """Record a dated state of a recognition; the state before it ends the day before (practice.md C3).

    Raises:
        Refused: the source is missing or the end lies before the beginning.
    """
    found = []
    if len(source.strip()) < 5:
        found.append(Objection("Vul het besluit of de bron in.", "source"))
    if valid_until is not None and valid_until < valid_from:
        found.append(Objection("De einddatum moet op of na de begindatum liggen.", "valid_until"))
    refuse_if(found)
    before = queries.quality_mark_on(organisation.id, kind, valid_from)
    if before is not None and before.valid_from < valid_from and valid_until is None:
        before.valid_until = valid_from - timedelta(days=1)
    mark = QualityMark(
        organisation_id=organisation.id,
        kind=kind,
        state=state,
        valid_from=valid_from,
        valid_until=valid_until,
        source=source.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    mark.organisation = organisation
    db.session.add(mark)
    audit.record(
        "contract:keurmerk:record",
        organisation,
        by=by,
        kind=kind.label,
        state=state.label,
        on=f"{valid_from:%d-%m-%Y}",
    )
    return mark


def _people_of(contract: Contract) -> list[User]:
    """Return who is told: the provider's people of every party, also where a municipality is the party."""
    found = [members_of(party.organisation_id, *PROVIDERS) for party in queries.parties_of(contract)]
    return [user for people in found for user in people]


def _any_member(contract: Contract) -> uuid.UUID | None:
    members = queries.members_of(contract)
    return members[0].membership.user_id if members else None
