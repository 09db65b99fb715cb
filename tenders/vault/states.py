"""The two envelopes of a tender and the life of one opening of an envelope."""

from enum import StrEnum

from portal.states import Machine


class Envelope(StrEnum):
    """The part of an offer that opens on its own moment (envelop)."""

    QUALITY = "quality"
    PRICE = "price"

    @property
    def label(self) -> str:
        """The Dutch word on screens and in letters."""
        return {"quality": "kwaliteit", "price": "prijs"}[self.value]


class OpeningState(StrEnum):
    """Where one attempt to open an envelope stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class OpeningAction(StrEnum):
    """What can happen to an attempt that was asked."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    EXPIRE = "expire"


OPENING = Machine(
    initial=OpeningState.ASKED,
    table={
        (OpeningState.ASKED, OpeningAction.CONFIRM): OpeningState.CONFIRMED,
        (OpeningState.ASKED, OpeningAction.REFUSE): OpeningState.REFUSED,
        (OpeningState.ASKED, OpeningAction.EXPIRE): OpeningState.EXPIRED,
    },
)
