"""Record what was agreed about bonus and malus on a prestatieafspraak."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from contracts.agreements.adjustment_models import AdjustmentRule
from contracts.agreements.promise_models import (
    AdjustmentClaim,
    PerformanceAgreement,
    PerformanceAgreementVersion,
)
from contracts.agreements.queries import require_manager
from contracts.agreements.states import ClaimKind
from portal import audit, clock
from portal.access import Viewer
from portal.db import db, lock
from portal.errors import Objection, refuse_if

SHARE = Decimal("0.000001")


@dataclass(frozen=True)
class RuleTerms:
    """What is agreed: a fraction of the quarter's net amount per point, at most so much, from when, where."""

    kind: ClaimKind
    per_point: Decimal
    most: Decimal
    valid_from: date
    source: str


def objections_to_rule(terms: RuleTerms) -> list[Objection]:
    """A rule asks something, has a maximum that is not lower, and a place where it was agreed."""
    found = []
    if terms.per_point < SHARE:
        found.append(Objection("Vul een percentage groter dan 0 in.", "per_point"))
    if not terms.per_point <= terms.most <= 1:
        found.append(Objection("Vul een maximum in van ten minste het percentage per punt en ten hoogste 100.", "most"))
    if not terms.source.strip():
        found.append(Objection("Vul in welk artikel of welk besluit dit regelt.", "source"))
    return found


def record_rule(agreement: PerformanceAgreement, terms: RuleTerms, *, by: Viewer) -> AdjustmentRule:
    """Record a bonus or malus on a prestatieafspraak; a change is a new row from its own date.

    Raises:
        NotYours: the viewer does not manage the contract.
        Refused: a share or the source is missing.
    """
    require_manager(agreement.contract, by)
    lock(agreement)
    refuse_if(objections_to_rule(terms))
    rule = AdjustmentRule(
        performance_agreement_id=agreement.id,
        kind=terms.kind,
        per_point=terms.per_point,
        most=terms.most,
        valid_from=terms.valid_from,
        source=terms.source.strip(),
        recorded_at=clock.now(),
        recorded_by_id=by.user_id,
    )
    db.session.add(rule)
    audit.record(
        "contract:adjustment:record",
        agreement.contract,
        by=by,
        code=agreement.code,
        kind=terms.kind.value,
        on=f"{terms.valid_from:%d-%m-%Y}",
    )
    return rule


def rules_on(agreement_id: uuid.UUID, day: date) -> list[AdjustmentRule]:
    """Return the newest rule of each kind that holds on a day."""
    found = db.session.scalars(
        select(AdjustmentRule)
        .where(AdjustmentRule.performance_agreement_id == agreement_id, AdjustmentRule.valid_from <= day)
        .order_by(AdjustmentRule.valid_from)
    )
    return list({rule.kind: rule for rule in found}.values())


def claims_over(agreement_id: uuid.UUID, period_code: str) -> Sequence[AdjustmentClaim]:
    """Return the claims made on a prestatieafspraak over a period, oldest first."""
    return db.session.scalars(
        select(AdjustmentClaim)
        .join(
            PerformanceAgreementVersion,
            PerformanceAgreementVersion.id == AdjustmentClaim.performance_agreement_version_id,
        )
        .where(
            PerformanceAgreementVersion.performance_agreement_id == agreement_id,
            AdjustmentClaim.period_code == period_code,
        )
        .order_by(AdjustmentClaim.made_at)
    ).all()
