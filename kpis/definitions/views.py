"""Numbers about a trajectory that no monthly report holds."""

from __future__ import annotations

import uuid
from decimal import Decimal

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.trajectories import queries as trajectories
from kpis.definitions import queries, services
from kpis.definitions.forms import RecordForm
from kpis.definitions.states import RecordKind
from portal.access import Permission, current_viewer, requires
from portal.forms import act_or_flash, page

bp = Blueprint("kpis_definitions", __name__)


@bp.route("/aanmeldingen/<number>/cijfers", methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_READ)
def records(number: str) -> ResponseReturnValue:
    """What was recorded about a trajectory, and a form for its municipality."""
    viewer = current_viewer()
    trajectory = trajectories.trajectory_for(viewer, number)
    form = RecordForm()
    if form.validate_on_submit():
        given = {
            "kind": RecordKind(form.kind.data),
            "on": form.on.data,
            "value": form.value.data if form.value.data is not None else Decimal(0),
            "source": form.source.data or "",
            "by": viewer,
        }
        if form.accepts(services.add_record, trajectory, **given):
            flash("Vastgelegd. De cijfers van de volgende scorecard rekenen ermee.")
            return redirect(url_for(".records", number=number))
    return page(
        "kpis/definitions/records.html",
        form=form,
        trajectory=trajectory,
        records=queries.records_of(trajectory),
        may_record=trajectories.may_refer(trajectory, viewer),
    )


@bp.post("/aanmeldingen/<number>/cijfers/<uuid:record_id>/intrekken")
@requires(Permission.TRAJECTORY_REFER)
def withdraw(number: str, record_id: uuid.UUID) -> ResponseReturnValue:
    """Take a wrong number back."""
    viewer = current_viewer()
    trajectory = trajectories.trajectory_for(viewer, number)
    found = queries.record_for(trajectory, record_id)
    if act_or_flash(services.withdraw_record, found, by=viewer):
        flash("Ingetrokken. Het getal telt nergens meer mee.")
    return redirect(url_for(".records", number=number))
