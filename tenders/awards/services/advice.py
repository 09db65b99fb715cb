"""The advice about a lot, its letters in draft, and what the participating municipalities say of it."""

from __future__ import annotations

from datetime import date

from portal import audit, clock
from portal.access import Role, Viewer
from portal.bsn import REFUSAL, find_bsn
from portal.catalogue.models import Municipality
from portal.db import db, lock
from portal.errors import NotYours, Objection, refuse_if
from portal.notifications import members_of, notify
from tenders.awards import letters, queries, rules
from tenders.awards.models import Award, AwardApproval, Letter, Ranking, RankingRow
from tenders.awards.services.common import hold_draft, person
from tenders.awards.states import (
    APPROVAL,
    AWARD,
    ApprovalAction,
    ApprovalState,
    AwardAction,
    AwardState,
    RefusalConsequence,
)
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot


def draw_up_award(lot: Lot, *, advice: str, advantages: str, by: Viewer) -> Award:
    """Make the award advice with a letter per bidder, and ask the participating municipalities.

    After a tie the drawing of two persons decides. The letters begin with grounds made from the points; the buyer completes them.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: no ranking, no valid offer, an undecided tie, a decision stands, or text is missing.
    """
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    before = queries.award_of(lot)
    objections = _text_objections(advice, advantages)
    newest = queries.ranking_of(lot)
    objections += rules.objections_to_new_decision(
        before.state if before else None,
        newer_ranking=before is not None and newest is not None and newest.id != before.ranking_id,
    )
    if queries.assessment_of(lot) is not None and not queries.is_fixed(lot):
        objections.append(Objection("Er loopt een herbeoordeling. Wacht tot de kwaliteit opnieuw is vastgesteld."))
    ranking, winner = _first(lot, objections)
    award = Award(
        lot_id=lot.id,
        ranking_id=ranking.id,
        offer_lot_id=winner.offer_lot_id,
        version=(before.version if before else 0) + 1,
        predecessor_id=before.id if before else None,
        advice=advice.strip(),
        advantages=advantages.strip(),
        drawn_up_at=clock.now(),
        drawn_up_by_id=person(by),
    )
    db.session.add(award)
    db.session.flush()
    bidders = {one.offer_lot.id: one for one in queries.bidders_of(lot)}
    for row in ranking.rows:
        grounds = letters.first_grounds(row, winner, bidders)
        db.session.add(Letter(award_id=award.id, offer_lot_id=row.offer_lot_id, grounds=grounds))
    audit.record("award:decision:draw_up", award, by=by, lot=lot.title, version=award.version)
    for municipality in queries.municipalities_to_ask(lot):
        db.session.add(
            AwardApproval(award_id=award.id, municipality_id=municipality.id, asked_at=clock.now())
        )
        _ask(award, municipality, lot)
    return award


def _first(lot: Lot, objections: list[Objection]) -> tuple[Ranking, RankingRow]:
    """Return the ranking and its winner; refuse with these objections and those about the winner."""
    ranking = queries.ranking_of(lot)
    first = [row for row in ranking.rows if row.rank == 1] if ranking is not None else []
    drawing = queries.drawing_of(ranking) if ranking is not None and len(first) > 1 else None
    drawn = drawing.offer_lot_id if drawing is not None and drawing.confirmed_at is not None else None
    chosen = [row for row in first if row.offer_lot_id == drawn] or first
    if ranking is None:
        refuse_if([*objections, Objection("Maak eerst de rangorde.")])
    elif not first:
        refuse_if([*objections, Objection("Er is geen geldige inschrijving op dit perceel.")])
    elif len(chosen) > 1:
        tie = Objection("Meer inschrijvingen staan op plaats 1. Leg eerst de loting vast, met twee personen.")
        refuse_if([*objections, tie])
    refuse_if(objections)
    assert ranking is not None  # noqa: S101 - refused above
    return ranking, chosen[0]


def change_award(award: Award, *, advice: str, advantages: str, by: Viewer) -> None:
    """Change the texts of a decision that was not sent; given approvals must then be given again.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the decision was sent, or text is missing.
    """
    lot = hold_draft(award, by)
    refuse_if(_text_objections(advice, advantages))
    if (award.advice, award.advantages) == (advice.strip(), advantages.strip()):
        return
    award.advice, award.advantages = advice.strip(), advantages.strip()
    audit.record("award:decision:change", award, by=by, lot=lot.title)
    for approval, municipality in queries.approvals_of(award):
        if approval.state is not ApprovalState.ASKED:
            approval.state = APPROVAL.next(approval.state, ApprovalAction.ASK_AGAIN)
        approval.decided_at, approval.user_id, approval.reason = None, None, ""
        approval.consequence, approval.consequence_reason = None, ""
        approval.asked_at = clock.now()
        _ask(award, municipality, lot)


