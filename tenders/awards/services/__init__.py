"""Everything that changes while offers are judged and awarded."""

from tenders.awards.services.advice import change_award, change_letter, decide_approval, draw_up_award
from tenders.awards.services.ending import end_court, make_final, open_letter, register_court, withdraw_award
from tenders.awards.services.judging import (
    Entry,
    decide_requirement,
    declare_interests,
    fix_quality,
    objections_to_price,
    record_consensus,
    save_scores,
)
from tenders.awards.services.ranking import make_ranking
from tenders.awards.services.sending import preview, send_award, sending_facts, standstill_for

__all__ = [
    "Entry",
    "change_award",
    "change_letter",
    "decide_approval",
    "decide_requirement",
    "declare_interests",
    "draw_up_award",
    "end_court",
    "fix_quality",
    "make_final",
    "make_ranking",
    "objections_to_price",
    "open_letter",
    "preview",
    "record_consensus",
    "register_court",
    "save_scores",
    "send_award",
    "sending_facts",
    "standstill_for",
    "withdraw_award",
]
