"""Hear the provider: explain, dispute, decide, and remind who is silent; every text keeps its name and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.agreements.models import Contract
from contracts.agreements.queries import parties_of
from kpis.scorecards import queries, waiting_queries
from kpis.scorecards.compute import norm_of
from kpis.scorecards.models import Scorecard, ScorecardDecision, ScorecardLine, ScorecardResponse
from kpis.scorecards.paths import card_path
from kpis.scorecards.queries import Case
from kpis.scorecards.rules import (
    SHORTEST_TEXT,
    DecidedFigure,
    objections_to_decision,
    objections_to_figure,
    objections_to_response,
)
from kpis.scorecards.states import DisputeGround, LineState, ResponseKind, ScorecardState, Verdict
from portal import audit, clock
from portal.access import Role, Viewer
from portal.accounts.models import Organisation, User
from portal.db import db, lock, writing
from portal.documents import store_upload
from portal.errors import Objection, refuse_if
from portal.jobs import at_every_sweep
from portal.notifications import members_of, notify
from portal.periods import Quarter

PROOF = "scorecard_proof"
PROOF_KINDS = ("pdf", "docx", "xlsx", "png", "jpg")
PROOF_MB = 20
REMIND_DAYS = 3


@dataclass(frozen=True)
class Proof:
    """A document somebody sent along, read before the write transaction."""

    name: str
    data: bytes


def respond(
    case: Case,
    line: ScorecardLine,
    *,
    kind: ResponseKind,
    ground: DisputeGround | None,
    text: str,
    by: Viewer,
    proof: Proof | None = None,
) -> ScorecardResponse:
    """Explain or dispute a figure as the provider, with a document as proof when there is one.

    Raises:
        NotYours: the viewer is not the provider of this contract.
        Refused: the term is over, the text is too short, or a dispute has no ground.
    """
    queries.require_responder(case)
    lock(case.card)
    is_dispute = kind is ResponseKind.DISPUTE
    is_open = case.card.state is ScorecardState.CONCEPT and clock.today() <= case.card.respond_until
    refuse_if(
        objections_to_response(text, is_dispute=is_dispute, has_ground=ground is not None, is_open=is_open)
    )
    response = ScorecardResponse(
        scorecard_id=case.card.id,
        line_id=line.id,
        performance_agreement_id=line.performance_agreement_id,
        kind=kind,
        ground=ground if is_dispute else None,
        text=text.strip(),
        at=clock.now(),
        by_id=by.user_id,
        organisation_id=by.organisation_id,
    )
    if proof is not None:
        stored = store_upload(proof.data, name=proof.name, kind=PROOF, kinds=PROOF_KINDS, max_mb=PROOF_MB, by=by)
        response.document_id = stored.id
    db.session.add(response)
    code, label = line.performance_agreement.code, kind.label.lower()
    audit.record("scorecard:line:respond", case.card, by=by, code=code, kind=label)
    _tell_manager(case, code, label)
    return response


def _tell_manager(case: Case, code: str, what: str) -> None:
    notify(
        members_of(case.contract.lead_municipality.organisation_id, Role.CONTRACT_MANAGER),
        "scorecard_response",
        about=case.card,
        path=card_path(case.contract, case.quarter),
        contract=case.contract,
        quarter=case.quarter,
        code=code,
        what=what,
    )


def decide(
    case: Case,
    line: ScorecardLine,
    *,
    verdict: Verdict,
    state: LineState,
    reason: str,
    by: Viewer,
    figure: DecidedFigure | None = None,
) -> ScorecardDecision:
    """Judge a line: as computed, or otherwise with a reason; answers the open dispute on it.

    A figure as decided stands beside the one computed, which never changes.

    Raises:
        NotYours: the viewer does not fix scorecards of this contract.
        Refused: a deviation without a reason, or the scorecard is fixed.
    """
    queries.require_fixer(case)
    lock(case.card)
    found = objections_to_decision(verdict, line.state, state, reason, has_figure=figure is not None)
    found += objections_to_figure(figure, verdict, state, norm_of(line.agreement_version))
    if case.card.state is ScorecardState.FIXED:
        found.append(Objection("Deze scorecard is vastgesteld. Maak eerst een nieuwe versie."))
    disputes = queries.disputes_of(case.card, line.performance_agreement_id)
    if disputes and len(reason.strip()) < SHORTEST_TEXT:
        found.append(Objection(f"Motiveer uw oordeel over de betwisting in ten minste {SHORTEST_TEXT} tekens.", "reason"))
    refuse_if(found)
    decision = ScorecardDecision(
        scorecard_id=case.card.id,
        line_id=line.id,
        performance_agreement_id=line.performance_agreement_id,
        response_id=disputes[-1].id if disputes else None,
        verdict=verdict,
        state=state,
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        reason=reason.strip(),
        at=clock.now(),
        by_id=by.user_id,
    )
    db.session.add(decision)
    code = line.performance_agreement.code
    audit.record("scorecard:line:decide", case.card, by=by, code=code, state=state.label.lower())
    _tell_provider(case, line, state, reason.strip())
    return decision


def _tell_provider(case: Case, line: ScorecardLine, state: LineState, reason: str) -> None:
    notify(
        [party.organisation for party in parties_of(case.contract) if party.may_report],
        "scorecard_decided",
        about=case.card,
        path=card_path(case.contract, case.quarter, line.performance_agreement.code),
        contract=case.contract,
        quarter=case.quarter,
        name=line.performance_agreement.name,
        state=state.label.lower(),
        reason=reason,
    )


@at_every_sweep
def remind() -> None:
    """Remind a provider who was silent shortly before the term, and the manager once it is over; once each."""
    today = clock.today()
    with writing():
        for card in waiting_queries.concepts_until(today + timedelta(days=REMIND_DAYS)):
            contract, quarter = card.contract, Quarter.parse(card.period)
            if today > card.respond_until:
                to = members_of(contract.lead_municipality.organisation_id, Role.CONTRACT_MANAGER)
                _remind(to, "scorecard_to_fix", card, contract, quarter)
            elif not queries.responses_of(card):
                parties = [party.organisation for party in parties_of(contract) if party.may_report]
                _remind(parties, "scorecard_reminder", card, contract, quarter)


def _remind(
    to: Sequence[User | Organisation], kind: str, card: Scorecard, contract: Contract, quarter: Quarter
) -> None:
    if waiting_queries.was_told(card, kind):
        return
    notify(
        to,
        kind,
        about=card,
        path=card_path(contract, quarter),
        contract=contract,
        quarter=quarter,
        until=card.respond_until,
    )
