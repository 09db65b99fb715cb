"""The award formulas in use, as exact arithmetic on plain numbers. Points are out of 100.

Sources: Negometrix help 9000092064 (gewogen factor), 9000123966 (gunnen op waarde), 9000092065 (log);
PIANOo on why relative formulas can turn the order of others round (rangordeparadox).
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
HUNDRED = 100


def rounded(value: Fraction | Decimal) -> Decimal:
    """Return a value on two decimals, half up (away from zero)."""
    if isinstance(value, Decimal):
        return value.quantize(CENT, ROUND_HALF_UP)
    scaled = abs(value) * HUNDRED
    cents = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(cents if value >= 0 else -cents).scaleb(-2)


def quality_points(*, weight: Decimal, score: Decimal, score_max: Decimal) -> Fraction:
    """Return the points for one criterion: its weight (a fraction of 1) × 100 × score ÷ highest score."""
    return HUNDRED * Fraction(weight) * Fraction(score) / Fraction(score_max)


def weighted_factor(price: Decimal, *, weight: Decimal, floor: Decimal, cap: Decimal) -> Fraction:
    """Return the price points of the gewogen-factormethode: W × (Pmax − P) ÷ (Pmax − Pmin).

    The bounds are fixed before publication, so one offer never changes the points of another. Not cut
    off here: below Pmin it gives more than W, above Pmax less than nothing; the tender's rule decides.

    Raises:
        ValueError: the bounds are not in order.
    """
    if cap <= floor:
        raise ValueError("Pmax must be higher than Pmin")
    return HUNDRED * Fraction(weight) * Fraction(cap - price) / Fraction(cap - floor)


def awarded_on_value(price: Decimal, values: Iterable[Decimal]) -> Decimal:
    """Return the fictive price of gunnen op waarde: the price less the euros its quality is worth."""
    return price - sum(values, Decimal(0))


def logarithmic(price: Decimal, *, best: Decimal, weight: Decimal, base: Decimal) -> Decimal:
    """Return the price points of the log formula: W × (1 − log(P ÷ Pbest) ÷ log A); A is 1,5, 2 or 3."""
    return HUNDRED * weight * (1 - (price / best).ln() / base.ln())


def low_bid(price: Decimal, *, best: Decimal, weight: Decimal) -> Fraction:
    """Return the price points relative to the lowest price: W × Pbest ÷ P.

    Only with a stored motivation: a third offer can turn the order of two others round.
    """
    return HUNDRED * Fraction(weight) * Fraction(best) / Fraction(price)
