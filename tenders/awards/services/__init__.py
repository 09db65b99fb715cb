"""Everything that changes while offers are judged and awarded."""

from tenders.awards.services.advice import (
    change_award,
    change_letter,
    decide_approval,
    draw_up_award,
    settle_refusal,
)
from tenders.awards.services.checking import (
    Upload,
    answer_evidence,
    answer_inquiry,
    ask_bidder,
    ask_evidence,
    decide_inquiry,
    find_evidence,
    last_day_to_answer,
    record_answer,
    term_of_inquiry,
)
from tenders.awards.services.closing import confirm_drawing, draw_lots, end_lot, link_again, run_again
from tenders.awards.services.complaints import complain, decide_complaint, take_complaint, withdraw_complaint
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
from tenders.awards.services.notices import (
    NoticeTimes,
    bundle_notice,
    plan_notice,
    publish_outcome,
    record_award_notice,
)
from tenders.awards.services.ranking import make_ranking
from tenders.awards.services.reassessing import judge_again
from tenders.awards.services.seeding import seed_award_rules
from tenders.awards.services.sending import preview, send_award, sending_facts, standstill_for
from tenders.awards.services.trying import try_on_fictional, try_on_real

__all__ = [
    "Entry",
    "NoticeTimes",
    "Upload",
    "answer_evidence",
    "answer_inquiry",
    "ask_bidder",
    "ask_evidence",
    "bundle_notice",
    "change_award",
    "change_letter",
    "complain",
    "confirm_drawing",
    "decide_approval",
    "decide_complaint",
    "decide_inquiry",
    "decide_requirement",
    "declare_interests",
    "draw_lots",
    "draw_up_award",
    "end_court",
    "end_lot",
    "find_evidence",
    "fix_quality",
    "judge_again",
    "last_day_to_answer",
    "link_again",
    "make_final",
    "make_ranking",
    "objections_to_price",
    "open_letter",
    "plan_notice",
    "preview",
    "publish_outcome",
    "record_answer",
    "record_award_notice",
    "run_again",
    "record_consensus",
    "register_court",
    "save_scores",
    "seed_award_rules",
    "send_award",
    "sending_facts",
    "settle_refusal",
    "standstill_for",
    "take_complaint",
    "term_of_inquiry",
    "try_on_fictional",
    "try_on_real",
    "withdraw_award",
    "withdraw_complaint",
]
