"""Pages of market consultations: for inkoop, for providers, and for everyone."""

from tenders.consultations.views import buyer, market, reporting, stakeholders
from tenders.consultations.views.blueprint import bp

__all__ = ["bp", "buyer", "market", "reporting", "stakeholders"]
