"""The pages of judging, of the decision, of what follows, and of the bidder."""

from tenders.awards.views import again, checking, closing, complaints, decisions, judging, provider, trial
from tenders.awards.views.blueprint import bp

__all__ = ["again", "bp", "checking", "closing", "complaints", "decisions", "judging", "provider", "trial"]
