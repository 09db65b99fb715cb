"""Read the rows a sample is drawn from, what was found, and the amount a bonus or malus is a share of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contracts.agreements.adjustment_models import AdjustmentRule
from contracts.agreements.adjustment_services import claims_over, rules_on
from contracts.agreements.states import ClaimKind
from contracts.invoicing.models import Invoice
from contracts.invoicing.states import InvoiceKind, InvoiceState
from contracts.results.fact_queries import ACCEPTED
from contracts.results.models import MonthlyRow
from kpis.scorecards.claim_rules import Worked, work_out
from kpis.scorecards.compute import norm_of
from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.queries import Case
from kpis.scorecards.rules import result_of
from kpis.scorecards.sample_models import SampleRow, ScorecardSample
from portal.db import db


def row_ids(case: Case) -> Sequence[uuid.UUID]:
    """Return the ids of the accepted rows of the quarter."""
    return db.session.scalars(
        select(MonthlyRow.id).where(
            MonthlyRow.contract_id == case.contract.id,
            MonthlyRow.month >= case.quarter.first,
            MonthlyRow.month <= case.quarter.last,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
    ).all()


def rows_of(sample: ScorecardSample) -> Sequence[SampleRow]:
    """Return the drawn rows in the order of the draw, with the trajectory of each."""
    return db.session.scalars(
        select(SampleRow)
        .options(joinedload(SampleRow.monthly_row).joinedload(MonthlyRow.trajectory))
        .where(SampleRow.sample_id == sample.id)
        .order_by(SampleRow.position)
    ).all()


def invoiced_net(case: Case) -> Decimal:
    """Return the approved net amount of the quarter in euros, credit notes taken off."""
    found = db.session.execute(
        select(Invoice.kind, func.sum(Invoice.net))
        .where(
            Invoice.contract_id == case.contract.id,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.month >= case.quarter.first,
            Invoice.month <= case.quarter.last,
        )
        .group_by(Invoice.kind)
    )
    return sum((-net if kind is InvoiceKind.CREDIT else net for kind, net in found), Decimal(0))


@dataclass(frozen=True)
class Due:
    """A rule beside what it comes to now."""

    rule: AdjustmentRule
    worked: Worked


def dues_of(case: Case, line: ShownLine) -> list[Due]:
    """Work out what each rule on a figure comes to, with what was claimed before taken off."""
    stored = line.line
    numerator, denominator = stored.numerator, stored.denominator
    if line.decision is not None and line.decision.numerator is not None:
        numerator, denominator = line.decision.numerator, line.decision.denominator
    rules = rules_on(stored.performance_agreement_id, case.quarter.last)
    if not rules or numerator is None or not denominator:
        return []
    norm, base = norm_of(stored.agreement_version), invoiced_net(case)
    claims = claims_over(stored.performance_agreement_id, case.quarter.code)
    found = []
    for rule in rules:
        before = _claimed(rule.kind, [(one.kind, one.amount) for one in claims], [one.kind for one in rules])
        result = result_of(numerator, denominator, norm.unit)
        worked = work_out(
            result,
            norm,
            kind=rule.kind,
            per_point=rule.per_point,
            most=rule.most,
            base=base,
            state=line.state,
            before=before,
        )
        found.append(Due(rule, worked))
    return found


def _claimed(
    kind: ClaimKind, claims: Sequence[tuple[ClaimKind, Decimal]], kinds: Sequence[ClaimKind]
) -> Decimal:
    """Add up what was claimed; with one rule the other kind is a correction and is taken off."""
    own = sum((amount for one, amount in claims if one is kind), Decimal(0))
    other = sum((amount for one, amount in claims if one is not kind), Decimal(0))
    return own - other if len(kinds) == 1 else own
