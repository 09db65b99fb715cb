"""Pages of market consultations: for inkoop, for providers, and for everyone."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import Permission, current_viewer, public, requires
from portal.catalogue.queries import municipalities, products
from portal.db import db
from portal.errors import NotFound
from portal.forms import ActForm, act_or_flash, page
from portal.ui import paginate
from tenders.consultations import exports, forms, queries, services
from tenders.consultations.models import Consultation
from tenders.consultations.rules import phase_at
from tenders.consultations.states import ConsultationPhase, ConsultationState, ResponseState

bp = Blueprint("tenders_consultations", __name__)


def _arguments() -> dict[str, Any]:
    return request.args.to_dict()


def _chosen_phase() -> ConsultationPhase | None:
    asked = request.args.get("toestand", "")
    return ConsultationPhase(asked) if asked in set(ConsultationPhase) else None


def _chosen_product() -> uuid.UUID | None:
    code = request.args.get("product", "")
    return next((one.id for one in products() if one.code == code), None)


def _phase(consultation: Consultation) -> ConsultationPhase:
    return phase_at(consultation.state, consultation.closes_at, clock.now())


@bp.get("/marktconsultaties")
@requires(Permission.TENDER_READ)
def index() -> ResponseReturnValue:
    """List the consultations of the viewer's municipality."""
    statement = queries.consultations_for(
        current_viewer(),
        words=request.args.get("q", "").strip()[:100],
        phase=_chosen_phase(),
        product_id=_chosen_product(),
        sort=request.args.get("sorteer", "-nummer"),
    )
    shown = paginate(statement)
    return page(
        "tenders/consultations/index.html",
        shown=shown,
        counts=queries.counts_for(shown.items),
        download_url=url_for(".download", **_arguments()),
        phase_of=_phase,
        names_of=queries.names_of,
        phases=[(one.value, one.label) for one in ConsultationPhase],
        products=[(one.code, one.short_name) for one in products()],
        sort=request.args.get("sorteer", "-nummer"),
    )


@bp.get("/marktconsultaties/download")
@requires(Permission.TENDER_READ)
def download() -> Response:
    """Download the list with the same filters as a workbook."""
    statement = queries.consultations_for(
        current_viewer(),
        words=request.args.get("q", "").strip()[:100],
        phase=_chosen_phase(),
        product_id=_chosen_product(),
        sort=request.args.get("sorteer", "-nummer"),
    )
    return exports.consultations_workbook(list(db.session.scalars(statement.limit(5000))))


def _content_form(consultation: Consultation | None = None) -> forms.ConsultationForm:
    form = forms.ConsultationForm(obj=consultation)
    form.products.choices = [(one.id, one.name) for one in products()]
    form.municipalities.choices = [(one.id, one.name) for one in municipalities()]
    form.invited.choices = [(one.id, one.name) for one in queries.providers()]
    if consultation is not None and not form.is_submitted():
        form.products.data = [link.product_id for link in consultation.product_links]
        form.municipalities.data = [link.municipality_id for link in consultation.municipality_links]
        form.invited.data = queries.invited_ids(consultation)
    return form


