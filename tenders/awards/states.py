"""The life of an assessment, of an award decision, and of a municipality's approval."""

from enum import StrEnum

from portal.states import Machine


class AssessmentState(StrEnum):
    SCORING = "scoring"
    FIXED = "fixed"


class AssessmentAction(StrEnum):
    FIX = "fix"


ASSESSMENT = Machine(
    initial=AssessmentState.SCORING,
    table={(AssessmentState.SCORING, AssessmentAction.FIX): AssessmentState.FIXED},
)


class AwardState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    COURT = "court"
    WITHDRAWN = "withdrawn"
    FINAL = "final"


class AwardAction(StrEnum):
    SEND = "send"
    GO_TO_COURT = "go_to_court"
    END_COURT = "end_court"
    WITHDRAW = "withdraw"
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


class RequirementVerdict(StrEnum):
    """What a person decided about a requirement; 'equivalent' is a full yes (Wi2021 art. 16 lid 3)."""

    MEETS = "meets"
    EQUIVALENT = "equivalent"
    NOT_MET = "not_met"
