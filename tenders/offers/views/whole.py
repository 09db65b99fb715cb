"""The list of offers and the task list of one offer."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit
from portal.access import Permission, current_viewer, requires
from portal.features import Term
from portal.forms import ActForm, act_or_flash, page
from portal.ui import paginate
from tenders.offers import queries, rules, services, strongroom
from tenders.offers.models import Offer
from tenders.offers.states import OfferState
from tenders.offers.views.blueprint import bp, cookie_name, frame, is_open
from tenders.procedures.queries import market_procedure


@bp.route("/inschrijvingen")
@requires(Permission.OFFER_PREPARE)
def index() -> ResponseReturnValue:
    """Every offer of the viewer's organisation."""
    found = paginate(queries.select_offers_of(current_viewer()))
    offers = [(offer, is_open(offer)) for offer in found.items]
    return page("tenders/offers/index.html", offers=offers, found=found)


@bp.route("/inschrijvingen/starten/<number>", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def start(number: str) -> ResponseReturnValue:
    """Begin an offer on a tender, or go to the one that is there."""
    viewer = current_viewer()
    procedure = market_procedure(viewer, number)
    existing = queries.own_offer(viewer, procedure)
    if existing is not None:
        return redirect(url_for(".show", number=existing.number))
    form = ActForm()
    if form.validate_on_submit() and form.accepts(services.start_offer, procedure, by=viewer):
        flash("Uw inschrijving is begonnen. Zij is nog niet ingediend.")
        return redirect(url_for(".show", number=form.result.number))
    return page("tenders/offers/start.html", form=form, procedure=procedure)


@bp.route("/inschrijvingen/<number>")
@requires(Permission.OFFER_PREPARE)
def show(number: str) -> ResponseReturnValue:
    """The task list of a draft, or where a submitted offer stands."""
    offer = queries.offer_for(current_viewer(), number)
    context = frame(offer) | {
        "history": audit.history_of(offer),
        "receipts": queries.submissions_of(offer),
        "standing": queries.standing_submission(offer),
        "terms": _terms(offer),
        "has_code": cookie_name(offer) in request.cookies,
    }
    if offer.state is not OfferState.DRAFT:
        return page("tenders/offers/submitted.html", **context)
    draft = strongroom.read_draft(offer)
    asked = queries.asked_of(offer.procedure)
    parts = rules.parts_of(asked, draft)
    return page(
        "tenders/offers/show.html",
        draft=draft,
        asked=asked,
        parts=parts,
        done=sum(part.done for part in parts),
        **context,
    )


def _terms(offer: Offer) -> list[Term]:
    procedure = offer.procedure
    found = []
    for instant, text in (
        (procedure.published_at, "Gepubliceerd"),
        (procedure.questions_close_at, "Vragenronde sluit"),
        (procedure.submission_deadline_at, "Sluiting"),
    ):
        if instant is not None:
            found.append(Term(instant.date(), text, ""))
    if procedure.award_planned_on is not None:
        found.append(Term(procedure.award_planned_on, "Voorlopige gunning", ""))
    return found


@bp.route("/inschrijvingen/<number>/opnieuw", methods=["POST"])
@requires(Permission.OFFER_PREPARE)
def restart(number: str) -> ResponseReturnValue:
    """Begin anew after a withdrawal."""
    viewer = current_viewer()
    offer = queries.offer_for(viewer, number)
    if act_or_flash(services.restart, offer, by=viewer):
        flash("U begint opnieuw met een leeg concept.")
    return redirect(url_for(".show", number=number))
