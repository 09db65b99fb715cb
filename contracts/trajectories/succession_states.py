"""Why a trajectory goes on elsewhere, and how a provider stops."""

from enum import StrEnum


class SwitchGround(StrEnum):
    """The ground of a switch of route later than the term for it (Besluit inburgering 2021, art. 5.4)."""

    FROM_EDUCATION = "from_education"
    AFTER_EDUCATION = "after_education"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "from_education": "van de Onderwijsroute naar de B1-route (kan altijd)",
            "after_education": "na een opleiding die niet vrijstelt",
            "special": "bijzonder geval",
        }[self.value]


class SuccessionKind(StrEnum):
    """Why a trajectory was followed by another."""

    SWITCH = "switch"
    HAND_OVER = "hand_over"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"switch": "overstap naar een andere leerroute", "hand_over": "overgenomen"}[self.value]


class StopKind(StrEnum):
    """How it comes that a provider stops (practice.md C2)."""

    BANKRUPTCY = "bankruptcy"
    MORATORIUM = "moratorium"
    MERGER = "merger"
    TRANSFER = "transfer"
    KEURMERK = "keurmerk"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "bankruptcy": "faillissement",
            "moratorium": "surseance van betaling",
            "merger": "fusie of overname",
            "transfer": "contractovername",
            "keurmerk": "intrekking van het keurmerk",
        }[self.value]


class BelowMinimum(StrEnum):
    """What was agreed for a group that is too small (practice.md S12)."""

    COMBINE = "combine"
    INDIVIDUAL = "individual"
    STANDBY = "standby"
    WAIT = "wait"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "combine": "samenvoegen met een groep van een ander contract of een andere regio",
            "individual": "individuele lessen tegen de afgesproken prijs",
            "standby": "een vergoeding voor het aanhouden van de groep",
            "wait": "wachten tot de groep groot genoeg is",
        }[self.value]
