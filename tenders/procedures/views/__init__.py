"""Pages of tenders: for inkoop, and for the market."""

from tenders.procedures.views import buyer, demands, lots, market, preparation, publishing, questions
from tenders.procedures.views.blueprint import bp

__all__ = ["bp", "buyer", "demands", "lots", "market", "preparation", "publishing", "questions"]
