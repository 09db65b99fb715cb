"""Pages of market consultations for everyone, and those on which a provider reacts."""

import uuid

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, public, requires
from portal.documents import response as download
from portal.errors import NotFound
from portal.forms import act_or_flash, page
from tenders.consultations import forms, queries, services
from tenders.consultations.models import Consultation
from tenders.consultations.states import ConsultationState
from tenders.consultations.views.blueprint import bp, phase_of


@bp.get("/opdrachten/marktconsultaties/<number>")
@public
def market(number: str) -> ResponseReturnValue:
    """Show a consultation to everyone: the questions, and the report when it is out."""
    viewer = current_viewer()
    consultation = queries.market_consultation(viewer, number)
    return page(
        "tenders/consultations/market.html",
        consultation=consultation,
        phase=phase_of(consultation),
        names=queries.names_of(consultation),
        response=queries.response_of(consultation, viewer.organisation_id) if viewer.is_provider else None,
    )


@bp.get("/opdrachten/marktconsultaties/<number>/verslag")
@public
def market_report(number: str) -> Response:
    """Download the published report."""
    consultation = queries.market_consultation(current_viewer(), number)
    if consultation.report_document is None:
        raise NotFound
    return download(consultation.report_document)


@bp.route("/marktconsultaties/<number>/reactie", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_RESPOND)
def respond(number: str) -> ResponseReturnValue:
    """Let a provider answer: kept as a draft whatever happens, and submitted when it can be."""
    viewer = current_viewer()
    consultation = queries.market_consultation(viewer, number)
    if consultation.state is not ConsultationState.OPEN:
        raise NotFound
    response = queries.response_of(consultation, viewer.organisation_id)
    stored = {answer.question_id: answer for answer in response.answers} if response else {}
    form = forms.response_form(consultation.questions, stored)
    keep = bool(request.form.get("concept"))
    if form.validate_on_submit() and form.accepts(_taken, consultation, form, keep):
        return redirect(url_for(".respond", number=number))
    return page(
        "tenders/consultations/respond.html",
        form=form,
        consultation=consultation,
        response=response,
        stored=stored,
        phase=phase_of(consultation),
        groups=[(question, form.fields_of(question)) for question in consultation.questions],
    )


def _taken(consultation: Consultation, form: forms.ResponseForm, keep: bool) -> None:
    """Keep or submit what was filled in, and say which of the two happened."""
    answers, viewer = forms.answers_in(form, consultation.questions), current_viewer()
    if keep:
        services.save_response(consultation, answers=answers, by=viewer)
        flash("Uw reactie is bewaard als concept. Zij is nog niet ingediend.")
        return
    _, objections = services.hand_in(consultation, answers=answers, by=viewer)
    if objections:
        said = " ".join(one.message for one in objections)
        flash(f"Nog niet ingediend. {said} Wat u invulde, is bewaard als concept.", "warning")
    else:
        flash("Uw reactie is ingediend.")


@bp.get("/marktconsultaties/<number>/reactie/bestand/<uuid:question_id>")
@requires(Permission.CONSULTATION_RESPOND)
def own_file(number: str, question_id: uuid.UUID) -> Response:
    """Download the file the provider itself answered with."""
    consultation = queries.market_consultation(current_viewer(), number)
    return download(queries.own_file(consultation, current_viewer(), question_id))


@bp.post("/marktconsultaties/<number>/reactie/wijzigen")
@requires(Permission.CONSULTATION_RESPOND)
def reopen_response(number: str) -> ResponseReturnValue:
    """Take a submitted response back to change it."""
    consultation = queries.market_consultation(current_viewer(), number)
    if act_or_flash(services.reopen_response, consultation, by=current_viewer()):
        flash("U kunt uw reactie wijzigen. Dien haar daarna opnieuw in.", "warning")
    return redirect(url_for(".respond", number=number))
