"""Amounts of money: reading what a person typed, rounding, and splitting to the cent.

An amount is a ``Decimal`` of euros with at most two decimals; inside this module the sums are
made on integer cents, so that nothing is ever lost. A split uses the largest remainder: every
part is rounded down, and the cents that are left go one by one to the parts that lost most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor, lcm

Weight = int | Decimal | Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
_NUMBER = re.compile(r"(?P<sign>[-−]?)(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?P<part>[0-9]+))?")
_LONGEST = 13
_NOT_A_NUMBER = "Vul een bedrag in, bijvoorbeeld 1.234,50: een punt voor duizend en een komma voor de centen."


def parse_number(text: str, *, decimals: int, refusal: str = _NOT_A_NUMBER) -> Decimal:
    """Read a number as the Dutch write it: ``1.234,50``, ``1234,5`` and ``1.000`` (a thousand).

    A point is only ever a thousands mark, so ``12.34`` and ``1.23,00`` are refused instead of
    being read as something else (python-babel/babel #589).

    Args:
        text: what was typed; spaces around it and a euro sign before it do not count.
        decimals: the number of decimals allowed.
        refusal: the Dutch sentence for a text that is no number.

    Raises:
        ValueError: with a Dutch sentence that says what to type instead.
    """
    cleaned = text.replace("\u00a0", " ").strip().removeprefix("€").strip()
    found = _NUMBER.fullmatch(cleaned)
    if found is None:
        raise ValueError(refusal)
    whole, part = found["whole"].replace(".", ""), found["part"] or ""
    if len(whole.lstrip("0")) > _LONGEST:
        raise ValueError("Dit getal is te groot. Controleer het aantal cijfers.")
    if len(part) > decimals:
        raise ValueError(f"Gebruik ten hoogste {decimals} cijfers achter de komma.")
    value = Decimal(f"{whole}.{part.ljust(decimals, '0')}" if decimals else whole)
    return -value if found["sign"] and value else value


def parse_euro(text: str) -> Decimal:
    """Read an amount in euros with two decimals; see ``parse_number``.

    Raises:
        ValueError: with a Dutch sentence that says what to type instead.
    """
    return parse_number(text, decimals=2)


def cents(amount: Decimal) -> int:
    """Give the amount in whole cents.

    Raises:
        ValueError: the amount is no finite number or has parts of a cent.
    """
    if not amount.is_finite():
        raise ValueError("Een bedrag moet een eindig getal zijn.")
    scaled = amount.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise ValueError("Een bedrag heeft ten hoogste twee decimalen.")
    return int(scaled)


def from_cents(number: int) -> Decimal:
    """Give the amount in euros, with two decimals."""
    return Decimal(number).scaleb(-2)


def round_cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half a cent away from zero (EN 16931 rounds half up as well)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def rounded_fraction(amount: Fraction) -> Decimal:
    """Round an exact number of euros to whole cents, half a cent away from zero."""
    number = floor(abs(amount) * 100 + Fraction(1, 2))
    return from_cents(number if amount >= 0 else -number)


@dataclass(frozen=True)
class Part:
    """One part of a split: exactly, rounded down, and with the cent that came on top.

    ``exact`` is in euros. ``rounded`` is towards zero. ``extra`` is 1, 0 or −1 cent. ``lost`` is what
    rounding took away, in cents, always between 0 and 1.
    """

    exact: Fraction
    rounded: Decimal
    extra: int
    amount: Decimal

    @property
    def lost(self) -> Fraction:
        """What rounding towards zero took away, in cents."""
        return abs(self.exact * 100) - abs(Fraction(cents(self.rounded)))


def split(amount: Decimal, weights: Sequence[Weight]) -> list[Decimal]:
    """Split an amount by weights so that the parts add up to the amount, to the cent.

    Largest remainder on the absolute amount, ties to the first in order; the parts of a negative
    amount are the mirrored parts of the positive one; a zero weight never gets a cent.

    Raises:
        ValueError: no weights, a negative or endless weight, only zero weights, or parts of a cent.
    """
    return [from_cents(number) for number in _split_cents(cents(amount), _whole(weights))]


def split_in_parts(amount: Decimal, weights: Sequence[Weight]) -> list[Part]:
    """Split as ``split`` does, and keep what is needed to explain every cent.

    Raises:
        ValueError: as ``split``.
    """
    number, whole = cents(amount), _whole(weights)
    sign, total = (-1 if number < 0 else 1), sum(whole)
    parts = []
    for weight, result in zip(whole, _split_cents(number, whole), strict=True):
        down = sign * (abs(number) * weight // total)
        exact = Fraction(number * weight, 100 * total)
        parts.append(Part(exact, from_cents(down), result - down, from_cents(result)))
    return parts


def overlay(lines: Sequence[Decimal], weights: Sequence[Weight]) -> list[list[Decimal]]:
    """Lay the split of a group over its lines: one row per line, one column per weight.

    Each row adds up to its line and each column to the part that ``split`` gives of the sum of
    the lines; every cell differs less than a cent from its exact value or, where that value is a
    whole number of cents, at most one cent, and never has the wrong sign. Such a table always
    exists (controlled rounding); it is found by giving the missing cents of each line to the
    columns that still miss most.

    Raises:
        ValueError: as ``split``.
    """
    numbers, whole = [cents(line) for line in lines], _whole(weights)
    return [[from_cents(cell) for cell in row] for row in _overlay_cents(numbers, whole)]


def spread(total: Decimal, over: Sequence[Decimal]) -> list[Decimal]:
    """Spread a total over amounts in proportion, where the amounts may have either sign.

    Used for the btw of a category over its lines: the document holds only the sum.

    Raises:
        ValueError: there is nothing to spread over, or the amounts add up to zero while the total
            is not zero.
    """
    base, number = sum((cents(amount) for amount in over), 0), cents(total)
    if base == 0:
        if number or not over:
            raise ValueError("Er is niets om dit bedrag over te verdelen.")
        return [ZERO] * len(over)
    exact = [Fraction(number * cents(amount), base) for amount in over]
    down = [floor(value) for value in exact]
    left = number - sum(down)
    order = sorted(range(len(exact)), key=lambda i: (down[i] - exact[i], i))
    for index in order[:left]:
        down[index] += 1
    return [from_cents(value) for value in down]


def mirror(
    amount: Decimal, stored: Sequence[Decimal], credited: Sequence[Decimal] | None = None
) -> list[Decimal]:
    """Split a credit by the stored split of what it credits.

    Args:
        amount: what is credited, with the sign of the original (a positive number for a normal line).
        stored: the parts of the original.
        credited: the parts that were credited before, with the sign of the original.

    Returns:
        The parts to book, with the opposite sign. All credits of one original together never
        give another split than the original: a full credit is its exact mirror.

    Raises:
        ValueError: more is credited than the original holds, or the original is zero.
    """
    before = list(credited) if credited is not None else [ZERO] * len(stored)
    whole, done = sum(stored, ZERO), sum(before, ZERO)
    if (done + amount) * (1 if whole >= 0 else -1) > abs(whole):
        raise ValueError("Er wordt meer gecrediteerd dan het oorspronkelijke bedrag.")
    together = split(done + amount, [abs(cents(part)) for part in stored])
    return [old - new for old, new in zip(before, together, strict=True)]


def _whole(weights: Sequence[Weight]) -> list[int]:
    """Bring weights to whole numbers in the same proportion."""
    if not weights:
        raise ValueError("Een verdeling heeft ten minste één gewicht nodig.")
    if all(type(weight) is int for weight in weights):
        numbers = [int(weight) for weight in weights]
    else:
        numbers = _scaled(weights)
    if any(number < 0 for number in numbers):
        raise ValueError("Een gewicht mag niet onder nul zijn.")
    if not any(numbers):
        raise ValueError("Ten minste één gewicht moet groter zijn dan nul.")
    return numbers


def _scaled(weights: Sequence[Weight]) -> list[int]:
    try:
        exact = [Fraction(weight) for weight in weights]
    except (OverflowError, ValueError) as problem:
        raise ValueError("Een gewicht moet een eindig getal zijn.") from problem
    common = lcm(*(value.denominator for value in exact))
    return [int(value * common) for value in exact]


def _split_cents(number: int, weights: Sequence[int]) -> list[int]:
    sign, size, total = (-1 if number < 0 else 1), abs(number), sum(weights)
    down = [size * weight // total for weight in weights]
    left = size - sum(down)
    if left:
        order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
        for index in order[:left]:
            down[index] += 1
    return [sign * part for part in down]


def _overlay_cents(lines: Sequence[int], weights: Sequence[int]) -> list[list[int]]:
    total = sum(weights)
    table = [[line * weight // total for weight in weights] for line in lines]
    missing = list(_split_cents(sum(lines), weights))
    for row in table:
        missing = [have - cell for have, cell in zip(missing, row, strict=True)]
    for line, row in zip(lines, table, strict=True):
        rest = [line * weight % total for weight in weights]
        order = sorted(range(len(weights)), key=lambda j: (-missing[j], -rest[j], j))
        for column in order[: line - sum(row)]:
            row[column] += 1
            missing[column] -= 1
    return table
