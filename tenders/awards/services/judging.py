"""Judge an offer: interests first, then scores, then what the team agreed, then fix it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal import audit, clock
from portal.access import Viewer
from portal.bsn import REFUSAL, find_bsn
from portal.db import db, lock
from portal.errors import Objection, refuse_if
from tenders.awards import queries, rules
from tenders.awards.models import Assessment, Consensus, Declaration, RequirementDecision, Score
from tenders.awards.queries import Bidder
from tenders.awards.services.common import person
from tenders.awards.states import (
    ASSESSMENT,
    AssessmentAction,
    AssessmentState,
    AwardState,
    RequirementVerdict,
)
from tenders.procedures.models import AwardCriterion, Lot, Procedure, ProcedureMember, Requirement

FIXED = "De kwaliteit van dit perceel is vastgesteld. Scores kunnen niet meer veranderen."


@dataclass(frozen=True)
class Entry:
    """A score and its reason as somebody typed them."""

    score: Decimal | None
    reason: str


Entries = Mapping[uuid.UUID, Entry]


def declare_interests(
    procedure: Procedure, *, has_interest: bool, explanation: str, by: Viewer
) -> Declaration:
    """Record an assessor's statement about interests; once, before the first score.

    Raises:
        NotYours: the viewer is no assessor of this tender.
        Refused: declared before, or an interest without explanation.
    """
    member = queries.refuse_unless_assessor(by, procedure)
    lock(member)
    objections = []
    if queries.declaration_of(member) is not None:
        objections.append(Objection("U hebt de verklaring al gedaan."))
    if has_interest and len(explanation.strip()) < 10:
        objections.append(Objection("Leg uit welk belang u hebt, in ten minste 10 tekens.", "explanation"))
    refuse_if([*objections, *_personal({"explanation": explanation})])
    declaration = Declaration(
        procedure_member_id=member.id,
        has_interest=has_interest,
        explanation=explanation.strip(),
        declared_at=clock.now(),
    )
    db.session.add(declaration)
    audit.record(
        "award:interest:declare", procedure, by=by, answer="een belang" if has_interest else "geen belang"
    )
    return declaration


def save_scores(criterion: AwardCriterion, entries: Entries, *, submit: bool, by: Viewer) -> None:
    """Keep an assessor's scores on one criterion for all offers; submitted ones are final.

    A draft may have gaps. Submitting needs a score and a reason for every offer.

    Raises:
        NotYours: the viewer is not in the team that judges this lot now.
        Refused: no statement about interests yet, submitted before, fixed, or something is missing.
    """
    lot = criterion.lot
    member = queries.refuse_unless_in_team(by, lot)
    assessment = _hold(lot)
    refuse_if(_not_scored_again(assessment, criterion))
    own = queries.own_scores(member, criterion)
    bidders = queries.bidders_of(lot)
    refuse_if(_not_allowed_to_score(member, own))
    refuse_if(_wrong_entries(bidders, entries, lot, whole=submit))
    now = clock.now()
    for bidder in bidders:
        entry = entries.get(bidder.offer_lot.id, Entry(None, ""))
        row = own.get(bidder.offer_lot.id)
        if row is None:
            row = Score(
                assessment_id=assessment.id,
                offer_lot_id=bidder.offer_lot.id,
                criterion_id=criterion.id,
                procedure_member_id=member.id,
            )
            db.session.add(row)
        row.score, row.reason, row.saved_at = entry.score, entry.reason.strip(), now
        row.submitted_at = now if submit else None
    if submit:
        audit.record("award:scores:submit", lot, by=by, criterion=criterion.title, lot=lot.title)


def record_consensus(criterion: AwardCriterion, entries: Entries, *, by: Viewer) -> None:
    """Record what the team agreed on one criterion for all offers, each with the reason for the letters.

    Raises:
        NotYours: the viewer does not lead this judging; a new team has its own voorzitter.
        Refused: not every assessor has submitted, the quality is fixed, or something is missing.
    """
    lot = criterion.lot
    queries.refuse_unless_chairs(by, lot)
    assessment = _hold(lot)
    refuse_if(_not_scored_again(assessment, criterion))
    bidders = queries.bidders_of(lot)
    wanted = len(bidders) * len(queries.active_assessors(lot))
    submitted = [one for one in queries.visible_scores(None, criterion) if one.submitted_at is not None]
    if not submitted or len(submitted) < wanted:
        refuse_if([Objection("Nog niet alle beoordelaars hebben hun scores op dit criterium ingediend.")])
    refuse_if(_wrong_entries(bidders, entries, lot, whole=True))
    known = queries.consensus_of(lot)
    for bidder in bidders:
        entry = entries[bidder.offer_lot.id]
        row = known.get((bidder.offer_lot.id, criterion.id))
        if row is None:
            row = Consensus(
                assessment_id=assessment.id, offer_lot_id=bidder.offer_lot.id, criterion_id=criterion.id
            )
            db.session.add(row)
        row.score, row.reason = Decimal(entry.score or 0), entry.reason.strip()
        row.recorded_at, row.recorded_by_id = clock.now(), person(by)
    audit.record("award:consensus:record", lot, by=by, criterion=criterion.title, lot=lot.title)


def decide_requirement(
    bidder: Bidder, requirement: Requirement, *, verdict: RequirementVerdict, reason: str, by: Viewer
) -> RequirementDecision:
    """Record a person's decision about a requirement. "Equivalent" is a full yes (Wi2021 art. 16 lid 3).

    Raises:
        NotYours: the viewer is neither procesleider nor voorzitter.
        Refused: no reason, or a decision about the award stands.
    """
    lot = bidder.offer_lot.lot
    queries.refuse_unless_leads(by, lot.procedure)
    _hold(lot, even_fixed=True)
    award = queries.award_of(lot)
    objections = []
    if award is not None and award.state is not AwardState.WITHDRAWN:
        objections.append(Objection("Er is al een gunningsbesluit. Trek dat eerst in."))
    if len(reason.strip()) < rules.SHORTEST_REASON:
        objections.append(
            Objection(f"Motiveer uw besluit in ten minste {rules.SHORTEST_REASON} tekens.", "reason")
        )
    refuse_if([*objections, *_personal({"reason": reason})])
    row = queries.decisions_on(lot).get((bidder.offer_lot.id, requirement.id))
    if row is None:
        row = RequirementDecision(offer_lot_id=bidder.offer_lot.id, requirement_id=requirement.id)
        db.session.add(row)
    row.verdict, row.reason = verdict, reason.strip()
    row.decided_at, row.decided_by_id = clock.now(), person(by)
    audit.record("award:requirement:decide", lot, by=by, requirement=requirement.title, lot=lot.title)
    return row


def fix_quality(lot: Lot, *, by: Viewer) -> Assessment:
    """Fix the quality of a lot; from here no score changes, and the prices of the tender may open.

    Raises:
        NotYours: the viewer is neither procesleider nor voorzitter.
        Refused: scores, decisions or consensus are missing.
        TransitionRefused: it was fixed before.
    """
    if not queries.chairs(by, lot):
        queries.refuse_unless_leads(by, lot.procedure)
    assessment = _assessment(lot)
    lock(assessment)
    state = ASSESSMENT.next(assessment.state, AssessmentAction.FIX)
    refuse_if(rules.objections_to_fixing(queries.facts_of(lot)))
    assessment.state, assessment.fixed_at, assessment.fixed_by_id = state, clock.now(), person(by)
    audit.record("award:quality:fix", lot, by=by, lot=lot.title)
    return assessment


def objections_to_price(procedure: Procedure) -> list[Objection]:
    """Say why the price envelope stays closed: the quality of every judged lot is fixed first (the vault asks)."""
    open_lots = [
        lot.title
        for lot in queries.judged_lots(procedure)
        if queries.bidders_of(lot) and not queries.is_fixed(lot)
    ]
    return [
        Objection(f"De kwaliteit van ‘{title}’ is nog niet vastgesteld. Prijzen gaan pas daarna open.")
        for title in open_lots
    ]


def _assessment(lot: Lot) -> Assessment:
    found = queries.assessment_of(lot)
    if found is None:
        found = Assessment(lot_id=lot.id, started_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found


def _hold(lot: Lot, *, even_fixed: bool = False) -> Assessment:
    """Hold the judging of a lot for this transaction and return it; refuse when it is fixed."""
    assessment = _assessment(lot)
    lock(assessment)
    if assessment.state is AssessmentState.FIXED and not even_fixed:
        refuse_if([Objection(FIXED)])
    return assessment


def _not_scored_again(assessment: Assessment, criterion: AwardCriterion) -> list[Objection]:
    if assessment.criterion_id in (None, criterion.id):
        return []
    return [Objection("Dit criterium wordt niet opnieuw beoordeeld; de eerste score geldt.")]


def _not_allowed_to_score(member: ProcedureMember, own: Mapping[uuid.UUID, Score]) -> list[Objection]:
    declaration = queries.declaration_of(member)
    if declaration is None:
        return [Objection("Doe eerst de belangenverklaring.")]
    if declaration.has_interest:
        return [Objection("U hebt een belang gemeld. U beoordeelt deze aanbesteding niet.")]
    if any(score.submitted_at is not None for score in own.values()):
        return [Objection("U hebt uw scores op dit criterium al ingediend.")]
    return []


def _wrong_entries(bidders: list[Bidder], entries: Entries, lot: Lot, *, whole: bool) -> list[Objection]:
    scale = queries.scale_of(lot.procedure)
    found: list[Objection] = []
    for number, bidder in enumerate(bidders):
        entry = entries.get(bidder.offer_lot.id, Entry(None, ""))
        wrong = rules.objections_to_score(
            scale, entry.score, entry.reason, whose=bidder.letter, number=number
        )
        outside = entry.score is not None and entry.score not in scale.choices()
        found += wrong if whole else [one for one in wrong if outside and one.field == f"score_{number}"]
        found += _personal({f"reason_{number}": entry.reason})
    return found


def _personal(texts: Mapping[str, str]) -> list[Objection]:
    return [Objection(REFUSAL, field) for field, text in texts.items() if find_bsn(text)]
