"""Read verbeteracties, notices and talks, narrowed to the contracts a viewer may see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.queries import contract_for, contracts_for, may_manage, party_for
from kpis.improvements.models import ActionEntry, ContractTalk, DefaultNotice, ImprovementAction
from kpis.improvements.states import ActionState, NoticeState, Side, TalkState
from kpis.scorecards.models import Scorecard, ScorecardLine, ScorecardVersion
from portal import clock
from portal.access import Permission, Viewer
from portal.db import db
from portal.errors import NotFound

OPEN = tuple(state for state in ActionState if not state.is_over)


@dataclass(frozen=True)
class Seen:
    """A contract with the side its viewer stands on; None reads along."""

    contract: Contract
    side: Side | None


def seen(viewer: Viewer, contract: Contract) -> Seen:
    """Say which side of a contract a viewer stands on."""
    if may_manage(contract, viewer) and viewer.may(Permission.SCORECARD_FIX):
        return Seen(contract, Side.MUNICIPALITY)
    own = party_for(contract, viewer.organisation_id, clock.today())
    may_answer = own is not None and own.may_report and viewer.may(Permission.SCORECARD_RESPOND)
    return Seen(contract, Side.PROVIDER if may_answer else None)


def seen_by_number(viewer: Viewer, number: str) -> Seen:
    """Return a contract by its number with the viewer's side.

    Raises:
        NotFound: there is none, or it is not for this viewer.
    """
    return seen(viewer, contract_for(viewer, number))


def actions_for(viewer: Viewer, *states: ActionState) -> Select[ImprovementAction]:
    """Select the verbeteracties of the viewer's contracts, soonest due first."""
    ids = [contract.id for contract in contracts_for(viewer)]
    statement = (
        select(ImprovementAction)
        .options(
            joinedload(ImprovementAction.contract).joinedload(Contract.lead_municipality),
            joinedload(ImprovementAction.performance_agreement),
            joinedload(ImprovementAction.scorecard),
        )
        .where(ImprovementAction.contract_id.in_(ids))
        .order_by(ImprovementAction.closed_at.is_not(None), ImprovementAction.due_on, ImprovementAction.number)
    )
    return statement.where(ImprovementAction.state.in_(states)) if states else statement


def action_for(found: Seen, number: int) -> ImprovementAction:
    """Return a verbeteractie of a contract by its number.

    Raises:
        NotFound: the contract has no such action.
    """
    action = db.session.scalars(
        select(ImprovementAction)
        .options(
            joinedload(ImprovementAction.performance_agreement),
            joinedload(ImprovementAction.scorecard),
            joinedload(ImprovementAction.line)
            .joinedload(ScorecardLine.agreement_version)
            .joinedload(PerformanceAgreementVersion.measure),
        )
        .where(ImprovementAction.contract_id == found.contract.id, ImprovementAction.number == number)
    ).one_or_none()
    if action is None:
        raise NotFound
    return action


def entries_of(action: ImprovementAction) -> Sequence[ActionEntry]:
    """Return what was said about a verbeteractie, oldest first."""
    return db.session.scalars(
        select(ActionEntry).where(ActionEntry.action_id == action.id).order_by(ActionEntry.at)
    ).all()


def entry_for(action: ImprovementAction, entry_id: uuid.UUID) -> ActionEntry:
    """Return one thing said.

    Raises:
        NotFound: the action has no such entry.
    """
    found = db.session.get(ActionEntry, entry_id)
    if found is None or found.action_id != action.id:
        raise NotFound
    return found


def actions_on(agreement_id: uuid.UUID) -> Sequence[ImprovementAction]:
    """Return the verbeteracties on a prestatieafspraak, newest first."""
    return db.session.scalars(
        select(ImprovementAction)
        .options(joinedload(ImprovementAction.contract))
        .where(ImprovementAction.performance_agreement_id == agreement_id)
        .order_by(ImprovementAction.number.desc())
    ).all()


