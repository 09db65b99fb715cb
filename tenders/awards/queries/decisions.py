"""Rankings, decisions, letters and approvals, each for who may see them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.documents import Document
from portal.errors import NotFound
from tenders.awards.models import Award, AwardApproval, Drawing, Letter, Ranking, RequirementDecision
from tenders.awards.states import ApprovalState, AwardState, RefusalConsequence
from tenders.offers import queries as offers
from tenders.offers.models import Offer, OfferAnswer, OfferLot, OfferParty, OfferPrice
from tenders.procedures.models import Lot, LotMunicipality, Procedure


def ranking_of(lot: Lot) -> Ranking | None:
    """Return the newest ranking of a lot with its rows."""
    return db.session.scalars(
        select(Ranking)
        .where(Ranking.lot_id == lot.id)
        .order_by(Ranking.version.desc())
        .options(selectinload(Ranking.rows))
        .limit(1)
    ).one_or_none()


def drawing_of(ranking: Ranking) -> Drawing | None:
    """Return the drawing of lots about a ranking, confirmed or not."""
    return db.session.scalars(select(Drawing).where(Drawing.ranking_id == ranking.id)).one_or_none()


def rankings_of(lot: Lot) -> list[Ranking]:
    """Return every ranking of a lot with its rows, the newest first."""
    return list(
        db.session.scalars(
            select(Ranking)
            .where(Ranking.lot_id == lot.id)
            .order_by(Ranking.version.desc())
            .options(selectinload(Ranking.rows))
        )
    )


def standing_of(lot: Lot) -> Award | None:
    """Return the decision that was sent and stands, also while a new one is being drawn up."""
    return db.session.scalars(
        select(Award)
        .where(Award.lot_id == lot.id, Award.state.in_([AwardState.SENT, AwardState.COURT]))
        .order_by(Award.version.desc())
        .limit(1)
    ).one_or_none()


def is_settled(approval: AwardApproval) -> bool:
    """Say whether an approval no longer stands in the way: given, or refused and awarded for the others."""
    return (
        approval.state is ApprovalState.AGREED or approval.consequence is RefusalConsequence.OTHERS
    )


def award_of(lot: Lot) -> Award | None:
    """Return the newest decision about a lot."""
    return db.session.scalars(
        select(Award).where(Award.lot_id == lot.id).order_by(Award.version.desc()).limit(1)
    ).one_or_none()


def awards_of(lot: Lot) -> list[Award]:
    """Return every version of the decision about a lot, newest first."""
    return list(
        db.session.scalars(select(Award).where(Award.lot_id == lot.id).order_by(Award.version.desc()))
    )


def letters_of(award: Award) -> list[Letter]:
    """Return the letters of a decision."""
    return list(db.session.scalars(select(Letter).where(Letter.award_id == award.id).order_by(Letter.id)))


def letter_of(award: Award, letter_id: uuid.UUID) -> Letter:
    """Return one letter of a decision.

    Raises:
        NotFound: it is not one of this decision.
    """
    found = db.session.get(Letter, letter_id)
    if found is None or found.award_id != award.id:
        raise NotFound
    return found


def document_in(letter: Letter) -> Document:
    """Return the PDF of a letter that was sent.

    Raises:
        NotFound: it was not sent.
    """
    if letter.document_id is None:
        raise NotFound
    return db.session.get_one(Document, letter.document_id)


def record_of(award: Award) -> Document:
    """Return the proces-verbaal van de opdrachtverlening.

    Raises:
        NotFound: the award is not final.
    """
    if award.record_document_id is None:
        raise NotFound
    return db.session.get_one(Document, award.record_document_id)


def approvals_of(award: Award) -> list[tuple[AwardApproval, Municipality]]:
    """Return what each participating municipality said, with the municipality, by name."""
    rows = db.session.execute(
        select(AwardApproval, Municipality)
        .join(Municipality, Municipality.id == AwardApproval.municipality_id)
        .where(AwardApproval.award_id == award.id)
        .order_by(Municipality.name)
    )
    return [(approval, municipality) for approval, municipality in rows]


def approval_for(viewer: Viewer, award: Award) -> AwardApproval | None:
    """Return the approval that is the viewer's municipality's to give, or None."""
    return db.session.scalars(
        select(AwardApproval).where(
            AwardApproval.award_id == award.id, AwardApproval.municipality_id == viewer.municipality_id
        )
    ).one_or_none()


def approvals_waiting_for(viewer: Viewer) -> list[tuple[AwardApproval, Lot, Procedure]]:
    """Return the advices that wait for the viewer's municipality."""
    rows = db.session.execute(
        select(AwardApproval, Lot, Procedure)
        .join(Award, Award.id == AwardApproval.award_id)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(
            AwardApproval.municipality_id == viewer.municipality_id,
            AwardApproval.state == ApprovalState.ASKED,
            Award.state == AwardState.DRAFT,
        )
    )
    return [(approval, lot, procedure) for approval, lot, procedure in rows]


