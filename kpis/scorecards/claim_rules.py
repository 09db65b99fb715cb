"""Bonus and malus: from a fixed figure to an amount, and what stands in the way; plain values only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from contracts.agreements.states import ClaimKind
from kpis.scorecards.rules import FULL_TREATMENT, Norm
from kpis.scorecards.states import LineState, Quality
from portal.catalogue.states import Direction, MeasureUnit
from portal.errors import Objection
from portal.money import CENT

SAMPLE_SIZE = 10
WRONG = frozenset({LineState.UNDER, LineState.FAR})
T = TypeVar("T")


@dataclass(frozen=True)
class Worked:
    """An amount with the numbers it was made of: points, share of the base, and what was claimed before."""

    kind: ClaimKind
    points: Fraction
    share: Fraction
    base: Decimal
    amount: Decimal
    before: Decimal
    is_capped: bool

    @property
    def difference(self) -> Decimal:
        """What is still to be claimed; below zero goes back to the other side."""
        return self.amount - self.before

    @property
    def points_text(self) -> str:
        """The points in Dutch, two decimals."""
        return f"{float(self.points):.2f}".replace(".", ",")

    @property
    def share_text(self) -> str:
        """The share of the base in Dutch, as a percentage with three decimals."""
        return f"{float(self.share * 100):.3f}%".replace(".", ",")


def work_out(
    result: Fraction,
    norm: Norm,
    *,
    kind: ClaimKind,
    per_point: Decimal,
    most: Decimal,
    base: Decimal,
    state: LineState,
    before: Decimal = Decimal(0),
) -> Worked:
    """Work an amount out: points from the norm times the share per point, at most the maximum, of the base.

    A malus counts only when the figure is under or far under its norm, a bonus only above the norm.
    Amounts in euros without VAT, rounded half up to the cent.
    """
    gap = Fraction(0)
    if norm.norm is not None:
        gap = Fraction(norm.norm) - result
        if norm.direction is Direction.LOWER:
            gap = -gap
    if norm.unit is MeasureUnit.PERCENTAGE:
        gap *= 100
    points = max(gap if kind is ClaimKind.MALUS else -gap, Fraction(0))
    if kind is ClaimKind.MALUS and state not in WRONG:
        points = Fraction(0)
    asked = points * Fraction(per_point)
    share = min(asked, Fraction(most))
    exact = Fraction(max(base, Decimal(0))) * share
    cents = int(exact * 100 + Fraction(1, 2))
    return Worked(kind, points, share, base, Decimal(cents) * CENT, before, asked > Fraction(most))


def objections_to_claim(
    *, is_fixed: bool, quality: Quality, counted: int, is_disputed: bool, difference: Decimal
) -> list[Objection]:
    """Money follows only from a fixed, verified figure over thirty or more (screens.md 4.3, practice.md D5)."""
    found = []
    if not is_fixed:
        found.append(Objection("De scorecard is nog niet vastgesteld."))
    if is_disputed:
        found.append(Objection("De aanbieder betwist dit cijfer. Beslis daar eerst over."))
    if quality is not Quality.VERIFIED:
        found.append(Objection("Het cijfer is niet geverifieerd. Rond eerst de steekproef af."))
    if counted < FULL_TREATMENT:
        found.append(Objection(f"Er zijn {counted} waarnemingen. Een bonus of malus vraagt er ten minste {FULL_TREATMENT}."))
    if not difference:
        found.append(Objection("Er is niets te verrekenen."))
    return found


def draw(ids: Sequence[T], seed: int, size: int = SAMPLE_SIZE) -> list[T]:
    """Draw a sample that the same seed draws again; everything when there is no more than asked."""
    ordered = sorted(ids, key=str)
    if len(ordered) <= size:
        return ordered
    return random.Random(seed).sample(ordered, size)  # noqa: S311  a repeatable draw, no secret


def is_sound(found: Sequence[bool | None]) -> bool:
    """Say whether a sample verifies a quarter: every row was found."""
    return bool(found) and all(found)


def objections_to_finding(found: Sequence[bool | None], differences: Sequence[str]) -> list[Objection]:
    """Every drawn row has an answer, and a row that was not found says what differed."""
    if any(one is None for one in found):
        return [Objection("Vul bij elke rij in of u haar gevonden hebt.")]
    if any(one is False and not text.strip() for one, text in zip(found, differences, strict=True)):
        return [Objection("Schrijf bij elke rij die u niet vond wat er verschilt.")]
    return []
