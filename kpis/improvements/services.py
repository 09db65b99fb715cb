"""Agree a verbeteractie, answer it, report and close it; every step keeps its words, day and proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.agreements.models import Contract
from contracts.agreements.queries import parties_of
from kpis.improvements import queries
from kpis.improvements.models import ActionEntry, ImprovementAction
from kpis.improvements.paths import action_path
from kpis.improvements.queries import Seen
from kpis.improvements.rules import objections_to_action, objections_to_step, steps_for
from kpis.improvements.states import ACTION, ActionState, ActionStep, Side
from kpis.scorecards.hearing_services import PROOF_KINDS, PROOF_MB, Proof
from kpis.scorecards.models import Scorecard, ScorecardLine
from portal import audit, clock
from portal.access import Role, Viewer
from portal.accounts.models import Organisation, User
from portal.catalogue.states import Direction
from portal.db import db, lock
from portal.documents import store_upload
from portal.dutch import long_date
from portal.errors import NotYours, refuse_if
from portal.notifications import members_of, notify
from portal.periods import Quarter

PROOF = "improvement_proof"


@dataclass(frozen=True)
class Plan:
    """What a verbeteractie asks: what, of whom, by when, to which result (in the measure's unit), shown how."""

    measure: str
    owner: Side
    due_on: date
    target: Decimal | None
    proof: str
    follow_up: Quarter
    owner_function: str = ""


def propose_action(seen: Seen, card: Scorecard, line: ScorecardLine, plan: Plan, *, by: Viewer) -> ImprovementAction:
    """Propose a verbeteractie on a figure and ask the provider for an answer.

    Raises:
        NotYours: the viewer does not manage the contract.
        Refused: the plan misses something.
    """
    require_municipality(seen)
    contract = seen.contract
    lock(contract)
    _refuse_plan(plan, line)
    action = ImprovementAction(
        contract_id=contract.id,
        number=queries.next_number(ImprovementAction, contract),
        scorecard_id=card.id,
        line_id=line.id,
        performance_agreement_id=line.performance_agreement_id,
        measure=plan.measure.strip(),
        owner=plan.owner,
        owner_function=plan.owner_function.strip(),
        due_on=plan.due_on,
        target=plan.target,
        proof=plan.proof.strip(),
        follow_up=plan.follow_up.code,
        made_at=clock.now(),
        made_by_id=by.user_id,
    )
    action.line = line
    db.session.add(action)
    db.session.flush()
    _say(action, Side.MUNICIPALITY, "", None, by)
    code = line.performance_agreement.code
    audit.record(
        "improvement:action:propose", action, by=by, number=action.number, code=code, due=long_date(plan.due_on)
    )
    _tell(seen, action, Side.PROVIDER)
    return action


def revise_action(seen: Seen, action: ImprovementAction, plan: Plan, *, by: Viewer) -> ImprovementAction:
    """Change the proposal after a counter-proposal and ask again.

    Raises:
        NotYours: the viewer does not manage the contract.
        TransitionRefused: there is no counter-proposal.
        Refused: the plan misses something.
    """
    require_municipality(seen)
    lock(action)
    state = ACTION.next(action.state, ActionStep.REVISE)
    _refuse_plan(plan, action.line)
    action.measure, action.proof, action.due_on = plan.measure.strip(), plan.proof.strip(), plan.due_on
    action.owner, action.owner_function = plan.owner, plan.owner_function.strip()
    action.target, action.follow_up, action.state = plan.target, plan.follow_up.code, state
    _say(action, Side.MUNICIPALITY, "", None, by)
    audit.record("improvement:action:revise", action, by=by, number=action.number, due=long_date(plan.due_on))
    _tell(seen, action, Side.PROVIDER)
    return action


def take_step(
    seen: Seen,
    action: ImprovementAction,
    step: ActionStep | None,
    *,
    text: str,
    by: Viewer,
    proof: Proof | None = None,
) -> ImprovementAction:
    """Answer, report, decide or withdraw, as the side the viewer stands on.

    Raises:
        NotYours: the viewer only reads along.
        Refused: the step is not open to this side, or says too little.
        DocumentRefused: the proof cannot be accepted.
    """
    if seen.side is None:
        raise NotYours(f"de contractmanager van {seen.contract.lead_municipality.name} of de aanbieder")
    lock(action)
    allowed = steps_for(action.state, seen.side, action.owner)
    refuse_if(objections_to_step(step, text, allowed))
    action.state = ACTION.next(action.state, step or ActionStep.ACCEPT)
    if action.state.is_over:
        action.closed_at, action.closed_by_id = clock.now(), by.user_id
    _say(action, seen.side, text.strip(), proof, by)
    audit.record(
        "improvement:action:step", action, by=by, number=action.number, state=action.state.label.lower()
    )
    _tell(seen, action, Side.MUNICIPALITY if seen.side is Side.PROVIDER else Side.PROVIDER)
    return action


def require_municipality(seen: Seen) -> None:
    """Let only who manages the contract through.

    Raises:
        NotYours: the viewer sees it but another decides; says who.
    """
    if seen.side is not Side.MUNICIPALITY:
        raise NotYours(f"de contractmanager van {seen.contract.lead_municipality.name}")


def people_of(contract: Contract, side: Side) -> list[User] | list[Organisation]:
    """Return who gets the mail of a side of the contract."""
    if side is Side.PROVIDER:
        return [party.organisation for party in parties_of(contract) if party.may_report]
    return members_of(contract.lead_municipality.organisation_id, Role.CONTRACT_MANAGER)


def _refuse_plan(plan: Plan, line: ScorecardLine) -> None:
    refuse_if(
        objections_to_action(
            measure=plan.measure,
            proof=plan.proof,
            due_on=plan.due_on,
            today=clock.today(),
            target=plan.target,
            has_norm=line.agreement_version.direction is not Direction.SIGNAL,
        )
    )


def _say(action: ImprovementAction, side: Side, text: str, proof: Proof | None, by: Viewer) -> None:
    document = None
    if proof is not None:
        document = store_upload(proof.data, name=proof.name, kind=PROOF, kinds=PROOF_KINDS, max_mb=PROOF_MB, by=by)
    db.session.add(
        ActionEntry(
            action_id=action.id,
            state=action.state or ActionState.PROPOSED,
            side=side,
            text=text,
            document_id=document.id if document else None,
            at=clock.now(),
            by_id=by.user_id,
        )
    )


def _tell(seen: Seen, action: ImprovementAction, side: Side) -> None:
    notify(
        people_of(seen.contract, side),
        "improvement_step",
        about=action,
        path=action_path(seen.contract.number, action.number),
        contract=seen.contract,
        action=action,
    )
