"""The words for obligations."""

from enum import StrEnum


class DutyKind(StrEnum):
    """What has to be shown; the keurmerk asks the first four of a provider (practice.md S14)."""

    VOG = "vog"
    MANAGEMENT = "management"
    PROCESSING = "processing"
    INSURANCE = "insurance"
    ACCOUNTS = "accounts"
    REPORT = "report"
    SOCIAL_RETURN = "social_return"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "vog": "VOG van docenten en bestuurders",
            "management": "managementverklaring",
            "processing": "verwerkersafspraken",
            "insurance": "verzekering",
            "accounts": "jaarrekening",
            "report": "rapport",
            "social_return": "social return",
            "other": "andere verplichting",
        }[self.value]


class DutyOwner(StrEnum):
    """Who has to do it."""

    PROVIDER = "provider"
    MUNICIPALITY = "municipality"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"provider": "opdrachtnemer", "municipality": "gemeente"}[self.value]
