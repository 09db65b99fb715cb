"""Pages of tenders: for inkoop, and for the market."""

from tenders.procedures.views import buyer, chain, demands, lots, market, preparation, publishing, questions
from tenders.procedures.views.blueprint import bp

__all__ = ["bp", "buyer", "chain", "demands", "lots", "market", "preparation", "publishing", "questions"]
