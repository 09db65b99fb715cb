"""Reading amounts, rounding and splitting to the cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from portal.money import (
    Weight,
    cents,
    from_cents,
    mirror,
    overlay,
    parse_euro,
    parse_number,
    round_cents,
    rounded_fraction,
    split,
    split_in_parts,
    spread,
)

D = Decimal
amounts = st.integers(-(10**9), 10**9).map(from_cents)
weight_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.234,50", "1234.50"),
        ("1234,5", "1234.50"),
        ("1.000", "1000.00"),
        ("€ 12", "12.00"),
        ("€\u00a01.234.567,89", "1234567.89"),
        ("-3,10", "-3.10"),
        ("−3,10", "-3.10"),
        ("0,05", "0.05"),
        ("-0", "0.00"),
    ],
)
def test_an_amount_is_read_as_the_dutch_write_it(typed: str, meant: str) -> None:
    assert parse_euro(typed) == D(meant)
    assert parse_euro(typed).as_tuple().exponent == -2
    assert not str(parse_euro(typed)).startswith("-0.00")


@pytest.mark.parametrize(
    "typed",
    [
        "12.34", "1.23,00", "1,234.56", "1234.56", "", " ", "abc", "1e9", "NaN", "∞", "١٢٣", "1 000",
        "1.0000", "0.123", "1,", ",5", "1,234", "--1", "1.000.00", "99999999999999",
    ],
)  # fmt: skip
def test_an_amount_that_could_be_read_in_two_ways_is_refused_in_dutch(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_euro(typed)


def test_a_rate_may_have_four_decimals() -> None:
    assert parse_number("12,3456", decimals=4) == D("12.3456")
    with pytest.raises(ValueError, match="ten hoogste 3"):
        parse_number("1,2345", decimals=3)


@pytest.mark.parametrize(("exact", "rounded"), [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01")])
def test_half_a_cent_is_rounded_away_from_zero(exact: str, rounded: str) -> None:
    assert round_cents(D(exact)) == D(rounded)
    assert rounded_fraction(Fraction(exact)) == D(rounded)


@pytest.mark.parametrize("amount", [D("0.001"), D("NaN"), D("Infinity")])
def test_parts_of_a_cent_and_endless_numbers_are_no_amount(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="bedrag"):
        cents(amount)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("1.00", [1, 1, 1], ["0.34", "0.33", "0.33"]),
        ("1.01", [1, 1, 1], ["0.34", "0.34", "0.33"]),
        ("0.05", [3, 7], ["0.02", "0.03"]),
        ("0.05", [7, 3], ["0.04", "0.01"]),
        ("0.05", [1, 1], ["0.03", "0.02"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("10.03", [50, 50], ["5.02", "5.01"]),
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("17450.50", [20, 34, 61], ["3034.87", "5159.28", "9256.35"]),
        ("-100.00", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]),
        ("0.01", [20, 34, 61], ["0.00", "0.00", "0.01"]),
        ("35343.90", [20, 34, 61], ["6146.77", "10449.50", "18747.63"]),
        ("260.40", [20, 34, 61], ["45.29", "76.99", "138.12"]),
        ("100.01", [0, 1, 0], ["0.00", "100.01", "0.00"]),
        ("1.00", [D("0.5"), Fraction(1, 3), 1], ["0.27", "0.18", "0.55"]),
    ],
)
def test_a_split_follows_the_published_cases(amount: str, weights: list[Weight], parts: list[str]) -> None:
    assert split(D(amount), weights) == [D(part) for part in parts]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [D("NaN")], [D("Infinity"), 1], [D("-Infinity")]])
def test_weights_that_cannot_divide_are_refused(weights: list[Weight]) -> None:
    with pytest.raises(ValueError, match="gewicht"):
        split(D("1.00"), weights)


@given(amounts, weight_lists)
def test_parts_add_up_and_each_is_less_than_a_cent_off(amount: Decimal, weights: list[int]) -> None:
    parts = split(amount, weights)

    assert sum(parts) == amount
    assert split(-amount, weights) == [-part for part in parts]
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * weight / sum(weights)) < Fraction(1, 100)
        assert weight or part == 0


@given(amounts, weight_lists)
def test_the_explanation_gives_the_same_parts(amount: Decimal, weights: list[int]) -> None:
    parts = split_in_parts(amount, weights)

    assert [part.amount for part in parts] == split(amount, weights)
    assert all(part.amount == part.rounded + from_cents(part.extra) for part in parts)
    extra = [part.lost for part in parts if part.extra]
    rest = [part.lost for part in parts if not part.extra]
    assert not extra or not rest or min(extra) >= max(rest)


@given(st.lists(st.integers(-(10**7), 10**7).map(from_cents), min_size=1, max_size=25), weight_lists)
def test_lines_and_municipalities_both_add_up(lines: list[Decimal], weights: list[int]) -> None:
    table = overlay(lines, weights)

    assert [sum(row) for row in table] == lines
    assert [sum(column) for column in zip(*table, strict=True)] == split(sum(lines, D(0)), weights)
    for line, row in zip(lines, table, strict=True):
        for cell, weight in zip(row, weights, strict=True):
            assert abs(Fraction(cell) - Fraction(line) * weight / sum(weights)) <= Fraction(1, 100)
            assert cell * line >= 0
            assert weight or cell == 0


def test_many_lines_of_one_cent_do_not_all_fall_to_the_same_municipality() -> None:
    table = overlay([D("0.01")] * 115, [20, 34, 61])

    assert [sum(column) for column in zip(*table, strict=True)] == [D("0.20"), D("0.34"), D("0.61")]


@given(amounts, st.lists(st.integers(1, 10**7).map(from_cents), min_size=1, max_size=20))
def test_a_total_spread_over_lines_adds_up(total: Decimal, lines: list[Decimal]) -> None:
    assert sum(spread(total, lines)) == total


def test_nothing_can_be_spread_over_nothing() -> None:
    assert spread(D("0.00"), [D("1.00"), D("-1.00")]) == [D("0.00"), D("0.00")]
    with pytest.raises(ValueError, match="niets"):
        spread(D("1.00"), [D("1.00"), D("-1.00")])


@given(st.integers(1, 10**8).map(from_cents), weight_lists, st.integers(0, 100))
def test_credits_of_one_original_together_mirror_its_split(
    amount: Decimal, weights: list[int], percent: int
) -> None:
    stored = split(amount, weights)
    first = from_cents(cents(amount) * percent // 100)
    one = mirror(first, stored)
    two = mirror(amount - first, stored, [-part for part in one])

    assert sum(one) == -first
    assert [a + b for a, b in zip(one, two, strict=True)] == [-part for part in stored]


def test_more_than_the_original_cannot_be_credited() -> None:
    with pytest.raises(ValueError, match="meer gecrediteerd"):
        mirror(D("10.01"), [D("5.00"), D("5.00")])
