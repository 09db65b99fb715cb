"""How the offers on a lot are put in order, with the calculation step by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from tenders.awards.formulas import quality_points, rounded, weighted_factor
from tenders.awards.rules.scoring import shown

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
    """Fixed before publication: weight as a fraction of 1 (0 when all prices are fixed), bounds, what is outside."""

    weight: Decimal
    floor: Decimal | None
    cap: Decimal | None
    outside: str = "cap"


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
    """Order the offers by points, most first; offers that fall out come last, without a rank.

    Points are rounded half up on two decimals per criterion and for the price; a total is the sum of
    rounded points, so that anyone can add it up. Equal totals: most quality points first; equal quality
    too: the same rank, and a drawing decides (TIE_RULE).
    """
    judged = [_judge(bid, rule, score_max) for bid in bids]
    valid = sorted(
        (bid for bid in judged if not bid.excluded), key=lambda bid: (-bid.total, -bid.quality, str(bid.key))
    )
    ranked: list[Ranked] = []
    for place, bid in enumerate(valid, 1):
        before = ranked[-1] if ranked else None
        same = before is not None and (before.total, before.quality) == (bid.total, bid.quality)
        ranked.append(_with_rank(bid, before.rank if same and before else place))
    return ranked + [bid for bid in judged if bid.excluded]


def is_tied(ranked: Iterable[Ranked]) -> bool:
    """Say whether more than one offer stands first."""
    return sum(1 for bid in ranked if bid.rank == 1) > 1


def _with_rank(bid: Ranked, place: int | None) -> Ranked:
    return Ranked(
        bid.key,
        place,
        bid.quality,
        bid.price_points,
        bid.total,
        bid.price,
        bid.excluded,
        bid.points,
        bid.steps,
    )


def _judge(bid: Bid, rule: PriceRule, score_max: Decimal) -> Ranked:
    points = tuple(
        rounded(quality_points(weight=item.weight, score=item.score, score_max=score_max))
        for item in bid.scores
    )
    quality = sum(points, Decimal(0))
    excluded = bid.excluded or _below_minimum(bid) or _outside(bid, rule)
    price_points = Decimal("0.00") if excluded else _price_points(bid.price, rule)
    total = quality + price_points
    steps = [_quality_step(bid, points, quality, score_max)]
    if not excluded and rule.weight:
        steps.append(_price_step(bid.price, rule, price_points))
        steps.append(("Totaal", f"{shown(quality, 2)} + {shown(price_points, 2)}", "", shown(total, 2)))
    return Ranked(bid.key, None, quality, price_points, total, bid.price, excluded, points, tuple(steps))


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
    if rule.floor is None or rule.cap is None:
        return "De grenzen van de prijs zijn niet vastgelegd."
    if rule.outside == "exclude" and not rule.floor <= bid.price <= rule.cap:
        return (
            f"De totaalprijs van € {shown(bid.price)} ligt buiten de grenzen "
            f"€ {shown(rule.floor)} en € {shown(rule.cap)}."
        )
    return ""


def _price_points(price: Decimal | None, rule: PriceRule) -> Decimal:
    if not rule.weight or price is None or rule.floor is None or rule.cap is None:
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


def _price_step(price: Decimal | None, rule: PriceRule, points: Decimal) -> tuple[str, str, str, str]:
    if price is None or rule.floor is None or rule.cap is None:
        return ("Prijs", "", "", shown(points, 2))
    weight = shown(100 * rule.weight)
    filled = f"{weight} × ({shown(rule.cap, 2)} − {shown(price, 2)}) ÷ ({shown(rule.cap, 2)} − {shown(rule.floor, 2)})"
    worked = f"= {weight} × {shown(rule.cap - price, 2)} ÷ {shown(rule.cap - rule.floor, 2)}"
    if price < rule.floor or price > rule.cap:
        worked += "; buiten de grens telt de grens"
    return ("Prijs", filled, worked, shown(points, 2))
