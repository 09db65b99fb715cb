"""The life of a judging, of a decision, and of everything that is asked, agreed or complained about around it."""

from enum import StrEnum

from portal.states import Machine
from tenders.procedures.states import PriceFormula


class AssessmentState(StrEnum):
    SCORING = "scoring"
    FIXED = "fixed"


class AssessmentAction(StrEnum):
    FIX = "fix"


class AssessmentCause(StrEnum):
    """Why a lot is judged (again)."""

    FIRST = "first"
    COURT = "court"
    OWN = "own"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"first": "eerste beoordeling", "court": "opdracht van de rechter", "own": "eigen besluit"}[self.value]


ASSESSMENT = Machine(
    initial=AssessmentState.SCORING,
    table={(AssessmentState.SCORING, AssessmentAction.FIX): AssessmentState.FIXED},
)


class AwardState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    COURT = "court"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    FINAL = "final"


class AwardAction(StrEnum):
    SEND = "send"
    GO_TO_COURT = "go_to_court"
    END_COURT = "end_court"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    FINALISE = "finalise"


AWARD = Machine(
    initial=AwardState.DRAFT,
    table={
        (AwardState.DRAFT, AwardAction.SEND): AwardState.SENT,
        (AwardState.DRAFT, AwardAction.WITHDRAW): AwardState.WITHDRAWN,
        (AwardState.SENT, AwardAction.GO_TO_COURT): AwardState.COURT,
        (AwardState.COURT, AwardAction.END_COURT): AwardState.SENT,
        (AwardState.SENT, AwardAction.WITHDRAW): AwardState.WITHDRAWN,
        (AwardState.COURT, AwardAction.WITHDRAW): AwardState.WITHDRAWN,
        (AwardState.SENT, AwardAction.REPLACE): AwardState.REPLACED,
        (AwardState.COURT, AwardAction.REPLACE): AwardState.REPLACED,
        (AwardState.SENT, AwardAction.FINALISE): AwardState.FINAL,
    },
)


class ApprovalState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


class ApprovalAction(StrEnum):
    AGREE = "agree"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"


APPROVAL = Machine(
    initial=ApprovalState.ASKED,
    table={
        (ApprovalState.ASKED, ApprovalAction.AGREE): ApprovalState.AGREED,
        (ApprovalState.ASKED, ApprovalAction.REFUSE): ApprovalState.REFUSED,
        (ApprovalState.REFUSED, ApprovalAction.AGREE): ApprovalState.AGREED,
        (ApprovalState.AGREED, ApprovalAction.ASK_AGAIN): ApprovalState.ASKED,
        (ApprovalState.REFUSED, ApprovalAction.ASK_AGAIN): ApprovalState.ASKED,
    },
)


class RefusalConsequence(StrEnum):
    """What happens to a lot when one municipality refuses the advice (practice S6)."""

    OTHERS = "others"
    AGAIN = "again"
    NONE = "none"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "others": "gunnen voor de andere gemeenten",
            "again": "het perceel opnieuw aanbesteden",
            "none": "het perceel niet gunnen",
        }[self.value]


class RequirementVerdict(StrEnum):
    """What a person decided about a requirement; 'equivalent' is a full yes (Wi2021 art. 16 lid 3)."""

    MEETS = "meets"
    EQUIVALENT = "equivalent"
    NOT_MET = "not_met"


# What is asked of a bidder ------------------------------------------------------------------------------


class EvidenceFor(StrEnum):
    """When a piece of evidence is asked: always, or for each requirement of a sort."""

    ALWAYS = "always"
    EXCLUSION = "exclusion"
    KEURMERK = "keurmerk"
    DIPLOMA = "diploma"
    REFERENCE = "reference"


class EvidenceState(StrEnum):
    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    MET = "met"
    FAILED = "failed"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "open": "Nog niet gevraagd",
            "asked": "Gevraagd",
            "answered": "Beantwoord",
            "met": "In orde",
            "failed": "Niet in orde",
            "waived": "Niet nodig",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "open": ("none", "dash"),
            "asked": ("info", "clock"),
            "answered": ("info", "half"),
            "met": ("good", "check"),
            "failed": ("bad", "cross"),
            "waived": ("none", "dash"),
        }[self.value]


class EvidenceAction(StrEnum):
    ASK = "ask"
    ANSWER = "answer"
    ACCEPT = "accept"
    FAIL = "fail"
    WAIVE = "waive"


_UNDECIDED = (EvidenceState.OPEN, EvidenceState.ASKED, EvidenceState.ANSWERED)
EVIDENCE = Machine(
    initial=EvidenceState.OPEN,
    table={
        **{(state, EvidenceAction.ASK): EvidenceState.ASKED for state in (*_UNDECIDED, EvidenceState.FAILED)},
        **{(state, EvidenceAction.ANSWER): EvidenceState.ANSWERED for state in _UNDECIDED},
        (EvidenceState.ANSWERED, EvidenceAction.ACCEPT): EvidenceState.MET,
        (EvidenceState.ANSWERED, EvidenceAction.FAIL): EvidenceState.FAILED,
        (EvidenceState.FAILED, EvidenceAction.ACCEPT): EvidenceState.MET,
        **{(state, EvidenceAction.WAIVE): EvidenceState.WAIVED for state in _UNDECIDED},
    },
)


