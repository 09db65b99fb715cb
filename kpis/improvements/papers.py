"""The agenda, the minutes and the notice of default on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.queries import Case
from portal import clock
from portal.dutch import long_date
from portal.pdf import pdf


def talk_paper(
    case: Case, number: int, on: date, points: Sequence[dict[str, str]], *, minutes: bool
) -> bytes:
    """Make the agenda or the minutes of a contract talk as PDF."""
    kind = "Verslag" if minutes else "Agenda"
    return pdf(
        "contract_talk",
        {
            "title": f"{kind} contractgesprek {case.contract.number}, {case.quarter.label}",
            "from": case.contract.lead_municipality.name,
            "reference": f"{case.contract.number}, gesprek {number}",
            "facts": [
                ["Contract", f"{case.contract.number}, {case.contract.title}"],
                ["Aanbieder", case.party.organisation.name if case.party else "–"],
                ["Scorecard", f"{case.quarter.label}, versie {case.version.number}, {case.card.state.label.lower()}"],
                ["Datum van het gesprek", long_date(on)],
            ],
            "points": [
                [point["title"], point["text"], point["said"] if minutes else ""] for point in points
            ],
            "is_minutes": minutes,
        },
    )


def notice_paper(
    case: Case,
    line: ShownLine,
    shortcoming: str,
    demand: str,
    basis: str,
    until: date,
    number: int,
    law: str,
) -> bytes:
    """Make the letter of a notice of default as PDF; ``law`` is the dated source of the rule, or empty."""
    provider = case.party.organisation.name if case.party else "–"
    return pdf(
        "default_notice",
        {
            "title": f"Ingebrekestelling: {line.name}",
            "from": case.contract.lead_municipality.name,
            "reference": f"{case.contract.number}, ingebrekestelling {number}",
            "to": provider,
            "date": long_date(clock.today()),
            "contract": f"{case.contract.number}, {case.contract.title}",
            "figure": f"{line.decided or line.result} ({line.counts}), norm {line.norm}, {case.quarter.label}",
            "fixed": long_date(clock.local(case.card.fixed_at).date()) if case.card.fixed_at else "",
            "shortcoming": shortcoming,
            "demand": demand,
            "basis": basis,
            "until": long_date(until),
            "law": law,
        },
    )
