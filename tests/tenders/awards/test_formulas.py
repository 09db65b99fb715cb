"""The award formulas against published and worked-out values.

PIANOo's worked example of a linear scale (22,50 on 20 → 10 points, 25 → 0 points) contradicts itself: its
own scale gives 5, the page says 9. It is not used here.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from tenders.awards.formulas import (
    awarded_on_value,
    logarithmic,
    low_bid,
    quality_points,
    rounded,
    weighted_factor,
)

WQ, WP = Decimal("0.4"), Decimal("0.6")
BIDS = {
    "A": (Decimal(100), Decimal("0.50")),
    "B": (Decimal(120), Decimal("0.74")),
    "C": (Decimal(70), Decimal(0)),
}


def totals(names: str, formula: str) -> dict[str, Decimal]:
    best = min(BIDS[name][0] for name in names)
    points = {}
    for name in names:
        price, quality = BIDS[name]
        for_quality = rounded(quality_points(weight=WQ, score=quality, score_max=Decimal(1)))
        if formula == "low bid":
            for_price = rounded(low_bid(price, best=best, weight=WP))
        elif formula == "log":
            for_price = rounded(logarithmic(price, best=best, weight=WP, base=Decimal(2)))
        else:
            for_price = rounded(weighted_factor(price, weight=WP, floor=Decimal(60), cap=Decimal(140)))
        points[name] = for_quality + for_price
    return points


@pytest.mark.parametrize(
    ("formula", "names", "expected"),
    [
        ("low bid", "ABC", {"A": "62.00", "B": "64.60", "C": "60.00"}),
        ("low bid", "AB", {"A": "80.00", "B": "79.60"}),
        ("weighted factor", "ABC", {"A": "50.00", "B": "44.60", "C": "52.50"}),
        ("weighted factor", "AB", {"A": "50.00", "B": "44.60"}),
        ("log", "ABC", {"A": "49.13", "B": "42.94", "C": "60.00"}),
        ("log", "AB", {"A": "80.00", "B": "73.82"}),
    ],
)
def test_the_formulas_give_the_worked_out_points(formula: str, names: str, expected: dict[str, str]) -> None:
    assert totals(names, formula) == {name: Decimal(points) for name, points in expected.items()}


def test_only_the_relative_formula_turns_the_winner_round_when_a_third_leaves() -> None:
    def winner_of_ab(formula: str, names: str) -> str:
        points = totals(names, formula)
        return max("AB", key=lambda name: points[name])

    assert winner_of_ab("low bid", "ABC") != winner_of_ab("low bid", "AB")
    for formula in ("weighted factor", "log"):
        assert winner_of_ab(formula, "ABC") == winner_of_ab(formula, "AB")


@pytest.mark.parametrize(("name", "expected"), [("A", 60), ("B", "60.8"), ("C", 70)])
def test_awarding_on_value_takes_the_quality_off_the_price(name: str, expected: int | str) -> None:
    price, quality = BIDS[name]
    assert awarded_on_value(price, [80 * quality]) == Decimal(expected)


def test_the_published_example_of_awarding_on_value() -> None:
    assert awarded_on_value(Decimal(80_000), [Decimal(2_500) * Decimal("0.60")]) == 78_500


@pytest.mark.parametrize(("price", "points"), [(100_000, 30), (200_000, 0), (150_000, 15)])
def test_the_published_bounds_of_the_weighted_factor(price: int, points: int) -> None:
    assert (
        weighted_factor(Decimal(price), weight=Decimal("0.3"), floor=Decimal(100_000), cap=Decimal(200_000))
        == points
    )


def test_the_published_log_formula_gives_the_lowest_price_everything() -> None:
    for base in (Decimal("1.5"), Decimal(2), Decimal(3)):
        assert logarithmic(Decimal(70), best=Decimal(70), weight=Decimal("0.4"), base=base) == 40


def test_bounds_that_are_not_in_order_are_refused() -> None:
    with pytest.raises(ValueError, match="Pmax"):
        weighted_factor(Decimal(1), weight=Decimal(1), floor=Decimal(2), cap=Decimal(2))


@pytest.mark.parametrize(
    ("value", "expected"), [("1.005", "1.01"), ("1.004", "1.00"), ("-1.005", "-1.01"), ("0", "0.00")]
)
def test_points_are_rounded_half_up(value: str, expected: str) -> None:
    assert rounded(Decimal(value)) == Decimal(expected)
    assert rounded(Fraction(Decimal(value))) == Decimal(expected)


@pytest.mark.parametrize(("price", "total"), [(100_000, 100), (200_000, 70)])
def test_the_published_weighted_factor_adds_price_to_quality(price: int, total: int) -> None:
    quality = quality_points(weight=Decimal("0.7"), score=Decimal(1), score_max=Decimal(1))
    bounds = {"floor": Decimal(100_000), "cap": Decimal(200_000)}
    assert quality + weighted_factor(Decimal(price), weight=Decimal("0.3"), **bounds) == total


def test_the_self_contradicting_example_of_pianoo_is_not_used() -> None:
    """Its scale runs from 20 euros (10 points) to 25 euros (0 points), so 22,50 is 5 points; its page says 9."""
    own_scale = weighted_factor(
        Decimal("22.50"), weight=Decimal("0.1"), floor=Decimal(20), cap=Decimal(25)
    )
    assert own_scale == 5
    assert own_scale != 9