def change_letter(letter: Letter, award: Award, *, grounds: str, by: Viewer) -> None:
    """Change the grounds of one bidder's letter before it is sent; they may be empty for a while.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the decision was sent, or a number looks like a BSN.
    """
    lot = hold_draft(award, by)
    refuse_if([Objection(REFUSAL, "grounds")] if find_bsn(grounds) else [])
    letter.grounds = grounds.strip()
    audit.record("award:letter:change", award, by=by, lot=lot.title)


def decide_approval(
    award: Award, *, agrees: bool, reason: str, mandate: str, mandate_on: date | None = None, by: Viewer
) -> AwardApproval:
    """Record what a participating municipality says of the advice. A refusal needs a reason and stops the sending.

    Raises:
        NotYours: the viewer's municipality was not asked.
        Refused: the advice was sent or withdrawn already, or the reason is missing.
        TransitionRefused: the municipality agreed before.
    """
    lock(award)
    approval = queries.approval_for(by, award)
    if approval is None:
        raise NotYours("een deelnemende gemeente van dit perceel")
    lock(approval)
    objections = []
    if award.state is not AwardState.DRAFT:
        objections.append(Objection("Over dit advies is al besloten."))
    if not agrees and len(reason.strip()) < rules.SHORTEST_REASON:
        objections.append(Objection(f"Geef de reden in ten minste {rules.SHORTEST_REASON} tekens.", "reason"))
    if agrees and not mandate.strip():
        objections.append(Objection("Vul het nummer van het mandaatbesluit in.", "mandate"))
    if agrees and (mandate_on is None or mandate_on > clock.today()):
        objections.append(Objection("Vul de datum van het mandaatbesluit in; die ligt niet na vandaag.", "mandate_on"))
    if find_bsn(reason):
        objections.append(Objection(REFUSAL, "reason"))
    refuse_if(objections)
    approval.state = APPROVAL.next(approval.state, ApprovalAction.AGREE if agrees else ApprovalAction.REFUSE)
    approval.decided_at, approval.user_id = clock.now(), person(by)
    approval.reason, approval.mandate, approval.mandate_on = reason.strip(), mandate.strip(), mandate_on
    approval.consequence, approval.consequence_reason = None, ""
    lot = db.session.get_one(Lot, award.lot_id)
    audit.record(
        "award:approval:agree" if agrees else "award:approval:refuse",
        award,
        by=by,
        municipality=by.organisation_name,
        lot=lot.title,
    )
    notify(
        members_of(lot.procedure.lead_id, Role.BUYER),
        "award_approval_given",
        about=award,
        path=f"/aanbestedingen/{lot.procedure.number}/gunning/{lot.id}",
        municipality=by.organisation_name,
        number=lot.procedure.number,
        answer="akkoord" if agrees else "geen akkoord",
    )
    return approval


def settle_refusal(
    award: Award, approval: AwardApproval, *, consequence: RefusalConsequence, reason: str, by: Viewer
) -> None:
    """Decide what happens to the lot when a municipality refuses: award for the others, again, or not at all.

    For the others: that municipality takes no part in the contract, and the maximum stays as it is. In the
    other two cases the advice is withdrawn; then the lot is ended on its own page (practice S6, T11).

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: it did not refuse, the decision was sent, no other municipality is left, or no reason.
    """
    lot = hold_draft(award, by)
    lock(approval)
    objections = []
    if approval.state is not ApprovalState.REFUSED:
        objections.append(Objection("Deze gemeente heeft niet geweigerd."))
    if len(reason.strip()) < rules.SHORTEST_WITHDRAWAL:
        objections.append(Objection("Motiveer uw keuze in ten minste 40 tekens.", "reason"))
    refuse_if(objections)
    approval.consequence, approval.consequence_reason = consequence, reason.strip()
    audit.record("award:approval:settle", award, by=by, lot=lot.title, consequence=consequence.label)
    if consequence is not RefusalConsequence.OTHERS:
        award.state = AWARD.next(award.state, AwardAction.WITHDRAW)
        award.withdrawn_at, award.withdrawal_reason = clock.now(), reason.strip()
        audit.record("award:decision:withdraw", award, by=by, lot=lot.title, version=award.version)


def _ask(award: Award, municipality: Municipality, lot: Lot) -> None:
    notify(
        members_of(municipality.organisation_id, Role.PARTNER, Role.BUYER),
        "award_approval_asked",
        about=award,
        path=f"/aanbestedingen/{lot.procedure.number}/gunning/{lot.id}/akkoord",
        number=lot.procedure.number,
        lot=lot.title,
    )


def _text_objections(advice: str, advantages: str) -> list[Objection]:
    found = []
    if len(advice.strip()) < rules.SHORTEST_REASON:
        found.append(Objection("Schrijf het advies in ten minste 15 tekens.", "advice"))
    if len(advantages.strip()) < rules.SHORTEST_WITHDRAWAL:
        found.append(
            Objection(
                "Beschrijf de kenmerken en voordelen van de gekozen inschrijving in ten minste 40 tekens.",
                "advantages",
            )
        )
    for field, text in (("advice", advice), ("advantages", advantages)):
        if find_bsn(text):
            found.append(Objection(REFUSAL, field))
    return found
