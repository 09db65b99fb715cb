"""How the offers on a lot are put in order, with the calculation step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from tenders.awards.formulas import (
    awarded_on_value,
    logarithmic,
    low_bid,
    quality_points,
    rounded,
    weighted_factor,
)
from tenders.awards.rules.scoring import shown
from tenders.awards.states import Formula

TIE_RULE = "Bij gelijke punten gaat de meeste kwaliteit voor; is ook die gelijk, dan beslist een loting door twee personen."


@dataclass(frozen=True)
class CriterionScore:
    """The agreed score of one offer on one criterion; weight is a fraction of 1."""

    title: str
    weight: Decimal
    score: Decimal
    minimum: int | None = None


@dataclass(frozen=True)
class Bid:
    """What is ranked: the agreed scores and the total price; `excluded` is a reason from the requirements."""

    key: UUID
    scores: tuple[CriterionScore, ...]
    price: Decimal | None
    excluded: str = ""


@dataclass(frozen=True)
class PriceRule:
    """Fixed before publication: the formula with its numbers, and what happens outside the bounds.

    weight is a fraction of 1 (0 when all prices are fixed); floor and cap are Pmin and Pmax of the gewogen
    factor; quality_value is what full quality is worth in euros (gunnen op waarde); log_base is A of the log.
    """

    weight: Decimal
    floor: Decimal | None
    cap: Decimal | None
    outside: str = "cap"
    formula: Formula = Formula.WEIGHTED_FACTOR
    quality_value: Decimal | None = None
    log_base: Decimal | None = None


@dataclass(frozen=True)
class Ranked:
    """One offer in the order, with the calculation as lines (term, filled in, worked out, result)."""

    key: UUID
    rank: int | None
    quality: Decimal
    price_points: Decimal
    total: Decimal
    price: Decimal | None
    excluded: str
    points: tuple[Decimal, ...]
    steps: tuple[tuple[str, str, str, str], ...]


def rank(bids: Sequence[Bid], rule: PriceRule, *, score_max: Decimal) -> list[Ranked]:
    """Order the offers, the best first; offers that fall out come last, without a rank.

    Points are rounded half up on two decimals per criterion and for the price; a total is the sum of
    rounded points, so that anyone can add it up. Most points win; with gunnen op waarde the lowest fictive
    price. Equal totals: most quality first; equal quality too: the same rank, and a drawing decides (TIE_RULE).
    """
    prices = [bid.price for bid in bids if bid.price is not None and not _falls_out(bid, rule)]
    best = min(prices, default=None)
    judged = [_judge(bid, rule, score_max, best) for bid in bids]
    sign = 1 if rule.formula is Formula.ON_VALUE and rule.weight else -1
    valid = sorted(
        (bid for bid in judged if not bid.excluded),
        key=lambda bid: (sign * bid.total, -bid.quality, str(bid.key)),
    )
    ranked: list[Ranked] = []
    for place, bid in enumerate(valid, 1):
        before = ranked[-1] if ranked else None
        same = before is not None and (before.total, before.quality) == (bid.total, bid.quality)
        ranked.append(replace(bid, rank=before.rank if same and before else place))
    return ranked + [bid for bid in judged if bid.excluded]


def is_tied(ranked: Iterable[Ranked]) -> bool:
    """Say whether more than one offer stands first."""
    return sum(1 for bid in ranked if bid.rank == 1) > 1


def low_prices(prices: Mapping[UUID, Decimal], share: Decimal) -> dict[UUID, str]:
    """Return the prices that are abnormally low, each with the sentence that says why.

    A price is flagged when it lies more than `share` (a fraction) under the mean of the other prices; a
    person then asks for an explanation, nothing is decided by it.
    """
    found = {}
    for key, price in prices.items():
        others = [other for one, other in prices.items() if one != key]
        mean = sum(others, Decimal(0)) / len(others) if others else Decimal(0)
        if mean and price < mean * (1 - share):
            under = rounded(100 * (mean - price) / mean)
            found[key] = (
                f"De prijs ligt {shown(under, 1)}% onder het gemiddelde van de andere prijzen "
                f"(€ {shown(rounded(mean), 2)}). Meer dan {shown(100 * share)}% vraagt om uitleg."
            )
    return found


def _falls_out(bid: Bid, rule: PriceRule) -> str:
    return bid.excluded or _below_minimum(bid) or _outside(bid, rule)


def _judge(bid: Bid, rule: PriceRule, score_max: Decimal, best: Decimal | None) -> Ranked:
    if rule.formula is Formula.ON_VALUE and rule.weight:
        return _on_value(bid, rule, score_max)
    points = tuple(
        rounded(quality_points(weight=item.weight, score=item.score, score_max=score_max))
        for item in bid.scores
    )
    quality = sum(points, Decimal(0))
    excluded = _falls_out(bid, rule)
    price_points = Decimal("0.00") if excluded else _price_points(bid.price, rule, best)
    total = quality + price_points
    steps = [_quality_step(bid, points, quality, score_max)]
    if not excluded and rule.weight:
        steps.append(_price_step(bid.price, rule, price_points, best))
        steps.append(("Totaal", f"{shown(quality, 2)} + {shown(price_points, 2)}", "", shown(total, 2)))
    return Ranked(bid.key, None, quality, price_points, total, bid.price, excluded, points, tuple(steps))


def _on_value(bid: Bid, rule: PriceRule, score_max: Decimal) -> Ranked:
    """Take what the quality is worth off the price; the value is shared over the criteria by their weights."""
    weights = sum((item.weight for item in bid.scores), Decimal(0))
    whole = rule.quality_value or Decimal(0)
    parts = [rounded(whole * item.weight / weights) if weights else Decimal(0) for item in bid.scores]
    values = tuple(
        rounded(Fraction(part) * Fraction(item.score) / Fraction(score_max))
        for part, item in zip(parts, bid.scores, strict=True)
    )
    quality, excluded = sum(values, Decimal(0)), _falls_out(bid, rule)
    price = bid.price or Decimal(0)
    total = awarded_on_value(price, values)
    filled = " + ".join(
        f"{shown(part, 2)} × {shown(item.score)} ÷ {shown(score_max)}"
        for part, item in zip(parts, bid.scores, strict=True)
    )
    steps = [("Waarde van de kwaliteit", filled, "= " + " + ".join(shown(one, 2) for one in values), shown(quality, 2))]
    if not excluded:
        steps.append(("Fictieve prijs", f"{shown(price, 2)} − {shown(quality, 2)}", "", shown(total, 2)))
    return Ranked(bid.key, None, quality, Decimal("0.00"), total, bid.price, excluded, values, tuple(steps))


def _below_minimum(bid: Bid) -> str:
    for item in bid.scores:
        if item.minimum is not None and item.score < item.minimum:
            return f"De score op ‘{item.title}’ is {shown(item.score)}; ten minste {item.minimum} is nodig."
    return ""


def _outside(bid: Bid, rule: PriceRule) -> str:
    if not rule.weight:
        return ""
    if bid.price is None:
        return "De prijzen zijn niet volledig ingevuld."
    if rule.formula is not Formula.WEIGHTED_FACTOR and bid.price <= 0:
        return "De totaalprijs is niet meer dan € 0,00."
    if rule.floor is None or rule.cap is None:
        return "De grenzen van de prijs zijn niet vastgelegd." if rule.formula is Formula.WEIGHTED_FACTOR else ""
    if rule.outside == "exclude" and not rule.floor <= bid.price <= rule.cap:
        return (
            f"De totaalprijs van € {shown(bid.price)} ligt buiten de grenzen "
            f"€ {shown(rule.floor)} en € {shown(rule.cap)}."
        )
    return ""


def _price_points(price: Decimal | None, rule: PriceRule, best: Decimal | None) -> Decimal:
    if not rule.weight or price is None or best is None:
        return Decimal("0.00")
    if rule.formula is Formula.LOW_BID:
        return rounded(low_bid(price, best=best, weight=rule.weight))
    if rule.formula is Formula.LOG:
        return rounded(logarithmic(price, best=best, weight=rule.weight, base=rule.log_base or Decimal(2)))
    if rule.floor is None or rule.cap is None:
        return Decimal("0.00")
    exact = weighted_factor(price, weight=rule.weight, floor=rule.floor, cap=rule.cap)
    return rounded(min(max(exact, Fraction(0)), 100 * Fraction(rule.weight)))


def _quality_step(
    bid: Bid, points: Sequence[Decimal], quality: Decimal, score_max: Decimal
) -> tuple[str, str, str, str]:
    filled = " + ".join(
        f"{shown(100 * item.weight)} × {shown(item.score)} ÷ {shown(score_max)}" for item in bid.scores
    )
    return ("Kwaliteit", filled, "= " + " + ".join(shown(each, 2) for each in points), shown(quality, 2))


def _price_step(
    price: Decimal | None, rule: PriceRule, points: Decimal, best: Decimal | None
) -> tuple[str, str, str, str]:
    weight = shown(100 * rule.weight)
    if price is None or best is None:
        return ("Prijs", "", "", shown(points, 2))
    if rule.formula is Formula.LOW_BID:
        return ("Prijs", f"{weight} × {shown(best, 2)} ÷ {shown(price, 2)}", "de laagste prijs telt mee", shown(points, 2))
    if rule.formula is Formula.LOG:
        base = shown(rule.log_base or Decimal(2))
        filled = f"{weight} × (1 − log({shown(price, 2)} ÷ {shown(best, 2)}) ÷ log {base})"
        return ("Prijs", filled, "de laagste prijs telt mee", shown(points, 2))
    if rule.floor is None or rule.cap is None:
        return ("Prijs", "", "", shown(points, 2))
    filled = f"{weight} × ({shown(rule.cap, 2)} − {shown(price, 2)}) ÷ ({shown(rule.cap, 2)} − {shown(rule.floor, 2)})"
    worked = f"= {weight} × {shown(rule.cap - price, 2)} ÷ {shown(rule.cap - rule.floor, 2)}"
    if price < rule.floor or price > rule.cap:
        worked += "; buiten de grens telt de grens"
    return ("Prijs", filled, worked, shown(points, 2))
