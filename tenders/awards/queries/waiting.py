"""What waits for a viewer, over all tenders."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from portal.access import Viewer
from portal.db import db
from tenders.awards.models import Assessment, Award, Letter
from tenders.awards.states import AssessmentState, AwardState
from tenders.offers.models import Offer, OfferLot
from tenders.procedures.models import AwardCriterion, Lot, LotMunicipality, Procedure, ProcedureMember
from tenders.procedures.states import LotState, ProcedureState


def in_assessment(viewer: Viewer) -> list[Procedure]:
    """Return the opened tenders in whose team the viewer is."""
    mine = select(ProcedureMember.procedure_id).where(ProcedureMember.membership_id == viewer.membership_id)
    return list(
        db.session.scalars(
            select(Procedure)
            .where(Procedure.state == ProcedureState.OPENED, Procedure.id.in_(mine))
            .order_by(Procedure.number)
        )
    )


def open_awards(viewer: Viewer) -> list[tuple[Award, Lot, Procedure]]:
    """Return the decisions under way of tenders the viewer's municipality leads or takes part in."""
    rows = db.session.execute(
        select(Award, Lot, Procedure)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(
            Award.state.in_([AwardState.DRAFT, AwardState.SENT, AwardState.COURT]),
            _concerns(viewer),
        )
        .order_by(Procedure.number, Lot.number)
    )
    return [(award, lot, procedure) for award, lot, procedure in rows]


def _concerns(viewer: Viewer) -> ColumnElement[bool]:
    taking_part = select(LotMunicipality.lot_id).where(
        LotMunicipality.municipality_id == viewer.municipality_id
    )
    return or_(Procedure.lead_id == viewer.organisation_id, Lot.id.in_(taking_part))


def running_terms_of_bidder(viewer: Viewer) -> list[tuple[Award, Offer, Lot]]:
    """Return the sent decisions about offers of the viewer's organisation."""
    rows = db.session.execute(
        select(Award, Offer, Lot)
        .join(Letter, Letter.award_id == Award.id)
        .join(OfferLot, OfferLot.id == Letter.offer_lot_id)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(Offer.lead_organisation_id == viewer.organisation_id, Award.state == AwardState.SENT)
    )
    return [(award, offer, lot) for award, offer, lot in rows]


def lot_of_criterion(criterion_id: uuid.UUID) -> Lot | None:
    """Return the lot of a criterion."""
    return db.session.scalars(
        select(Lot)
        .join(AwardCriterion, AwardCriterion.lot_id == Lot.id)
        .where(AwardCriterion.id == criterion_id)
    ).one_or_none()


def with_open_quality(procedures: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return which tenders have a lot with offers whose quality is not fixed; in one statement."""
    fixed = select(Assessment.lot_id).where(Assessment.state == AssessmentState.FIXED)
    return set(
        db.session.scalars(
            select(Lot.procedure_id)
            .join(OfferLot, OfferLot.lot_id == Lot.id)
            .where(Lot.procedure_id.in_(procedures), Lot.state != LotState.WITHDRAWN, Lot.id.not_in(fixed))
        )
    )
