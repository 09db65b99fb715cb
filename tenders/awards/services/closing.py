"""A lot that ends without an award, a tie that is drawn by two persons (practice T11)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.documents import store
from portal.dutch import moment
from portal.errors import NotFound, Objection, refuse_if
from portal.notifications import members_of, notify
from portal.pdf import pdf
from tenders.awards import queries, record, rules
from tenders.awards.models import Drawing, LotEnding, Ranking
from tenders.awards.services.common import person
from tenders.awards.services.notices import plan_notice
from tenders.awards.states import AwardState, EndingKind, EndingSequel, NoticeOutcome
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure
from tenders.procedures.services import copy_procedure, remove_lot, withdraw_lot, withdraw_procedure
from tenders.procedures.states import LotState


def end_lot(
    lot: Lot, *, kind: EndingKind, sequel: EndingSequel, reason: str, unchanged: str, by: Viewer
) -> LotEnding:
    """End a lot without an award: say why, what comes next, tell every bidder, plan the notice "niet gegund".

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: a decision stands, the kind does not fit the offers, or a reason is missing.
        TransitionRefused: the lot is awarded or withdrawn already.
    """
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    bidders, award, ranking = queries.bidders_of(lot), queries.award_of(lot), queries.ranking_of(lot)
    refuse_if(
        rules.objections_to_ending(
            kind,
            sequel,
            reason=reason,
            unchanged=unchanged,
            offers=len(bidders),
            valid=sum(1 for row in ranking.rows if row.rank) if ranking is not None else None,
            stands=award is not None and award.state is not AwardState.WITHDRAWN,
        )
    )
    withdraw_lot(lot, reason=reason, by=by)
    db.session.flush()
    if all(one.state is LotState.WITHDRAWN for one in tender.lots_of(lot.procedure)):
        withdraw_procedure(lot.procedure, reason=reason, by=by)
    ending = LotEnding(
        lot_id=lot.id,
        kind=kind,
        reason=reason.strip(),
        sequel=sequel,
        ended_at=clock.now(),
        ended_by_id=person(by),
        unchanged=unchanged.strip(),
    )
    db.session.add(ending)
    db.session.flush()
    name = f"Proces-verbaal opdrachtverlening {lot.procedure.number} perceel {lot.number}.pdf"
    content = record.not_awarded_pdf(lot, ending)
    ending.record_document_id = store(content, name=name, kind="award_record", by=by).id
    plan_notice(lot, NoticeOutcome.NOT_AWARDED)
    audit.record("award:lot:end", lot, by=by, lot=lot.title, reason=kind.label.lower())
    _tell_it_ended(lot, bidders)
    return ending


def _tell_it_ended(lot: Lot, bidders: Sequence[queries.Bidder]) -> None:
    for bidder in bidders:
        offer = bidder.offer_lot.offer
        notify(
            members_of(offer.lead_organisation_id),
            "award_lot_ended",
            about=lot,
            path=f"/inschrijvingen/{offer.number}/besluit",
            number=lot.procedure.number,
            offer=offer.number,
            lot=lot.title,
        )


def run_again(ending: LotEnding, *, by: Viewer) -> Procedure:
    """Begin a new tender for an ended lot: a copy with this lot only, tied to the first.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: the lot is already offered again.
    """
    lot = db.session.get_one(Lot, ending.lot_id)
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    refuse_if([Objection("Dit perceel is al opnieuw aanbesteed.")] if ending.again_id is not None else [])
    made = copy_procedure(lot.procedure, title=f"{lot.title}, opnieuw", by=by)
    for other in tender.lots_of(made):
        if other.number != lot.number:
            remove_lot(other, by=by)
    db.session.flush()
    ending.again_id = made.id
    audit.record("award:lot:again", lot, by=by, lot=lot.title, number=made.number)
    return made


def link_again(ending: LotEnding, *, number: str, by: Viewer) -> None:
    """Tie an ended lot to the tender in which it is offered again.

    Raises:
        NotYours: the viewer does not buy for the lead municipality.
        Refused: there is no such tender of the viewer, or it is the same one.
    """
    lot = db.session.get_one(Lot, ending.lot_id)
    lock(lot)
    tender.refuse_unless_lead(by, lot.procedure)
    try:
        again = tender.staff_procedure(by, number.strip())
    except NotFound:
        refuse_if([Objection("Deze aanbesteding bestaat niet. Vul een nummer in zoals AB-2026-004.", "number")])
    if again.id == lot.procedure_id:
        refuse_if([Objection("Dit is dezelfde aanbesteding. Vul het nummer van de nieuwe in.", "number")])
    ending.again_id = again.id
    audit.record("award:lot:again", lot, by=by, lot=lot.title, number=again.number)


# A tie ------------------------------------------------------------------------------------------------


def draw_lots(ranking: Ranking, *, winner_id: uuid.UUID, method: str, by: Viewer) -> Drawing:
    """Record the drawing between the offers that share the first place; a second person confirms it.

    Raises:
        NotYours: the viewer is neither procesleider nor voorzitter.
        Refused: there is no tie, the winner is not one of them, no method, or it was drawn before.
    """
    lock(lot := db.session.get_one(Lot, ranking.lot_id))
    queries.refuse_unless_leads(by, lot.procedure)
    first = [row.offer_lot_id for row in ranking.rows if row.rank == 1]
    objections = []
    if len(first) < 2:
        objections.append(Objection("Er is geen gelijke stand op plaats 1."))
    if winner_id not in first:
        objections.append(Objection("Kies wie de loting won.", "winner"))
    if len(method.strip()) < rules.SHORTEST_REASON:
        objections.append(Objection("Beschrijf in ten minste 15 tekens hoe is geloot.", "method"))
    if queries.drawing_of(ranking) is not None:
        objections.append(Objection("De loting is al vastgelegd."))
    refuse_if(objections)
    drawing = Drawing(
        ranking_id=ranking.id,
        offer_lot_id=winner_id,
        method=method.strip(),
        drawn_at=clock.now(),
        drawn_by_id=person(by),
    )
    db.session.add(drawing)
    db.session.flush()
    audit.record("award:draw", lot, by=by, lot=lot.title)
    return drawing


def confirm_drawing(drawing: Drawing, *, by: Viewer) -> None:
    """Confirm a drawing as the second person who was there; makes its proces-verbaal.

    Raises:
        NotYours: the viewer is not in the team of this tender.
        Refused: it is the same person, or it was confirmed before.
    """
    ranking = db.session.get_one(Ranking, drawing.ranking_id)
    lot = db.session.get_one(Lot, ranking.lot_id)
    lock(lot)
    queries.refuse_unless_in_case(by, lot.procedure)
    objections = []
    if drawing.confirmed_at is not None:
        objections.append(Objection("De loting is al bevestigd."))
    if drawing.drawn_by_id == by.user_id:
        objections.append(Objection("U legde de loting zelf vast. Een tweede persoon bevestigt."))
    refuse_if(objections)
    now = clock.now()
    names = {one.offer_lot.id: one.name for one in queries.bidders_of(lot)}
    content = pdf(
        "award_drawing",
        {
            "title": f"Proces-verbaal van loting: {lot.title}",
            "from": lot.procedure.lead.name,
            "reference": f"{lot.procedure.number}, perceel {lot.number}",
            "facts": [
                ["Aanbesteding", f"{lot.procedure.number} {lot.procedure.title}"],
                ["Gelijk op plaats 1", ", ".join(names[row.offer_lot_id] for row in ranking.rows if row.rank == 1)],
                ["De regel vooraf", ranking.tie_rule],
                ["Zo is geloot", drawing.method],
                ["Uitkomst", f"De loting is gewonnen door {names[drawing.offer_lot_id]}."],
                ["Vastgelegd op", f"{moment(drawing.drawn_at)} door {queries.name_of(drawing.drawn_by_id)}"],
                ["Bevestigd op", f"{moment(now)} door {by.name}"],
            ],
        },
    )
    name = f"Proces-verbaal loting {lot.procedure.number} perceel {lot.number}.pdf"
    document = store(content, name=name, kind="award_drawing", by=by)
    drawing.confirmed_at, drawing.confirmed_by_id, drawing.document_id = now, person(by), document.id
    audit.record("award:draw:confirm", lot, by=by, lot=lot.title)
