"""Pages on which inkoop compares the answers, records findings and publishes the report."""

import uuid
from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.documents.services import attachment
from portal.errors import NotFound
from portal.forms import act_or_flash, page
from tenders.consultations import exports, forms, queries, services
from tenders.consultations.models import Consultation, Finding
from tenders.consultations.reports import questions_in_report, report_pdf
from tenders.consultations.rules import proposed_report
from tenders.consultations.states import ConsultationState
from tenders.consultations.views.blueprint import bp, for_lead, phase_of


@bp.get("/marktconsultaties/<number>/antwoorden")
@requires(Permission.CONSULTATION_MANAGE)
def answers(number: str) -> ResponseReturnValue:
    """Show the answers side by side per question, to buyers of the lead only."""
    consultation = for_lead(number)
    return page(
        "tenders/consultations/answers.html",
        consultation=consultation,
        rows=queries.answers_side_by_side(consultation),
        respondents=queries.respondents(consultation),
    )


@bp.get("/marktconsultaties/<number>/antwoorden/download")
@requires(Permission.CONSULTATION_MANAGE)
def answers_download(number: str) -> Response:
    """Download the answers as a workbook, one row per answer."""
    consultation = for_lead(number)
    return exports.answers_workbook(consultation, queries.answers_side_by_side(consultation))


@bp.get("/marktconsultaties/<number>/antwoorden/<uuid:answer_id>/bestand")
@requires(Permission.CONSULTATION_MANAGE)
def answer_file(number: str, answer_id: uuid.UUID) -> Response:
    """Download the file a provider answered with."""
    return response(queries.file_of_answer(for_lead(number), answer_id))


@bp.route("/marktconsultaties/<number>/verslag", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def report(number: str) -> ResponseReturnValue:
    """Write the report; publishing it is a button once it is complete."""
    consultation = for_lead(number)
    form = forms.ReportForm(obj=consultation)
    if form.validate_on_submit() and form.accepts(
        services.save_report, consultation, report=form.report.data or "", by=current_viewer()
    ):
        flash("Het verslag is bewaard als concept.")
        return redirect(url_for(".report", number=number))
    if not form.is_submitted() and not consultation.report:
        form.report.data = proposed_report(
            responses=len(queries.respondents(consultation)),
            findings=[(one.title, one.text) for one in consultation.findings],
        )
    return page(
        "tenders/consultations/report.html",
        form=form,
        consultation=consultation,
        phase=phase_of(consultation),
        is_proposed=bool(form.report.data) and not consultation.report,
        questions=questions_in_report(consultation),
    )


@bp.get("/marktconsultaties/<number>/verslag/voorbeeld")
@requires(Permission.CONSULTATION_MANAGE)
def report_preview(number: str) -> Response:
    """Show the report as it would be published now; nothing is stored."""
    consultation = for_lead(number)
    return attachment(
        report_pdf(consultation), name=f"{consultation.number} verslag concept.pdf", media_type="application/pdf"
    )


@bp.get("/marktconsultaties/<number>/verslag/pdf")
@requires(Permission.TENDER_READ)
def report_document(number: str) -> Response:
    """Download the published report as staff, also of a consultation by invitation."""
    consultation = queries.consultation_for(current_viewer(), number)
    if consultation.report_document is None:
        raise NotFound
    return response(consultation.report_document)


@bp.post("/marktconsultaties/<number>/verslag/publiceren")
@requires(Permission.CONSULTATION_MANAGE)
def publish_report(number: str) -> ResponseReturnValue:
    """Publish the report to everyone."""
    consultation = for_lead(number)
    if act_or_flash(services.publish_report, consultation, by=current_viewer()):
        flash("Het verslag is gepubliceerd. Iedereen kan het lezen, zonder namen van aanbieders.")
        return redirect(url_for(".show", number=number))
    return redirect(url_for(".report", number=number))


@bp.route("/marktconsultaties/<number>/bevindingen/nieuw", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def add_finding(number: str) -> ResponseReturnValue:
    """Record a finding with the answers it rests on."""
    consultation = for_lead(number)
    form = _finding_form(consultation)
    if form.validate_on_submit() and form.accepts(
        services.add_finding, consultation, **_finding(form), by=current_viewer()
    ):
        flash("De bevinding is vastgelegd.")
        return redirect(url_for(".report", number=number))
    return page("tenders/consultations/finding_edit.html", form=form, consultation=consultation, finding=None)


@bp.route("/marktconsultaties/<number>/bevindingen/<uuid:finding_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def edit_finding(number: str, finding_id: uuid.UUID) -> ResponseReturnValue:
    """Change a finding as long as the report is not out."""
    consultation = for_lead(number)
    one = queries.finding_of(consultation, finding_id)
    form = _finding_form(consultation, one)
    if form.validate_on_submit() and form.accepts(
        services.change_finding, consultation, one, **_finding(form), by=current_viewer()
    ):
        flash("De bevinding is gewijzigd.")
        return redirect(url_for(".report", number=number))
    return page("tenders/consultations/finding_edit.html", form=form, consultation=consultation, finding=one)


@bp.post("/marktconsultaties/<number>/bevindingen/<uuid:finding_id>/verwijderen")
@requires(Permission.CONSULTATION_MANAGE)
def remove_finding(number: str, finding_id: uuid.UUID) -> ResponseReturnValue:
    """Take a finding away as long as the report is not out."""
    consultation = for_lead(number)
    one = queries.finding_of(consultation, finding_id)
    if act_or_flash(services.remove_finding, consultation, one, by=current_viewer()):
        flash("De bevinding is verwijderd.")
    return redirect(url_for(".report", number=number))


def _finding_form(consultation: Consultation, finding: Finding | None = None) -> forms.FindingForm:
    form = forms.FindingForm(obj=finding)
    form.answers.choices = [
        (answer.answer_id, f"Vraag {row.question.position}, {answer.organisation}: {answer.short[:120]}")
        for row in queries.answers_side_by_side(consultation)
        for answer in row.answers
    ]
    if finding is not None and not form.is_submitted():
        form.answers.data = [link.answer_id for link in finding.answer_links]
    return form


def _finding(form: forms.FindingForm) -> dict[str, Any]:
    return {"title": form.title.data or "", "text": form.text.data or "", "answers": form.answers.data or []}


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
        may_change=inside and consultation.state is ConsultationState.OPEN,
    )
