"""The settlement of a year on realised numbers: advance, realised, difference, and why (foundations §2 item 6)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.invoicing.split_rules import dutch, last_cents, sentence_of
from portal.catalogue.states import VatCategory
from portal.errors import Objection
from portal.money import ZERO, split_in_parts

Category = tuple[VatCategory, Decimal]


@dataclass(frozen=True)
class Advance:
    """What a municipality bore by key in the year, in one btw category."""

    municipality_id: uuid.UUID
    category: Category
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class SettledPart:
    """What a municipality should bear on realised numbers, beside its advance."""

    municipality_id: uuid.UUID
    category: Category
    units: Decimal
    advance_net: Decimal
    advance_vat: Decimal
    realised_net: Decimal
    realised_vat: Decimal
    extra_net: int
    extra_vat: int
    explanation: str

    @property
    def difference_net(self) -> Decimal:
        return self.realised_net - self.advance_net

    @property
    def difference_vat(self) -> Decimal:
        return self.realised_vat - self.advance_vat


def settle(
    advances: Sequence[Advance], units: Sequence[tuple[uuid.UUID, str, Decimal]]
) -> list[SettledPart]:
    """Divide what was shared by key anew, by realised units; the differences of a category add up to nought.

    Args:
        advances: of one product in one year, per municipality and btw category.
        units: realised units per municipality with its name, in the fixed order.

    Raises:
        ValueError: nothing was realised.
    """
    weights = [number for _, _, number in units]
    booked: dict[Category, dict[uuid.UUID, Advance]] = {}
    for one in advances:
        booked.setdefault(one.category, {})[one.municipality_id] = one
    return [
        part
        for category in sorted(booked, key=lambda key: (key[0].value, key[1]))
        for part in _of_category(category, booked[category], units, weights)
    ]


def _of_category(
    category: Category,
    booked: Mapping[uuid.UUID, Advance],
    units: Sequence[tuple[uuid.UUID, str, Decimal]],
    weights: Sequence[Decimal],
) -> list[SettledPart]:
    net = sum((one.net for one in booked.values()), ZERO)
    vat = sum((one.vat for one in booked.values()), ZERO)
    nets, vats = split_in_parts(net, weights), split_in_parts(vat, weights)
    names = [name for _, name, _ in units]
    total = sum(weights, Decimal(0))
    found = []
    for (place, _, number), n, v in zip(units, nets, vats, strict=True):
        before = booked.get(place, Advance(place, category, ZERO, ZERO))
        moved = n.amount - before.net
        words = (
            f"{sentence_of(n, net, number, total)} Als voorschot droeg de gemeente {dutch(before.net)}; "
            f"het verschil is {dutch(moved)}. {last_cents(nets, names)}"
        )
        found.append(
            SettledPart(
                place, category, number, before.net, before.vat, n.amount, v.amount, n.extra, v.extra, words
            )
        )
    return found


def objections_to_settling(
    *, year: int, this_year: int, open_before: str, waiting_rows: int, advances: Sequence[Advance],
    units: Sequence[tuple[uuid.UUID, str, Decimal]],
) -> list[Objection]:  # fmt: skip
    """Say why a year cannot be settled yet."""
    found = []
    if year >= this_year:
        found.append(Objection(f"{year} is nog niet om. U rekent af na 31 december.", "year"))
    if open_before:
        found.append(Objection(f"Afrekening {open_before} van dit jaar wacht nog op akkoord.", "product"))
    if waiting_rows:
        found.append(
            Objection(
                f"Nog niet goedgekeurd in de maandrapportages van {year}: {waiting_rows} "
                f"{'regel' if waiting_rows == 1 else 'regels'}. "
                "Keur die eerst goed; dan staan de aantallen vast.",
                "year",
            )
        )
    if not advances:
        found.append(Objection(f"In {year} is van dit product niets volgens een sleutel verdeeld.", "product"))
    elif not any(number for _, _, number in units):
        found.append(
            Objection(f"Over {year} is niets gerealiseerd. Kies een andere grondslag of stel eerst een sleutel vast.", "basis")
        )
    return found
