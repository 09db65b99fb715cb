"""What a key rests on, and the life of a version of it."""

from enum import StrEnum

from portal.states import Machine


class KeyBasis(StrEnum):
    """What the weights of a key are."""

    PARTICIPANTS = "participants"
    INHABITANTS = "inhabitants"
    TAAKSTELLING = "taakstelling"
    PERCENTAGE = "percentage"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "participants": "deelnemers in de maand van de prestatie",
            "inhabitants": "inwoners",
            "taakstelling": "taakstelling",
            "percentage": "vaste percentages",
        }[self.value]


class KeyState(StrEnum):
    """Where a version stands: asked of the municipalities, in force, or refused by one of them."""

    ASKED = "asked"
    FIXED = "fixed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"asked": "Akkoord gevraagd", "fixed": "Vastgesteld", "refused": "Niet akkoord"}[self.value]


class KeyAction(StrEnum):
    """What can happen to a version."""

    FIX = "fix"
    REFUSE = "refuse"


KEY: Machine[KeyState, KeyAction] = Machine(
    initial=KeyState.ASKED,
    table={
        (KeyState.ASKED, KeyAction.FIX): KeyState.FIXED,
        (KeyState.ASKED, KeyAction.REFUSE): KeyState.REFUSED,
    },
)


class Recovery(StrEnum):
    """Whether a municipality gets the btw on a product back from the btw-compensatiefonds (BCF)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"yes": "ja", "no": "nee", "unknown": "onbekend"}[self.value]
