"""How lots ended, their notices, complaints about a tender, and trials of the model."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.access import Viewer
from portal.db import db
from portal.errors import NotFound
from tenders.awards.models import AwardNotice, Complaint, LotEnding, ModelTrial
from tenders.awards.states import ComplaintState
from tenders.offers.models import Offer, OfferLot
from tenders.procedures import queries as tender
from tenders.procedures.models import Lot, Procedure


def ending_of(lot: Lot) -> LotEnding | None:
    """Return how a lot ended without an award."""
    return db.session.scalars(select(LotEnding).where(LotEnding.lot_id == lot.id)).one_or_none()


def ended_lots(offer: Offer) -> list[tuple[LotEnding, Lot]]:
    """Return the lots of an offer that ended without an award."""
    rows = db.session.execute(
        select(LotEnding, Lot)
        .join(Lot, Lot.id == LotEnding.lot_id)
        .join(OfferLot, OfferLot.lot_id == Lot.id)
        .where(OfferLot.offer_id == offer.id)
        .order_by(Lot.number)
    )
    return [(ending, lot) for ending, lot in rows]


def procedure_again(ending: LotEnding) -> Procedure | None:
    """Return the tender in which an ended lot is offered again."""
    return db.session.get(Procedure, ending.again_id) if ending.again_id is not None else None


def earlier_lot_of(procedure: Procedure) -> list[tuple[LotEnding, Lot]]:
    """Return the ended lots that this tender offers again."""
    rows = db.session.execute(
        select(LotEnding, Lot).join(Lot, Lot.id == LotEnding.lot_id).where(LotEnding.again_id == procedure.id)
    )
    return [(ending, lot) for ending, lot in rows]


def notice_of_lot(lot: Lot) -> AwardNotice | None:
    """Return the notice of what became of a lot."""
    return db.session.scalars(select(AwardNotice).where(AwardNotice.lot_id == lot.id)).one_or_none()


def own_publication_from(notice: AwardNotice) -> datetime | None:
    """Return from when we may show the outcome ourselves: made public, or the wait after the confirmation."""
    if notice.made_public_at is not None:
        return notice.made_public_at
    if notice.receipt_confirmed_at is None:
        return None
    lot = db.session.get_one(Lot, notice.lot_id)
    rule = tender.rules_of(lot.procedure.kind_code, clock.today()).get("wait_hours")
    hours = int(rule.value) if rule is not None and rule.value is not None else 48
    return notice.receipt_confirmed_at + timedelta(hours=hours)


def notices_to_send(viewer: Viewer) -> list[tuple[AwardNotice, Lot, Procedure]]:
    """Return the notices that the viewer's municipality still has to send, or may show itself."""
    rows = db.session.execute(
        select(AwardNotice, Lot, Procedure)
        .join(Lot, Lot.id == AwardNotice.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(Procedure.lead_id == viewer.organisation_id, AwardNotice.published_at.is_(None))
        .order_by(AwardNotice.due_on)
    )
    return [(notice, lot, procedure) for notice, lot, procedure in rows]


def published_outcomes(procedure: Procedure) -> list[tuple[AwardNotice, Lot]]:
    """Return the outcomes of a tender that are shown to everybody."""
    rows = db.session.execute(
        select(AwardNotice, Lot)
        .join(Lot, Lot.id == AwardNotice.lot_id)
        .where(Lot.procedure_id == procedure.id, AwardNotice.published_at.is_not(None))
        .order_by(Lot.number)
    )
    return [(notice, lot) for notice, lot in rows]


# Complaints -------------------------------------------------------------------------------------------


def complaints_about(procedure: Procedure) -> Sequence[Complaint]:
    """Return the complaints about a tender, the newest first."""
    return db.session.scalars(
        select(Complaint).where(Complaint.procedure_id == procedure.id).order_by(Complaint.number.desc())
    ).all()


def complaint_about(procedure: Procedure, number: int) -> Complaint:
    """Return one complaint about a tender.

    Raises:
        NotFound: there is none with this number.
    """
    found = db.session.scalars(
        select(Complaint).where(Complaint.procedure_id == procedure.id, Complaint.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_complaint(viewer: Viewer, procedure: Procedure, number: int) -> Complaint:
    """Return a complaint of the viewer's own organisation.

    Raises:
        NotFound: it is not one of his.
    """
    found = complaint_about(procedure, number)
    if found.organisation_id != viewer.organisation_id:
        raise NotFound
    return found


def own_complaints(viewer: Viewer, procedure: Procedure) -> list[Complaint]:
    """Return the complaints of the viewer's own organisation about a tender."""
    return [one for one in complaints_about(procedure) if one.organisation_id == viewer.organisation_id]


def open_complaints(viewer: Viewer) -> list[tuple[Complaint, Procedure]]:
    """Return the complaints that wait for the viewer's municipality, as the lead of the tender."""
    rows = db.session.execute(
        select(Complaint, Procedure)
        .join(Procedure, Procedure.id == Complaint.procedure_id)
        .where(
            Procedure.lead_id == viewer.organisation_id,
            Complaint.state.in_([ComplaintState.RECEIVED, ComplaintState.HANDLED]),
        )
        .order_by(Complaint.due_on)
    )
    return [(complaint, procedure) for complaint, procedure in rows]


# Trials -----------------------------------------------------------------------------------------------


def trials_of(lot: Lot) -> Sequence[ModelTrial]:
    """Return the trials of the award model of a lot, the newest first."""
    return db.session.scalars(
        select(ModelTrial).where(ModelTrial.lot_id == lot.id).order_by(ModelTrial.tried_at.desc())
    ).all()


def trial_of(lot: Lot, trial_id: uuid.UUID) -> ModelTrial:
    """Return one trial of the award model of a lot.

    Raises:
        NotFound: it is not one of this lot.
    """
    found = db.session.get(ModelTrial, trial_id)
    if found is None or found.lot_id != lot.id:
        raise NotFound
    return found
