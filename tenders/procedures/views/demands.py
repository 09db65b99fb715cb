"""Pages for award criteria and requirements, with the findings they rest on."""

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import measures
from portal.chain import Station
from portal.features import Link
from portal.forms import act_or_flash, page
from tenders.consultations.queries import findings_of
from tenders.procedures import forms, queries, services
from tenders.procedures.models import AwardCriterion, Lot, Procedure, Requirement
from tenders.procedures.states import RequirementAspect, RequirementKind
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, lot_numbered, open_to_change


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/criteria", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def criteria(number: str, lot: int) -> ResponseReturnValue:
    """List the award criteria of a lot, and fix the scale of the scores."""
    procedure = loaded_for_change(number)
    one = lot_numbered(procedure, lot)
    form = forms.ScaleForm(obj=procedure)
    if form.validate_on_submit() and form.accepts(
        services.set_scale,
        procedure,
        score_max=form.score_max.data,
        score_step_tenths=form.score_step_tenths.data,
        by=current_viewer(),
    ):
        flash("De schaal is bewaard.")
        return redirect(url_for(".criteria", number=number, lot=lot))
    return page(
        "tenders/procedures/criteria.html",
        form=form,
        procedure=procedure,
        lot=one,
        total=sum((criterion.weight for criterion in one.criteria), one.price_weight or Decimal(0)),
    )


def _finding_choices(procedure: Procedure) -> list[tuple[Any, str]]:
    if procedure.consultation_id is None:
        return []
    return [(one.id, f"{one.position}. {one.title}") for one in findings_of(procedure.consultation_id)]


