"""Begin with a copy of an earlier tender or a template, and the field sheet for TenderNed."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.documents import attachment
from portal.forms import act_or_flash, page
from portal.pdf import pdf
from portal.tables import XLSX, Column, Sheet, workbook
from tenders.procedures import change_forms, field_sheet, queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.views.blueprint import bp, loaded, loaded_for_change


@bp.route("/aanbestedingen/kopie", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def copy() -> ResponseReturnValue:
    """Make a tender or a template from one that is there; `?van=` chooses it beforehand."""
    form = change_forms.CopyForm()
    sources = queries.to_copy(current_viewer())
    form.source.choices = [
        (one.number, f"{'Sjabloon ' if one.is_template else ''}{one.number} {one.title}") for one in sources
    ]
    chosen = next((one for one in sources if one.number == request.args.get("van", "")), None)
    if chosen is not None and not form.is_submitted():
        form.source.data, form.title.data = chosen.number, chosen.title
        form.as_template.data = request.args.get("sjabloon") == "ja"
    if form.validate_on_submit() and form.accepts(_copied, form):
        flash(f"{form.result.number} is gemaakt. Vul nu de data, aantallen en raming in.")
        return redirect(url_for(".show", number=form.result.number))
    return page("tenders/procedures/copy.html", form=form, sources=sources)


def _copied(form: change_forms.CopyForm) -> Procedure:
    viewer = current_viewer()
    return services.copy_procedure(
        queries.staff_procedure(viewer, form.source.data or ""),
        title=form.title.data or "",
        as_template=form.as_template.data,
        by=viewer,
    )


@bp.post("/aanbestedingen/<number>/geen-sjabloon")
@requires(Permission.TENDER_MANAGE)
def drop_template(number: str) -> ResponseReturnValue:
    """Turn a template back into a tender in preparation."""
    if act_or_flash(services.drop_template, loaded_for_change(number), by=current_viewer()):
        flash("Dit is geen sjabloon meer, maar een aanbesteding in voorbereiding.")
    return redirect(url_for(".show", number=number))


@bp.get("/aanbestedingen/<number>/aankondiging/veldenblad.xlsx")
@requires(Permission.TENDER_READ)
def field_sheet_workbook(number: str) -> Response:
    """Download what has to be typed on TenderNed, field by field, as a workbook."""
    procedure = loaded(number)
    rows = [(row.part, row.code, row.name, row.value) for row in field_sheet.fields_of(procedure)]
    columns = (Column("Onderdeel", width=24), Column("Veld", width=12), Column("Naam", width=36), Column("Invullen", width=80))
    notes = field_sheet.notes_of(procedure)
    sheet = Sheet("Veldenblad", columns, rows, notes=notes, heading=field_sheet.title_of(procedure))
    return attachment(workbook([sheet]), name=f"Veldenblad {number}.xlsx", media_type=XLSX)


@bp.get("/aanbestedingen/<number>/aankondiging/veldenblad.pdf")
@requires(Permission.TENDER_READ)
def field_sheet_pdf(number: str) -> Response:
    """Download the same field sheet as PDF."""
    procedure = loaded(number)
    made = pdf("field_sheet", field_sheet.as_data(procedure))
    return attachment(made, name=f"Veldenblad {number}.pdf", media_type="application/pdf")
