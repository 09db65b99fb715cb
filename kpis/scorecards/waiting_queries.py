"""Which scorecards wait for somebody, and from which day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.promise_models import PerformanceAgreement, PerformanceAgreementVersion
from contracts.agreements.states import ContractState
from kpis.scorecards.models import (
    Scorecard,
    ScorecardDecision,
    ScorecardLine,
    ScorecardResponse,
    ScorecardVersion,
)
from kpis.scorecards.states import ResponseKind, ScorecardState
from portal import clock
from portal.access import Viewer
from portal.db import db
from portal.notifications.models import OutboxMessage
from portal.periods import Quarter


def cards_to_fix(viewer: Viewer) -> Sequence[Scorecard]:
    """Return the concepts a contract manager decides on, oldest first."""
    return db.session.scalars(
        select(Scorecard)
        .options(joinedload(Scorecard.contract))
        .join(Contract, Contract.id == Scorecard.contract_id)
        .where(
            Contract.lead_municipality_id == viewer.municipality_id,
            Scorecard.state == ScorecardState.CONCEPT,
        )
        .order_by(Scorecard.period)
    ).all()


def fixable_from(cards: Sequence[Scorecard]) -> dict[uuid.UUID, date]:
    """Return from which day each concept can be fixed: after the response, and after its late data came in."""
    other = aliased(ScorecardVersion)
    newest = select(func.max(other.number)).where(other.scorecard_id == ScorecardVersion.scorecard_id)
    rows = db.session.execute(
        select(ScorecardVersion.scorecard_id, func.max(PerformanceAgreementVersion.waiting_weeks))
        .join(ScorecardLine, ScorecardLine.version_id == ScorecardVersion.id)
        .join(PerformanceAgreementVersion, ScorecardLine.agreement_version)
        .where(ScorecardVersion.scorecard_id.in_([card.id for card in cards]))
        .where(ScorecardVersion.number == newest.scalar_subquery())
        .group_by(ScorecardVersion.scorecard_id)
    )
    weeks = {card_id: timedelta(weeks=most) for card_id, most in rows}
    ends = {card.id: Quarter.parse(card.period).last + weeks.get(card.id, timedelta()) for card in cards}
    return {card.id: max(card.respond_until, ends[card.id]) + timedelta(days=1) for card in cards}


def disputed(cards: Sequence[Scorecard]) -> set[uuid.UUID]:
    """Return the scorecards with a dispute that no later decision answered."""
    later = (
        select(ScorecardDecision.id)
        .where(
            ScorecardDecision.scorecard_id == ScorecardResponse.scorecard_id,
            ScorecardDecision.performance_agreement_id == ScorecardResponse.performance_agreement_id,
            ScorecardDecision.at >= ScorecardResponse.at,
        )
        .exists()
    )
    return set(
        db.session.scalars(
            select(ScorecardResponse.scorecard_id).where(
                ScorecardResponse.scorecard_id.in_([card.id for card in cards]),
                ScorecardResponse.kind == ResponseKind.DISPUTE,
                ~later,
            )
        )
    )


def cards_to_answer(viewer: Viewer) -> Sequence[Scorecard]:
    """Return the concepts a provider can still respond to."""
    return db.session.scalars(
        select(Scorecard)
        .options(joinedload(Scorecard.contract))
        .join(ContractParty, ContractParty.contract_id == Scorecard.contract_id)
        .where(
            ContractParty.organisation_id == viewer.organisation_id,
            ContractParty.may_report.is_(True),
            Scorecard.state == ScorecardState.CONCEPT,
            Scorecard.respond_until >= clock.today(),
        )
        .order_by(Scorecard.respond_until)
    ).all()


def concepts_until(day: date) -> Sequence[Scorecard]:
    """Return the concepts whose response term ends on or before a day, with their contract."""
    return db.session.scalars(
        select(Scorecard)
        .options(joinedload(Scorecard.contract).joinedload(Contract.lead_municipality))
        .where(Scorecard.state == ScorecardState.CONCEPT, Scorecard.respond_until <= day)
        .order_by(Scorecard.respond_until)
    ).all()


def was_told(card: Scorecard, kind: str) -> bool:
    """Say whether a mail of this kind about the scorecard was written since its concept was made."""
    return (
        db.session.scalars(
            select(OutboxMessage.id)
            .where(
                OutboxMessage.about_id == card.id,
                OutboxMessage.kind == kind,
                OutboxMessage.created_at >= card.concept_at,
            )
            .limit(1)
        ).first()
        is not None
    )


def contracts_without_card(quarter: Quarter) -> Sequence[Contract]:
    """Return the signed contracts that ran in a quarter and have agreements but no scorecard of it."""
    there = select(Scorecard.contract_id).where(Scorecard.period == quarter.code)
    with_agreements = select(PerformanceAgreement.contract_id)
    return db.session.scalars(
        select(Contract)
        .where(
            Contract.state == ContractState.SIGNED,
            Contract.starts_on <= quarter.last,
            Contract.run_off_until >= quarter.first,
            Contract.id.in_(with_agreements),
            Contract.id.not_in(there),
        )
        .order_by(Contract.number)
    ).all()
