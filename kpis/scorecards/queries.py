"""Read scorecards, narrowed to the contracts a viewer may see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractParty
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.queries import contract_for, contracts_for, may_manage, parties_of, party_for
from contracts.results.models import MonthlyRow
from kpis.scorecards.claim_rules import is_sound
from kpis.scorecards.models import (
    Scorecard,
    ScorecardDecision,
    ScorecardLine,
    ScorecardResponse,
    ScorecardRow,
    ScorecardVersion,
)
from kpis.scorecards.sample_models import SampleRow, ScorecardSample
from kpis.scorecards.states import ResponseKind, ScorecardState
from portal import clock
from portal.access import Permission, Viewer
from portal.db import db
from portal.errors import NotFound, NotYours
from portal.periods import Month, Quarter


@dataclass(frozen=True)
class Case:
    """A scorecard as a page needs it."""

    contract: Contract
    quarter: Quarter
    card: Scorecard
    version: ScorecardVersion
    lines: Sequence[ScorecardLine]
    party: ContractParty | None
    may_respond: bool
    may_fix: bool
    sample: ScorecardSample | None = None
    is_verified: bool = False

    @property
    def is_concept(self) -> bool:
        """Whether the scorecard is not fixed yet."""
        return self.card.state is ScorecardState.CONCEPT

    @property
    def responds_until_passed(self) -> bool:
        """Whether the term of the provider is over."""
        return clock.today() > self.card.respond_until


def case_for(viewer: Viewer, number: str, period: str, version_number: int | None = None) -> Case:
    """Return a scorecard with the lines of its newest version, or of another one.

    Raises:
        NotFound: no such contract for this viewer, no such period, no scorecard, no such version.
    """
    contract = contract_for(viewer, number)
    try:
        quarter = Quarter.parse(period)
    except ValueError:
        raise NotFound from None
    card = card_of(contract, quarter)
    if card is None:
        raise NotFound
    version = _version(card, version_number)
    if version is None:
        raise NotFound
    parties = parties_of(contract)
    own = party_for(contract, viewer.organisation_id, clock.today())
    may_respond = own is not None and own.may_report and viewer.may(Permission.SCORECARD_RESPOND)
    may_fix = may_manage(contract, viewer) and viewer.may(Permission.SCORECARD_FIX)
    party = parties[0] if parties else None
    sample, is_verified = _sample(card)
    lines = lines_of(version)
    return Case(contract, quarter, card, version, lines, party, may_respond, may_fix, sample, is_verified)


def _sample(card: Scorecard) -> tuple[ScorecardSample | None, bool]:
    """Return the sample of a quarter, and whether it is finished and every row was found."""
    rows = db.session.execute(
        select(ScorecardSample, SampleRow.found)
        .join(SampleRow, SampleRow.sample_id == ScorecardSample.id)
        .where(ScorecardSample.scorecard_id == card.id)
    ).all()
    if not rows:
        return None, False
    sample = rows[0][0]
    return sample, sample.finished_at is not None and is_sound([found for _, found in rows])


def require_fixer(case: Case) -> None:
    """Let only who fixes the scorecard through.

    Raises:
        NotYours: the viewer sees it but another decides; says who.
    """
    if not case.may_fix:
        raise NotYours(f"de contractmanager van {case.contract.lead_municipality.name}")


def require_responder(case: Case) -> None:
    """Let only the provider of the contract through.

    Raises:
        NotYours: the viewer sees it but only the provider responds.
    """
    if not case.may_respond:
        raise NotYours(case.party.organisation.name if case.party else "de aanbieder")


def card_of(contract: Contract, quarter: Quarter) -> Scorecard | None:
    """Return the scorecard of a contract and quarter, or None."""
    return db.session.scalars(
        select(Scorecard).where(Scorecard.contract_id == contract.id, Scorecard.period == quarter.code)
    ).one_or_none()


def _version(card: Scorecard, number: int | None) -> ScorecardVersion | None:
    statement = select(ScorecardVersion).where(ScorecardVersion.scorecard_id == card.id)
    if number is not None:
        statement = statement.where(ScorecardVersion.number == number)
    return db.session.scalars(statement.order_by(ScorecardVersion.number.desc()).limit(1)).first()


def versions_of(card: Scorecard) -> Sequence[ScorecardVersion]:
    """Return the versions of a scorecard, newest first."""
    return db.session.scalars(
        select(ScorecardVersion)
        .where(ScorecardVersion.scorecard_id == card.id)
        .order_by(ScorecardVersion.number.desc())
    ).all()


def lines_of(version: ScorecardVersion) -> Sequence[ScorecardLine]:
    """Return the lines of a version in their order, with what was agreed."""
    return db.session.scalars(
        select(ScorecardLine)
        .options(
            joinedload(ScorecardLine.performance_agreement),
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.measure),
            joinedload(ScorecardLine.agreement_version).joinedload(PerformanceAgreementVersion.clause),
        )
        .where(ScorecardLine.version_id == version.id)
        .order_by(ScorecardLine.position)
    ).all()


def line_for(case: Case, code: str) -> ScorecardLine:
    """Return the line of a prestatieafspraak by its code.

    Raises:
        NotFound: the scorecard has no such line.
    """
    found = next((line for line in case.lines if line.performance_agreement.code == code), None)
    if found is None:
        raise NotFound
    return found


def responses_of(card: Scorecard) -> Sequence[ScorecardResponse]:
    """Return what the provider said, oldest first."""
    return db.session.scalars(
        select(ScorecardResponse)
        .where(ScorecardResponse.scorecard_id == card.id)
        .order_by(ScorecardResponse.at)
    ).all()


def disputes_of(card: Scorecard, agreement_id: uuid.UUID) -> list[ScorecardResponse]:
    """Return the disputes on a prestatieafspraak, oldest first."""
    return [
        one
        for one in responses_of(card)
        if one.performance_agreement_id == agreement_id and one.kind is ResponseKind.DISPUTE
    ]


def decisions_of(card: Scorecard) -> dict[uuid.UUID, ScorecardDecision]:
    """Return the last decision per prestatieafspraak."""
    found = db.session.scalars(
        select(ScorecardDecision)
        .where(ScorecardDecision.scorecard_id == card.id)
        .order_by(ScorecardDecision.at)
    )
    return {decision.performance_agreement_id: decision for decision in found}


def open_disputes(
    responses: Sequence[ScorecardResponse], decisions: dict[uuid.UUID, ScorecardDecision]
) -> set[uuid.UUID]:
    """Return the prestatieafspraken with a dispute that no later decision answered."""
    return {
        response.performance_agreement_id
        for response in responses
        if response.kind is ResponseKind.DISPUTE
        and (
            response.performance_agreement_id not in decisions
            or decisions[response.performance_agreement_id].at < response.at
        )
    }


def cards_for(viewer: Viewer) -> Select[Scorecard]:
    """Select the scorecards of the contracts a viewer may see, newest period first."""
    ids = [contract.id for contract in contracts_for(viewer)]
    return (
        select(Scorecard)
        .options(joinedload(Scorecard.contract))
        .join(Contract, Contract.id == Scorecard.contract_id)
        .where(Scorecard.contract_id.in_(ids))
        .order_by(Scorecard.period.desc(), Contract.number)
    )


def newest_lines(cards: Sequence[Scorecard]) -> dict[uuid.UUID, list[ScorecardLine]]:
    """Return the lines of the newest version of many scorecards, in one statement."""
    newest = (
        select(ScorecardVersion.id)
        .where(ScorecardVersion.scorecard_id.in_([card.id for card in cards]))
        .where(
            ScorecardVersion.number
            == select(ScorecardVersion.number)
            .where(ScorecardVersion.scorecard_id == Scorecard.id)
            .order_by(ScorecardVersion.number.desc())
            .limit(1)
            .correlate(Scorecard)
            .scalar_subquery()
        )
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
    )
    found: dict[uuid.UUID, list[ScorecardLine]] = {card.id: [] for card in cards}
    rows = db.session.execute(
        select(ScorecardVersion.scorecard_id, ScorecardLine)
        .join(ScorecardVersion, ScorecardVersion.id == ScorecardLine.version_id)
        .where(ScorecardLine.version_id.in_(newest))
    )
    for card_id, line in rows:
        found[card_id].append(line)
    return found


def stored_rows(line: ScorecardLine) -> Sequence[ScorecardRow]:
    """Return the rows behind a fixed line."""
    return db.session.scalars(
        select(ScorecardRow)
        .options(joinedload(ScorecardRow.monthly_row).joinedload(MonthlyRow.trajectory))
        .where(ScorecardRow.line_id == line.id)
    ).all()


def lines_with_row(row_id: uuid.UUID) -> Sequence[tuple[ScorecardLine, Scorecard, Contract]]:
    """Return the fixed lines a monthly row stands in."""
    rows = db.session.execute(
        select(ScorecardLine, Scorecard, Contract)
        .join(ScorecardRow, ScorecardRow.line_id == ScorecardLine.id)
        .join(ScorecardVersion, ScorecardVersion.id == ScorecardLine.version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(Contract, Contract.id == Scorecard.contract_id)
        .options(joinedload(ScorecardLine.performance_agreement))
        .where(ScorecardRow.monthly_row_id == row_id)
        .order_by(Scorecard.period.desc())
    )
    return [(line, card, contract) for line, card, contract in rows]


def lines_of_agreement(agreement_id: uuid.UUID) -> Sequence[tuple[ScorecardLine, Scorecard, Contract]]:
    """Return the newest line of a prestatieafspraak on each of its last four scorecards, newest first."""
    rows = db.session.execute(
        select(ScorecardLine, Scorecard, Contract)
        .join(ScorecardVersion, ScorecardVersion.id == ScorecardLine.version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(Contract, Contract.id == Scorecard.contract_id)
        .where(ScorecardLine.performance_agreement_id == agreement_id)
        .order_by(Scorecard.period.desc(), ScorecardVersion.number.desc())
        .limit(20)
    )
    newest: dict[str, tuple[ScorecardLine, Scorecard, Contract]] = {}
    for line, card, contract in rows:
        newest.setdefault(card.period, (line, card, contract))
    return list(newest.values())[:4]


def cards_over(contract_id: uuid.UUID, month: Month) -> Sequence[Scorecard]:
    """Return the scorecards of a contract whose quarter ends in or after a month, within twelve months."""
    return db.session.scalars(
        select(Scorecard)
        .where(
            Scorecard.contract_id == contract_id,
            Scorecard.last_month >= month.first,
            Scorecard.last_month <= month.plus(11).first,
        )
        .order_by(Scorecard.period.desc())
    ).all()


def response_for(case: Case, response_id: uuid.UUID) -> ScorecardResponse:
    """Return one response on a scorecard.

    Raises:
        NotFound: the scorecard has no such response.
    """
    found = db.session.get(ScorecardResponse, response_id)
    if found is None or found.scorecard_id != case.card.id:
        raise NotFound
    return found
