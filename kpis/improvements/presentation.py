"""Figures beside a verbeteractie, and the texts a notice of default begins with."""

from __future__ import annotations

from fractions import Fraction

from kpis.improvements.models import ImprovementAction
from kpis.scorecards import presentation as cards
from kpis.scorecards.compute import norm_of
from kpis.scorecards.models import ScorecardLine
from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.rules import shown


def line_of(line: ScorecardLine) -> ShownLine:
    """Work a figure out as on its scorecard, without what was said about it."""
    return cards.line_of(line, (), None, is_disputed=False)


def line_or_none(line: ScorecardLine | None) -> ShownLine | None:
    """Work a figure out when it is there."""
    return None if line is None else line_of(line)


def target_of(action: ImprovementAction) -> str:
    """Write the wished result in its unit."""
    if action.target is None:
        return "geen getal afgesproken"
    return shown(Fraction(action.target), norm_of(action.line.agreement_version).unit)


def shortcoming_of(line: ShownLine, period: str) -> str:
    """Begin the text of a notice with the figure it rests on."""
    result = line.decided or f"{line.result} ({line.counts})"
    return f"‘{line.name}’ was over het {period} {result}. Afgesproken is {line.norm}."


def basis_of(line: ScorecardLine) -> str:
    """Name the article and the agreement a notice rests on."""
    version = line.agreement_version
    code = line.performance_agreement.code
    if version.clause is None:
        return f"prestatieafspraak {code}"
    return f"artikel {version.clause.number} van het contract, prestatieafspraak {code}"
