"""Offers for their own provider; for everyone else only what was opened."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.access import Viewer
from portal.accounts.models import Membership, Organisation, User
from portal.catalogue.states import MeasureUnit
from portal.db import db
from portal.errors import NotFound
from tenders.offers.models import (
    Offer,
    OfferAnswer,
    OfferDocument,
    OfferLot,
    OfferParty,
    OfferPrice,
    SealedPart,
    Submission,
)
from tenders.offers.rules import Asked, AskedCriterion, AskedLot, AskedPrice, AskedRequirement
from tenders.offers.states import OfferState, SubmissionKind
from tenders.procedures.models import (
    AwardCriterion,
    Lot,
    LotPriceLine,
    LotProduct,
    OfferHash,
    Procedure,
    ProcedureMember,
    Requirement,
)
from tenders.procedures.queries import last_change_at, waiting_hash
from tenders.procedures.states import CaseRole, LotState, ProcedureState, RequirementKind


def offer_for(viewer: Viewer, number: str) -> Offer:
    """Return an offer of the viewer's own organisation.

    Raises:
        NotFound: there is none with this number, or it is another provider's.
    """
    offer = db.session.scalars(
        select(Offer)
        .options(joinedload(Offer.procedure), joinedload(Offer.lead_organisation))
        .where(Offer.number == number, Offer.lead_organisation_id == viewer.organisation_id)
    ).first()
    if offer is None:
        raise NotFound
    return offer


def own_offer(viewer: Viewer, procedure: Procedure) -> Offer | None:
    """Return the viewer's offer on a tender, when there is one."""
    return db.session.scalars(
        select(Offer).where(
            Offer.procedure_id == procedure.id, Offer.lead_organisation_id == viewer.organisation_id
        )
    ).first()


def select_offers_of(viewer: Viewer) -> Select[Offer]:
    """Select the offers of the viewer's organisation, the last closing first."""
    return (
        select(Offer)
        .join(Procedure, Procedure.id == Offer.procedure_id)
        .options(joinedload(Offer.procedure).joinedload(Procedure.lead))
        .where(Offer.lead_organisation_id == viewer.organisation_id)
        .order_by(Procedure.submission_deadline_at.desc(), Offer.number)
    )


def offers_of(viewer: Viewer) -> list[Offer]:
    """Return the offers of the viewer's organisation, the last closing first."""
    return list(db.session.scalars(select_offers_of(viewer)))


def procedure_to_offer_on(number: str) -> Procedure:
    """Return a published tender.

    Raises:
        NotFound: it does not exist or is not published.
    """
    procedure = db.session.scalars(
        select(Procedure).where(Procedure.number == number, Procedure.published_at.is_not(None))
    ).first()
    if procedure is None:
        raise NotFound
    return procedure


def asked_of(procedure: Procedure) -> Asked:
    """Return everything a tender asks of a bidder."""
    lots = db.session.scalars(
        select(Lot)
        .where(Lot.procedure_id == procedure.id, Lot.state != LotState.WITHDRAWN)
        .order_by(Lot.number)
    ).all()
    criteria = db.session.scalars(
        select(AwardCriterion)
        .join(Lot, Lot.id == AwardCriterion.lot_id)
        .options(joinedload(AwardCriterion.measure))
        .where(Lot.procedure_id == procedure.id)
        .order_by(AwardCriterion.position)
    ).all()
    prices = db.session.execute(
        select(LotPriceLine, LotProduct.lot_id)
        .join(LotProduct, LotProduct.id == LotPriceLine.lot_product_id)
        .join(Lot, Lot.id == LotProduct.lot_id)
        .where(Lot.procedure_id == procedure.id)
        .order_by(LotProduct.position, LotPriceLine.position)
    ).all()
    requirements = db.session.scalars(
        select(Requirement)
        .where(Requirement.procedure_id == procedure.id)
        .order_by(Requirement.kind, Requirement.number)
    ).all()
    return Asked(
        requirements=tuple(_requirement(one) for one in requirements),
        declares=any(one.kind in (RequirementKind.EXCLUSION, RequirementKind.SUITABILITY) for one in requirements),
        lots=tuple(
            AskedLot(
                id=str(lot.id),
                number=lot.number,
                title=lot.title,
                criteria=tuple(_criterion(one) for one in criteria if one.lot_id == lot.id),
                prices=tuple(_price(line) for line, lot_id in prices if lot_id == lot.id),
            )
            for lot in lots
        ),
    )


