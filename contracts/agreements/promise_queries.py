"""Read clauses and prestatieafspraken, and where they come from."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
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

Version = PerformanceAgreementVersion


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


def agreements_in(versions: Sequence[PerformanceAgreementVersion]) -> list[PerformanceAgreement]:
    """Return the prestatieafspraken of these versions, each once."""
    return list({one.performance_agreement_id: one.performance_agreement for one in versions}.values())


def claims_of(agreement: PerformanceAgreement) -> Sequence[AdjustmentClaim]:
    """Return the bonuses and maluses that followed from an agreement."""
    return db.session.scalars(
        select(AdjustmentClaim)
        .join(Version, Version.id == AdjustmentClaim.performance_agreement_version_id)
        .where(Version.performance_agreement_id == agreement.id)
        .order_by(AdjustmentClaim.made_at)
    ).all()
