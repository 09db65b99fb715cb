"""The life of an offer (inschrijving) and the kinds of its parts and answers."""

from enum import StrEnum

from portal.states import Machine


class OfferState(StrEnum):
    """Where an offer stands for the provider."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"


class OfferAction(StrEnum):
    """What can happen to an offer."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    RESTART = "restart"
    OPEN = "open"


OFFER = Machine(
    initial=OfferState.DRAFT,
    table={
        (OfferState.DRAFT, OfferAction.SUBMIT): OfferState.SUBMITTED,
        (OfferState.SUBMITTED, OfferAction.TAKE_BACK): OfferState.DRAFT,
        (OfferState.SUBMITTED, OfferAction.WITHDRAW): OfferState.WITHDRAWN,
        (OfferState.WITHDRAWN, OfferAction.RESTART): OfferState.DRAFT,
        (OfferState.SUBMITTED, OfferAction.OPEN): OfferState.OPENED,
    },
)


class SubmissionKind(StrEnum):
    """What the signed receipt is about."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class PartKind(StrEnum):
    """What a sealed file holds."""

    MANIFEST = "manifest"
    FILE = "file"
    PRICES = "prices"


class PartState(StrEnum):
    """Whether a sealed file has been opened, and how that went."""

    SEALED = "sealed"
    OPENED = "opened"
    DAMAGED = "damaged"


class PartyRole(StrEnum):
    """In which role an organisation takes part in an offer."""

    LEAD = "lead"
    COMBINANT = "combinant"
    SUBCONTRACTOR = "onderaannemer"
    THIRD = "derde"


class Stance(StrEnum):
    """How an offer answers a requirement; equivalent is never an automatic knock-out (T5)."""

    YES = "yes"
    EQUIVALENT = "equivalent"
    NO = "no"

    @property
    def label(self) -> str:
        """The Dutch words on screens and in the record."""
        return {
            "yes": "Ja, wij voldoen",
            "equivalent": "Wij voldoen op een gelijkwaardige manier",
            "no": "Nee, wij voldoen niet",
        }[self.value]
