"""Pages for the parts of a tender in preparation: motivation, notice, planning, documents, team."""

import uuid

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.documents import response
from portal.forms import act_or_flash, page
from tenders.procedures import forms, queries, services
from tenders.procedures.models import Procedure, TenderDocumentVersion
from tenders.procedures.rules import Planning
from tenders.procedures.states import CaseRole, DocumentKind, ProcedureState
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, open_to_change


@bp.route("/aanbestedingen/<number>/motivering", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def motivation(number: str) -> ResponseReturnValue:
    """Fill in the estimate and the motivations."""
    procedure = loaded_for_change(number)
    form = forms.MotivationForm(obj=procedure)
    names = ("estimate_basis", "kind_motivation", "lots_motivation", "term_motivation")
    if form.validate_on_submit() and form.accepts(
        services.set_motivation,
        procedure,
        estimated_value=form.estimated_value.data,
        estimated_on=form.estimated_on.data,
        motivated_on=form.motivated_on.data,
        is_framework=form.is_framework.data,
        max_lots=form.max_lots.data,
        **{name: form[name].data or "" for name in names},
        by=current_viewer(),
    ):
        flash("De raming en de motivering zijn bewaard.")
        return redirect(url_for(".motivation", number=number))
    return _motivation_page(procedure, form, _mandate_form(procedure))


def _mandate_form(procedure: Procedure) -> forms.MandateForm:
    form = forms.MandateForm()
    form.municipality_id.choices = [
        (one.id, one.name)
        for one in queries.participants_of(procedure)
        if one.organisation_id != procedure.lead_id
    ]
    return form


def _motivation_page(
    procedure: Procedure, form: forms.MotivationForm, mandate_form: forms.MandateForm
) -> ResponseReturnValue:
    shown = mandate_form if mandate_form.errors else form
    return page(
        "tenders/procedures/motivation.html",
        form=shown,
        motivation_form=form,
        mandate_form=mandate_form,
        procedure=procedure,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
        mandates=queries.mandates_of(procedure),
        participants=queries.participants_of(procedure),
    )


@bp.post("/aanbestedingen/<number>/mandaten")
@requires(Permission.TENDER_MANAGE)
def mandate(number: str) -> ResponseReturnValue:
    """Record the volmacht or mandaat of a municipality."""
    procedure = loaded_for_change(number)
    form = _mandate_form(procedure)
    if form.validate_on_submit() and form.accepts(
        services.record_mandate,
        procedure,
        municipality_id=form.municipality_id.data,
        reference=form.reference.data or "",
        given_on=form.given_on.data,
        by=current_viewer(),
    ):
        flash("De volmacht of het mandaat is vastgelegd.")
        return redirect(url_for(".motivation", number=number))
    return _motivation_page(procedure, forms.MotivationForm(formdata=None, obj=procedure), form)


@bp.route("/aanbestedingen/<number>/aankondiging", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def notice(number: str) -> ResponseReturnValue:
    """Record the notice on TenderNed with its three times."""
    procedure = loaded_for_change(number)
    form = forms.NoticeForm(obj=queries.notice_of(procedure))
    if form.validate_on_submit() and form.accepts(
        services.record_notice,
        procedure,
        tenderned_number=form.tenderned_number.data or "",
        sent_at=form.sent_at.data,
        receipt_confirmed_at=form.receipt_confirmed_at.data,
        made_public_at=form.made_public_at.data,
        by=current_viewer(),
    ):
        flash("De aankondiging is vastgelegd.")
        return redirect(url_for(".show", number=number))
    return page(
        "tenders/procedures/notice.html",
        form=form,
        procedure=procedure,
        needed=queries.needs_notice(procedure),
        change=None,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )


@bp.route("/aanbestedingen/<number>/planning", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def planning(number: str) -> ResponseReturnValue:
    """Fill in the closing time, get the rest proposed, and change the dates."""
    procedure = loaded_for_change(number)
    form = forms.PlanningForm(obj=procedure)
    if form.validate_on_submit() and form.accepts(
        services.set_planning, procedure, planning=_typed_planning(form), by=current_viewer()
    ):
        flash("De planning is bewaard.")
        return redirect(url_for(".planning", number=number))
    return _planning_page(procedure, form)


def _typed_planning(form: forms.PlanningForm) -> Planning:
    return Planning(
        questions_close_at=form.questions_close_at.data,
        nota_due_on=form.nota_due_on.data,
        submission_deadline_at=form.submission_deadline_at.data,
        award_planned_on=form.award_planned_on.data,
        standstill_ends_on=form.standstill_ends_on.data,
    )


def _planning_page(procedure: Procedure, form: forms.DeadlineForm) -> ResponseReturnValue:
    stored = queries.planning_of(procedure)
    notes = [] if stored.submission_deadline_at is None else queries.planning_notes(procedure)
    return page(
        "tenders/procedures/planning.html",
        form=form,
        procedure=procedure,
        planned=stored.submission_deadline_at is not None,
        notes=notes,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )


@bp.post("/aanbestedingen/<number>/planning/voorstel")
@requires(Permission.TENDER_MANAGE)
def propose(number: str) -> ResponseReturnValue:
    """Propose the other dates from the closing time."""
    procedure = loaded_for_change(number)
    form = forms.DeadlineForm()
    if form.validate_on_submit() and form.accepts(
        services.propose_dates, procedure, deadline=form.submission_deadline_at.data, by=current_viewer()
    ):
        flash("De planning is voorgesteld en bewaard. Controleer de data.")
        return redirect(url_for(".planning", number=number))
    return _planning_page(procedure, form)


@bp.route("/aanbestedingen/<number>/documenten", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def documents(number: str) -> ResponseReturnValue:
    """Show the documents; a buyer of the lead adds one."""
    procedure = loaded(number) if request.method == "GET" else loaded_for_change(number)
    form = forms.DocumentForm()
    if form.validate_on_submit() and form.accepts(
        services.add_document,
        procedure,
        kind=DocumentKind(form.kind.data),
        title=form.title.data or "",
        data=form.file.data.read(),
        filename=form.file.data.filename or "",
        by=current_viewer(),
    ):
        flash(f"Het document ‘{form.title.data}’ is toegevoegd.")
        _warn(form.result)
        return redirect(url_for(".documents", number=number))
    return page(
        "tenders/procedures/documents.html",
        form=form,
        procedure=procedure,
        versions=queries.current_documents(procedure),
        may_change=open_to_change(procedure),
    )


def _warn(version: TenderDocumentVersion) -> None:
    if version.document.warning:
        flash(version.document.warning, "warning")


@bp.route("/aanbestedingen/<number>/documenten/<uuid:version_id>/nieuwe-versie", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def new_version(number: str, version_id: uuid.UUID) -> ResponseReturnValue:
    """Add a newer version of a document."""
    procedure = loaded_for_change(number)
    document = queries.document_version_of(procedure, version_id).tender_document
    form = forms.VersionForm()
    if form.validate_on_submit() and form.accepts(
        services.add_document_version,
        document,
        data=form.file.data.read(),
        filename=form.file.data.filename or "",
        by=current_viewer(),
    ):
        flash(f"Versie {form.result.number} van ‘{document.title}’ is toegevoegd.")
        _warn(form.result)
        return redirect(url_for(".documents", number=number))
    return page("tenders/procedures/version.html", form=form, procedure=procedure, document=document)


@bp.post("/aanbestedingen/<number>/documenten/<uuid:version_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_document(number: str, version_id: uuid.UUID) -> ResponseReturnValue:
    """Take a document out of a tender in preparation."""
    procedure = loaded_for_change(number)
    document = queries.document_version_of(procedure, version_id).tender_document
    title = document.title
    if act_or_flash(services.remove_document, document, by=current_viewer()):
        flash(f"Het document ‘{title}’ is verwijderd.")
    return redirect(url_for(".documents", number=number))


@bp.get("/aanbestedingen/<number>/documenten/<uuid:version_id>")
@requires(Permission.TENDER_READ)
def document(number: str, version_id: uuid.UUID) -> Response:
    """Download a version of a document."""
    return response(queries.document_version_of(loaded(number), version_id).document)


@bp.route("/aanbestedingen/<number>/team", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def team(number: str) -> ResponseReturnValue:
    """Show the team and add a person to it."""
    procedure = loaded_for_change(number)
    form = forms.MemberForm()
    form.membership_id.choices = [
        (row[0].id, f"{row[1].name} ({row[2].name})") for row in queries.candidates_for_team(procedure)
    ]
    if form.validate_on_submit() and form.accepts(
        services.add_member,
        procedure,
        membership_id=form.membership_id.data,
        case_role=CaseRole(form.case_role.data),
        department=form.department.data or "",
        by=current_viewer(),
    ):
        flash("Het teamlid is toegevoegd.")
        return redirect(url_for(".team", number=number))
    return page(
        "tenders/procedures/team.html",
        form=form,
        procedure=procedure,
        members=queries.members_of(procedure),
        preparing=procedure.state is ProcedureState.PREPARATION,
    )


@bp.post("/aanbestedingen/<number>/team/<uuid:member_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_member(number: str, member_id: uuid.UUID) -> ResponseReturnValue:
    """Take a person out of the team."""
    procedure = loaded_for_change(number)
    if act_or_flash(services.remove_member, procedure, member_id=member_id, by=current_viewer()):
        flash("Het teamlid is verwijderd.")
    return redirect(url_for(".team", number=number))
