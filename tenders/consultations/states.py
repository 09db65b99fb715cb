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
