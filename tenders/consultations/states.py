"""The life of a market consultation and of one provider's response."""

from enum import StrEnum

from portal.states import Machine


class ConsultationState(StrEnum):
    """Stored state; whether an open consultation still takes responses follows from the clock."""

    DRAFT = "draft"
    OPEN = "open"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"


class ConsultationAction(StrEnum):
    OPEN = "open"
    PUBLISH_REPORT = "publish_report"
    WITHDRAW = "withdraw"


CONSULTATION = Machine(
    initial=ConsultationState.DRAFT,
    table={
        (ConsultationState.DRAFT, ConsultationAction.OPEN): ConsultationState.OPEN,
        (ConsultationState.OPEN, ConsultationAction.PUBLISH_REPORT): ConsultationState.REPORTED,
        (ConsultationState.DRAFT, ConsultationAction.WITHDRAW): ConsultationState.WITHDRAWN,
        (ConsultationState.OPEN, ConsultationAction.WITHDRAW): ConsultationState.WITHDRAWN,
    },
)


class ResponseState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class ResponseAction(StrEnum):
    SUBMIT = "submit"
    REOPEN = "reopen"


RESPONSE = Machine(
    initial=ResponseState.DRAFT,
    table={
        (ResponseState.DRAFT, ResponseAction.SUBMIT): ResponseState.SUBMITTED,
        (ResponseState.SUBMITTED, ResponseAction.REOPEN): ResponseState.DRAFT,
    },
)


class ConsultationPhase(StrEnum):
    """What a person sees: derived from state and clock, never stored."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "draft": "Concept",
            "open": "Open",
            "closed": "Verslag maken",
            "reported": "Verslag gepubliceerd",
            "withdrawn": "Ingetrokken",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "draft": ("none", "pencil"),
            "open": ("info", "clock"),
            "closed": ("info", "pencil"),
            "reported": ("good", "check"),
            "withdrawn": ("none", "dash"),
        }[self.value]


class AnswerKind(StrEnum):
    """What a question asks for."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"
    FILE = "file"

    @property
    def label(self) -> str:
        """The Dutch words for the list of kinds."""
        return {
            "text": "Open vraag",
            "choice": "Keuze uit antwoorden",
            "number": "Getal",
            "yes_no": "Ja of nee, met toelichting",
            "file": "Bestand",
        }[self.value]


class Level(StrEnum):
    """How much influence or interest a stakeholder has."""

    HIGH = "high"
    LOW = "low"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"high": "veel", "low": "weinig"}[self.value]


class Quadrant(StrEnum):
    """Where influence × interest puts a stakeholder, in the words of the policy document."""

    KEY = "key"
    INFLUENCER = "influencer"
    INTERESTED = "interested"
    ONLOOKER = "onlooker"

    @property
    def label(self) -> str:
        """The Dutch words for the heading."""
        return {
            "key": "Sleutelfiguren",
            "influencer": "Beïnvloeders",
            "interested": "Geïnteresseerden",
            "onlooker": "Toeschouwers",
        }[self.value]

    @property
    def meaning(self) -> str:
        """Say what stands for it."""
        return {
            "key": "veel invloed, veel belang",
            "influencer": "veel invloed, weinig belang",
            "interested": "weinig invloed, veel belang",
            "onlooker": "weinig invloed, weinig belang",
        }[self.value]
