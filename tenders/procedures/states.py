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
    QUESTIONS = "questions"
    OPEN = "open"
    CLOSED = "closed"
    ASSESSMENT = "assessment"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


class LegalStatus(StrEnum):
    LAW = "wet"
    OWN_CHOICE = "eigen keuze"


class CaseRole(StrEnum):
    """A role in the team of one tender, not of the organisation."""

    LEADER = "procesleider"
    ASSESSOR = "beoordelaar"
    KEY_HOLDER = "sleutelhouder"
    CHAIR = "voorzitter"


class Participation(StrEnum):
    PARTICIPANT = "deelnemend"
    OPTIONAL = "optioneel"


class RequirementKind(StrEnum):
    SUITABILITY = "suitability"
    KNOCK_OUT = "knock_out"
    SPECIFICATION = "specification"


class PriceModel(StrEnum):
    OPEN = "open"
    FIXED = "fixed"
    CEILING = "ceiling"
    BAND = "band"


class PriceFormula(StrEnum):
    WEIGHTED_FACTOR = "weighted_factor"


class OutsideBounds(StrEnum):
    """What happens to a total price outside Pmin and Pmax; fixed before publication."""

    CAP = "cap"
    EXCLUDE = "exclude"


class DocumentKind(StrEnum):
    GUIDE = "guide"
    SPECIFICATION = "specification"
    CONTRACT = "contract"
    FORM = "form"
    ANNEX = "annex"


class NoticeKind(StrEnum):
    PRIOR = "prior"
    CONTRACT = "contract"
    CHANGE = "change"
    AWARD = "award"