def municipalities_to_ask(lot: Lot) -> list[Municipality]:
    """Return the municipalities of a lot that decide beside the lead."""
    rows = db.session.scalars(
        select(Municipality)
        .join(LotMunicipality, LotMunicipality.municipality_id == Municipality.id)
        .where(LotMunicipality.lot_id == lot.id, Municipality.organisation_id != lot.procedure.lead_id)
        .order_by(Municipality.name)
    )
    return list(rows)


# The provider's side ----------------------------------------------------------------------------------


def own_decisions(viewer: Viewer, offer: Offer) -> list[tuple[Award, Letter, Lot]]:
    """Return the sent decisions about an offer of the viewer's organisation, newest version per lot first."""
    rows = db.session.execute(
        select(Award, Letter, Lot)
        .join(Letter, Letter.award_id == Award.id)
        .join(OfferLot, OfferLot.id == Letter.offer_lot_id)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(
            Offer.id == offer.id,
            Offer.lead_organisation_id == viewer.organisation_id,
            Letter.sent_at.is_not(None),
        )
        .order_by(Lot.number, Award.version.desc())
    )
    return [(award, letter, lot) for award, letter, lot in rows]


def own_letter(viewer: Viewer, offer: Offer, letter_id: uuid.UUID) -> tuple[Letter, Award]:
    """Return a letter that was sent to the viewer's organisation.

    Raises:
        NotFound: there is none.
    """
    found = [(letter, award) for award, letter, _ in own_decisions(viewer, offer) if letter.id == letter_id]
    if not found:
        raise NotFound
    return found[0]


def letters_unread_by(viewer: Viewer) -> list[tuple[Award, Offer, Lot]]:
    """Return the sent decisions the viewer's organisation has not opened."""
    rows = db.session.execute(
        select(Award, Offer, Lot)
        .join(Letter, Letter.award_id == Award.id)
        .join(OfferLot, OfferLot.id == Letter.offer_lot_id)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(
            Offer.lead_organisation_id == viewer.organisation_id,
            Letter.sent_at.is_not(None),
            Letter.opened_at.is_(None),
            Award.state.in_([AwardState.SENT, AwardState.COURT]),
        )
    )
    return [(award, offer, lot) for award, offer, lot in rows]


# For the contract -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AwardForContract:
    """Everything a contract takes over from a final award; nothing of it is typed again."""

    award: Award
    lot: Lot
    procedure: Procedure
    offer: Offer
    offer_lot: OfferLot
    parties: tuple[OfferParty, ...]
    prices: tuple[OfferPrice, ...]
    promises: tuple[OfferAnswer, ...]
    requirement_answers: tuple[OfferAnswer, ...]
    requirement_decisions: tuple[RequirementDecision, ...]
    municipalities: tuple[LotMunicipality, ...]


def award_for_contract(award: Award) -> AwardForContract:
    """Return what the contract of a final award is made of; prices carry their price line, answers their
    criterion or requirement.

    Raises:
        NotFound: the award is not final.
    """
    if award.state is not AwardState.FINAL:
        raise NotFound
    lot = db.session.get_one(Lot, award.lot_id)
    offer_lot = db.session.get_one(OfferLot, award.offer_lot_id)
    answers = offers.answers_of(offer_lot)
    out = {one.municipality_id for one, _ in approvals_of(award) if one.state is ApprovalState.REFUSED}
    decisions = db.session.scalars(
        select(RequirementDecision).where(RequirementDecision.offer_lot_id == offer_lot.id)
    )
    return AwardForContract(
        award=award,
        lot=lot,
        procedure=lot.procedure,
        offer=offer_lot.offer,
        offer_lot=offer_lot,
        parties=tuple(offers.parties_of(offer_lot.offer)),
        prices=tuple(offers.prices_of(offer_lot)),
        promises=tuple(one for one in answers if one.criterion_id is not None),
        requirement_answers=tuple(one for one in answers if one.requirement_id is not None),
        requirement_decisions=tuple(decisions),
        municipalities=tuple(one for one in lot.municipalities if one.municipality_id not in out),
    )


def final_awards(viewer: Viewer) -> list[Award]:
    """Return the final awards of tenders that the viewer's organisation leads or takes part in, newest first."""
    taking_part = select(LotMunicipality.lot_id).where(
        LotMunicipality.municipality_id == viewer.municipality_id
    )
    rows = db.session.scalars(
        select(Award)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(
            Award.state == AwardState.FINAL,
            or_(Procedure.lead_id == viewer.organisation_id, Lot.id.in_(taking_part)),
        )
        .order_by(Award.final_at.desc())
    )
    return list(rows)