class InquiryKind(StrEnum):
    """What a bidder is asked about."""

    REPAIR = "repair"
    LOW_PRICE = "low_price"
    RELATED = "related"
    HEARING = "hearing"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "repair": "Herstel van een gebrek",
            "low_price": "Uitleg over een lage prijs",
            "related": "Onafhankelijkheid van twee inschrijvingen",
            "hearing": "Voornemen tot uitsluiting",
        }[self.value]


class InquiryState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    KEPT = "kept"
    EXCLUDED = "excluded"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "asked": "Gevraagd",
            "answered": "Beantwoord",
            "kept": "Inschrijving blijft meedoen",
            "excluded": "Uitgesloten",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "asked": ("info", "clock"),
            "answered": ("info", "half"),
            "kept": ("good", "check"),
            "excluded": ("bad", "cross"),
        }[self.value]


class InquiryAction(StrEnum):
    ANSWER = "answer"
    KEEP = "keep"
    EXCLUDE = "exclude"


INQUIRY = Machine(
    initial=InquiryState.ASKED,
    table={
        (InquiryState.ASKED, InquiryAction.ANSWER): InquiryState.ANSWERED,
        (InquiryState.ANSWERED, InquiryAction.ANSWER): InquiryState.ANSWERED,
        **{(state, InquiryAction.KEEP): InquiryState.KEPT for state in (InquiryState.ASKED, InquiryState.ANSWERED)},
        **{
            (state, InquiryAction.EXCLUDE): InquiryState.EXCLUDED
            for state in (InquiryState.ASKED, InquiryState.ANSWERED)
        },
    },
)


# Endings, notices, complaints, trials -------------------------------------------------------------------


class EndingKind(StrEnum):
    """Why a lot ended without an award."""

    NO_OFFERS = "no_offers"
    NONE_SUITABLE = "none_suitable"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "no_offers": "Er zijn geen inschrijvingen",
            "none_suitable": "Geen inschrijving voldoet",
            "refused": "Een deelnemende gemeente is niet akkoord",
            "withdrawn": "Wij trekken het perceel in",
        }[self.value]


class EndingSequel(StrEnum):
    """What comes after a lot that was not awarded."""

    AGAIN = "again"
    NEGOTIATE = "negotiate"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "again": "Opnieuw aanbesteden",
            "negotiate": "Onderhandelen zonder aankondiging",
            "nothing": "Niets: de opdracht vervalt",
        }[self.value]


class NoticeOutcome(StrEnum):
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"awarded": "gegund", "not_awarded": "niet gegund"}[self.value]


class ComplaintState(StrEnum):
    RECEIVED = "received"
    HANDLED = "handled"
    FOUNDED = "founded"
    UNFOUNDED = "unfounded"
    NOT_HANDLED = "not_handled"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch words for the badge."""
        return {
            "received": "Ontvangen",
            "handled": "In behandeling",
            "founded": "Gegrond",
            "unfounded": "Ongegrond",
            "not_handled": "Niet in behandeling genomen",
            "withdrawn": "Ingetrokken",
        }[self.value]

    @property
    def look(self) -> tuple[str, str]:
        """Tone and sign of the badge."""
        return {
            "received": ("info", "clock"),
            "handled": ("info", "half"),
            "founded": ("near", "check"),
            "unfounded": ("none", "check"),
            "not_handled": ("none", "dash"),
            "withdrawn": ("none", "dash"),
        }[self.value]


class ComplaintAction(StrEnum):
    TAKE = "take"
    FIND = "find"
    REJECT = "reject"
    LEAVE = "leave"
    WITHDRAW = "withdraw"


COMPLAINT = Machine(
    initial=ComplaintState.RECEIVED,
    table={
        (ComplaintState.RECEIVED, ComplaintAction.TAKE): ComplaintState.HANDLED,
        (ComplaintState.RECEIVED, ComplaintAction.WITHDRAW): ComplaintState.WITHDRAWN,
        (ComplaintState.HANDLED, ComplaintAction.FIND): ComplaintState.FOUNDED,
        (ComplaintState.HANDLED, ComplaintAction.REJECT): ComplaintState.UNFOUNDED,
        (ComplaintState.HANDLED, ComplaintAction.LEAVE): ComplaintState.NOT_HANDLED,
        (ComplaintState.HANDLED, ComplaintAction.WITHDRAW): ComplaintState.WITHDRAWN,
    },
)


class TrialKind(StrEnum):
    FICTIONAL = "fictional"
    REAL = "real"


Formula = PriceFormula
