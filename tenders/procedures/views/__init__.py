"""Pages of tenders: for inkoop, and for the market."""

from tenders.procedures.views import buyer, chain, changes, demands, lots, market, outage, preparation, publishing, questions
from tenders.procedures.views.blueprint import bp

__all__ = ["bp", "buyer", "chain", "changes", "demands", "lots", "market", "outage", "preparation", "publishing", "questions"]
