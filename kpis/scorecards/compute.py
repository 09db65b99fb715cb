"""Compute the lines of a scorecard from accepted rows: reads, changes nothing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import holidays

from contracts.agreements.models import Contract
from contracts.agreements.promise_models import PerformanceAgreementVersion
from contracts.agreements.promise_queries import agreements_in_force
from contracts.results.expected import is_lesson_free
from contracts.results.fact_queries import deliveries_between, reported_between, rows_between
from contracts.results.facts import RowFact
from contracts.results.states import Acceptance
from contracts.trajectories.states import Certainty
from kpis.definitions.facts import Count, Material, Outcome, Window
from kpis.definitions.queries import invoice_facts, trajectory_facts
from kpis.definitions.rules import MeasureFunction, newest
from kpis.scorecards.rules import Figure, Judgement, Norm, judge
from kpis.scorecards.states import Quality
from portal.periods import Month, Quarter, rolling


@dataclass(frozen=True)
class ComputedLine:
    """One prestatieafspraak worked out."""

    agreement: PerformanceAgreementVersion
    function: MeasureFunction
    outcome: Outcome
    figure: Figure
    judgement: Judgement
    quality: Quality
    months: list[dict[str, Any]]
    municipalities: list[dict[str, Any]]
    trend: list[dict[str, Any]]


def norm_of(version: PerformanceAgreementVersion) -> Norm:
    """Return what was agreed as the rules know it."""
    return Norm(
        version.norm,
        version.near_margin,
        version.under_margin,
        version.direction,
        version.measure.unit,
        version.minimum_number,
    )


def window_of(contract: Contract, quarter: Quarter) -> Window:
    """Return the rolling twelve months a quarter is judged on, from the start of the contract at the earliest."""
    months = rolling(quarter.months[2])
    return Window(max(months[0], Month.of(contract.starts_on)), months[-1])


def material_of(contract: Contract, last: Month) -> Material:
    """Read all that measures look at, in eleven statements whatever the number of rows."""
    first = Month.of(contract.starts_on)
    by_month: dict[Month, list[RowFact]] = defaultdict(list)
    for row in rows_between(contract, first, last):
        by_month[row.month].append(row)
    years = range(first.year, last.year + 2)
    return Material(
        rows=by_month,
        reported=reported_between(contract, first, last),
        deliveries=deliveries_between(contract, first, last),
        expected_months=tuple(first.until(last)),
        free_days=frozenset(holidays.country_holidays("NL", years=years)),
        lesson_free=frozenset(month for month in first.until(last) if is_lesson_free(contract, month)),
        trajectories=trajectory_facts([contract.id]),
        invoices=invoice_facts(contract),
    )


def compute_lines(contract: Contract, quarter: Quarter) -> list[ComputedLine]:
    """Work out every prestatieafspraak in force at the end of the quarter."""
    material = material_of(contract, quarter.months[2])
    window = window_of(contract, quarter)
    return [
        _line(version, newest(version.measure.code), material, window)
        for version in agreements_in_force(contract, quarter.last)
    ]


def compute_line(contract: Contract, quarter: Quarter, version: PerformanceAgreementVersion) -> Outcome:
    """Work out one figure with its rows, for a page that shows them."""
    function = newest(version.measure.code)
    material = _own_material(material_of(contract, quarter.months[2]), version.performance_agreement_id)
    return function.outcome(material, window_of(contract, quarter), version.parameter)


def _own_material(material: Material, agreement_id: uuid.UUID) -> Material:
    own = [figure for figure in material.reported if figure.performance_agreement_id == agreement_id]
    return replace(material, reported=own)


def _line(
    version: PerformanceAgreementVersion, function: MeasureFunction, everything: Material, window: Window
) -> ComputedLine:
    material = _own_material(everything, version.performance_agreement_id)
    outcome = function.outcome(material, window, version.parameter)
    delivered = [month for month in window.months if _was_delivered(material, month)]
    figure = Figure(
        outcome.numerator, outcome.denominator, outcome.counted, len(window.months), len(delivered)
    )
    age = len(list(material.expected_months))
    judgement = judge(
        figure,
        norm_of(version),
        contract_months=age,
        needs_months=function.needs_months,
        is_computed=function.version > 0,
        one=function.one,
    )
    return ComputedLine(
        agreement=version,
        function=function,
        outcome=outcome,
        figure=figure,
        judgement=judgement,
        quality=_quality(material, window, outcome),
        months=_months(function, material, window, version.parameter),
        municipalities=_municipalities(outcome.counts),
        trend=_trend(function, material, window, version.parameter),
    )


def _was_delivered(material: Material, month: Month) -> bool:
    delivery = material.deliveries.get(month)
    return bool(material.rows.get(month)) or (delivery is not None and delivery.is_accepted)


def _quality(material: Material, window: Window, outcome: Outcome) -> Quality:
    ids = {count.row_id for count in outcome.counts if count.row_id is not None}
    for row in material.rows_in(window):
        if row.row_id not in ids:
            continue
        if row.acceptance is Acceptance.TACIT:
            return Quality.PROVISIONAL
        if any(event.certainty is Certainty.PROVISIONAL for event in row.events):
            return Quality.PROVISIONAL
    return Quality.CHECKED


def _months(
    function: MeasureFunction, material: Material, window: Window, parameter: int | None
) -> list[dict[str, Any]]:
    found = []
    for month in window.months:
        delivery = material.deliveries.get(month)
        outcome = function.outcome(material, Window(month, month), parameter)
        why = ""
        if function.needs_months and not _was_delivered(material, month):
            why = (
                "niet aangeleverd"
                if delivery is None or delivery.submitted_on is None
                else "nog niet beoordeeld"
            )
        elif not outcome.denominator:
            why = "geen lessen" if delivery is not None and not delivery.has_lessons else "niets te tellen"
        found.append({"month": month.code, **_plain(outcome, why)})
    return found


def _trend(
    function: MeasureFunction, material: Material, window: Window, parameter: int | None
) -> list[dict[str, Any]]:
    """Return the figure at the end of each month over the twelve months before it."""
    counts = []
    first = material.expected_months[0] if material.expected_months else window.first
    if function.is_additive:
        counts = function.count(material, Window(first, window.last), parameter)
    found = []
    for month in window.months:
        months = rolling(month)
        own = Window(max(months[0], first), month)
        if function.needs_months and not _was_delivered(material, month):
            found.append({"month": month.code, "numerator": None, "denominator": None})
            continue
        if function.is_additive:
            taken = [count for count in counts if count.exclusion is None and count.month in own]
            numerator, denominator, _ = function.summarise(taken, own)
        else:
            outcome = function.outcome(material, own, parameter)
            numerator, denominator = outcome.numerator, outcome.denominator
        known = bool(denominator)
        found.append(
            {
                "month": month.code,
                "numerator": str(numerator) if known else None,
                "denominator": str(denominator) if known else None,
            }
        )
    return found


def _municipalities(counts: Sequence[Count]) -> list[dict[str, Any]]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for count in counts:
        if count.exclusion is None and count.municipality:
            sums[count.municipality][0] += count.numerator
            sums[count.municipality][1] += count.denominator
            sums[count.municipality][2] += 1
    return [
        {"municipality": name, "numerator": str(n), "denominator": str(d), "counted": int(c)}
        for name, (n, d, c) in sorted(sums.items())
    ]


def _plain(outcome: Outcome, why: str) -> dict[str, Any]:
    return {
        "numerator": str(outcome.numerator),
        "denominator": str(outcome.denominator),
        "counted": outcome.counted,
        "why": why,
    }


def is_free_day(day: date) -> bool:
    """Say whether a day is a Dutch public holiday."""
    return day in holidays.country_holidays("NL", years=day.year)
