"""From the tender up to the contract: what hangs on an award, a lot, a criterion or a requirement."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import Clause, PerformanceAgreement, PerformanceAgreementVersion
from contracts.agreements.queries import award_for, visible_to
from portal.access import Viewer
from portal.db import db
from portal.errors import NotFound
from tenders.awards.models import Award
from tenders.offers.models import OfferAnswer


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


def agreements_of_criterion(viewer: Viewer, criterion_id: uuid.UUID) -> list[tuple[str, str, str]]:
    """Return the prestatieafspraken that promises on a criterion became: contract number, code, name."""
    visible = [contract.id for contract in db.session.scalars(visible_to(viewer))]
    rows = db.session.execute(
        select(Contract.number, PerformanceAgreement.code, PerformanceAgreement.name)
        .join(PerformanceAgreement, PerformanceAgreement.contract_id == Contract.id)
        .join(
            PerformanceAgreementVersion,
            PerformanceAgreementVersion.performance_agreement_id == PerformanceAgreement.id,
        )
        .join(OfferAnswer, OfferAnswer.id == PerformanceAgreementVersion.offer_answer_id)
        .where(OfferAnswer.criterion_id == criterion_id, Contract.id.in_(visible))
        .distinct()
        .order_by(Contract.number, PerformanceAgreement.code)
    )
    return [(number, code, name) for number, code, name in rows]


def clauses_of_requirement(
    viewer: Viewer, requirement_id: uuid.UUID
) -> list[tuple[str, uuid.UUID, str, str]]:
    """Return the articles a requirement became: contract number, clause id, clause number, title."""
    visible = [contract.id for contract in db.session.scalars(visible_to(viewer))]
    rows = db.session.execute(
        select(Contract.number, Clause.id, Clause.number, Clause.title)
        .join(Clause, Clause.contract_id == Contract.id)
        .where(Clause.requirement_id == requirement_id, Contract.id.in_(visible))
        .order_by(Contract.number, Clause.number)
    )
    return [(number, clause_id, clause_number, title) for number, clause_id, clause_number, title in rows]
