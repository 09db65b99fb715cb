"""From the tender up to the contract: what hangs on an award, a lot, a criterion or a requirement."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import Clause, PerformanceAgreement, PerformanceAgreementVersion
from contracts.agreements.queries import award_for, is_visible_to, visible_to
from portal.access import Viewer
from portal.accounts.models import Organisation
from portal.catalogue.models import Measure
from portal.catalogue.states import MeasureUnit
from portal.db import db
from portal.errors import NotFound
from tenders.awards.models import Award
from tenders.offers.models import Offer, OfferAnswer, OfferLot


def contracts_of_award(viewer: Viewer, award_id: uuid.UUID) -> Sequence[Contract]:
    """Return the contracts made from an award that the viewer may see."""
    return db.session.scalars(visible_to(viewer).where(Contract.award_id == award_id)).all()


def can_be_handed_over(viewer: Viewer, award_id: uuid.UUID) -> bool:
    """Say whether the viewer can make a contract from this award: final, and of its own municipality."""
    try:
        award_for(viewer, award_id)
    except NotFound:
        return False
    return True


def contracts_of_lot(viewer: Viewer, lot_id: uuid.UUID) -> Sequence[Contract]:
    """Return the contracts made from the awards of a lot that the viewer may see."""
    awards = select(Award.id).where(Award.lot_id == lot_id)
    return db.session.scalars(visible_to(viewer).where(Contract.award_id.in_(awards))).all()


@dataclass(frozen=True)
class Promised:
    """What the winner promised, in the unit of the measure; `value` is None when it promised no number."""

    organisation: str
    unit: MeasureUnit
    value: Decimal | None


def agreements_from(
    viewer: Viewer,
    criterion_id: uuid.UUID | None = None,
    requirement_id: uuid.UUID | None = None,
    nota_answer_id: uuid.UUID | None = None,
) -> list[tuple[str, PerformanceAgreement, Promised | None]]:
    """Return the prestatieafspraken made from a part of the tender: contract number, agreement, promise."""
    version = PerformanceAgreementVersion
    rows = db.session.execute(
        select(Contract.number, PerformanceAgreement, OfferAnswer.promised_value, Measure.unit, Organisation.name)
        .join(PerformanceAgreement, PerformanceAgreement.contract_id == Contract.id)
        .join(version, version.performance_agreement_id == PerformanceAgreement.id)
        .join(Measure, Measure.id == version.measure_id)
        .outerjoin(OfferAnswer, OfferAnswer.id == version.offer_answer_id)
        .outerjoin(OfferLot, OfferLot.id == OfferAnswer.offer_lot_id)
        .outerjoin(Offer, Offer.id == OfferLot.offer_id)
        .outerjoin(Organisation, Organisation.id == Offer.lead_organisation_id)
        .where(
            _made_from(
                (OfferAnswer.criterion_id, criterion_id),
                (version.requirement_id, requirement_id),
                (version.nota_answer_id, nota_answer_id),
            ),
            is_visible_to(viewer),
        )
        .order_by(Contract.number, PerformanceAgreement.code, version.number)
    )
    return [
        (number, agreement, Promised(bidder, unit, value) if bidder else None)
        for number, agreement, value, unit, bidder in {row[1].id: row for row in rows}.values()
    ]


def _made_from(*ways: tuple[Any, uuid.UUID | None]) -> ColumnElement[bool]:
    """Narrow to what was made from the part of the tender that is given."""
    return or_(false(), *(column == value for column, value in ways if value is not None))


def clauses_from(
    viewer: Viewer, criterion_id: uuid.UUID | None = None, requirement_id: uuid.UUID | None = None
) -> list[tuple[str, Clause]]:
    """Return the articles made from a criterion (by the promise on it) or from a requirement, with the contract."""
    rows = db.session.execute(
        select(Contract.number, Clause)
        .join(Clause, Clause.contract_id == Contract.id)
        .outerjoin(OfferAnswer, OfferAnswer.id == Clause.offer_answer_id)
        .where(
            _made_from((OfferAnswer.criterion_id, criterion_id), (Clause.requirement_id, requirement_id)),
            is_visible_to(viewer),
        )
        .order_by(Contract.number, Clause.number)
    )
    return [(number, clause) for number, clause in rows]
