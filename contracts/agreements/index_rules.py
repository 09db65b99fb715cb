"""Indexation worked out: from two months of an index to new prices, as plain functions on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from portal.errors import Objection


@dataclass(frozen=True)
class Indexation:
    """The rise of a price index between two months, cut at the cap, as fractions (0.0314 is 3,14%)."""

    raw: Decimal
    applied: Decimal
    is_capped: bool


def worked_out(
    from_value: Decimal, to_value: Decimal, *, cap: Decimal | None, percent_places: int
) -> Indexation:
    """Return how much prices change: new index divided by old, rounded half up to a percentage, then the cap.

    A falling index lowers prices too; the cap bounds both ways.
    """
    exact = Fraction(to_value) / Fraction(from_value) - 1
    raw = rounded(exact, percent_places + 2)
    if cap is not None and abs(raw) > cap:
        return Indexation(raw, cap.copy_sign(raw), True)
    return Indexation(raw, raw, False)


def new_rate(rate: Decimal, applied: Decimal, places: int) -> Decimal:
    """Return an indexed price, rounded half up to so many decimals."""
    return rounded(Fraction(rate) * (1 + Fraction(applied)), places)


def rounded(exact: Fraction, places: int) -> Decimal:
    """Round an exact number half up (away from zero) to so many decimals."""
    scaled = abs(exact) * 10**places
    whole = int(scaled + Fraction(1, 2))
    number = Decimal(whole).scaleb(-places)
    return -number if exact < 0 else number


def factor(shares: Sequence[Decimal]) -> Decimal:
    """Return by how much indexations one after the other multiply an amount: 3% and 2% is 1.0506."""
    product = Fraction(1)
    for share in shares:
        product *= 1 + Fraction(share)
    return (Decimal(product.numerator) / Decimal(product.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@dataclass(frozen=True)
class RunFacts:
    """What must be known to judge one indexation of a contract."""

    is_signed: bool
    from_month: date
    to_month: date
    from_value: Decimal | None
    to_value: Decimal | None
    effective_on: date
    term_starts_on: date
    term_ends_on: date
    last_price_from: date
    prices: int


def objections_to_run(facts: RunFacts) -> list[Objection]:
    """Say what stands in the way of indexing the prices of a contract."""
    checks = (
        (not facts.is_signed, None, "Dit contract is niet getekend. Er valt nog niets te indexeren."),
        (facts.prices == 0, None, "Er is geen prijs die kan worden geïndexeerd."),
        (
            facts.to_month <= facts.from_month,
            "to_month",
            f"Kies een maand na {facts.from_month:%m-%Y}, de maand van de vorige vergelijking.",
        ),
        (
            facts.from_value is None,
            "to_month",
            f"Het indexcijfer van {facts.from_month:%m-%Y} ontbreekt. Financiën kan het invullen.",
        ),
        (
            facts.to_value is None,
            "to_month",
            f"Het indexcijfer van {facts.to_month:%m-%Y} ontbreekt. Financiën kan het invullen.",
        ),
        (
            not facts.term_starts_on <= facts.effective_on <= facts.term_ends_on,
            "effective_on",
            "De ingangsdatum moet binnen de looptijd van het contract liggen.",
        ),
        (
            facts.effective_on <= facts.last_price_from,
            "effective_on",
            f"De nieuwe prijs moet na {facts.last_price_from:%d-%m-%Y} ingaan, de datum van de vorige prijs.",
        ),
    )
    return [Objection(sentence, name) for wrong, name, sentence in checks if wrong]
