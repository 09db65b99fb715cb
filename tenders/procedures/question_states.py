"""The life of a question and of the confidence in which it was asked."""

from enum import StrEnum

from portal.states import Machine


class QuestionState(StrEnum):
    ASKED = "asked"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    PUBLISHED = "published"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "asked": "Onbeantwoord",
            "drafted": "Conceptantwoord",
            "answered": "Antwoord klaar",
            "published": "Beantwoord",
            "replied": "Vertrouwelijk beantwoord",
            "withdrawn": "Teruggetrokken",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "asked": ("info", "clock"),
            "drafted": ("info", "pencil"),
            "answered": ("info", "half"),
            "published": ("good", "check"),
            "replied": ("good", "lock"),
            "withdrawn": ("none", "dash"),
        }[self.value]


class QuestionAction(StrEnum):
    DRAFT = "draft"
    ANSWER = "answer"
    PUBLISH = "publish"
    REPLY = "reply"
    WITHDRAW = "withdraw"


_OPEN_QUESTION = (QuestionState.ASKED, QuestionState.DRAFTED, QuestionState.ANSWERED)
QUESTION = Machine(
    initial=QuestionState.ASKED,
    table={
        **{(state, QuestionAction.DRAFT): QuestionState.DRAFTED for state in _OPEN_QUESTION},
        **{(state, QuestionAction.ANSWER): QuestionState.ANSWERED for state in _OPEN_QUESTION},
        **{(state, QuestionAction.WITHDRAW): QuestionState.WITHDRAWN for state in _OPEN_QUESTION},
        (QuestionState.ANSWERED, QuestionAction.PUBLISH): QuestionState.PUBLISHED,
        (QuestionState.ANSWERED, QuestionAction.REPLY): QuestionState.REPLIED,
    },
)


class Confidentiality(StrEnum):
    """Whether the answer to a question is for its asker only, and who decided what about it."""

    NONE = "none"
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        """The Dutch words for the screen; nothing for an ordinary question."""
        return {
            "none": "",
            "asked": "Vertrouwelijk gevraagd",
            "granted": "Vertrouwelijk",
            "refused": "Vertrouwelijkheid afgewezen",
            "accepted": "Mag gepubliceerd worden",
        }[self.value]


class ConfidentialityAction(StrEnum):
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"
    ACCEPT = "accept"


CONFIDENTIALITY = Machine(
    initial=Confidentiality.NONE,
    table={
        (Confidentiality.NONE, ConfidentialityAction.ASK): Confidentiality.ASKED,
        (Confidentiality.ASKED, ConfidentialityAction.GRANT): Confidentiality.GRANTED,
        (Confidentiality.ASKED, ConfidentialityAction.REFUSE): Confidentiality.REFUSED,
        (Confidentiality.REFUSED, ConfidentialityAction.ACCEPT): Confidentiality.ACCEPTED,
    },
)
