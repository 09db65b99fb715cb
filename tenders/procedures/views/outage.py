"""An outage shortly before closing: both ways out on one page."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.accounts.models import User
from portal.db import db
from portal.forms import act_or_flash, page
from tenders.consultations.queries import providers
from tenders.procedures import change_forms, queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change, phase_of


@bp.route("/aanbestedingen/<number>/storing", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def outage(number: str) -> ResponseReturnValue:
    """Show both ways out of an outage; a buyer of the lead records it and asks a longer term."""
    procedure = loaded(number)
    queries.refuse_unless_second(current_viewer(), procedure)
    form = change_forms.OutageForm()
    if form.is_submitted():
        queries.refuse_unless_lead(current_viewer(), procedure)
    if form.validate_on_submit() and form.accepts(
        services.ask_outage,
        procedure,
        outage_from=form.outage_from.data,
        outage_until=form.outage_until.data,
        deadline=form.submission_deadline_at.data,
        reason=form.reason.data or "",
        by=current_viewer(),
    ):
        flash("De storing is vastgelegd. Een tweede persoon geeft de langere termijn.")
        return redirect(url_for(".outage", number=number))
    return _outage_page(procedure, form, _hash_form(procedure))


def _hash_form(procedure: Procedure) -> change_forms.HashForm:
    form = change_forms.HashForm()
    form.organisation_id.choices = [(one.id, one.name) for one in providers()]
    return form


def _outage_page(
    procedure: Procedure, form: change_forms.OutageForm, hash_form: change_forms.HashForm
) -> ResponseReturnValue:
    viewer = current_viewer()
    asked = queries.asked_outage(procedure)
    asker = db.session.get(User, asked.made_by_id) if asked is not None else None
    return page(
        "tenders/procedures/outage.html",
        form=hash_form if hash_form.errors else form,
        outage_form=form,
        hash_form=hash_form,
        procedure=procedure,
        asked=asked,
        asker=asker.name if asker is not None else "",
        may_change=queries.may_change(viewer, procedure),
        may_confirm=asked is not None and queries.may_confirm(viewer, procedure, asked.made_by_id),
        hashes=queries.hashes_of(procedure),
        phase=phase_of(procedure),
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )


@bp.post("/aanbestedingen/<number>/storing/bevestigen")
@requires(Permission.TENDER_READ)
def confirm_outage(number: str) -> ResponseReturnValue:
    """Give the longer term as the second person."""
    procedure = loaded(number)
    queries.refuse_unless_second(current_viewer(), procedure)
    if act_or_flash(services.confirm_outage, procedure, by=current_viewer()):
        flash("De termijn is langer. Iedereen heeft bericht gekregen, ook wie al had ingediend.")
    return redirect(url_for(".outage", number=number))


@bp.post("/aanbestedingen/<number>/storing/afwijzen")
@requires(Permission.TENDER_READ)
def refuse_outage(number: str) -> ResponseReturnValue:
    """Take the request for a longer term away."""
    procedure = loaded(number)
    queries.refuse_unless_second(current_viewer(), procedure)
    if act_or_flash(services.refuse_outage, procedure, by=current_viewer()):
        flash("De aanvraag voor een langere termijn is weg. De sluiting blijft zoals zij was.")
    return redirect(url_for(".outage", number=number))


@bp.post("/aanbestedingen/<number>/storing/codes")
@requires(Permission.TENDER_MANAGE)
def record_hash(number: str) -> ResponseReturnValue:
    """Record the hash that a bidder sent before the closing time."""
    procedure = loaded_for_change(number)
    form = _hash_form(procedure)
    if form.validate_on_submit() and form.accepts(
        services.record_hash,
        procedure,
        organisation_id=form.organisation_id.data,
        digest=form.digest.data or "",
        method=form.method.data or "",
        received_at=form.received_at.data,
        by=current_viewer(),
    ):
        flash("De code is vastgelegd. De inschrijving zelf mag nog volgen.")
        return redirect(url_for(".outage", number=number))
    return _outage_page(procedure, change_forms.OutageForm(formdata=None), form)