def actions_of(contract: Contract) -> Sequence[ImprovementAction]:
    """Return the verbeteracties of a contract that are not over."""
    return db.session.scalars(
        select(ImprovementAction)
        .options(joinedload(ImprovementAction.performance_agreement))
        .where(ImprovementAction.contract_id == contract.id, ImprovementAction.state.in_(OPEN))
        .order_by(ImprovementAction.number)
    ).all()


def follow_up_line(action: ImprovementAction) -> ScorecardLine | None:
    """Return the newest line of the period in which an action should show; None while it is not there."""
    return db.session.scalars(
        select(ScorecardLine)
        .options(
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.measure),
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.clause),
            joinedload(ScorecardLine.performance_agreement),
        )
        .join(ScorecardVersion, ScorecardVersion.id == ScorecardLine.version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .where(
            Scorecard.contract_id == action.contract_id,
            Scorecard.period == action.follow_up,
            ScorecardLine.performance_agreement_id == action.performance_agreement_id,
        )
        .order_by(ScorecardVersion.number.desc())
        .limit(1)
    ).first()


def next_number(model: type[ImprovementAction | DefaultNotice | ContractTalk], contract: Contract) -> int:
    """Return the next number within a contract; the caller holds the contract."""
    last = db.session.scalar(select(func.max(model.number)).where(model.contract_id == contract.id))
    return (last or 0) + 1


def notices_of(contract: Contract) -> Sequence[DefaultNotice]:
    """Return the notices of default of a contract, newest first."""
    return db.session.scalars(
        select(DefaultNotice)
        .options(joinedload(DefaultNotice.performance_agreement))
        .where(DefaultNotice.contract_id == contract.id)
        .order_by(DefaultNotice.number.desc())
    ).all()


def notices_for(viewer: Viewer, *states: NoticeState) -> Sequence[DefaultNotice]:
    """Return the notices of default of the viewer's contracts, newest first."""
    ids = [contract.id for contract in contracts_for(viewer)]
    statement = (
        select(DefaultNotice)
        .options(
            joinedload(DefaultNotice.contract).joinedload(Contract.lead_municipality),
            joinedload(DefaultNotice.performance_agreement),
        )
        .where(DefaultNotice.contract_id.in_(ids))
        .order_by(DefaultNotice.sent_at.desc())
    )
    return db.session.scalars(statement.where(DefaultNotice.state.in_(states)) if states else statement).all()


def notice_for(found: Seen, number: int) -> DefaultNotice:
    """Return a notice of default by its number.

    Raises:
        NotFound: the contract has no such notice.
    """
    notice = db.session.scalars(
        select(DefaultNotice)
        .options(joinedload(DefaultNotice.performance_agreement))
        .where(DefaultNotice.contract_id == found.contract.id, DefaultNotice.number == number)
    ).one_or_none()
    if notice is None:
        raise NotFound
    return notice


def talk_for(found: Seen, number: int) -> ContractTalk:
    """Return a contract talk by its number.

    Raises:
        NotFound: the contract has no such talk.
    """
    talk = db.session.scalars(
        select(ContractTalk)
        .options(joinedload(ContractTalk.scorecard))
        .where(ContractTalk.contract_id == found.contract.id, ContractTalk.number == number)
    ).one_or_none()
    if talk is None:
        raise NotFound
    return talk


def talks_about(card_id: uuid.UUID) -> Sequence[ContractTalk]:
    """Return the talks about a scorecard, newest first."""
    return db.session.scalars(
        select(ContractTalk)
        .options(joinedload(ContractTalk.contract))
        .where(ContractTalk.scorecard_id == card_id)
        .order_by(ContractTalk.number.desc())
    ).all()


def planned_talks_for(viewer: Viewer) -> Sequence[ContractTalk]:
    """Return the talks of the viewer's contracts that have no minutes yet."""
    ids = [contract.id for contract in contracts_for(viewer)]
    return db.session.scalars(
        select(ContractTalk)
        .options(joinedload(ContractTalk.contract).joinedload(Contract.lead_municipality))
        .where(ContractTalk.contract_id.in_(ids), ContractTalk.state == TalkState.PLANNED)
        .order_by(ContractTalk.held_on)
    ).all()