def _requirement(one: Requirement) -> AskedRequirement:
    return AskedRequirement(
        id=str(one.id),
        number=str(one.number),
        title=one.title,
        text=one.text,
        evidence=one.evidence,
        lot=str(one.lot_id) if one.lot_id else "",
        is_keurmerk=one.is_keurmerk,
    )


def _criterion(one: AwardCriterion) -> AskedCriterion:
    measure = one.measure
    return AskedCriterion(
        id=str(one.id),
        title=one.full_title,
        text=one.description,
        weight=one.weight,
        measure=measure.name if measure else "",
        unit=measure.unit.label if measure else "",
        is_percentage=measure is not None and measure.unit is MeasureUnit.PERCENTAGE,
        promise_text=one.promise_text,
    )


def _price(line: LotPriceLine) -> AskedPrice:
    return AskedPrice(
        id=str(line.id),
        title=line.title,
        unit=line.unit.label,
        units=line.unit.of(line.quantity),
        quantity=Decimal(line.quantity),
        floor=line.rate_floor,
        cap=line.rate_cap,
    )


def submissions_of(offer: Offer) -> list[Submission]:
    """Return the receipts of an offer, newest first."""
    return list(
        db.session.scalars(
            select(Submission).where(Submission.offer_id == offer.id).order_by(Submission.version.desc())
        )
    )


def standing_submission(offer: Offer) -> Submission | None:
    """Return the receipt of the submission that stands; None when nothing is submitted."""
    if offer.state not in (OfferState.SUBMITTED, OfferState.OPENED):
        return None
    return next((one for one in submissions_of(offer) if one.kind is SubmissionKind.SUBMITTED), None)


def submission_for(offer: Offer, version: int) -> Submission:
    """Return one receipt of an offer.

    Raises:
        NotFound: there is none with this number.
    """
    found = db.session.scalars(
        select(Submission).where(Submission.offer_id == offer.id, Submission.version == version)
    ).first()
    if found is None:
        raise NotFound
    return found


def parts_in(submission: Submission) -> list[SealedPart]:
    """Return the sealed parts of a submission in a fixed order."""
    return list(
        db.session.scalars(
            select(SealedPart)
            .where(SealedPart.submission_id == submission.id)
            .order_by(SealedPart.envelope, SealedPart.kind, SealedPart.storage_key)
        )
    )


def draft_parts(offer: Offer) -> list[SealedPart]:
    """Return the sealed files of a draft."""
    return list(
        db.session.scalars(
            select(SealedPart).where(SealedPart.offer_id == offer.id, SealedPart.submission_id.is_(None))
        )
    )


def submitted_offers(procedure: Procedure) -> list[Offer]:
    """Return the offers in the vault of a tender; only for the opening itself, never for a page."""
    return list(
        db.session.scalars(
            select(Offer)
            .options(joinedload(Offer.lead_organisation), joinedload(Offer.procedure))
            .where(
                Offer.procedure_id == procedure.id,
                Offer.state.in_([OfferState.SUBMITTED, OfferState.OPENED]),
            )
            .order_by(Offer.submitted_at, Offer.number)
        )
    )


def opened_lots(procedure: Procedure) -> list[OfferLot]:
    """Return what was opened of a tender: one row per offer and lot; empty before the opening."""
    return list(
        db.session.scalars(
            select(OfferLot)
            .join(Offer, Offer.id == OfferLot.offer_id)
            .join(Lot, Lot.id == OfferLot.lot_id)
            .options(joinedload(OfferLot.offer).joinedload(Offer.lead_organisation), joinedload(OfferLot.lot))
            .where(Offer.procedure_id == procedure.id, Offer.state == OfferState.OPENED)
            .order_by(Lot.number, Offer.submitted_at, Offer.number)
        )
    )


