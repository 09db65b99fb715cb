"""What was asked of bidders after the opening, and whether the winner's evidence is complete."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from portal.access import Viewer
from portal.db import db
from portal.documents import Document
from portal.errors import NotFound
from tenders.awards.models import Assessment, Award, EvidenceItem, EvidenceKind, Inquiry, Ranking
from tenders.awards.queries.decisions import ranking_of
from tenders.awards.queries.team import assessment_of
from tenders.awards.rules.deciding import FinalFacts
from tenders.awards.states import AssessmentState, AwardState, EvidenceState, InquiryState
from tenders.offers.models import Offer, OfferLot
from tenders.procedures.models import Lot

_UNDECIDED = (EvidenceState.OPEN, EvidenceState.ASKED, EvidenceState.ANSWERED)
_WAITING = (InquiryState.ASKED, InquiryState.ANSWERED)


def judged_since(award: Award | None, assessment: Assessment | None) -> bool:
    """Say whether a newer judging was fixed than the one a decision rests on."""
    if award is None or assessment is None:
        return False
    ranking = db.session.get_one(Ranking, award.ranking_id)
    return ranking.assessment_id != assessment.id and assessment.state is AssessmentState.FIXED


def exclusions_on(lot: Lot) -> dict[uuid.UUID, list[str]]:
    """Return the reasons for which offers on a lot were excluded, by offer_lot."""
    rows = db.session.scalars(
        select(Inquiry)
        .join(OfferLot, OfferLot.id == Inquiry.offer_lot_id)
        .where(OfferLot.lot_id == lot.id, Inquiry.state == InquiryState.EXCLUDED)
        .order_by(Inquiry.decided_at)
    )
    found: dict[uuid.UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.offer_lot_id, []).append(f"Uitgesloten: {row.decision}")
    return found


def excluded_since(lot: Lot, award: Award | None) -> bool:
    """Say whether an offer on a lot was excluded after its last ranking was made."""
    ranking = ranking_of(lot)
    if award is None or ranking is None:
        return False
    last = db.session.scalar(
        select(func.max(Inquiry.decided_at))
        .join(OfferLot, OfferLot.id == Inquiry.offer_lot_id)
        .where(OfferLot.lot_id == lot.id, Inquiry.state == InquiryState.EXCLUDED)
    )
    return last is not None and last > ranking.made_at


def evidence_kinds() -> Sequence[EvidenceKind]:
    """Return every kind of evidence, in order."""
    return db.session.scalars(select(EvidenceKind).order_by(EvidenceKind.position)).all()


def evidence_of(award: Award) -> Sequence[EvidenceItem]:
    """Return the evidence of the winner of a decision, in order."""
    return db.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.award_id == award.id)
        .order_by(EvidenceItem.position, EvidenceItem.title)
    ).all()


def evidence_item(award: Award, item_id: uuid.UUID) -> EvidenceItem:
    """Return one piece of evidence of a decision.

    Raises:
        NotFound: it is not one of this decision.
    """
    found = db.session.get(EvidenceItem, item_id)
    if found is None or found.award_id != award.id:
        raise NotFound
    return found


def inquiries_on(lot: Lot) -> Sequence[Inquiry]:
    """Return what bidders on a lot were asked, the oldest first."""
    return db.session.scalars(
        select(Inquiry)
        .join(OfferLot, OfferLot.id == Inquiry.offer_lot_id)
        .where(OfferLot.lot_id == lot.id)
        .order_by(Inquiry.asked_at, Inquiry.number)
    ).all()


def inquiry_on(lot: Lot, inquiry_id: uuid.UUID) -> Inquiry:
    """Return one question to a bidder on a lot.

    Raises:
        NotFound: it is not one about this lot.
    """
    found = db.session.get(Inquiry, inquiry_id)
    if found is None or db.session.get_one(OfferLot, found.offer_lot_id).lot_id != lot.id:
        raise NotFound
    return found


def final_facts(award: Award) -> FinalFacts:
    """Return what the rules ask before a final award."""
    lot = db.session.get_one(Lot, award.lot_id)
    assessment, newest = assessment_of(lot), ranking_of(lot)
    items = evidence_of(award)
    open_hearing = db.session.scalar(
        select(func.count())
        .select_from(Inquiry)
        .where(Inquiry.offer_lot_id == award.offer_lot_id, Inquiry.state.in_(_WAITING))
    )
    return FinalFacts(
        state=award.state,
        standstill_until=award.standstill_until,
        judging_again=assessment is not None and assessment.state is AssessmentState.SCORING,
        newer_ranking=newest is not None and newest.id != award.ranking_id,
        evidence_open=sum(1 for one in items if one.state in _UNDECIDED),
        evidence_failed=tuple(one.title for one in items if one.state is EvidenceState.FAILED),
        hearing_open=bool(open_hearing),
        winner_excluded=award.offer_lot_id in exclusions_on(lot),
    )


# The bidder's side ------------------------------------------------------------------------------------


def asked_of(offer: Offer) -> tuple[list[tuple[EvidenceItem, Lot]], list[tuple[Inquiry, Lot]]]:
    """Return what an offer was asked: evidence of a decision that was sent, and questions, the newest first."""
    evidence = db.session.execute(
        select(EvidenceItem, Lot)
        .join(Award, Award.id == EvidenceItem.award_id)
        .join(OfferLot, OfferLot.id == Award.offer_lot_id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(OfferLot.offer_id == offer.id, EvidenceItem.asked_at.is_not(None))
        .order_by(EvidenceItem.asked_at.desc(), EvidenceItem.position)
    )
    inquiries = db.session.execute(
        select(Inquiry, Lot)
        .join(OfferLot, OfferLot.id == Inquiry.offer_lot_id)
        .join(Lot, Lot.id == OfferLot.lot_id)
        .where(OfferLot.offer_id == offer.id)
        .order_by(Inquiry.asked_at.desc())
    )
    return [(item, lot) for item, lot in evidence], [(inquiry, lot) for inquiry, lot in inquiries]


def own_evidence(offer: Offer, item_id: uuid.UUID) -> EvidenceItem:
    """Return a piece of evidence that this offer was asked for.

    Raises:
        NotFound: it was not asked of this offer.
    """
    found = next((item for item, _ in asked_of(offer)[0] if item.id == item_id), None)
    if found is None:
        raise NotFound
    return found


def own_inquiry(offer: Offer, inquiry_id: uuid.UUID) -> Inquiry:
    """Return a question that this offer was asked.

    Raises:
        NotFound: it was not asked of this offer.
    """
    found = next((inquiry for inquiry, _ in asked_of(offer)[1] if inquiry.id == inquiry_id), None)
    if found is None:
        raise NotFound
    return found


def waiting_for_bidder(viewer: Viewer) -> list[tuple[Offer, str, date | None]]:
    """Return what the viewer's organisation still has to answer: offer, what, last day."""
    evidence = db.session.execute(
        select(Offer, EvidenceItem.title, EvidenceItem.due_on)
        .join(OfferLot, OfferLot.offer_id == Offer.id)
        .join(Award, Award.offer_lot_id == OfferLot.id)
        .join(EvidenceItem, EvidenceItem.award_id == Award.id)
        .where(
            Offer.lead_organisation_id == viewer.organisation_id,
            EvidenceItem.state == EvidenceState.ASKED,
            Award.state.in_([AwardState.SENT, AwardState.COURT]),
        )
    )
    inquiries = db.session.execute(
        select(Offer, Inquiry.kind, Inquiry.due_on)
        .join(OfferLot, OfferLot.offer_id == Offer.id)
        .join(Inquiry, Inquiry.offer_lot_id == OfferLot.id)
        .where(Offer.lead_organisation_id == viewer.organisation_id, Inquiry.state == InquiryState.ASKED)
    )
    return [
        *((offer, title, due) for offer, title, due in evidence),
        *((offer, kind.label, due) for offer, kind, due in inquiries),
    ]


def file_of(document_id: uuid.UUID | None) -> Document:
    """Return the document of an answer.

    Raises:
        NotFound: there is none.
    """
    if document_id is None:
        raise NotFound
    return db.session.get_one(Document, document_id)
