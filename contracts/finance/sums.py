"""Amounts of the ledger, added up in the three kinds that a municipality books."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func

from contracts.finance.models import Posting
from portal.money import ZERO


@dataclass(frozen=True)
class Sums:
    """Charged to the product (net plus btw that is a cost), btw that comes back, and both together."""

    net: Decimal = ZERO
    vat_back: Decimal = ZERO
    vat_cost: Decimal = ZERO

    @property
    def charged(self) -> Decimal:
        return self.net + self.vat_cost

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat_cost + self.vat_back

    def plus(self, other: "Sums") -> "Sums":
        """Add two."""
        return Sums(self.net + other.net, self.vat_back + other.vat_back, self.vat_cost + other.vat_cost)


def total_of(values: Iterable[Sums]) -> Sums:
    """Add up many."""
    total = Sums()
    for value in values:
        total = total.plus(value)
    return total


def sums() -> tuple[Any, ...]:
    """Return the three sums of postings for a select: net, btw back, btw as cost."""
    return func.sum(Posting.net), func.sum(Posting.vat_back), func.sum(Posting.vat_cost)
