"""The scorecard on two sheets of A4: the table, and what asks attention with what was said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpis.scorecards.presentation import ShownCard, ShownLine, explanations
from kpis.scorecards.queries import Case
from portal.audit import HistoryLine
from portal.dutch import long_date, moment
from portal.features import Link
from portal.pdf import pdf

MOST_HISTORY = 8


def card_paper(
    case: Case, card: ShownCard, history: Sequence[HistoryLine], links: Mapping[str, Sequence[Link]]
) -> bytes:
    """Return a version of a scorecard as accessible PDF; ``links`` are what hangs on a figure, by code."""
    provider = case.party.organisation.name if case.party else case.contract.title
    fixed = f"Vastgesteld op {moment(case.card.fixed_at)}." if case.card.fixed_at else "Concept."
    months = f"Op basis van {card.months_delivered} van {card.months_expected} maanden, alle gemeenten samen."
    return pdf(
        "scorecard",
        {
            "title": f"Scorecard {provider}, {case.quarter.label}",
            "overline": f"Contract {case.contract.number}, {case.contract.title}",
            "reference": f"{case.contract.number}, {case.quarter.label}, versie {case.version.number}",
            "state": f"{fixed} Versie {case.version.number}.",
            "tally": [[tone, words] for tone, _, words in card.tally],
            "note": months,
            "lines": [_line(one) for one in card.lines],
            "attention": [_attention(case, one, provider, links.get(one.code, ())) for one in card.attention],
            "history": [[moment(line.at), f"{line.who} {line.sentence}."] for line in history[:MOST_HISTORY]],
        },
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _line(one: ShownLine) -> dict[str, Any]:
    is_drawn = one.is_drawn
    return {
        "name": one.name,
        "source": one.source,
        "norm": one.norm,
        "result": one.result,
        "counts": one.counts,
        "decided": one.decided,
        "distance": one.distance,
        "trend": one.trend_note if one.line.numerator is not None else "Niet getoond",
        "tone": "near" if one.is_disputed else one.state.tone,
        "status": "Cijfer betwist" if one.is_disputed else one.state.label,
        "status_note": f"was: {one.computed.label}" if one.is_disputed else one.status_note,
        "quality": one.quality.label,
        "said": explanations(one.responses),
        "value": _number(one.value) if is_drawn else None,
        "target": _number(one.target) if is_drawn else None,
        "points": [_number(point) for point in one.points] if is_drawn else [],
    }


def _attention(case: Case, one: ShownLine, provider: str, links: Sequence[Link]) -> dict[str, Any]:
    decided = []
    if one.decision is not None and one.decision.reason:
        decided = [[one.decision.reason, f"{case.contract.lead_municipality.name}, {long_date(one.decision.at)}"]]
    return {
        "name": one.name,
        "tone": one.state.tone,
        "status": one.state.label,
        "sentence": f"{one.result} ({one.counts}), norm {one.norm}.",
        "said": [[said.text, f"{provider}, {long_date(said.at)}"] for said in one.responses],
        "decided": decided,
        "actions": [f"{link.text}: {link.second}." for link in links],
    }
