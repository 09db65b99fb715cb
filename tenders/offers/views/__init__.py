"""The pages of an offer, for the provider whose offer it is."""

from tenders.offers.views import decide, declaration, parts, receipt, whole  # noqa: F401 - they add their routes
from tenders.offers.views.blueprint import bp

__all__ = ["bp"]
