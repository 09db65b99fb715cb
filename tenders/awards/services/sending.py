"""Send the provisional award: every letter at one moment, or none."""

from __future__ import annotations

from datetime import date, datetime

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.dutch import long_date
from portal.errors import Objection, refuse_if
from portal.notifications import members_of
from tenders.awards import letters, queries, rules, terms
from tenders.awards.letters import Standstill
from tenders.awards.models import Assessment, Award, Letter, Ranking
from tenders.awards.rules import SendingFacts
from tenders.awards.services.checking import list_evidence
from tenders.awards.services.common import tell
from tenders.awards.states import AWARD, ApprovalState, AwardAction, AwardState
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure


def standstill_for(procedure: Procedure, sent_on: date) -> Standstill:
    """Return the terms of a decision sent on a day, by the rule of this kind of procedure.

    Raises:
        Refused: the kind has no such rule on that day.
    """
    rule = tender.rules_of(procedure.kind_code, sent_on).get("standstill_days")
    if rule is None or rule.value is None:
        refuse_if([Objection("Voor deze procedure is geen opschortende termijn vastgelegd.")])
    assert rule is not None  # noqa: S101
    assert rule.value is not None  # noqa: S101
    days = int(rule.value)
    return letters.standstill_of(
        sent_on,
        terms.last_day(sent_on, days),
        days=days,
        citation=rule.citation,
        is_law=rule.legal_status == "law",
    )


def sending_facts(award: Award) -> SendingFacts:
    """Return what the rules ask before the letters go out."""
    lot = db.session.get_one(Lot, award.lot_id)
    bidders = queries.bidders_of(lot)
    written = queries.letters_of(award)
    approvals = queries.approvals_of(award)
    agreed = queries.consensus_in(db.session.get_one(Ranking, award.ranking_id).assessment_id)
    return SendingFacts(
        letters=len(written),
        letters_with_grounds=sum(1 for one in written if len(one.grounds.strip()) >= rules.SHORTEST_REASON),
        bidders=len(bidders),
        consensus_without_reason=sum(1 for one in agreed.values() if not one.reason.strip()),
        advantages=award.advantages,
        approvals_asked=len(approvals),
        approvals_given=sum(1 for approval, _ in approvals if queries.is_settled(approval)),
        refused_by=tuple(
            place.name
            for approval, place in approvals
            if approval.state is ApprovalState.REFUSED and not queries.is_settled(approval)
        ),
        without_address=tuple(
            one.name for one in bidders if not members_of(one.offer_lot.offer.lead_organisation_id)
        ),
    )


def send_award(award: Award, *, by: Viewer, no_standstill: str = "") -> None:
    """Send the provisional award to every bidder at one moment; the term begins the day after.

    Letters, messages and the term are one transaction: all of it happens, or nothing. A decision that was
    sent before is replaced at the same moment. `no_standstill` is the reason to wait no term, possible only
    with one bidder (practice T11).

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: a letter lacks its ground, a municipality has not agreed, or a bidder cannot be reached.
        TransitionRefused: it was sent or withdrawn before.
    """
    lock(award)
    lot = db.session.get_one(Lot, award.lot_id)
    procedure = lot.procedure
    tender.refuse_unless_lead(by, procedure)
    state = AWARD.next(award.state, AwardAction.SEND)
    facts = sending_facts(award)
    refuse_if(rules.objections_to_sending(facts))
    refuse_if(rules.objections_to_no_standstill(no_standstill, bidders=facts.bidders))
    now = clock.now()
    standstill = standstill_for(procedure, clock.local(now).date())
    if no_standstill.strip():
        standstill = no_term(procedure, no_standstill.strip(), now)
        award.no_standstill_reason = no_standstill.strip()
    paper = paper_of(award, lot)
    for letter in queries.letters_of(award):
        bidder = paper.bidders[letter.offer_lot_id]
        content = letters.letter_pdf(paper, letter, sent_at=now, standstill=standstill)
        name = f"Besluit {procedure.number} {bidder.offer_lot.offer.number}.pdf"
        letter.document_id = store(content, name=name, kind="award_letter", by=by).id
        letter.sent_at = now
        tell(bidder, award, "award_sent", procedure, until=standstill.last_day)
    award.state, award.sent_at, award.standstill_days = state, now, standstill.days
    award.standstill_rule = standstill.sentence
    award.standstill_until = award.summons_until = standstill.ends_at
    _replace(award)
    list_evidence(award, lot)
    audit.record("award:decision:send", award, by=by, lot=lot.title, letters=len(paper.bidders))


def _replace(award: Award) -> None:
    """End the decision before this one, when it still stood."""
    before = db.session.get(Award, award.predecessor_id) if award.predecessor_id is not None else None
    if before is not None and before.state in (AwardState.SENT, AwardState.COURT):
        lock(before)
        before.state, before.replaced_at = AWARD.next(before.state, AwardAction.REPLACE), clock.now()


def no_term(procedure: Procedure, reason: str, now: datetime) -> Standstill:
    """Return that there is no term, with the rule that allows it."""
    rule = tender.rules_of(procedure.kind_code, clock.local(now).date()).get("no_standstill")
    if rule is None:
        refuse_if([Objection("Voor deze procedure is niet vastgelegd dat de opschortende termijn mag vervallen.")])
    assert rule is not None  # noqa: S101
    day = clock.local(now).date()
    return Standstill(0, day, now, rule.citation, rule.legal_status == "law", reason)


def preview(letter: Letter, award: Award) -> bytes:
    """Return a letter as it would look when it was sent now; nothing is stored."""
    lot = db.session.get_one(Lot, award.lot_id)
    now = clock.now()
    standstill = standstill_for(lot.procedure, clock.local(now).date())
    return letters.letter_pdf(paper_of(award, lot), letter, sent_at=now, standstill=standstill)


def paper_of(award: Award, lot: Lot) -> letters.Paper:
    """Return what the letters and the record of a decision are made of."""
    ranking = db.session.get_one(Ranking, award.ranking_id)
    return letters.Paper(
        award=award,
        procedure=lot.procedure,
        lot=lot,
        rows={row.offer_lot_id: row for row in ranking.rows},
        bidders={one.offer_lot.id: one for one in queries.bidders_of(lot)},
        criteria=list(tender.criteria_of(lot)),
        consensus=queries.consensus_in(ranking.assessment_id),
        why_again=_why_again(award, ranking),
    )


def _why_again(award: Award, ranking: Ranking) -> str:
    """Say what a decision replaces and why; empty for the first."""
    before = db.session.get(Award, award.predecessor_id) if award.predecessor_id is not None else None
    if before is None or before.sent_at is None:
        return ""
    words = f"Dit besluit komt in de plaats van het besluit van {long_date(clock.local(before.sent_at).date())}."
    if before.withdrawal_reason:
        return f"{words} Dat besluit is ingetrokken: {before.withdrawal_reason}"
    assessment = db.session.get_one(Assessment, ranking.assessment_id)
    if assessment.id != db.session.get_one(Ranking, before.ranking_id).assessment_id:
        return f"{words} Een nieuw team beoordeelde opnieuw ({assessment.cause.label}): {assessment.reason}"
    return f"{words} Een inschrijving is na het eerste besluit uitgesloten."
