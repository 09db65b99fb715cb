"""How a figure stands to its norm, with exact fractions and honest small numbers (screens.md §4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kpis.scorecards.states import LineState, NoJudgement, Verdict
from portal.catalogue.states import Direction, MeasureUnit
from portal.errors import Objection, Refused

FULL_TREATMENT = 30
LEAST_MONTHS = Fraction(9, 12)
NEW_CONTRACT_MONTHS = 3
RESPONSE_WORKING_DAYS = 10
SHORTEST_TEXT = 20
_DUTCH = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Figure:
    """A figure as counted."""

    numerator: Decimal
    denominator: Decimal
    counted: int
    months_expected: int
    months_delivered: int


@dataclass(frozen=True)
class Norm:
    """What was agreed, in the unit of the measure: 90% is 0.9."""

    norm: Decimal | None
    near_margin: Decimal
    under_margin: Decimal
    direction: Direction
    unit: MeasureUnit
    minimum_number: int = 10


@dataclass(frozen=True)
class Judgement:
    """A state, or none with its reason, and what must be said beside it."""

    state: LineState
    reason: NoJudgement | None = None
    note: str = ""


def judge(
    figure: Figure,
    norm: Norm,
    *,
    contract_months: int = 12,
    needs_months: bool = True,
    is_computed: bool = True,
    one: str = "deelnemer",
) -> Judgement:
    """Judge a figure; compares exact fractions, rounds nothing."""
    if not is_computed:
        return Judgement(LineState.NONE, NoJudgement.NOT_COMPUTED)
    reason = _why_not(figure, norm, contract_months, needs_months)
    if reason is not None:
        return Judgement(LineState.NONE, reason, _months_note(figure) if needs_months else "")
    notes = [_months_note(figure)] if needs_months else []
    if figure.counted < FULL_TREATMENT and norm.unit is MeasureUnit.PERCENTAGE:
        notes.insert(0, _small_number_note(figure, one))
    state = state_of(result_of(figure.numerator, figure.denominator, norm.unit), norm)
    return Judgement(state, None, " · ".join(note for note in notes if note))


def _why_not(figure: Figure, norm: Norm, contract_months: int, needs_months: bool) -> NoJudgement | None:
    if norm.direction is Direction.SIGNAL or norm.norm is None:
        return NoJudgement.SIGNAL
    if contract_months <= NEW_CONTRACT_MONTHS:
        return NoJudgement.NEW_CONTRACT
    expected, delivered = figure.months_expected, figure.months_delivered
    if needs_months and expected and Fraction(delivered, expected) < LEAST_MONTHS:
        return NoJudgement.MONTHS_MISSING
    if figure.counted < norm.minimum_number or not figure.denominator:
        return NoJudgement.TOO_FEW
    return None


def state_of(result: Fraction, norm: Norm) -> LineState:
    """Compare a result with its norm and margins."""
    if norm.norm is None:
        return LineState.NONE
    target, near, under = Fraction(norm.norm), Fraction(norm.near_margin), Fraction(norm.under_margin)
    gap = result - target if norm.direction is Direction.LOWER else target - result
    if gap <= 0:
        return LineState.ON
    if gap <= near:
        return LineState.NEAR
    return LineState.UNDER if gap <= under else LineState.FAR


def judge_month(result: Fraction, counted: int, norm: Norm) -> LineState | None:
    """Judge a single month for the table; None when too few people or no norm (a month decides nothing)."""
    if norm.norm is None or norm.direction is Direction.SIGNAL or counted < norm.minimum_number:
        return None
    return state_of(result, norm)


def result_of(numerator: Decimal, denominator: Decimal, unit: MeasureUnit) -> Fraction:
    """Return the exact result in the unit of the measure; per hundred is times 100."""
    result = Fraction(numerator) / Fraction(denominator)
    return result * 100 if unit is MeasureUnit.PER_HUNDRED else result


def _small_number_note(figure: Figure, one: str) -> str:
    if figure.denominator != figure.counted:
        return f"kleine aantallen: {figure.counted} deelnemers"
    return f"1 {one} scheelt {_nl(Fraction(100) / figure.counted, 1)} punt"


def _months_note(figure: Figure) -> str:
    if figure.months_delivered >= figure.months_expected:
        return ""
    return f"op basis van {figure.months_delivered} van {figure.months_expected} maanden"


def shown(result: Fraction, unit: MeasureUnit, norm: Decimal | None = None) -> str:
    """Write a result in its unit; one more decimal when rounding would show a norm that is not reached."""
    value = result * 100 if unit is MeasureUnit.PERCENTAGE else result
    suffix = "%" if unit is MeasureUnit.PERCENTAGE else ""
    target = None if norm is None else Fraction(norm) * (100 if unit is MeasureUnit.PERCENTAGE else 1)
    places = 0 if unit in (MeasureUnit.DAYS, MeasureUnit.NUMBER) and value.denominator == 1 else 1
    while target is not None and value != target and _rounded(value, places) == target and places < 4:
        places += 1
    return f"{_nl(value, places)}{suffix}"


def shown_norm(norm: Norm) -> str:
    """Write a norm as the scorecard does: "90%", "max. 10%", "28 dagen"."""
    if norm.norm is None:
        return "–"
    value = Fraction(norm.norm) * (100 if norm.unit is MeasureUnit.PERCENTAGE else 1)
    places = 0 if value.denominator == 1 else 1
    words = {
        MeasureUnit.PERCENTAGE: "%",
        MeasureUnit.DAYS: " dagen",
        MeasureUnit.PER_HUNDRED: " per 100",
    }.get(norm.unit, "")
    most = "max. " if norm.direction is Direction.LOWER else ""
    return f"{most}{_nl(value, places)}{words}"


def distance(result: Fraction, norm: Norm) -> str:
    """Say in words how far a result is from its norm: "6,7 punt onder norm"."""
    if norm.norm is None:
        return ""
    gap = result - Fraction(norm.norm)
    size = abs(gap) * (100 if norm.unit is MeasureUnit.PERCENTAGE else 1)
    what = (
        "punt"
        if norm.unit in (MeasureUnit.PERCENTAGE, MeasureUnit.PER_HUNDRED, MeasureUnit.GRADE)
        else "dagen"
    )
    line = "het maximum" if norm.direction is Direction.LOWER else "norm"
    if not gap:
        return f"precies op {line}"
    places = 1 if _rounded(size, 1) else 2
    return f"{_nl(size, places)} {what} {'boven' if gap > 0 else 'onder'} {line}"


def bounds(norm: Norm) -> tuple[Fraction, Fraction] | None:
    """Return where Bijna ends and where Onder ends, in the unit of the measure."""
    if norm.norm is None:
        return None
    sign = 1 if norm.direction is Direction.LOWER else -1
    target = Fraction(norm.norm)
    return target + sign * Fraction(norm.near_margin), target + sign * Fraction(norm.under_margin)


def worst(states: Sequence[LineState]) -> LineState:
    """Return the worst state of the kernafspraken; no judgement when there is none."""
    order = (LineState.FAR, LineState.UNDER, LineState.NEAR, LineState.ON)
    return next((state for state in order if state in states), LineState.NONE)


def objections_to_response(
    text: str, *, is_dispute: bool, has_ground: bool, is_open: bool
) -> list[Objection]:
    """A response has a text, a dispute also a ground, and both come before the term ends."""
    found = []
    if not is_open:
        found.append(Objection("De reactietermijn is voorbij of de scorecard is vastgesteld."))
    if len(text.strip()) < SHORTEST_TEXT:
        found.append(
            Objection(f"Schrijf in ten minste {SHORTEST_TEXT} tekens wat u wilt toelichten.", "text")
        )
    if is_dispute and not has_ground:
        found.append(Objection("Kies waarom u het cijfer betwist.", "ground"))
    return found


def objections_to_decision(
    verdict: Verdict, computed: LineState, state: LineState, reason: str, *, has_figure: bool = False
) -> list[Objection]:
    """A judgement that deviates from the computed one, in state or in figure, says why."""
    if verdict is Verdict.AS_COMPUTED and state is not computed:
        return [Objection("Kies ‘Afwijkend oordeel’ als u van het berekende oordeel afwijkt.", "verdict")]
    if verdict is Verdict.DEVIATES and state is computed and not has_figure:
        return [
            Objection("Dit is het berekende oordeel. Kies een ander oordeel, of ‘Zoals berekend’.", "state")
        ]
    if verdict is Verdict.DEVIATES and len(reason.strip()) < SHORTEST_TEXT:
        return [Objection(f"Geef de reden in ten minste {SHORTEST_TEXT} tekens.", "reason")]
    return []


@dataclass(frozen=True)
class DecidedFigure:
    """A figure as the contract manager decided it, beside the one computed."""

    numerator: Decimal
    denominator: Decimal


def decided_figure(numerator: Decimal | None, denominator: Decimal | None) -> DecidedFigure | None:
    """Read the two fields of the form; None when both are empty.

    Raises:
        Refused: one of the two is missing, or it is no figure.
    """
    if numerator is None and denominator is None:
        return None
    if numerator is None or denominator is None:
        field = "numerator" if numerator is None else "denominator"
        raise Refused([Objection("Vul teller en noemer allebei in, of geen van beide.", field)])
    if denominator <= 0 or numerator < 0:
        raise Refused([Objection("Vul een noemer groter dan 0 en een teller van 0 of meer in.", "denominator")])
    return DecidedFigure(numerator, denominator)


def objections_to_figure(
    figure: DecidedFigure | None, verdict: Verdict, state: LineState, norm: Norm
) -> list[Objection]:
    """A figure of one's own goes with a deviating judgement, and the state must follow from it."""
    if figure is None:
        return []
    if verdict is Verdict.AS_COMPUTED:
        return [Objection("Kies ‘Afwijkend oordeel’ als u een ander cijfer vaststelt.", "verdict")]
    if norm.norm is None or norm.direction is Direction.SIGNAL or state is LineState.NONE:
        return []
    follows = state_of(result_of(figure.numerator, figure.denominator, norm.unit), norm)
    if follows is not state:
        return [Objection(f"Bij dit cijfer hoort ‘{follows.label}’. Pas het cijfer of de status aan.", "state")]
    return []


