"""Pages on which inkoop ties the findings of the consultation to what the tender asks."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.errors import NotFound
from portal.features import related_links
from portal.forms import page
from tenders.consultations.queries import findings_of
from tenders.procedures import queries, question_forms, services
from tenders.procedures.queries import questions as question_queries
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change
from tenders.procedures.views.questions import chosen_finding


@bp.get("/aanbestedingen/<number>/bevindingen")
@requires(Permission.TENDER_READ)
def findings(number: str) -> ResponseReturnValue:
    """Show every finding of the consultation with what in this tender rests on it."""
    procedure = loaded(number)
    if procedure.consultation_id is None:
        raise NotFound
    found = findings_of(procedure.consultation_id)
    return page(
        "tenders/procedures/findings.html",
        procedure=procedure,
        findings=[(one, related_links("finding", one.id)) for one in found],
        used=set(question_queries.uses_in(procedure)),
        may_change=queries.may_change(current_viewer(), procedure),
    )


@bp.route("/aanbestedingen/<number>/bevindingen/<uuid:finding_id>", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def finding_uses(number: str, finding_id: uuid.UUID) -> ResponseReturnValue:
    """Say what in the tender rests on a finding."""
    procedure = loaded_for_change(number)
    finding = chosen_finding(procedure, finding_id)
    if finding is None:
        raise NotFound
    form = question_forms.FindingUseForm()
    form.requirements.choices = [
        (one.id, f"{one.kind.label} {one.number}: {one.title}") for one in queries.requirements_in(procedure)
    ]
    form.criteria.choices = [
        (one.id, f"Perceel {lot.number}: {one.title}")
        for lot in queries.lots_of(procedure)
        for one in queries.criteria_of(lot)
    ]
    form.questions.choices = [(one.id, f"Vraag {one.number}: {one.text[:120]}") for one in queries.questions_of(procedure)]
    parts = (form.requirements, form.criteria, form.questions)
    if not form.is_submitted():
        uses = question_queries.uses_in(procedure).get(finding.id, [])
        for part in parts:
            part.data = [value for value, *_ in part.iter_choices() if value in uses]
    if form.validate_on_submit() and form.accepts(
        services.link_finding,
        procedure,
        finding,
        targets=[one for part in parts for one in part.data or []],
        by=current_viewer(),
    ):
        flash("De koppelingen zijn opgeslagen.")
        return redirect(url_for(".findings", number=number))
    return page("tenders/procedures/finding_uses.html", form=form, procedure=procedure, finding=finding)
