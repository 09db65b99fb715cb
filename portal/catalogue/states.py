"""Words the whole portal shares about products, people and figures."""

from decimal import Decimal
from enum import StrEnum


class TargetGroup(StrEnum):
    """Doelgroep: decides SPUK, btw compensation and which norms hold."""

    ASYLUM = "asylum"
    FAMILY = "family"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"asylum": "asielstatushouder", "family": "gezins- of overige migrant"}[self.value]


class Unit(StrEnum):
    """What one piece of a price is."""

    TRAJECTORY = "trajectory"
    HOUR = "hour"
    GROUP_HOUR = "group_hour"
    WORKSHOP = "workshop"
    MONTH = "month"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        """The Dutch word for one of it."""
        return {
            "trajectory": "traject",
            "hour": "uur",
            "group_hour": "groepsuur",
            "workshop": "workshop",
            "month": "maand",
            "fixed": "vast bedrag",
        }[self.value]

    def of(self, quantity: Decimal) -> str:
        """The Dutch word after a quantity: 1 traject, 90 trajecten, 2 uur (hours stay in the singular)."""
        if quantity == 1:
            return self.label
        return {
            "trajectory": "trajecten",
            "hour": "uur",
            "group_hour": "groepsuren",
            "workshop": "workshops",
            "month": "maanden",
            "fixed": "vaste bedragen",
        }[self.value]


class VatCategory(StrEnum):
    """VAT category of EN 16931 (UNCL 5305): exempt, standard, zero rated, outside scope."""

    EXEMPT = "E"
    STANDARD = "S"
    ZERO = "Z"
    OUTSIDE = "O"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"E": "vrijgesteld", "S": "belast", "Z": "nultarief", "O": "buiten de btw"}[self.value]


class PaymentModel(StrEnum):
    """How a product is paid by default; the contract may say otherwise."""

    PHASED = "phased"
    PER_UNIT = "per_unit"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"phased": "in fasen", "per_unit": "per eenheid", "fixed": "vast bedrag"}[self.value]


class Direction(StrEnum):
    """Which way a measure gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    SIGNAL = "signal"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "higher": "hoger is beter",
            "lower": "lager is beter",
            "signal": "signaal, zonder oordeel",
        }[self.value]


class MeasureUnit(StrEnum):
    """The unit a measure is told in; a percentage is stored as a fraction (0,9 for 90%)."""

    PERCENTAGE = "percentage"
    DAYS = "days"
    NUMBER = "number"
    GRADE = "grade"
    PER_HUNDRED = "per_hundred"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "percentage": "%",
            "days": "dagen",
            "number": "aantal",
            "grade": "rapportcijfer",
            "per_hundred": "per 100 deelnemers",
        }[self.value]


class FigureKind(StrEnum):
    """What is counted of a municipality."""

    INHABITANTS = "inhabitants"
    TAAKSTELLING = "taakstelling"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"inhabitants": "inwoners", "taakstelling": "taakstelling (personen)"}[self.value]


class LegalStatus(StrEnum):
    """Where a value gets its authority from."""

    LAW = "law"
    OWN_CHOICE = "own_choice"
    POLICY = "policy"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "law": "wet",
            "own_choice": "eigen keuze",
            "policy": "beleidsplan",
            "practice": "praktijk",
        }[self.value]
