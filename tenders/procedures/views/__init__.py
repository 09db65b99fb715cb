"""Pages of tenders: for inkoop, and for the market."""

from tenders.procedures.views import (
    asking,
    buyer,
    chain,
    changes,
    copying,
    demands,
    findings,
    lots,
    market,
    notas,
    outage,
    preparation,
    publishing,
    questions,
)
from tenders.procedures.views.blueprint import bp

__all__ = [
    "asking",
    "bp",
    "buyer",
    "chain",
    "changes",
    "copying",
    "demands",
    "findings",
    "lots",
    "market",
    "notas",
    "outage",
    "preparation",
    "publishing",
    "questions",
]
