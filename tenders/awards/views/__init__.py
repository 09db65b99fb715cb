"""The pages of judging, of the decision, and of the bidder."""

from tenders.awards.views import decisions, judging, provider
from tenders.awards.views.blueprint import bp

__all__ = ["bp", "decisions", "judging", "provider"]