@bp.route("/aanbestedingen/<number>/percelen/<int:lot>/criteria/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def add_criterion(number: str, lot: int) -> ResponseReturnValue:
    """Make an award criterion."""
    procedure = loaded_for_change(number)
    return _criterion_page(procedure, lot_numbered(procedure, lot), None)


@bp.route("/aanbestedingen/<number>/criteria/<uuid:criterion_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def edit_criterion(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    """Change an award criterion."""
    procedure = loaded_for_change(number)
    one = queries.criterion_of(procedure, criterion_id)
    return _criterion_page(procedure, one.lot, one)


def _criterion_page(procedure: Procedure, lot: Lot, criterion: AwardCriterion | None) -> ResponseReturnValue:
    form = forms.CriterionForm(obj=criterion)
    form.measure_id.choices = forms.with_none([(one.id, one.name) for one in measures()], "geen meetbare belofte")
    form.findings.choices = _finding_choices(procedure)
    if criterion is not None and not form.is_submitted():
        form.findings.data = [use.finding_id for use in queries.finding_uses_of(criterion)]
    if form.validate_on_submit() and form.accepts(
        services.save_criterion,
        lot,
        criterion,
        title=form.title.data or "",
        description=form.description.data or "",
        weight=form.weight.data,
        minimum_score=form.minimum_score.data,
        measure_id=form.measure_id.data,
        promise_text=form.promise_text.data or "",
        group_title=form.group_title.data or "",
        findings=form.findings.data or [],
        by=current_viewer(),
    ):
        flash("Het gunningscriterium is bewaard.")
        return redirect(url_for(".criteria", number=procedure.number, lot=lot.number))
    return page(
        "tenders/procedures/criterion_edit.html", form=form, procedure=procedure, lot=lot, criterion=criterion
    )


@bp.get("/aanbestedingen/<number>/criteria/<uuid:criterion_id>")
@requires(Permission.TENDER_READ)
def criterion(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    """Show an award criterion: the findings it rests on, and what hangs on it."""
    procedure = loaded(number)
    one = queries.criterion_of(procedure, criterion_id)
    return page(
        "tenders/procedures/criterion.html",
        procedure=procedure,
        criterion=one,
        findings=_finding_links(procedure, one),
        may_change=open_to_change(procedure),
    )


def _finding_links(procedure: Procedure, target: AwardCriterion | Requirement) -> list[Link]:
    consultation = procedure.consultation
    if consultation is None:
        return []
    return [
        Link(
            use.finding.title,
            url_for("tenders_consultations.finding", number=consultation.number, finding_id=use.finding_id),
            f"Bevinding {use.finding.position} van {consultation.number}",
            Station.FINDING,
        )
        for use in queries.finding_uses_of(target)
    ]


@bp.post("/aanbestedingen/<number>/criteria/<uuid:criterion_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_criterion(number: str, criterion_id: uuid.UUID) -> ResponseReturnValue:
    """Take an award criterion out."""
    procedure = loaded_for_change(number)
    one = queries.criterion_of(procedure, criterion_id)
    if act_or_flash(services.remove_criterion, one.lot, one, by=current_viewer()):
        flash("Het gunningscriterium is verwijderd.")
    return redirect(url_for(".criteria", number=number, lot=one.lot.number))


@bp.get("/aanbestedingen/<number>/eisen")
@requires(Permission.TENDER_READ)
def requirements(number: str) -> ResponseReturnValue:
    """List the requirements of a tender by kind."""
    procedure = loaded(number)
    return page(
        "tenders/procedures/requirements.html",
        procedure=procedure,
        requirements=queries.requirements_in(procedure),
        kinds=list(RequirementKind),
        may_change=open_to_change(procedure),
    )


@bp.route("/aanbestedingen/<number>/eisen/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def add_requirement(number: str) -> ResponseReturnValue:
    """Make a requirement; `?soort=` chooses the kind beforehand."""
    return _requirement_page(loaded_for_change(number), None)


@bp.route("/aanbestedingen/<number>/eisen/<uuid:requirement_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def edit_requirement(number: str, requirement_id: uuid.UUID) -> ResponseReturnValue:
    """Change a requirement."""
    procedure = loaded_for_change(number)
    return _requirement_page(procedure, queries.requirement_of(procedure, requirement_id))


def _requirement_page(procedure: Procedure, requirement: Requirement | None) -> ResponseReturnValue:
    form = forms.RequirementForm(obj=requirement)
    form.lot_id.choices = forms.with_none(
        [(one.id, f"Perceel {one.number}: {one.title}") for one in queries.lots_of(procedure)], "alle percelen"
    )
    form.findings.choices = _finding_choices(procedure)
    if not form.is_submitted():
        form.aspect.data = requirement.aspect if requirement else ""
        form.kind.data = requirement.kind if requirement else request.args.get("soort", "specification")
        form.findings.data = [use.finding_id for use in queries.finding_uses_of(requirement)] if requirement else []
    if form.validate_on_submit() and form.accepts(
        services.save_requirement,
        procedure,
        requirement,
        kind=RequirementKind(form.kind.data),
        title=form.title.data or "",
        text=form.text.data or "",
        evidence=form.evidence.data or "",
        lot_id=form.lot_id.data,
        is_keurmerk=form.is_keurmerk.data,
        aspect=RequirementAspect(form.aspect.data or ""),
        competence=form.competence.data or "",
        reason=form.reason.data or "",
        findings=form.findings.data or [],
        by=current_viewer(),
    ):
        flash("De eis is bewaard.")
        return redirect(url_for(".requirements", number=procedure.number))
    return page(
        "tenders/procedures/requirement_edit.html", form=form, procedure=procedure, requirement=requirement
    )


@bp.get("/aanbestedingen/<number>/eisen/<uuid:requirement_id>")
@requires(Permission.TENDER_READ)
def requirement(number: str, requirement_id: uuid.UUID) -> ResponseReturnValue:
    """Show a requirement: the findings it rests on, and what hangs on it."""
    procedure = loaded(number)
    one = queries.requirement_of(procedure, requirement_id)
    return page(
        "tenders/procedures/requirement.html",
        procedure=procedure,
        requirement=one,
        findings=_finding_links(procedure, one),
        may_change=open_to_change(procedure),
    )


@bp.post("/aanbestedingen/<number>/eisen/<uuid:requirement_id>/verwijderen")
@requires(Permission.TENDER_MANAGE)
def remove_requirement(number: str, requirement_id: uuid.UUID) -> ResponseReturnValue:
    """Take a requirement out."""
    procedure = loaded_for_change(number)
    one = queries.requirement_of(procedure, requirement_id)
    if act_or_flash(services.remove_requirement, procedure, one, by=current_viewer()):
        flash("De eis is verwijderd.")
    return redirect(url_for(".requirements", number=number))
