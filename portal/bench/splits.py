"""Split of an invoice of 10,000 lines with its reasons, beside a pure loop of the split itself."""

from __future__ import annotations

import uuid
from decimal import Decimal

from contracts.invoicing.split_rules import KeyWeights, LineToSplit, plan_split
from contracts.invoicing.states import ShareBasis
from portal.bench.measure import Result, by_turns
from portal.catalogue.states import VatCategory
from portal.money import split

WEIGHTS = (Decimal(68_152), Decimal(57_830), Decimal(127_902))
NAMES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")


def lines(number: int) -> list[LineToSplit]:
    """Give lines of four products under one key, amounts in cents that never divide evenly."""
    places = tuple((uuid.uuid4(), name, weight) for name, weight in zip(NAMES, WEIGHTS, strict=True))
    key = KeyWeights(uuid.uuid4(), ShareBasis.FINAL, "Sleutel: inwoners.", places)
    products = [uuid.uuid4() for _ in range(4)]
    category = next(iter(VatCategory))
    return [
        LineToSplit(uuid.uuid4(), Decimal(100_001 + i) / 100, Decimal(0), products[i % 4], category, Decimal(0), key=key)
        for i in range(number)
    ]


def split_lines(number: int, times: int) -> Result:
    """Time the split of so many lines; every line and every municipality adds up."""
    data = lines(number)
    amounts = [line.net for line in data]
    plans = plan_split(data, lambda _product: lambda _place, _group: True)
    if sum((cell.net for plan in plans for cell in plan.cells), Decimal(0)) != sum(amounts, Decimal(0)):
        raise RuntimeError("the split lost a cent")
    ours, floor = by_turns(
        lambda: plan_split(data, lambda _product: lambda _place, _group: True),
        lambda: [split(amount, WEIGHTS) for amount in amounts],
        times=times,
    )
    return Result("verdeling", f"{number} regels", ours, floor, "alleen de verdeling per regel", 3.0)
