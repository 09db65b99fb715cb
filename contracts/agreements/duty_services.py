"""Keep obligations: add one, show its proof; and write down that the register was looked at."""

from datetime import date

from contracts.agreements import duty_queries, queries
from contracts.agreements.duty_models import Duty, QualityMarkCheck
from contracts.agreements.duty_rules import next_due, objections_to_duty, objections_to_proof
from contracts.agreements.duty_states import DutyKind, DutyOwner
from contracts.agreements.making_services import bsn_in
from contracts.agreements.models import Contract
from contracts.agreements.states import QualityMarkKind
from portal import audit, clock
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.db import db, lock
from portal.errors import NotYours, Objection, Refused, refuse_if


def add_duty(
    contract: Contract,
    *,
    kind: DutyKind,
    title: str,
    owner: DutyOwner,
    due_on: date,
    repeat_months: int | None = None,
    by: Viewer,
) -> Duty:
    """Add an obligation to a contract, due once or again after so many months.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the title is too short, or the day lies outside the contract.
    """
    queries.require_manager(contract, by)
    refuse_if(
        [
            *objections_to_duty(
                title=title, due_on=due_on, first=contract.starts_on, last=contract.run_off_until, repeat=repeat_months
            ),
            *bsn_in(title, "title"),
        ]
    )
    duty = Duty(
        contract_id=contract.id,
        kind=kind,
        title=title.strip(),
        owner=owner,
        due_on=due_on,
        repeat_months=repeat_months,
        recorded_at=clock.now(),
    )
    duty.contract = contract
    db.session.add(duty)
    db.session.flush()
    audit.record("contract:duty:add", contract, by=by, title=duty.title, on=f"{due_on:%d-%m-%Y}")
    return duty


def meet_duty(duty: Duty, *, met_on: date, proof: str, by: Viewer) -> Duty | None:
    """Write down the proof that an obligation was met; a repeated one is planned again and returned.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: it was met already, the day lies in the future, or no proof is named.
    """
    contract = duty.contract
    queries.require_manager(contract, by)
    lock(duty)
    if duty.met_on is not None:
        raise Refused([Objection("Deze verplichting is al als voldaan vastgelegd.")])
    refuse_if([*objections_to_proof(met_on=met_on, proof=proof, today=clock.today()), *bsn_in(proof, "proof")])
    duty.met_on, duty.proof, duty.met_at, duty.met_by_id = met_on, proof.strip(), clock.now(), by.user_id
    audit.record("contract:duty:meet", contract, by=by, title=duty.title, on=f"{met_on:%d-%m-%Y}")
    again = next_due(duty.due_on, duty.repeat_months, contract.run_off_until)
    if again is None:
        return None
    return add_duty(
        contract,
        kind=duty.kind,
        title=duty.title,
        owner=duty.owner,
        due_on=again,
        repeat_months=duty.repeat_months,
        by=by,
    )


def record_check(organisation: Organisation, *, by: Viewer) -> QualityMarkCheck:
    """Write down that the public register was looked at today and says what the portal says (practice.md C3).

    Raises:
        NotYours: the viewer has no running contract with this provider that needs a keurmerk.
        Refused: no state is known; that has to be recorded first.
    """
    found = next((one for one in duty_queries.watched(by) if one.organisation.id == organisation.id), None)
    if found is None:
        raise NotYours("een contractmanager van een gemeente met een contract bij deze aanbieder")
    if found.mark is None:
        raise Refused([Objection("Leg eerst vast welke toestand in het register staat.", "organisation")])
    check = QualityMarkCheck(
        organisation_id=organisation.id,
        kind=QualityMarkKind.KEURMERK,
        checked_on=clock.today(),
        seen=found.mark.state,
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    check.organisation = organisation
    db.session.add(check)
    audit.record("contract:keurmerk:check", organisation, by=by, state=found.mark.state.label)
    return check
