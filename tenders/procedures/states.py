"""The life of a tender (procedure), its lots and its questions, on one screen.

Stored states change by an act of a person. Whether a published tender is open or closed follows from
the clock: see ``rules.phase_at``.
"""

from enum import StrEnum

from portal.states import Machine
from tenders.procedures.pricing import PriceFormula as PriceFormula
from tenders.procedures.question_states import (
    CONFIDENTIALITY as CONFIDENTIALITY,
    QUESTION as QUESTION,
    Confidentiality as Confidentiality,
    ConfidentialityAction as ConfidentialityAction,
    QuestionAction as QuestionAction,
    QuestionState as QuestionState,
)


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
    SECOND = "tweede persoon"
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
    EXCLUSION = "exclusion"
    SUITABILITY = "suitability"
    KNOCK_OUT = "knock_out"
    SPECIFICATION = "specification"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "exclusion": "Uitsluitingsgrond",
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


class RequirementAspect(StrEnum):
    """What a requirement is about, where that brings rules of its own (practice T5, S7, S8)."""

    OTHER = ""
    DIPLOMA = "diploma"
    REFERENCE = "reference"
    TURNOVER = "turnover"
    SOCIAL_RETURN = "social_return"
    SUSTAINABLE = "sustainable"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "": "iets anders",
            "diploma": "diploma-erkenning",
            "reference": "referentie voor een kerncompetentie",
            "turnover": "omzet",
            "social_return": "social return",
            "sustainable": "maatschappelijk verantwoord inkopen",
        }[self.value]


class DistributionRule(StrEnum):
    """Who of several winners gets the next aanmelding (practice T10)."""

    RANKING = "ranking"
    FIXED = "fixed"
    CHOICE = "choice"
    FASTEST = "fastest"
    NEAREST = "nearest"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "ranking": "rangorde",
            "fixed": "vaste verdeling",
            "choice": "keuze van de deelnemer",
            "fastest": "snelste start",
            "nearest": "kortste reistijd",
        }[self.value]


class ChangeKind(StrEnum):
    """What a rectification is."""

    CHANGE = "change"
    EXTENSION = "extension"
    OUTAGE = "outage"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "change": "Rectificatie",
            "extension": "Langere termijn",
            "outage": "Langere termijn na een storing",
        }[self.value]


class ChangeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class ChangeAction(StrEnum):
    PUBLISH = "publish"


CHANGE = Machine(
    initial=ChangeState.DRAFT,
    table={(ChangeState.DRAFT, ChangeAction.PUBLISH): ChangeState.PUBLISHED},
)


class LineKind(StrEnum):
    """What a line of a rectification changes."""

    DOCUMENT = "document"
    SUMMARY = "summary"
    REQUIREMENT = "requirement"
    CRITERION = "criterion"
    DATE = "date"
