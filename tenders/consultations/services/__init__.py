"""What can be done with a market consultation; each act locks, asks the rules, changes and leaves a trail."""

from tenders.consultations.services.editing import (
    add_question,
    change_consultation,
    create_consultation,
    open_consultation,
    remove_question,
    withdraw_consultation,
)
from tenders.consultations.services.inviting import invite
from tenders.consultations.services.reporting import (
    add_finding,
    after_report,
    change_finding,
    publish_report,
    remove_finding,
    save_report,
)
from tenders.consultations.services.responding import (
    FILE_KINDS,
    MAX_FILE_MB,
    AnswerInput,
    hand_in,
    reopen_response,
    save_response,
    submit_response,
)
from tenders.consultations.services.stakeholders import (
    adopt_policy_list,
    remove_stakeholder,
    save_stakeholder,
)

__all__ = [
    "FILE_KINDS",
    "MAX_FILE_MB",
    "AnswerInput",
    "add_finding",
    "add_question",
    "adopt_policy_list",
    "after_report",
    "change_consultation",
    "change_finding",
    "create_consultation",
    "hand_in",
    "invite",
    "open_consultation",
    "publish_report",
    "remove_finding",
    "remove_question",
    "remove_stakeholder",
    "reopen_response",
    "save_report",
    "save_response",
    "save_stakeholder",
    "submit_response",
    "withdraw_consultation",
]
