"""Check and submit, read back, withdraw."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, Viewer, current_viewer, requires
from portal.config import Settings
from portal.db import writing
from portal.errors import Refused
from portal.forms import act_or_flash, page
from tenders.offers import content, queries, rules, strongroom, submitting
from tenders.offers.forms import CodeForm, SubmitForm, WithdrawForm
from tenders.offers.models import Offer, Submission
from tenders.offers.states import OfferState
from tenders.offers.submitting import TooLate
from tenders.offers.views.blueprint import bp, cookie_name, frame
from tenders.vault import cards
from tenders.vault.queries import envelope_keys


@bp.route("/inschrijvingen/<number>/controleren", methods=["GET", "POST"])
@requires(Permission.OFFER_SUBMIT)
def check(number: str) -> ResponseReturnValue:
    """Everything on one page, and the button that decides."""
    viewer = current_viewer()
    offer = queries.offer_for(viewer, number)
    form = SubmitForm()
    if form.validate_on_submit():
        late: list[TooLate] = []
        code = form.code.data or ""
        if form.accepts(_submit, offer, code, viewer, late):
            return _received(offer, form.result, code)
        if late:
            with writing():
                refusal = submitting.refuse_late(offer, late[0], code=code, by=viewer)
            flash(late[0].message, "error")
            return redirect(url_for(".receipt", number=number, version=refusal.version))
    if offer.state is not OfferState.DRAFT:
        return redirect(url_for(".show", number=number))
    form.code.data = cards.new_card().code if not form.is_submitted() else form.code.data
    draft = strongroom.read_draft(offer)
    asked = queries.asked_of(offer.procedure)
    return page(
        "tenders/offers/check.html",
        form=form,
        draft=draft,
        asked=asked,
        missing=rules.objections_to_content(asked, draft),
        code=form.code.data,
        contact=queries.contact_of(offer.procedure),
        digest=content.digest(offer.procedure.number, offer.lead_organisation.name, draft),
        seals=[
            (f"Zegel van de envelop {key.envelope.label}", cards.fingerprint(key.public_key))
            for key in envelope_keys(offer.procedure).values()
        ],
        totals={lot.id: rules.total(lot, draft.lots[lot.id]) for lot in asked.lots if lot.id in draft.lots},
        **frame(offer, "Controleren en indienen"),
    )


@bp.post("/inschrijvingen/<number>/bevestigen")
@requires(Permission.OFFER_SUBMIT)
def confirm(number: str) -> ResponseReturnValue:
    """Confirm that the offer still stands after the tender was changed."""
    offer = queries.offer_for(current_viewer(), number)
    if act_or_flash(submitting.confirm_again, offer, by=current_viewer()):
        flash("U hebt bevestigd dat u de wijziging hebt gelezen. Uw inschrijving blijft zoals zij is.")
    return redirect(url_for(".show", number=number))


def _submit(offer: Offer, code: str, viewer: Viewer, late: list[TooLate]) -> Submission:
    """Submit, and remember a refusal for being late: it gets a receipt of its own."""
    try:
        return submitting.submit(offer, code=code, by=viewer)
    except TooLate as refusal:
        late.append(refusal)
        raise


def _received(offer: Offer, submission: Submission, code: str) -> Response:
    settings: Settings = current_app.extensions["portal_settings"]
    answer = make_response(redirect(url_for(".receipt", number=offer.number, version=submission.version)))
    answer.set_cookie(
        cookie_name(offer),
        code,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
        path=url_for(".show", number=offer.number),
        expires=offer.procedure.submission_deadline_at,
    )
    return answer


@bp.route("/inschrijvingen/<number>/teruglezen", methods=["GET", "POST"])
@requires(Permission.OFFER_PREPARE)
def read_back(number: str) -> ResponseReturnValue:
    """Read a submitted offer with the wijzigingscode; nothing changes."""
    offer = queries.offer_for(current_viewer(), number)
    form = CodeForm()
    if not form.is_submitted():
        form.code.data = request.cookies.get(cookie_name(offer), "")
    draft = None
    if form.validate_on_submit():
        try:
            draft = submitting.read_back(offer, code=form.code.data or "")
        except Refused as refusal:
            form.show(refusal.objections)
    asked = queries.asked_of(offer.procedure)
    return page(
        "tenders/offers/read_back.html", form=form, draft=draft, asked=asked, **frame(offer, "Teruglezen")
    )


@bp.route("/inschrijvingen/<number>/terugtrekken", methods=["GET", "POST"])
@requires(Permission.OFFER_SUBMIT)
def withdraw(number: str) -> ResponseReturnValue:
    """Withdraw before the closing time, with or without keeping the data."""
    viewer = current_viewer()
    offer = queries.offer_for(viewer, number)
    if offer.state is not OfferState.SUBMITTED:
        return redirect(url_for(".show", number=number))
    form = WithdrawForm()
    if not form.is_submitted():
        form.code.data = request.cookies.get(cookie_name(offer), "")
    if form.validate_on_submit():
        keeps = form.keep.data == "ja"
        done = (
            form.accepts(submitting.take_back, offer, code=form.code.data or "", by=viewer)
            if keeps
            else form.accepts(submitting.withdraw, offer, by=viewer)
        )
        if done:
            flash("Uw inschrijving is teruggetrokken. U bent nu niet ingeschreven.")
            answer = make_response(redirect(url_for(".show", number=number)))
            answer.delete_cookie(cookie_name(offer), path=url_for(".show", number=number))
            return answer
    return page("tenders/offers/withdraw.html", form=form, **frame(offer, "Terugtrekken"))
