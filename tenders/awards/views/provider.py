"""The bidder's side: the decision about his own offer, and his letter."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.forms import act, page
from tenders.awards import queries, services
from tenders.awards.forms import AnswerForm
from tenders.awards.states import EVIDENCE, INQUIRY, EvidenceAction
from tenders.awards.views.blueprint import bp
from tenders.offers import queries as offers


@bp.route("/inschrijvingen/<number>/besluit")
@requires(Permission.TENDER_FOLLOW)
def decision(number: str) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    evidence, inquiries = queries.asked_of(offer)
    return page(
        "tenders/awards/decision.html",
        offer=offer,
        decisions=queries.own_decisions(viewer, offer),
        ended=queries.ended_lots(offer),
        asked=bool(evidence or inquiries),
    )


@bp.route("/inschrijvingen/<number>/besluit/<uuid:letter_id>")
@requires(Permission.TENDER_FOLLOW, records_read=True)
def own_letter(number: str, letter_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    letter, award = queries.own_letter(viewer, offer, letter_id)
    document = queries.document_in(letter)
    act(services.open_letter, letter, award, by=viewer)
    return response(document)


@bp.route("/inschrijvingen/<number>/gevraagd")
@requires(Permission.TENDER_FOLLOW)
def asked(number: str) -> ResponseReturnValue:
    offer = offers.offer_for(current_viewer(), number)
    evidence, inquiries = queries.asked_of(offer)
    return page("tenders/awards/asked.html", offer=offer, evidence=evidence, inquiries=inquiries)


@bp.route("/inschrijvingen/<number>/gevraagd/bewijsstukken/<uuid:item_id>", methods=["GET", "POST"])
@requires(Permission.OFFER_SUBMIT)
def answer_evidence(number: str, item_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    item = queries.own_evidence(offer, item_id)
    form = AnswerForm()
    if form.validate_on_submit() and form.accepts(
        services.answer_evidence, item, answer=form.answer.data or "", file=form.upload(), by=viewer
    ):
        flash(f"‘{item.title}’ is aangeleverd.")
        return redirect(url_for(".asked", number=number))
    kinds = {one.code: one for one in queries.evidence_kinds()}
    return page(
        "tenders/awards/answer.html",
        form=form,
        offer=offer,
        title=item.title,
        question=kinds[item.kind_code].text,
        thing=item,
        open=EvidenceAction.ANSWER in EVIDENCE.actions(item.state),
        decision=item.finding,
    )


@bp.route("/inschrijvingen/<number>/gevraagd/vragen/<uuid:inquiry_id>", methods=["GET", "POST"])
@requires(Permission.OFFER_SUBMIT)
def answer_inquiry(number: str, inquiry_id: uuid.UUID) -> ResponseReturnValue:
    viewer = current_viewer()
    offer = offers.offer_for(viewer, number)
    found = queries.own_inquiry(offer, inquiry_id)
    form = AnswerForm()
    if form.validate_on_submit() and form.accepts(
        services.answer_inquiry, found, answer=form.answer.data or "", file=form.upload(), by=viewer
    ):
        flash("Uw antwoord is verstuurd.")
        return redirect(url_for(".asked", number=number))
    return page(
        "tenders/awards/answer.html",
        form=form,
        offer=offer,
        title=found.kind.label,
        question=found.question,
        thing=found,
        open=bool(INQUIRY.actions(found.state)),
        decision=found.decision,
    )
