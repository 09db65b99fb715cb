"""How much of a ceiling is used: upper storeys know it, this storey asks.

The feature that knows invoiced amounts registers one function in its `on_start`; nothing is imported upward.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Source = Callable[[uuid.UUID], Mapping[uuid.UUID, Decimal]]

_sources: dict[str, Source] = {}


@dataclass(frozen=True)
class Consumption:
    """Euros without VAT per municipality id, by kind: "invoiced" is certain, "expected" still to come."""

    invoiced: Mapping[uuid.UUID, Decimal]
    expected: Mapping[uuid.UUID, Decimal]

    @property
    def total_invoiced(self) -> Decimal:
        """The whole amount that was invoiced."""
        return sum(self.invoiced.values(), Decimal(0))

    @property
    def total_expected(self) -> Decimal:
        """The whole amount that is still expected."""
        return sum(self.expected.values(), Decimal(0))


def register(kind: str, source: Source) -> None:
    """Let an upper feature say how much of a contract was used.

    In: "invoiced" or "expected", and a function from contract id to euros without VAT per municipality id.
    """
    _sources[kind] = source


def is_known() -> bool:
    """Say whether anybody told how much was invoiced; without it the page shows no meter."""
    return "invoiced" in _sources


def consumption_of(contract_id: uuid.UUID) -> Consumption:
    """Return what was invoiced and is expected under a contract, per municipality."""
    return Consumption(_ask("invoiced", contract_id), _ask("expected", contract_id))


def invoiced_under(contract_id: uuid.UUID) -> Decimal:
    """Return what was invoiced under a contract, all municipalities together, without what is expected."""
    return sum(_ask("invoiced", contract_id).values(), Decimal(0))


def _ask(kind: str, contract_id: uuid.UUID) -> Mapping[uuid.UUID, Decimal]:
    source = _sources.get(kind)
    return source(contract_id) if source is not None else {}
