"""Pages to refer many participants at once: template, upload, preview, yes."""

import uuid
from dataclasses import replace
from datetime import date

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.trajectories import batch_services
from contracts.trajectories.batch_reading import MOST_ROWS, CellError, from_json, read_rows
from contracts.trajectories.views import bp
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.models import Municipality
from portal.catalogue.queries import municipality_of
from portal.catalogue.states import TargetGroup
from portal.errors import NotYours
from portal.forms import BaseForm, Filled, act_or_flash, page
from portal.sheets import SheetRefused
from portal.tables import XLSX, download as sent
from portal.uploads import DocumentField

BASE = "/aanmeldingen/bestand"


class BatchForm(BaseForm):
    """A workbook of aanmeldingen."""

    file = DocumentField("Bestand", [Filled("Kies een bestand.")], kinds=("xlsx", "ods", "csv"), max_mb=20)


@bp.get(f"{BASE}/sjabloon")
@requires(Permission.TRAJECTORY_REFER)
def batch_template() -> Response:
    """Give the workbook to fill in."""
    return sent(batch_services.template_for(current_viewer()), "aanmeldingen-sjabloon.xlsx", XLSX)


@bp.route(BASE, methods=["GET", "POST"])
@requires(Permission.TRAJECTORY_REFER)
def batch_upload() -> ResponseReturnValue:
    """Read a workbook; a fault anywhere is named by its cell and nothing is kept."""
    viewer, municipality = current_viewer(), _municipality()
    form = BatchForm()
    errors: list[CellError] = []
    if form.validate_on_submit():
        data, name = form.file.data.read(), str(form.file.data.filename)
        try:
            rows, errors = read_rows(data, name, today=clock.today())
        except SheetRefused as refusal:
            form.file.errors = [refusal.message]
        else:
            errors = errors or batch_services.judged(rows, municipality, viewer)
            if errors:
                cells = "cel" if len(errors) == 1 else "cellen"
                form.file.errors = [f"Er is iets mis in {len(errors)} {cells}. Herstel ze en upload het bestand opnieuw."]
            elif form.accepts(batch_services.keep_batch, rows, municipality, data=data, file_name=name, by=viewer):
                return redirect(url_for(".batch", batch_id=form.result.id))
    return _upload_page(form, municipality, errors)


@bp.get(f"{BASE}/<uuid:batch_id>")
@requires(Permission.TRAJECTORY_REFER)
def batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Show what will be referred, or under which numbers it was."""
    found = batch_services.batch_for(current_viewer(), batch_id)
    return page(
        "contracts/trajectories/batch.html",
        batch=found,
        rows=[
            replace(row, pip_on=date.fromisoformat(row.pip_on), on=date.fromisoformat(row.on))  # type: ignore[arg-type]
            for row in from_json(found.rows)
        ],
        group_names={one.value: one.label for one in TargetGroup},
    )


@bp.post(f"{BASE}/<uuid:batch_id>/aanmelden")
@requires(Permission.TRAJECTORY_REFER)
def confirm_batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Refer everyone in the workbook."""
    found = batch_services.batch_for(current_viewer(), batch_id)
    if act_or_flash(batch_services.confirm_batch, found, by=current_viewer()):
        flash("Iedereen is aangemeld. Meld de aanbieder langs uw eigen beveiligde weg om wie het gaat.")
    return redirect(url_for(".batch", batch_id=batch_id))


def _upload_page(form: BatchForm, municipality: Municipality, errors: list[CellError]) -> ResponseReturnValue:
    return page(
        "contracts/trajectories/batch_upload.html",
        form=form,
        municipality=municipality,
        errors=errors,
        most=MOST_ROWS,
    )


def _municipality() -> Municipality:
    found = municipality_of(current_viewer().organisation_id)
    if found is None:
        raise NotYours("een aanmelder van een gemeente")
    return found