def answers_of(offer_lot: OfferLot) -> list[OfferAnswer]:
    """Return the opened answers of an offer on a lot."""
    return list(db.session.scalars(select(OfferAnswer).where(OfferAnswer.offer_lot_id == offer_lot.id)))


def documents_of(offer_lot: OfferLot) -> list[OfferDocument]:
    """Return the opened documents of an offer on a lot."""
    return list(
        db.session.scalars(
            select(OfferDocument)
            .options(joinedload(OfferDocument.document))
            .where(OfferDocument.offer_lot_id == offer_lot.id)
        )
    )


def prices_of(offer_lot: OfferLot) -> list[OfferPrice]:
    """Return the opened prices of an offer on a lot; empty before the price envelope opened."""
    return list(
        db.session.scalars(
            select(OfferPrice)
            .options(joinedload(OfferPrice.price_line))
            .where(OfferPrice.offer_lot_id == offer_lot.id)
        )
    )


def parties_of(offer: Offer) -> list[OfferParty]:
    """Return the organisations in an opened offer."""
    return list(db.session.scalars(select(OfferParty).where(OfferParty.offer_id == offer.id)))


def last_version(offer: Offer) -> int:
    """Return the highest receipt number of an offer; 0 when there is none."""
    found = db.session.scalar(select(func.max(Submission.version)).where(Submission.offer_id == offer.id))
    return found or 0


def part_for(offer: Offer, part_id: uuid.UUID) -> SealedPart:
    """Return one sealed file of an own draft.

    Raises:
        NotFound: it is not a file of this draft.
    """
    part = db.session.get(SealedPart, part_id)
    if part is None or part.offer_id != offer.id or part.submission_id is not None:
        raise NotFound
    return part


def known_files() -> tuple[set[str], set[str]]:
    """Return the names of the sealed files and of the drafts' keys that belong to something."""
    sealed = set(db.session.scalars(select(SealedPart.storage_key)))
    return sealed, set(db.session.scalars(select(Offer.draft_key).where(Offer.draft_key != "")))


def bidders_of(procedure: Procedure) -> list[Organisation]:
    """Return who has a draft or an offer on a tender; only to send them what everyone gets, never for a page."""
    return list(
        db.session.scalars(
            select(Organisation)
            .join(Offer, Offer.lead_organisation_id == Organisation.id)
            .where(Offer.procedure_id == procedure.id)
            .order_by(Organisation.name)
        )
    )


def changed_since(offer: Offer) -> bool:
    """Say whether documents or texts changed after the provider last began, submitted or confirmed this offer."""
    changed_at = last_change_at(offer.procedure)
    if changed_at is None or offer.state not in (OfferState.DRAFT, OfferState.SUBMITTED, OfferState.OPENED):
        return False
    seen = [offer.started_at, offer.submitted_at, offer.changes_seen_at]
    return changed_at > max(instant for instant in seen if instant is not None)


def not_confirmed(procedure: Procedure) -> list[Offer]:
    """Return the opened offers that were not confirmed after the last change; empty before the opening."""
    return [
        offer for offer in submitted_offers(procedure) if offer.state is OfferState.OPENED and changed_since(offer)
    ]


def hash_that_counts(offer: Offer, now: datetime) -> OfferHash | None:
    """Return the hash the provider handed in before the closing, while his offer may still follow it."""
    if offer.procedure.state is not ProcedureState.PUBLISHED:
        return None
    return waiting_hash(offer.procedure, offer.lead_organisation_id, now)


def contact_of(procedure: Procedure) -> str:
    """Return where a bidder can turn during an outage: the procesleider, else the lead municipality."""
    leader = db.session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .join(ProcedureMember, ProcedureMember.membership_id == Membership.id)
        .where(ProcedureMember.procedure_id == procedure.id, ProcedureMember.case_role == CaseRole.LEADER)
        .order_by(ProcedureMember.added_at)
    ).first()
    return leader or f"inkoop van de gemeente {procedure.lead.name}"
