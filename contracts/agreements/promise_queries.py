"""Read clauses and prestatieafspraken, and where they come from."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import (
    AdjustmentClaim,
    Clause,
    PerformanceAgreement,
    PerformanceAgreementVersion,
)
from portal.db import db
from portal.errors import NotFound
from tenders.offers.models import OfferAnswer
from tenders.procedures.models import AwardCriterion, Lot, Nota, NotaAnswer, Procedure, Requirement

Version = PerformanceAgreementVersion


@dataclass(frozen=True)
class Origin:
    """Where a clause or prestatieafspraak comes from, in words; `procedure` gives the way back."""

    text: str
    procedure_number: str = ""
    criterion_id: uuid.UUID | None = None
    requirement_id: uuid.UUID | None = None
    quote: str = ""


def agreements_in_force(contract: Contract, on: date) -> Sequence[PerformanceAgreementVersion]:
    """Return the versions of the prestatieafspraken that hold on a day, by code."""
    return db.session.scalars(
        select(Version)
        .options(
            joinedload(Version.performance_agreement), joinedload(Version.measure), joinedload(Version.clause)
        )
        .join(PerformanceAgreement, PerformanceAgreement.id == Version.performance_agreement_id)
        .where(PerformanceAgreement.contract_id == contract.id)
        .where(Version.valid_from <= on)
        .where(or_(Version.valid_until.is_(None), Version.valid_until >= on))
        .order_by(PerformanceAgreement.code)
    ).all()


def newest_versions(contract: Contract) -> Sequence[PerformanceAgreementVersion]:
    """Return of every prestatieafspraak the version that was agreed last, by code."""
    return db.session.scalars(
        select(Version)
        .options(
            joinedload(Version.performance_agreement), joinedload(Version.measure), joinedload(Version.clause)
        )
        .join(PerformanceAgreement, PerformanceAgreement.id == Version.performance_agreement_id)
        .where(PerformanceAgreement.contract_id == contract.id)
        .where(
            Version.number
            == select(Version.number)
            .where(Version.performance_agreement_id == PerformanceAgreement.id)
            .order_by(Version.number.desc())
            .limit(1)
            .correlate(PerformanceAgreement)
            .scalar_subquery()
        )
        .order_by(PerformanceAgreement.code)
    ).all()


def agreement_for(contract: Contract, code: str) -> PerformanceAgreement:
    """Return a prestatieafspraak of a contract by its code, such as "PA-03".

    Raises:
        NotFound: the contract has no such agreement.
    """
    found = db.session.scalars(
        select(PerformanceAgreement).where(
            PerformanceAgreement.contract_id == contract.id, PerformanceAgreement.code == code
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def versions_of(agreement: PerformanceAgreement) -> Sequence[PerformanceAgreementVersion]:
    """Return the versions of an agreement, newest first."""
    return db.session.scalars(
        select(Version)
        .options(joinedload(Version.measure), joinedload(Version.clause))
        .where(Version.performance_agreement_id == agreement.id)
        .order_by(Version.number.desc())
    ).all()


def clauses_of(contract: Contract) -> Sequence[Clause]:
    """Return the articles of a contract in the order they were made: requirements, then promises."""
    found = db.session.scalars(select(Clause).where(Clause.contract_id == contract.id)).all()
    return sorted(found, key=lambda clause: [int(part) for part in clause.number.split(".")])


def clause_for(contract: Contract, clause_id: uuid.UUID) -> Clause:
    """Return a clause of a contract.

    Raises:
        NotFound: the contract has no such clause.
    """
    found = db.session.scalars(
        select(Clause).where(Clause.contract_id == contract.id, Clause.id == clause_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def agreements_under(clause: Clause) -> Sequence[PerformanceAgreementVersion]:
    """Return the versions of prestatieafspraken that rest on a clause."""
    return db.session.scalars(
        select(Version)
        .options(joinedload(Version.performance_agreement))
        .where(Version.clause_id == clause.id)
        .order_by(Version.valid_from)
    ).all()


def claims_of(agreement: PerformanceAgreement) -> Sequence[AdjustmentClaim]:
    """Return the bonuses and maluses that followed from an agreement."""
    return db.session.scalars(
        select(AdjustmentClaim)
        .join(Version, Version.id == AdjustmentClaim.performance_agreement_version_id)
        .where(Version.performance_agreement_id == agreement.id)
        .order_by(AdjustmentClaim.made_at)
    ).all()


def origins_of(items: Sequence[PerformanceAgreementVersion | Clause]) -> dict[uuid.UUID, Origin]:
    """Return for each clause or version where it comes from, in at most three statements."""
    answers = _answer_origins([one.offer_answer_id for one in items if one.offer_answer_id])
    requirements = _requirement_origins([one.requirement_id for one in items if one.requirement_id])
    notas = _nota_origins(
        [one.nota_answer_id for one in items if isinstance(one, Version) and one.nota_answer_id]
    )
    found: dict[uuid.UUID, Origin] = {}
    for one in items:
        nota_id = one.nota_answer_id if isinstance(one, Version) else None
        found[one.id] = (
            answers.get(one.offer_answer_id or one.id)
            or requirements.get(one.requirement_id or one.id)
            or notas.get(nota_id or one.id)
            or Origin(one.written_source or "schriftelijk afgesproken")
        )
    return found


def _answer_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(OfferAnswer, AwardCriterion, Procedure)
        .join(AwardCriterion, AwardCriterion.id == OfferAnswer.criterion_id)
        .join(Lot, Lot.id == AwardCriterion.lot_id)
        .join(Procedure, Procedure.id == Lot.procedure_id)
        .where(OfferAnswer.id.in_(ids))
    )
    return {
        answer.id: Origin(
            f"Inschrijving, K{criterion.position} {criterion.title}",
            procedure.number,
            criterion_id=criterion.id,
            quote=answer.text,
        )
        for answer, criterion, procedure in rows
    }


def _requirement_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Requirement, Procedure)
        .join(Procedure, Procedure.id == Requirement.procedure_id)
        .where(Requirement.id.in_(ids))
    )
    return {
        requirement.id: Origin(
            f"{requirement.kind.label} {requirement.number}",
            procedure.number,
            requirement_id=requirement.id,
            quote=requirement.text,
        )
        for requirement, procedure in rows
    }


def _nota_origins(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Origin]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(NotaAnswer, Nota, Procedure)
        .join(Nota, Nota.id == NotaAnswer.nota_id)
        .join(Procedure, and_(Procedure.id == Nota.procedure_id))
        .where(NotaAnswer.id.in_(ids))
    )
    return {
        answer.id: Origin(
            f"Nota van inlichtingen {nota.number}, vraag {answer.position}",
            procedure.number,
            quote=answer.answer_text,
        )
        for answer, nota, procedure in rows
    }
