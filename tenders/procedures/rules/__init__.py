"""Rules of a tender on plain values: planning, phases, prices, and what a publication needs."""

from tenders.procedures.rules.completeness import (
    LotFacts,
    Missing,
    ProcedureFacts,
    missing_before_publication,
)
from tenders.procedures.rules.content import (
    objections_to_bounds,
    objections_to_criterion,
    objections_to_formula,
    objections_to_question,
    objections_to_requirement,
    objections_to_withdrawal,
    price_model_objections,
)
from tenders.procedures.rules.phases import (
    accepts,
    next_step,
    phase_at,
    question_round_open,
    withdrawal_length,
)
from tenders.procedures.rules.planning import (
    Planning,
    PlanningNote,
    check_planning,
    is_working_day,
    next_working_day,
    previous_working_day,
    propose_planning,
    term_end,
)

__all__ = [
    "LotFacts",
    "Missing",
    "Planning",
    "PlanningNote",
    "ProcedureFacts",
    "accepts",
    "check_planning",
    "is_working_day",
    "missing_before_publication",
    "next_step",
    "next_working_day",
    "objections_to_bounds",
    "objections_to_formula",
    "objections_to_criterion",
    "objections_to_question",
    "objections_to_requirement",
    "objections_to_withdrawal",
    "phase_at",
    "previous_working_day",
    "price_model_objections",
    "propose_planning",
    "question_round_open",
    "term_end",
    "withdrawal_length",
]
