"""The life of an amendment, and the words for what can change in a contract."""

from enum import StrEnum

from portal.states import Machine


class AmendmentState(StrEnum):
    """Where an amendment stands; only 'in_force' changed the contract."""

    DRAFT = "draft"
    ASKED = "asked"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "draft": "Concept",
            "asked": "Akkoord gevraagd",
            "in_force": "Van kracht",
            "withdrawn": "Ingetrokken",
        }[self.value]


class AmendmentAction(StrEnum):
    """What can be done to an amendment."""

    ASK = "ask"
    SETTLE = "settle"
    WITHDRAW = "withdraw"


AMENDMENT: Machine[AmendmentState, AmendmentAction] = Machine(
    initial=AmendmentState.DRAFT,
    table={
        (AmendmentState.DRAFT, AmendmentAction.ASK): AmendmentState.ASKED,
        (AmendmentState.DRAFT, AmendmentAction.WITHDRAW): AmendmentState.WITHDRAWN,
        (AmendmentState.ASKED, AmendmentAction.SETTLE): AmendmentState.IN_FORCE,
        (AmendmentState.ASKED, AmendmentAction.WITHDRAW): AmendmentState.WITHDRAWN,
    },
)


class FieldKind(StrEnum):
    """Which part of a contract an amendment changes."""

    CEILING = "ceiling"
    LAST_REFERRAL = "last_referral_on"
    ENDS = "ends_on"
    RUN_OFF = "run_off_until"
    JOINS = "joins"
    LEAVES = "leaves"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "ceiling": "Maximale waarde",
            "last_referral_on": "Laatste dag voor aanmeldingen",
            "ends_on": "Einddatum",
            "run_off_until": "Uitloop tot en met",
            "joins": "Gemeente gaat meedoen",
            "leaves": "Gemeente stopt",
            "text": "Tekst",
        }[self.value]
