"""What is judged, by whom, and who may see which score."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.access import Viewer
from portal.db import db
from portal.errors import NotFound
from tenders.awards.models import Assessment, Consensus, Declaration, RequirementDecision, Score
from tenders.awards.queries.team import active_assessors, active_count, assessment_of, once
from tenders.awards.rules import AssessmentFacts, Scale, letter_name
from tenders.offers.models import Offer, OfferAnswer, OfferDocument, OfferLot
from tenders.offers.states import OfferState, Stance
from tenders.procedures import queries as tender
from tenders.procedures.models import AwardCriterion, Lot, Procedure, ProcedureMember, Requirement
from tenders.procedures.states import LotState, RequirementKind


@dataclass(frozen=True)
class Bidder:
    """An opened offer on a lot: under its letter while it is judged, with its name for who may know it."""

    offer_lot: OfferLot
    letter: str

    @property
    def name(self) -> str:
        return self.offer_lot.offer.lead_organisation.name


def opened_procedure(viewer: Viewer, number: str) -> Procedure:
    """Return a tender of the viewer whose vault has been opened.

    Raises:
        NotFound: there is none for this viewer, or it is still sealed.
    """
    procedure = tender.staff_procedure(viewer, number)
    if procedure.opened_at is None:
        raise NotFound
    return procedure


def scale_of(procedure: Procedure) -> Scale:
    """Return how scores are given in this tender."""
    return Scale(Decimal(procedure.score_max), Decimal(procedure.score_step_tenths) / 10)


def bidders_of(lot: Lot) -> list[Bidder]:
    """Return the opened offers on a lot in an order that says nothing about who they are."""
    opened = (
        select(OfferLot)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .options(joinedload(OfferLot.offer).joinedload(Offer.lead_organisation))
        .where(OfferLot.lot_id == lot.id, Offer.state == OfferState.OPENED)
    )
    found = once(("bidders", lot.id), lambda: list(db.session.scalars(opened)))
    ordered = sorted(found, key=lambda one: one.id.hex)
    return [Bidder(one, letter_name(place)) for place, one in enumerate(ordered)]


def judged_lots(procedure: Procedure) -> list[Lot]:
    """Return the lots that are not withdrawn."""
    lots = once(("lots", procedure.id), lambda: list(tender.lots_of(procedure)))
    return [lot for lot in lots if lot.state is not LotState.WITHDRAWN]


def answers_to(criterion: AwardCriterion) -> dict[uuid.UUID, OfferAnswer]:
    """Return what each offer answered to a criterion, by offer_lot."""
    rows = db.session.scalars(select(OfferAnswer).where(OfferAnswer.criterion_id == criterion.id))
    return {row.offer_lot_id: row for row in rows}


def documents_on(lot: Lot) -> dict[uuid.UUID, list[OfferDocument]]:
    """Return the opened documents of each offer on a lot, by offer_lot."""
    rows = db.session.scalars(
        select(OfferDocument)
        .join(OfferLot, OfferLot.id == OfferDocument.offer_lot_id)
        .options(joinedload(OfferDocument.document))
        .where(OfferLot.lot_id == lot.id)
        .order_by(OfferDocument.id)
    )
    found: dict[uuid.UUID, list[OfferDocument]] = {}
    for row in rows:
        found.setdefault(row.offer_lot_id, []).append(row)
    return found


def document_of(procedure: Procedure, offer_document_id: uuid.UUID) -> OfferDocument:
    """Return one opened document of this tender.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(
        select(OfferDocument)
        .join(OfferLot, OfferLot.id == OfferDocument.offer_lot_id)
        .join(Lot, Lot.id == OfferLot.lot_id)
        .options(joinedload(OfferDocument.document))
        .where(OfferDocument.id == offer_document_id, Lot.procedure_id == procedure.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


# Scores ---------------------------------------------------------------------------------------------


def own_scores(member: ProcedureMember, criterion: AwardCriterion) -> dict[uuid.UUID, Score]:
    """Return the member's scores on a criterion, by offer_lot."""
    rows = db.session.scalars(
        select(Score).where(
            Score.procedure_member_id == member.id,
            Score.criterion_id == criterion.id,
            Score.assessment_id == _newest(criterion.lot_id),
        )
    )
    return {row.offer_lot_id: row for row in rows}


def visible_scores(
    member: ProcedureMember | None, criterion: AwardCriterion, assessment: Assessment | None = None
) -> Sequence[Score]:
    """Return the scores on a criterion that may be seen: the own ones, and all once the whole team submitted.

    The condition is in the statement itself, so that no page can show more. `member` is the viewer as an
    assessor; None for a procesleider who does not score. Without `assessment` those of the newest judging.
    """
    assessment = assessment or assessment_of(criterion.lot)
    if assessment is None:
        return []
    own: ColumnElement[bool] = Score.procedure_member_id == (member.id if member else None)
    everyone = and_(Score.submitted_at.is_not(None), _all_submitted(criterion, assessment))
    return db.session.scalars(
        select(Score)
        .where(
            Score.criterion_id == criterion.id, Score.assessment_id == assessment.id, or_(own, everyone)
        )
        .order_by(Score.procedure_member_id)
    ).all()


def _all_submitted(criterion: AwardCriterion, assessment: Assessment) -> ColumnElement[bool]:
    """Say, in SQL, whether the whole team submitted a score for every opened offer on the criterion's lot."""
    submitted = (
        select(func.count())
        .select_from(Score)
        .where(
            Score.criterion_id == criterion.id,
            Score.assessment_id == assessment.id,
            Score.submitted_at.is_not(None),
        )
        .scalar_subquery()
    )
    offers = (
        select(func.count())
        .select_from(OfferLot)
        .join(Offer, Offer.id == OfferLot.offer_id)
        .where(OfferLot.lot_id == criterion.lot_id, Offer.state == OfferState.OPENED)
        .scalar_subquery()
    )
    return and_(submitted >= active_count(criterion.lot, assessment) * offers, submitted > 0)


def _newest(lot_id: SQLColumnExpression[uuid.UUID] | uuid.UUID) -> ScalarSelect[uuid.UUID]:
    """Select the newest judging of a lot."""
    later = aliased(Assessment)
    return (
        select(later.id).where(later.lot_id == lot_id).order_by(later.version.desc()).limit(1).scalar_subquery()
    )


def submitted_counts(procedure: Procedure) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """Return how many scores each member submitted per criterion in the newest judging, as
    {(member, criterion): count}; a request that only reads asks it once."""
    found = once(("counts", procedure.id), lambda: list(_submitted(procedure)))
    return {(member_id, criterion_id): count for member_id, criterion_id, count in found}


def _submitted(procedure: Procedure) -> Iterable[tuple[uuid.UUID, uuid.UUID, int]]:
    rows = db.session.execute(
        select(Score.procedure_member_id, Score.criterion_id, func.count())
        .join(AwardCriterion, AwardCriterion.id == Score.criterion_id)
        .join(Lot, Lot.id == AwardCriterion.lot_id)
        .join(Assessment, Assessment.id == Score.assessment_id)
        .where(
            Lot.procedure_id == procedure.id, Score.submitted_at.is_not(None), Assessment.id == _newest(Lot.id)
        )
        .group_by(Score.procedure_member_id, Score.criterion_id)
    )
    return ((member_id, criterion_id, count) for member_id, criterion_id, count in rows)


def consensus_of(lot: Lot) -> dict[tuple[uuid.UUID, uuid.UUID], Consensus]:
    """Return the agreed scores of the newest judging of a lot, by (offer_lot, criterion)."""
    assessment = assessment_of(lot)
    return consensus_in(assessment.id) if assessment is not None else {}


def consensus_in(assessment_id: uuid.UUID) -> dict[tuple[uuid.UUID, uuid.UUID], Consensus]:
    """Return the agreed scores of one judging, by (offer_lot, criterion)."""
    rows = db.session.scalars(select(Consensus).where(Consensus.assessment_id == assessment_id))
    return {(row.offer_lot_id, row.criterion_id): row for row in rows}


def criteria_to_score(lot: Lot) -> list[AwardCriterion]:
    """Return the criteria that the present judging scores: all, or the one of a herbeoordeling."""
    assessment = assessment_of(lot)
    only = assessment.criterion_id if assessment is not None else None
    return [one for one in lot.criteria if only is None or one.id == only]


# Requirements -----------------------------------------------------------------------------------------


def decidable_requirements(lot: Lot) -> list[Requirement]:
    """Return the requirements a person decides on: suitability and knock-out; the lot's and the tender's."""
    kinds = (RequirementKind.SUITABILITY, RequirementKind.KNOCK_OUT)
    return [one for one in tender.requirements_of(lot) if one.kind in kinds]


def stances_on(lot: Lot) -> dict[tuple[uuid.UUID, uuid.UUID], OfferAnswer]:
    """Return what each offer says about each requirement, by (offer_lot, requirement)."""
    rows = db.session.scalars(
        select(OfferAnswer)
        .join(OfferLot, OfferLot.id == OfferAnswer.offer_lot_id)
        .where(OfferLot.lot_id == lot.id, OfferAnswer.requirement_id.is_not(None))
    )
    return {(row.offer_lot_id, row.requirement_id): row for row in rows if row.requirement_id is not None}


def requirement_pairs(lot: Lot) -> list[tuple[Bidder, Requirement]]:
    """Return what has to be decided on a lot: every offer with every decidable requirement, and with each
    other requirement it does not simply say yes to."""
    stances = stances_on(lot)
    requirements = tender.requirements_of(lot)
    kinds = (RequirementKind.SUITABILITY, RequirementKind.KNOCK_OUT)
    decidable = {one.id for one in requirements if one.kind in kinds}
    pairs = []
    for bidder in bidders_of(lot):
        for requirement in requirements:
            answer = stances.get((bidder.offer_lot.id, requirement.id))
            doubted = answer is not None and answer.stance is not Stance.YES
            if requirement.id in decidable or doubted:
                pairs.append((bidder, requirement))
    return pairs


def decisions_on(lot: Lot) -> dict[tuple[uuid.UUID, uuid.UUID], RequirementDecision]:
    """Return the decisions about requirements of a lot, by (offer_lot, requirement)."""
    rows = db.session.scalars(
        select(RequirementDecision)
        .join(OfferLot, OfferLot.id == RequirementDecision.offer_lot_id)
        .where(OfferLot.lot_id == lot.id)
    )
    return {(row.offer_lot_id, row.requirement_id): row for row in rows}


# State ------------------------------------------------------------------------------------------------


def facts_of(lot: Lot) -> AssessmentFacts:
    """Return how far the judging of a lot is."""
    bidders = bidders_of(lot)
    members = active_assessors(lot)
    criteria = {one.id for one in criteria_to_score(lot)}
    counts = submitted_counts(lot.procedure)
    pairs = requirement_pairs(lot)
    decided = decisions_on(lot)
    declared = db.session.scalar(
        select(func.count())
        .select_from(Declaration)
        .where(Declaration.procedure_member_id.in_([one.id for one in members]))
    )
    return AssessmentFacts(
        offers=len(bidders),
        scores_wanted=len(bidders) * len(members) * len(criteria),
        scores_submitted=sum(
            count
            for (who, what), count in counts.items()
            if what in criteria and who in {one.id for one in members}
        ),
        consensus_wanted=len(bidders) * len(lot.criteria),
        consensus_recorded=len(consensus_of(lot)),
        requirements_wanted=len(pairs),
        requirements_decided=sum(
            1 for bidder, requirement in pairs if (bidder.offer_lot.id, requirement.id) in decided
        ),
        assessors=len(members),
        declared=declared or 0,
    )