@dataclass(frozen=True)
class Turn:
    """Who is next with a scorecard, what for, and until when; nobody once it is fixed."""

    who: str
    what: str
    until: date | None = None


def turn_of(
    *,
    is_fixed: bool,
    today: date,
    respond_until: date,
    disputes: int,
    waits_until: date | None,
    provider: str,
    municipality: str,
) -> Turn | None:
    """Say who is next: the provider until the term ends, then data that are still to come, then the manager."""
    if is_fixed:
        return None
    if today <= respond_until:
        return Turn(provider, "reageren op het concept", respond_until)
    if disputes:
        what = "1 betwisting" if disputes == 1 else f"{disputes} betwistingen"
        return Turn(municipality, f"beslissen over {what}")
    if waits_until is not None and today <= waits_until:
        return Turn(municipality, "wachten op late gegevens, daarna vaststellen", waits_until)
    return Turn(municipality, "de scorecard vaststellen")


def objections_to_fixing(*, open_disputes: int, days_left: int, waiting: Sequence[str]) -> list[Objection]:
    """A scorecard is fixed after the provider was heard, disputes were decided and late data had their time."""
    found = []
    if days_left > 0:
        what = "1 dag" if days_left == 1 else f"{days_left} dagen"
        found.append(Objection(f"De aanbieder kan nog {what} reageren. Wacht tot de termijn voorbij is."))
    if open_disputes:
        what = "1 betwisting" if open_disputes == 1 else f"{open_disputes} betwistingen"
        found.append(Objection(f"Beslis eerst over {what}."))
    found += [Objection(text) for text in waiting]
    return found


def _rounded(value: Fraction, places: int) -> Fraction:
    return Fraction(_decimal(value, places))


def _decimal(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _nl(value: Fraction, places: int) -> str:
    text = f"{abs(_decimal(value, places)):,.{places}f}".translate(_DUTCH)
    return f"−{text}" if value < 0 and _decimal(value, places) else text
