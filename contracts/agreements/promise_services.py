"""Record clauses and prestatieafspraken; a change is a new version with its date, the old one is kept."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements import promise_queries, queries
from contracts.agreements.making_services import bsn_in
from contracts.agreements.models import Contract
from contracts.agreements.promise_models import (
    AdjustmentClaim,
    Clause,
    PerformanceAgreement,
    PerformanceAgreementVersion,
)
from contracts.agreements.rules import (
    MOST_KEY_AGREEMENTS,
    Term,
    default_margins,
    objections_to_norm,
    objections_to_version,
)
from contracts.agreements.states import ClaimKind, SourceKind
from portal import audit, clock
from portal.access import Viewer
from portal.catalogue.models import Measure
from portal.catalogue.states import Direction
from portal.db import db, lock
from portal.errors import Objection, refuse_if


@dataclass(frozen=True)
class Source:
    """Where an agreement comes from; exactly one of the ids, or a text."""

    kind: SourceKind
    offer_answer_id: uuid.UUID | None = None
    requirement_id: uuid.UUID | None = None
    nota_answer_id: uuid.UUID | None = None
    written: str = ""


@dataclass(frozen=True)
class Agreed:
    """What was agreed; norm and margins in the unit of the measure (90% is 0.9)."""

    norm: Decimal | None
    valid_from: date
    near_margin: Decimal | None = None
    under_margin: Decimal | None = None
    parameter: int | None = None
    minimum_number: int = 10
    is_key: bool = True


def add_clause(
    contract: Contract,
    *,
    number: str,
    title: str,
    text: str,
    source: Source,
) -> Clause:
    """Add an article to a contract, with the requirement or the promise it was made from."""
    clause = Clause(
        contract_id=contract.id,
        number=number,
        title=title,
        text=text,
        requirement_id=source.requirement_id,
        offer_answer_id=source.offer_answer_id,
        written_source=source.written,
    )
    db.session.add(clause)
    db.session.flush()
    return clause


def add_agreement(
    contract: Contract,
    measure: Measure,
    agreed: Agreed,
    *,
    source: Source,
    by: Viewer,
    clause: Clause | None = None,
    name: str = "",
) -> PerformanceAgreement:
    """Add a prestatieafspraak with its first version.

    Raises:
        Refused: the norm does not fit the measure, or there would be more than seven kernafspraken.
    """
    refuse_if(
        [*objections_to_norm(measure.unit, measure.direction, agreed.norm), *_too_many_keys(contract, agreed)]
    )
    count = db.session.scalar(
        select(func.count())
        .select_from(PerformanceAgreement)
        .where(PerformanceAgreement.contract_id == contract.id)
    )
    agreement = PerformanceAgreement(
        contract_id=contract.id, code=f"PA-{(count or 0) + 1:02d}", name=name or measure.name
    )
    db.session.add(agreement)
    db.session.flush()
    _add_version(agreement, 1, measure, agreed, source, clause, by)
    audit.record("contract:agreement:add", contract, by=by, code=agreement.code, name=agreement.name)
    return agreement


def record_agreement(
    contract: Contract, measure: Measure, agreed: Agreed, *, written: str, by: Viewer
) -> PerformanceAgreement:
    """Add a prestatieafspraak that was agreed in writing while the contract runs.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: norm, date or source do not do.
    """
    queries.require_manager(contract, by)
    lock(contract)
    near, under = _margins(agreed)
    refuse_if(
        [
            *objections_to_version(
                valid_from=agreed.valid_from,
                previous_from=date.min,
                term=queries.term_of(contract),
                near=near,
                under=under,
                source=written,
            ),
            *bsn_in(written, "written_source"),
        ]
    )
    source = Source(SourceKind.WRITTEN, written=written.strip())
    return add_agreement(contract, measure, agreed, source=source, by=by)


def change_agreement(
    agreement: PerformanceAgreement, agreed: Agreed, *, written: str, by: Viewer
) -> PerformanceAgreementVersion:
    """Change what was agreed from a date on: a new version, the one before ends the day before.

    Raises:
        NotYours: the viewer's municipality does not lead the contract.
        Refused: the date does not follow the last version, or norm, margins or source do not do.
    """
    contract = agreement.contract
    queries.require_manager(contract, by)
    lock(agreement)
    last = promise_queries.versions_of(agreement)[0]
    near, under = _margins(agreed)
    term: Term = queries.term_of(contract)
    keys = [] if last.is_key else _too_many_keys(contract, agreed)
    refuse_if(
        [
            *objections_to_norm(last.measure.unit, last.direction, agreed.norm),
            *objections_to_version(
                valid_from=agreed.valid_from,
                previous_from=last.valid_from,
                term=term,
                near=near,
                under=under,
                source=written,
            ),
            *bsn_in(written, "written_source"),
            *keys,
        ]
    )
    last.valid_until = agreed.valid_from - timedelta(days=1)
    source = Source(SourceKind.WRITTEN, written=written.strip())
    version = _add_version(agreement, last.number + 1, last.measure, agreed, source, last.clause, by)
    agreement.name = str(agreement.name)
    audit.record(
        "contract:agreement:change",
        contract,
        by=by,
        code=agreement.code,
        name=agreement.name,
        on=f"{agreed.valid_from:%d-%m-%Y}",
    )
    return version


def make_claim(
    version: PerformanceAgreementVersion,
    *,
    kind: ClaimKind,
    amount: Decimal,
    period_code: str,
    reason: str,
    by: Viewer,
) -> AdjustmentClaim:
    """Record a bonus or malus that follows from a fixed scorecard; kpis calls this, invoicing settles it.

    In: an amount in euros without VAT, above 0; the code of the period, such as "2026-k3".
    """
    claim = AdjustmentClaim(
        performance_agreement_version_id=version.id,
        kind=kind,
        amount=amount,
        period_code=period_code,
        reason=reason,
        made_at=clock.now(),
        made_by_id=by.user_id,
    )
    db.session.add(claim)
    db.session.flush()
    audit.record(
        "contract:claim:make",
        version.performance_agreement.contract,
        by=by,
        code=version.performance_agreement.code,
        kind=kind.value,
        period=period_code,
    )
    return claim


def _margins(agreed: Agreed) -> tuple[Decimal, Decimal]:
    near, under = default_margins(agreed.norm or Decimal(0))
    return (
        near if agreed.near_margin is None else agreed.near_margin,
        under if agreed.under_margin is None else agreed.under_margin,
    )


def _too_many_keys(contract: Contract, agreed: Agreed) -> list[Objection]:
    if not agreed.is_key:
        return []
    keys = sum(version.is_key for version in promise_queries.newest_versions(contract))
    if keys < MOST_KEY_AGREEMENTS:
        return []
    return [
        Objection(
            f"Er zijn al {MOST_KEY_AGREEMENTS} kernafspraken. Maak hier een signaal van, zonder oordeel.",
            "is_key",
        )
    ]


def _add_version(
    agreement: PerformanceAgreement,
    number: int,
    measure: Measure,
    agreed: Agreed,
    source: Source,
    clause: Clause | None,
    by: Viewer,
) -> PerformanceAgreementVersion:
    near, under = _margins(agreed)
    signal = measure.direction is Direction.SIGNAL
    version = PerformanceAgreementVersion(
        performance_agreement_id=agreement.id,
        number=number,
        measure_id=measure.id,
        clause_id=clause.id if clause else None,
        norm=None if signal else agreed.norm,
        near_margin=near,
        under_margin=under,
        parameter=agreed.parameter if agreed.parameter is not None else measure.default_parameter,
        minimum_number=agreed.minimum_number,
        direction=measure.direction,
        is_key=agreed.is_key and not signal,
        waiting_weeks=measure.waiting_weeks,
        valid_from=agreed.valid_from,
        source_kind=source.kind,
        offer_answer_id=source.offer_answer_id,
        requirement_id=source.requirement_id,
        nota_answer_id=source.nota_answer_id,
        written_source=source.written,
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    version.performance_agreement, version.measure, version.clause = agreement, measure, clause
    db.session.add(version)
    db.session.flush()
    return version
