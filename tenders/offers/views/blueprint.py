"""The blueprint, and what every page of an offer needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, url_for

from portal import clock
from tenders.offers import exports, queries, rules, uea
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tenders.procedures.states import ProcedureState

bp = Blueprint("tenders_offers", __name__)


def is_open(offer: Offer) -> bool:
    """Say whether the tender still takes offers at this moment."""
    deadline = offer.procedure.submission_deadline_at
    published = offer.procedure.state is ProcedureState.PUBLISHED
    return published and deadline is not None and rules.in_time(clock.now(), deadline)


def may_edit(offer: Offer) -> bool:
    """Say whether the draft can be changed at this moment."""
    return offer.state is OfferState.DRAFT and is_open(offer)


def crumbs(offer: Offer, last: str = "") -> list[tuple[str, str | None]]:
    """Return the path to a page of an offer."""
    trail: list[tuple[str, str | None]] = [("Mijn inschrijvingen", url_for("tenders_offers.index"))]
    if not last:
        return [*trail, (offer.procedure.number, None)]
    return [
        *trail,
        (offer.procedure.number, url_for("tenders_offers.show", number=offer.number)),
        (last, None),
    ]


def frame(offer: Offer, last: str = "") -> dict[str, Any]:
    """Return what the templates of an offer share."""
    return {
        "offer": offer,
        "procedure": offer.procedure,
        "crumbs": crumbs(offer, last),
        "open": is_open(offer),
        "editable": may_edit(offer),
        "changed": is_open(offer) and queries.changed_since(offer),
        "handed_in": None if is_open(offer) else queries.hash_that_counts(offer, clock.now()),
        "promise": exports.promise,
        "uea_items": uea.ITEMS,
        "rate_text": lambda rate: f"€ {rules.dutch(Decimal(rate))}",
    }


def cookie_name(offer: Offer) -> str:
    """Name the cookie that holds the wijzigingscode of an offer."""
    return f"wijzigingscode-{offer.number}"
