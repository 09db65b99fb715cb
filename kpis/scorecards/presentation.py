"""What the pages of a scorecard show, worked out before the template."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpis.scorecards.compute import norm_of
from kpis.scorecards.models import ScorecardDecision, ScorecardLine, ScorecardResponse
from kpis.scorecards.queries import Case, open_disputes
from kpis.scorecards.rules import Norm, bounds, distance, judge_month, result_of, shown, shown_norm, worst
from kpis.scorecards.states import LineState, Quality, ResponseKind
from portal.catalogue.states import Direction, MeasureUnit
from portal.dutch import quantity
from portal.periods import Month

ORDER = (LineState.FAR, LineState.UNDER, LineState.NEAR, LineState.NONE, LineState.ON)
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True)
class ShownLine:
    """One row of the scorecard as text and as numbers for the drawings."""

    line: ScorecardLine
    code: str
    name: str
    source: str
    norm: str
    result: str
    counts: str
    distance: str
    state: LineState
    status_note: str
    trend_note: str
    is_disputed: bool
    computed: LineState
    value: Decimal | None
    target: Decimal | None
    lower_is_better: bool
    points: Sequence[Decimal | None]
    responses: Sequence[ScorecardResponse]
    decision: ScorecardDecision | None
    is_key: bool
    decided: str = ""
    quality: Quality = Quality.PROVISIONAL

    @property
    def is_drawn(self) -> bool:
        """Whether bullet and trend say something: a percentage that is judged."""
        return self.value is not None and self.target is not None


@dataclass(frozen=True)
class ShownMonth:
    """A month of the table on the detail page."""

    month: Month
    numerator: str
    denominator: str
    result: str
    state: LineState | None
    why: str
    value: Decimal | None

    @property
    def label(self) -> str:
        """The short name under the chart."""
        name = SHORT_MONTHS[self.month.month - 1]
        return f"{name} {self.month.year}" if self.month.month == 1 else name


@dataclass(frozen=True)
class ShownCard:
    """The whole scorecard."""

    lines: Sequence[ShownLine]
    tally: Sequence[tuple[str, str, str]]
    worst_key: LineState
    attention: Sequence[ShownLine]
    months_delivered: int
    months_expected: int
    disputes: int


def card_of(
    case: Case,
    responses: Sequence[ScorecardResponse],
    decisions: Mapping[uuid.UUID, ScorecardDecision],
) -> ShownCard:
    """Work a scorecard out for its page."""
    disputed = open_disputes(responses, dict(decisions))
    by_agreement: dict[uuid.UUID, list[ScorecardResponse]] = {}
    for response in responses:
        by_agreement.setdefault(response.performance_agreement_id, []).append(response)
    lines = [
        line_of(
            line,
            by_agreement.get(line.performance_agreement_id, []),
            decisions.get(line.performance_agreement_id),
            is_disputed=line.performance_agreement_id in disputed,
            is_verified=case.is_verified,
        )
        for line in case.lines
    ]
    states = [line.state for line in lines]
    attention = [line for line in lines if line.state in (LineState.FAR, LineState.UNDER) or line.is_disputed]
    return ShownCard(
        lines=lines,
        tally=tally_of(states),
        worst_key=worst([line.state for line in lines if line.is_key] or states),
        attention=sorted(attention, key=lambda line: ORDER.index(line.state)),
        months_delivered=max((line.line.months_delivered for line in lines), default=0),
        months_expected=max((line.line.months_expected for line in lines), default=0),
        disputes=len(disputed),
    )


def tally_of(states: Sequence[LineState]) -> list[tuple[str, str, str]]:
    """Count the states, as badges: tone, sign, "2 op norm"."""
    order = (LineState.ON, LineState.NEAR, LineState.UNDER, LineState.FAR, LineState.NONE)
    return [(s.tone, s.sign, f"{states.count(s)} {s.label.lower()}") for s in order if states.count(s)]


def line_of(
    line: ScorecardLine,
    responses: Sequence[ScorecardResponse],
    decision: ScorecardDecision | None,
    *,
    is_disputed: bool,
    is_verified: bool = False,
) -> ShownLine:
    """Work one line out; only a checked figure is verified by the sample."""
    version = line.agreement_version
    norm = norm_of(version)
    result = _result(line, norm)
    hidden = result is not None and line.counted < norm.minimum_number
    percentage = norm.unit is MeasureUnit.PERCENTAGE and not hidden
    clause = f", artikel {version.clause.number}" if version.clause is not None else ""
    signal = ", signaal" if norm.direction is Direction.SIGNAL else ""
    return ShownLine(
        line=line,
        code=line.performance_agreement.code,
        name=line.performance_agreement.name,
        source=f"{line.performance_agreement.code}{clause}{signal}",
        norm=shown_norm(norm),
        result="–" if result is None or hidden else shown(result, norm.unit, norm.norm),
        counts=counts_of(line, norm),
        distance=_distance(line, norm, result, hidden=hidden),
        state=decision.state if decision is not None else line.state,
        status_note=_status_note(line),
        trend_note=_trend_note(line),
        is_disputed=is_disputed,
        computed=line.state,
        value=_percentage(result) if percentage and result is not None else None,
        target=norm.norm * 100 if percentage and norm.norm is not None else None,
        lower_is_better=norm.direction is Direction.LOWER,
        points=[_point(point, norm.unit) for point in line.trend],
        responses=responses,
        decision=decision,
        is_key=version.is_key,
        decided=_decided(decision, norm),
        quality=Quality.VERIFIED if is_verified and line.quality is Quality.CHECKED else line.quality,
    )


def _decided(decision: ScorecardDecision | None, norm: Norm) -> str:
    """Write the figure as decided: "90,0% (27 van 30)"; empty when it is the one computed."""
    if decision is None or decision.numerator is None or not decision.denominator:
        return ""
    result = shown(result_of(decision.numerator, decision.denominator, norm.unit), norm.unit, norm.norm)
    return f"{result} ({quantity(decision.numerator)} van {quantity(decision.denominator)})"


def counts_of(line: ScorecardLine, norm: Norm) -> str:
    """Write what a result was made of: "25 van 30", or over how many people a median is."""
    if line.numerator is None or line.denominator is None:
        return "geen gegevens"
    if norm.unit is MeasureUnit.DAYS:
        return f"{line.counted} deelnemers"
    if norm.unit is MeasureUnit.NUMBER:
        return f"geteld: {quantity(line.numerator)}"
    return f"{quantity(line.numerator)} van {quantity(line.denominator)}"


def months_of(line: ScorecardLine) -> list[ShownMonth]:
    """Work the twelve months out for the table and the chart."""
    norm = norm_of(line.agreement_version)
    found = []
    for item in line.months:
        numerator, denominator = Decimal(item["numerator"]), Decimal(item["denominator"])
        result = result_of(numerator, denominator, norm.unit) if denominator else None
        why = str(item["why"])
        is_missing = why in ("niet aangeleverd", "nog niet beoordeeld")
        found.append(
            ShownMonth(
                month=Month.parse(item["month"]),
                numerator="–" if is_missing else quantity(numerator),
                denominator="–" if is_missing else quantity(denominator),
                result="–" if result is None else shown(result, norm.unit, norm.norm),
                state=None if result is None else judge_month(result, int(item["counted"]), norm),
                why=why,
                value=_percentage(result)
                if result is not None and norm.unit is MeasureUnit.PERCENTAGE
                else None,
            )
        )
    return found


def municipalities_of(line: ScorecardLine) -> list[dict[str, object]]:
    """Return the counts per municipality as text and number, for the table."""
    return [
        {
            "municipality": item["municipality"],
            "numerator": quantity(Decimal(item["numerator"])),
            "denominator": quantity(Decimal(item["denominator"])),
            "counted": item["counted"],
        }
        for item in line.municipalities
    ]


def calculation_of(line: ScorecardLine) -> list[tuple[str, str, str, str]]:
    """Write the calculation out with its numbers filled in."""
    version = line.agreement_version
    norm = norm_of(version)
    result = _result(line, norm)
    if result is None or line.numerator is None or line.denominator is None:
        return []
    measure = version.measure
    label = f"{measure.numerator} ÷ {measure.denominator}"
    filled = f"{quantity(line.numerator)} ÷ {quantity(line.denominator)}"
    if norm.unit is MeasureUnit.DAYS:
        label, filled = measure.numerator, f"over {line.counted} deelnemers"
    exact = _two(result, norm.unit)
    rows = [(label[:1].upper() + label[1:], filled, "", exact)]
    if norm.norm is not None:
        article = f"artikel {version.clause.number}" if version.clause is not None else "afgesproken"
        rows.append(("Norm", article, "", _two(Fraction(norm.norm), norm.unit)))
        gap = result - Fraction(norm.norm)
        rows.append(
            (
                "Verschil",
                f"{exact} − {_two(Fraction(norm.norm), norm.unit)}",
                "",
                _two(gap, norm.unit, gap=True),
            )
        )
    return rows


def bounds_text(line: ScorecardLine) -> str:
    """Say between which values each state lies."""
    norm = norm_of(line.agreement_version)
    edges = bounds(norm)
    if edges is None:
        return "Dit is een signaal: er hoort geen oordeel bij."
    near, under = (_two(edge, norm.unit) for edge in edges)
    worse = "boven" if norm.direction is Direction.LOWER else "onder"
    return (
        f"Bijna op norm loopt tot en met {near}. Onder norm loopt tot en met {under}. "
        f"{worse.capitalize()} die grens is het ver onder norm."
    )


def _result(line: ScorecardLine, norm: Norm) -> Fraction | None:
    if line.numerator is None or not line.denominator:
        return None
    return result_of(line.numerator, line.denominator, norm.unit)


def _distance(line: ScorecardLine, norm: Norm, result: Fraction | None, *, hidden: bool) -> str:
    if result is None:
        return "Geen gegevens"
    if hidden:
        return f"Niet getoond: minder dan {norm.minimum_number}"
    return distance(result, norm)


def _status_note(line: ScorecardLine) -> str:
    return line.no_judgement.label if line.no_judgement is not None else line.note.split(" · ")[0]


def _trend_note(line: ScorecardLine) -> str:
    missing = len([point for point in line.months if point["why"] == "niet aangeleverd"])
    if not missing:
        return "compleet"
    return f"{missing} {'maand ontbreekt' if missing == 1 else 'maanden ontbreken'}"


def _point(point: dict[str, str | None], unit: MeasureUnit) -> Decimal | None:
    numerator, denominator = point["numerator"], point["denominator"]
    if numerator is None or denominator is None or not Decimal(denominator):
        return None
    return _percentage(result_of(Decimal(numerator), Decimal(denominator), unit))


def _percentage(result: Fraction) -> Decimal:
    return Decimal(result.numerator * 100) / Decimal(result.denominator)


def _two(value: Fraction, unit: MeasureUnit, *, gap: bool = False) -> str:
    number = value * 100 if unit is MeasureUnit.PERCENTAGE else value
    exact = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.01"))
    text = f"{abs(exact):.2f}".replace(".", ",")
    suffix = {MeasureUnit.PERCENTAGE: "%", MeasureUnit.DAYS: " dagen"}.get(unit, "")
    if gap and unit is MeasureUnit.PERCENTAGE:
        suffix = " punt"
    return f"{'−' if exact < 0 else ''}{text}{suffix}"


def explanations(responses: Sequence[ScorecardResponse]) -> str:
    """Say how many explanations there are: "1 toelichting"."""
    number = len(responses)
    if not number:
        return "geen toelichting"
    disputes = len([one for one in responses if one.kind is ResponseKind.DISPUTE])
    if disputes == number:
        return "1 betwisting" if number == 1 else f"{number} betwistingen"
    return "1 toelichting" if number == 1 else f"{number} toelichtingen"