@bp.route("/marktconsultaties/nieuw", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def create() -> ResponseReturnValue:
    """Make a draft consultation."""
    form = _content_form()
    if form.validate_on_submit() and form.accepts(_create, form):
        flash("De marktconsultatie is bewaard als concept. Voeg nu uw vragen toe.")
        return redirect(url_for(".show", number=form.result.number))
    return page("tenders/consultations/edit.html", form=form, consultation=None)


def _create(form: forms.ConsultationForm) -> Consultation:
    viewer = current_viewer()
    made = services.create_consultation(**_content(form), by=viewer)
    services.invite(made, organisations=form.invited.data or [], by=viewer)
    return made


def _content(form: forms.ConsultationForm) -> dict[str, Any]:
    names = ("title", "introduction", "products", "municipalities", "is_public", "closes_at")
    return {name: form[name].data if name != "introduction" else form[name].data or "" for name in names}


@bp.route("/marktconsultaties/<number>/gegevens", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def edit(number: str) -> ResponseReturnValue:
    """Change a draft consultation."""
    consultation = queries.consultation_for(current_viewer(), number)
    form = _content_form(consultation)
    if form.validate_on_submit() and form.accepts(_change, consultation, form):
        flash("De gegevens zijn gewijzigd.")
        return redirect(url_for(".show", number=number))
    return page("tenders/consultations/edit.html", form=form, consultation=consultation)


def _change(consultation: Consultation, form: forms.ConsultationForm) -> None:
    viewer = current_viewer()
    services.change_consultation(consultation, **_content(form), by=viewer)
    services.invite(consultation, organisations=form.invited.data or [], by=viewer)


@bp.route("/marktconsultaties/<number>", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a consultation to staff; a buyer of the lead adds questions to a draft here."""
    consultation = queries.consultation_for(current_viewer(), number)
    form = forms.QuestionForm()
    if form.validate_on_submit() and form.accepts(
        services.add_question, consultation, text=form.text.data or "", by=current_viewer()
    ):
        flash("De vraag is toegevoegd.")
        return redirect(url_for(".show", number=number))
    changes = queries.may_change(current_viewer(), consultation)
    return page(
        "tenders/consultations/show.html",
        form=form,
        consultation=consultation,
        phase=_phase(consultation),
        names=queries.names_of(consultation),
        may_change=changes,
        responses=queries.counts_for([consultation]).get(consultation.id, 0),
        lines=audit.history_of(consultation) if changes else [],
    )


@bp.post("/marktconsultaties/<number>/vragen/<uuid:question_id>/verwijderen")
@requires(Permission.CONSULTATION_MANAGE)
def remove_question(number: str, question_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question out of a draft."""
    consultation = queries.consultation_for(current_viewer(), number)
    question = queries.question_of(consultation, question_id)
    if act_or_flash(services.remove_question, consultation, question, by=current_viewer()):
        flash("De vraag is verwijderd.")
    return redirect(url_for(".show", number=number))


@bp.post("/marktconsultaties/<number>/openstellen")
@requires(Permission.CONSULTATION_MANAGE)
def open_up(number: str) -> ResponseReturnValue:
    """Open a consultation to the market."""
    consultation = queries.consultation_for(current_viewer(), number)
    if act_or_flash(services.open_consultation, consultation, by=current_viewer()):
        flash(f"De marktconsultatie ‘{consultation.title}’ staat open.")
    return redirect(url_for(".show", number=number))


@bp.post("/marktconsultaties/<number>/intrekken")
@requires(Permission.CONSULTATION_MANAGE)
def withdraw(number: str) -> ResponseReturnValue:
    """Withdraw a consultation."""
    consultation = queries.consultation_for(current_viewer(), number)
    if act_or_flash(services.withdraw_consultation, consultation, by=current_viewer()):
        flash("De marktconsultatie is ingetrokken.")
    return redirect(url_for(".show", number=number))


@bp.get("/marktconsultaties/<number>/antwoorden")
@requires(Permission.CONSULTATION_MANAGE)
def answers(number: str) -> ResponseReturnValue:
    """Show the answers side by side per question, to buyers of the lead only."""
    consultation = _for_lead(number)
    return page(
        "tenders/consultations/answers.html",
        consultation=consultation,
        rows=queries.answers_side_by_side(consultation),
    )


def _for_lead(number: str) -> Consultation:
    consultation = queries.consultation_for(current_viewer(), number)
    if not queries.may_change(current_viewer(), consultation):
        raise NotFound
    return consultation


@bp.route("/marktconsultaties/<number>/verslag", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def report(number: str) -> ResponseReturnValue:
    """Write the report; publishing it is a button once it is complete."""
    consultation = _for_lead(number)
    form = forms.ReportForm(obj=consultation)
    if form.validate_on_submit() and form.accepts(
        services.save_report, consultation, report=form.report.data or "", by=current_viewer()
    ):
        flash("Het verslag is bewaard als concept.")
        return redirect(url_for(".report", number=number))
    return page(
        "tenders/consultations/report.html", form=form, consultation=consultation, phase=_phase(consultation)
    )


@bp.post("/marktconsultaties/<number>/verslag/publiceren")
@requires(Permission.CONSULTATION_MANAGE)
def publish_report(number: str) -> ResponseReturnValue:
    """Publish the report to everyone."""
    consultation = _for_lead(number)
    if act_or_flash(services.publish_report, consultation, by=current_viewer()):
        flash("Het verslag is gepubliceerd. Iedereen kan het lezen, zonder namen van aanbieders.")
        return redirect(url_for(".show", number=number))
    return redirect(url_for(".report", number=number))


@bp.route("/marktconsultaties/<number>/bevindingen/nieuw", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def add_finding(number: str) -> ResponseReturnValue:
    """Record a finding with the answers it rests on."""
    consultation = _for_lead(number)
    form = forms.FindingForm()
    form.answers.choices = [
        (answer.answer_id, f"Vraag {row.question.position}, {answer.organisation}: {answer.text[:120]}")
        for row in queries.answers_side_by_side(consultation)
        for answer in row.answers
    ]
    if form.validate_on_submit() and form.accepts(
        services.add_finding,
        consultation,
        title=form.title.data or "",
        text=form.text.data or "",
        answers=form.answers.data or [],
        by=current_viewer(),
    ):
        flash("De bevinding is vastgelegd.")
        return redirect(url_for(".report", number=number))
    return page("tenders/consultations/finding_edit.html", form=form, consultation=consultation)


@bp.get("/marktconsultaties/<number>/bevindingen/<uuid:finding_id>")
@requires(Permission.TENDER_READ)
def finding(number: str, finding_id: uuid.UUID) -> ResponseReturnValue:
    """Show a finding: the answers under it (lead only) and what it led to."""
    consultation = queries.consultation_for(current_viewer(), number)
    one = queries.finding_of(consultation, finding_id)
    inside = queries.may_change(current_viewer(), consultation)
    return page(
        "tenders/consultations/finding.html",
        consultation=consultation,
        finding=one,
        answers=queries.answers_under(one) if inside else [],
    )


@bp.get("/opdrachten/marktconsultaties/<number>")
@public
def market(number: str) -> ResponseReturnValue:
    """Show a consultation to everyone: the questions, and the report when it is out."""
    viewer = current_viewer()
    consultation = queries.market_consultation(viewer, number)
    return page(
        "tenders/consultations/market.html",
        consultation=consultation,
        phase=_phase(consultation),
        names=queries.names_of(consultation),
        response=queries.response_of(consultation, viewer.organisation_id) if viewer.is_provider else None,
    )


@bp.route("/marktconsultaties/<number>/reactie", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_RESPOND)
def respond(number: str) -> ResponseReturnValue:
    """Let a provider answer: keep as draft, or submit."""
    viewer = current_viewer()
    consultation = queries.market_consultation(viewer, number)
    if consultation.state is not ConsultationState.OPEN:
        raise NotFound
    response = queries.response_of(consultation, viewer.organisation_id)
    questions = [(one.id, f"Vraag {one.position}: {one.text}") for one in consultation.questions]
    before = {answer.question_id: answer.text for answer in response.answers} if response else {}
    form = forms.response_form(questions, before)
    if response is not None and not form.is_submitted():
        form.confidential.data = not any(answer.may_share for answer in response.answers)
    service = services.save_response if request.form.get("concept") else services.submit_response
    if form.validate_on_submit() and form.accepts(
        service,
        consultation,
        answers=forms.answers_in(form, questions),
        confidential=form.confidential.data,
        by=viewer,
    ):
        saved = form.result.state is ResponseState.DRAFT
        flash("Uw reactie is bewaard als concept. Zij is nog niet ingediend." if saved else "Uw reactie is ingediend.")
        return redirect(url_for(".respond", number=number))
    return page(
        "tenders/consultations/respond.html",
        form=form,
        consultation=consultation,
        response=response,
        phase=_phase(consultation),
        fields=[form[forms.field_name(identity)] for identity, _ in questions],
        act_form=ActForm(),
    )


@bp.post("/marktconsultaties/<number>/reactie/wijzigen")
@requires(Permission.CONSULTATION_RESPOND)
def reopen_response(number: str) -> ResponseReturnValue:
    """Take a submitted response back to change it."""
    consultation = queries.market_consultation(current_viewer(), number)
    if act_or_flash(services.reopen_response, consultation, by=current_viewer()):
        flash("U kunt uw reactie wijzigen. Dien haar daarna opnieuw in.", "warning")
    return redirect(url_for(".respond", number=number))
