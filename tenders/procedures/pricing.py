"""The formulas a tender can fix for price and quality."""

from enum import StrEnum


class PriceFormula(StrEnum):
    """How price and quality are put together; fixed before publication."""

    WEIGHTED_FACTOR = "weighted_factor"
    ON_VALUE = "on_value"
    LOG = "log"
    LOW_BID = "low_bid"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "weighted_factor": "Gewogen factor",
            "on_value": "Gunnen op waarde",
            "log": "Logaritmisch",
            "low_bid": "Relatief aan de laagste prijs",
        }[self.value]

    @property
    def is_relative(self) -> bool:
        """Whether one offer changes the points of another, so that a third can turn their order round."""
        return self.value in ("log", "low_bid")
