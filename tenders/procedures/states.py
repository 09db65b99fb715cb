"""The life of a tender (procedure), its lots and its questions, on one screen.

Stored states change by an act of a person. Whether a published tender is open or closed follows from
the clock: see ``rules.phase_at``.
"""

from enum import StrEnum

from portal.states import Machine


class ProcedureState(StrEnum):
    PREPARATION = "preparation"
    PUBLISHED = "published"
    OPENED = "opened"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


class ProcedureAction(StrEnum):
    PUBLISH = "publish"
    OPEN = "open"
    AWARD = "award"
    WITHDRAW = "withdraw"


PROCEDURE = Machine(
    initial=ProcedureState.PREPARATION,
    table={
        (ProcedureState.PREPARATION, ProcedureAction.PUBLISH): ProcedureState.PUBLISHED,
        (ProcedureState.PUBLISHED, ProcedureAction.OPEN): ProcedureState.OPENED,
        (ProcedureState.OPENED, ProcedureAction.AWARD): ProcedureState.AWARDED,
        (ProcedureState.PUBLISHED, ProcedureAction.WITHDRAW): ProcedureState.WITHDRAWN,
        (ProcedureState.OPENED, ProcedureAction.WITHDRAW): ProcedureState.WITHDRAWN,
    },
)


class LotState(StrEnum):
    OPEN = "open"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


class LotAction(StrEnum):
    AWARD = "award"
    WITHDRAW = "withdraw"


LOT = Machine(
    initial=LotState.OPEN,
    table={
        (LotState.OPEN, LotAction.AWARD): LotState.AWARDED,
        (LotState.OPEN, LotAction.WITHDRAW): LotState.WITHDRAWN,
    },
)


class QuestionState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {"asked": "Onbeantwoord", "answered": "Antwoord klaar", "published": "Beantwoord"}[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {"asked": ("info", "clock"), "answered": ("info", "pencil"), "published": ("good", "check")}[
            self.value
        ]


class QuestionAction(StrEnum):
    ANSWER = "answer"
    PUBLISH = "publish"


QUESTION = Machine(
    initial=QuestionState.ASKED,
    table={
        (QuestionState.ASKED, QuestionAction.ANSWER): QuestionState.ANSWERED,
        (QuestionState.ANSWERED, QuestionAction.ANSWER): QuestionState.ANSWERED,
        (QuestionState.ANSWERED, QuestionAction.PUBLISH): QuestionState.PUBLISHED,
    },
)


class Phase(StrEnum):
    """What a person sees: derived from state and clock, never stored."""

    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    ASSESSMENT = "assessment"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "preparation": "Voorbereiding",
            "open": "Open",
            "closed": "Kluis dicht",
            "assessment": "Beoordelen",
            "awarded": "Gegund",
            "withdrawn": "Ingetrokken",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "preparation": ("none", "pencil"),
            "open": ("info", "clock"),
            "closed": ("info", "lock"),
            "assessment": ("info", "pencil"),
            "awarded": ("good", "check"),
            "withdrawn": ("none", "dash"),
        }[self.value]


class CaseRole(StrEnum):
    """A role in the team of one tender, not of the organisation."""

    LEADER = "procesleider"
    ASSESSOR = "beoordelaar"
    KEY_HOLDER = "sleutelhouder"
    CHAIR = "voorzitter"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return self.value


class Participation(StrEnum):
    PARTICIPANT = "deelnemend"
    OPTIONAL = "optioneel"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "deelnemend": "deelnemend",
            "optioneel": "optioneel deelnemend",
        }[self.value]


class RequirementKind(StrEnum):
    SUITABILITY = "suitability"
    KNOCK_OUT = "knock_out"
    SPECIFICATION = "specification"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "suitability": "Geschiktheidseis",
            "knock_out": "Knock-outeis",
            "specification": "Programma van eisen",
        }[self.value]


class PriceModel(StrEnum):
    OPEN = "open"
    FIXED = "fixed"
    CEILING = "ceiling"
    BAND = "band"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "open": "open prijs",
            "fixed": "vaste prijs",
            "ceiling": "plafondprijs",
            "band": "bandbreedte",
        }[self.value]


class PriceFormula(StrEnum):
    WEIGHTED_FACTOR = "weighted_factor"


class OutsideBounds(StrEnum):
    """What happens to a total price outside Pmin and Pmax; fixed before publication."""

    CAP = "cap"
    EXCLUDE = "exclude"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "cap": "de punten stoppen bij de grens",
            "exclude": "de inschrijving valt af",
        }[self.value]


class DocumentKind(StrEnum):
    GUIDE = "guide"
    SPECIFICATION = "specification"
    CONTRACT = "contract"
    FORM = "form"
    ANNEX = "annex"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "guide": "Aanbestedingsleidraad",
            "specification": "Programma van eisen",
            "contract": "Conceptcontract",
            "form": "Formulier",
            "annex": "Bijlage",
        }[self.value]


class NoticeKind(StrEnum):
    PRIOR = "prior"
    CONTRACT = "contract"
    CHANGE = "change"
    AWARD = "award"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "prior": "Vooraankondiging",
            "contract": "Aankondiging",
            "change": "Rectificatie",
            "award": "Aankondiging gegunde opdracht",
        }[self.value]
