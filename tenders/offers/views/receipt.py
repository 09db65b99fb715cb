"""Receipts on screen, as PDF and as a bundle to check elsewhere; the own copy of an offer."""

from __future__ import annotations

import json

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.config import current_settings
from portal.documents import attachment
from portal.errors import NotFound, Refused
from portal.forms import page
from tenders.offers import exports, queries, receipts, strongroom, submitting
from tenders.offers.content import Draft
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tenders.offers.views.blueprint import bp, cookie_name, frame


@bp.route("/inschrijvingen/<number>/bewijs/<int:version>")
@requires(Permission.OFFER_PREPARE)
def receipt(number: str, version: int) -> ResponseReturnValue:
    """One signed receipt, with the wijzigingscode when this browser has it."""
    offer = queries.offer_for(current_viewer(), number)
    submission = queries.submission_for(offer, version)
    pem = receipts.public_pem(receipts.signing_key(current_settings().server_key))
    standing = queries.standing_submission(offer)
    return page(
        "tenders/offers/receipt.html",
        submission=submission,
        content=json.loads(submission.receipt),
        stands=standing is not None and standing.id == submission.id,
        code=_code(offer),
        key_print=receipts.key_print(pem),
        pem=pem,
        **frame(offer, "Bewijs"),
    )


@bp.route("/inschrijvingen/<number>/bewijs/<int:version>/pdf")
@requires(Permission.OFFER_PREPARE)
def receipt_pdf(number: str, version: int) -> Response:
    """The receipt as PDF; the wijzigingscode is in it when this browser has it."""
    offer = queries.offer_for(current_viewer(), number)
    submission = queries.submission_for(offer, version)
    standing = queries.standing_submission(offer)
    code = _code(offer) if standing is not None and standing.id == submission.id else ""
    return attachment(
        exports.receipt_pdf(submission, code),
        name=f"Bewijs {offer.number} versie {version}.pdf",
        media_type="application/pdf",
    )


@bp.route("/inschrijvingen/<number>/bewijs/<int:version>/zip")
@requires(Permission.OFFER_PREPARE)
def receipt_zip(number: str, version: int) -> Response:
    """The receipt, its signature and the public key: `openssl` checks it without us."""
    offer = queries.offer_for(current_viewer(), number)
    submission = queries.submission_for(offer, version)
    pem = receipts.public_pem(receipts.signing_key(current_settings().server_key))
    return attachment(
        receipts.bundle(submission.receipt, submission.signature, pem),
        name=f"bewijs-{offer.number}-{version}.zip",
        media_type="application/zip",
    )


@bp.route("/inschrijvingen/<number>/eigen-exemplaar")
@requires(Permission.OFFER_PREPARE)
def own_copy(number: str) -> Response:
    """The provider's own copy: the draft, or with the code of this browser what was submitted."""
    offer = queries.offer_for(current_viewer(), number)
    return attachment(
        exports.own_copy(offer, _content(offer), queries.asked_of(offer.procedure)),
        name=f"Eigen exemplaar {offer.number}.zip",
        media_type="application/zip",
    )


def _content(offer: Offer) -> Draft:
    if offer.state is OfferState.DRAFT:
        return strongroom.read_draft(offer)
    try:
        return submitting.read_back(offer, code=_code(offer))
    except Refused:
        raise NotFound from None


def _code(offer: Offer) -> str:
    return request.cookies.get(cookie_name(offer), "")
