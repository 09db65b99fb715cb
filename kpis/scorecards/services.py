"""Make, hear, decide and fix scorecards; a fixed version never changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from contracts.agreements.models import Contract
from contracts.agreements.queries import parties_of, require_manager
from contracts.results.rules import due_on, working_days_after
from kpis.scorecards import queries, waiting_queries
from kpis.scorecards.compute import compute_lines, is_free_day
from kpis.scorecards.models import (
    Scorecard,
    ScorecardDecision,
    ScorecardResponse,
    ScorecardVersion,
)
from kpis.scorecards.paths import card_path
from kpis.scorecards.queries import Case
from kpis.scorecards.rules import (
    RESPONSE_WORKING_DAYS,
    Turn,
    objections_to_fixing,
    turn_of,
)
from kpis.scorecards.states import (
    SCORECARD,
    ScorecardAction,
)
from kpis.scorecards.storing import add_version, differences, store_rows
from portal import audit, clock
from portal.access import SYSTEM, Viewer
from portal.db import db, lock, writing
from portal.documents import store
from portal.dutch import long_date
from portal.errors import Objection, Refused, refuse_if
from portal.jobs import at_every_sweep
from portal.notifications import notify
from portal.periods import Quarter

KIND = "scorecard"


def make_scorecard(contract: Contract, quarter: Quarter, *, by: Viewer) -> Scorecard:
    """Compute the concept of a quarter and ask the provider for a response within ten working days.

    Raises:
        NotYours: the viewer does not manage the contract.
        Refused: the quarter is not over, nothing was agreed, or there is a scorecard already.
    """
    require_manager(contract, by)
    refuse_if(_objections_to_making(contract, quarter))
    lines = compute_lines(contract, quarter)
    if not lines:
        raise Refused(
            [
                Objection(
                    "Dit contract heeft in dit kwartaal geen prestatieafspraken die het portaal berekent."
                )
            ]
        )
    now = clock.now()
    until = working_days_after(clock.today(), RESPONSE_WORKING_DAYS, is_free_day)
    card = Scorecard(
        contract_id=contract.id,
        period=quarter.code,
        first_month=quarter.first,
        last_month=quarter.months[2].first,
        concept_at=now,
        respond_until=until,
    )
    db.session.add(card)
    db.session.flush()
    add_version(card, 1, lines, "", by)
    audit.record("scorecard:card:make", card, by=by, period=quarter.label, until=long_date(until))
    notify(
        [party.organisation for party in parties_of(contract) if party.may_report],
        "scorecard_concept",
        about=card,
        path=card_path(contract, quarter),
        contract=contract,
        quarter=quarter,
        until=until,
    )
    return card


def recompute(case: Case, *, by: Viewer) -> ScorecardVersion | None:
    """Compute again after later data; None when no new version follows.

    A concept follows every change. A fixed scorecard is opened again as a concept with the next version
    only when a state, a payment or a published figure changes; what changes behind the figure becomes one
    line in the history (practice.md K2).
    """
    queries.require_fixer(case)
    lock(case.card)
    lines = compute_lines(case.contract, case.quarter)
    reason = differences(case.lines, lines)
    if not reason:
        return None
    if not case.is_concept and not differences(case.lines, lines, as_published=True):
        audit.record("scorecard:card:note", case.card, by=by, reason=reason)
        return None
    action = ScorecardAction.RECOMPUTE if case.is_concept else ScorecardAction.CORRECT
    case.card.state = SCORECARD.next(case.card.state, action)
    case.card.fixed_at, case.card.fixed_by_id = None, None
    version = add_version(case.card, case.version.number + 1, lines, reason, by)
    audit.record("scorecard:card:recompute", case.card, by=by, number=version.number, reason=reason)
    return version


def fix_scorecard(case: Case, *, by: Viewer, document: bytes = b"") -> Scorecard:
    """Freeze the newest version: its rows and its workbook are stored, it never changes again.

    Raises:
        NotYours: the viewer does not fix scorecards of this contract.
        Refused: the provider can still respond, a dispute is open, or a waiting time runs.
        TransitionRefused: it is fixed already.
    """
    queries.require_fixer(case)
    card, version = case.card, case.version
    lock(card)
    state = SCORECARD.next(card.state, ScorecardAction.FIX)
    refuse_if(_objections_to_fixing(case))
    lines = {
        line.agreement.performance_agreement_id: line for line in compute_lines(case.contract, case.quarter)
    }
    if differences(case.lines, list(lines.values())):
        raise Refused(
            [
                Objection(
                    "De cijfers zijn intussen veranderd. Bereken de scorecard opnieuw en bekijk het verschil."
                )
            ]
        )
    store_rows(case.lines, lines)
    now = clock.now()
    card.state, card.fixed_at, card.fixed_by_id = state, now, by.user_id
    version.fixed_at = now
    if document:
        name = f"scorecard-{case.contract.number}-{case.quarter.code}-v{version.number}.xlsx"
        version.document_id = store(document, name=name, kind=KIND, by=by).id
    audit.record("scorecard:card:fix", card, by=by, period=case.quarter.label, number=version.number)
    notify(
        [party.organisation for party in parties_of(case.contract) if party.may_report],
        "scorecard_fixed",
        about=card,
        path=card_path(case.contract, case.quarter),
        contract=case.contract,
        quarter=case.quarter,
        number=version.number,
    )
    return card


def waiting_texts(case: Case) -> list[str]:
    """Return which measures still wait for late data (exams: ten weeks), as sentences."""
    found = []
    for line in case.lines:
        weeks = line.agreement_version.waiting_weeks
        until = case.quarter.last + timedelta(weeks=weeks)
        if weeks and clock.today() <= until:
            name = line.performance_agreement.name
            found.append(f"Voor ‘{name}’ komen tot {long_date(until)} nog gegevens binnen. Stel daarna vast.")
    return found


def turn(
    case: Case,
    responses: Sequence[ScorecardResponse],
    decisions: dict[uuid.UUID, ScorecardDecision],
) -> Turn | None:
    """Return who is next with a scorecard, what for, and until when."""
    waits = [
        case.quarter.last + timedelta(weeks=line.agreement_version.waiting_weeks)
        for line in case.lines
        if line.agreement_version.waiting_weeks
    ]
    return turn_of(
        is_fixed=not case.is_concept,
        today=clock.today(),
        respond_until=case.card.respond_until,
        disputes=len(queries.open_disputes(responses, decisions)),
        waits_until=max(waits, default=None),
        provider=case.party.organisation.name if case.party else "de aanbieder",
        municipality=f"de contractmanager van {case.contract.lead_municipality.name}",
    )


@at_every_sweep
def make_concepts() -> None:
    """Make the concepts of the last quarter, once its last report was due; asked by the worker."""
    quarter = Quarter.of(clock.today()).previous()
    with writing():
        for contract in waiting_queries.contracts_without_card(quarter):
            if not _objections_to_making(contract, quarter) and compute_lines(contract, quarter):
                make_scorecard(contract, quarter, by=SYSTEM)


def _objections_to_making(contract: Contract, quarter: Quarter) -> list[Objection]:
    due = due_on(quarter.months[2], contract.report_due_day)
    if clock.today() <= due:
        return [
            Objection(
                f"De laatste maandrapportage van dit kwartaal wordt verwacht op {long_date(due)}. Maak de scorecard daarna."
            )
        ]
    if queries.card_of(contract, quarter) is not None:
        return [Objection(f"De scorecard van het {quarter.label} is er al.")]
    return []


def _objections_to_fixing(case: Case) -> list[Objection]:
    responses, decisions = queries.responses_of(case.card), queries.decisions_of(case.card)
    days_left = (case.card.respond_until - clock.today()).days + 1
    return objections_to_fixing(
        open_disputes=len(queries.open_disputes(responses, decisions)),
        days_left=max(days_left, 0),
        waiting=waiting_texts(case),
    )
