"""Pages on which inkoop makes a tender: list, tender with its parts, check page, publication."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import municipalities, products
from portal.forms import page
from portal.ui import paginate, paginate_wide
from tenders.consultations.queries import providers, usable_consultations
from tenders.procedures import exports, forms, queries, services
from tenders.procedures.models import Procedure
from tenders.procedures.rules import Missing, next_step
from tenders.procedures.states import Phase, ProcedureState
from tenders.procedures.views.blueprint import (
    bp,
    loaded,
    loaded_for_change,
    page_to_mend,
    parts_of,
    phase_of,
    section_of,
)


def _arguments() -> dict[str, Any]:
    return request.args.to_dict()


def _filters() -> dict[str, Any]:
    asked = request.args.get("toestand", "")
    return {
        "words": request.args.get("q", "").strip()[:100],
        "phase": Phase(asked) if asked in set(Phase) else None,
        "running": asked == "loopt",
        "product_id": next((one.id for one in products() if one.code == request.args.get("product", "")), None),
        "municipality_id": next(
            (one.id for one in municipalities() if one.cbs_code == request.args.get("gemeente", "")), None
        ),
        "sort": request.args.get("sorteer", "sluit"),
        "templates": asked == "sjabloon",
    }


@bp.get("/aanbestedingen")
@requires(Permission.TENDER_READ)
def index() -> ResponseReturnValue:
    """List the tenders of the viewer's municipality and team."""
    found = queries.procedures_for(current_viewer(), **_filters())
    shown = paginate_wide(found, Procedure.id, options=queries.LIST_OPTIONS)
    return page(
        "tenders/procedures/index.html",
        shown=shown,
        places=queries.municipalities_of(shown.items),
        waiting=queries.open_questions_count(shown.items),
        download_url=url_for(".download", **_arguments()),
        phase_of=phase_of,
        step_of=lambda one, phase, waiting: next_step(
            phase, waiting=waiting, nota_due_on=one.nota_due_on, deadline=one.submission_deadline_at
        ),
        phases=[
            ("loopt", "Alles wat loopt"), *((one.value, one.label) for one in Phase), ("sjabloon", "Sjablonen"),
        ],
        products=[(one.code, one.short_name) for one in products()],
        municipalities=[(one.cbs_code, one.name) for one in municipalities()],
        sort=request.args.get("sorteer", "sluit"),
    )


@bp.get("/aanbestedingen/download")
@requires(Permission.TENDER_READ)
def download() -> Response:
    """Download the list with the same filters as a workbook."""
    found = queries.procedures_for(current_viewer(), **_filters()).options(*queries.LIST_OPTIONS)
    shown = paginate(found, 1, 5000)
    return exports.procedures_workbook(shown.items)


def _details_form(procedure: Procedure | None = None) -> forms.DetailsForm:
    form = forms.DetailsForm(obj=procedure)
    form.kind_code.choices = [(one.code, one.name) for one in queries.kinds()]
    form.consultation_id.choices = forms.with_none(
        [(one.id, f"{one.number} {one.title}") for one in usable_consultations(current_viewer())],
        "geen marktconsultatie",
    )
    form.invited.choices = [(one.id, one.name) for one in providers()]
    if procedure is not None and not form.is_submitted():
        form.invited.data = queries.invited_ids(procedure)
    return form


@bp.route("/aanbestedingen/nieuw", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def create() -> ResponseReturnValue:
    """Make a tender; the parts follow on its own page."""
    form = _details_form()
    if form.validate_on_submit() and form.accepts(_create, form):
        flash(f"De aanbesteding {form.result.number} is gemaakt. Vul nu de onderdelen in.")
        return redirect(url_for(".show", number=form.result.number))
    return page("tenders/procedures/details.html", form=form, procedure=None)


def _create(form: forms.DetailsForm) -> Procedure:
    viewer = current_viewer()
    made = services.create_procedure(
        title=form.title.data or "",
        kind_code=form.kind_code.data,
        summary=form.summary.data or "",
        consultation_id=form.consultation_id.data,
        by=viewer,
    )
    if form.invited.data:
        _change_details(made, form)
    return made


def _change_details(procedure: Procedure, form: forms.DetailsForm) -> None:
    services.change_details(
        procedure,
        title=form.title.data or "",
        kind_code=form.kind_code.data,
        summary=form.summary.data or "",
        consultation_id=form.consultation_id.data,
        invited=form.invited.data or [],
        by=current_viewer(),
    )


@bp.get("/aanbestedingen/<number>")
@requires(Permission.TENDER_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a tender to staff: its state, its parts and what is still missing."""
    procedure = loaded(number)
    lots = queries.lots_of(procedure)
    preparing = procedure.state is ProcedureState.PREPARATION
    missing = queries.check_items(procedure) if preparing else []
    return page(
        "tenders/procedures/show.html",
        procedure=procedure,
        phase=phase_of(procedure),
        parts=parts_of(procedure),
        lots=lots,
        missing=missing,
        missing_above=_missing_above(procedure, missing),
        missing_in={key: sum(section_of(item) == key for item in missing) for key, _, _ in parts_of(procedure)},
        waiting=queries.open_questions_count([procedure]).get(procedure.id, 0),
        places=queries.municipalities_of([procedure])[procedure.id],
        may_change=queries.may_change(current_viewer(), procedure),
        may_confirm=preparing and queries.may_confirm(current_viewer(), procedure, procedure.publication_asked_by_id),
        publishes=queries.may_confirm(current_viewer(), procedure, None),
        changes=queries.changes_of(procedure),
        history_lines=audit.history_of(procedure),
    )


def _missing_above(procedure: Procedure, missing: Sequence[Missing]) -> list[tuple[str, str]]:
    """Return what upper storeys miss, with the page to mend it: they are no part of the list of parts."""
    own = {key for key, _, _ in parts_of(procedure)}
    return [(item.message, page_to_mend(procedure, item, {})) for item in missing if section_of(item) not in own]


@bp.route("/aanbestedingen/<number>/gegevens", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def details(number: str) -> ResponseReturnValue:
    """Change title, kind, summary and consultation."""
    procedure = loaded_for_change(number)
    form = _details_form(procedure)
    if form.validate_on_submit() and form.accepts(_details_service, procedure, form):
        flash("De gegevens zijn bewaard.")
        return redirect(url_for(".show", number=number))
    return page("tenders/procedures/details.html", form=form, procedure=procedure)


def _details_service(procedure: Procedure, form: forms.DetailsForm) -> None:
    _change_details(procedure, form)


@bp.route("/aanbestedingen/<number>/intrekken", methods=["GET", "POST"])
@requires(Permission.TENDER_MANAGE)
def withdraw(number: str) -> ResponseReturnValue:
    """Withdraw a published tender."""
    procedure = loaded_for_change(number)
    form = forms.WithdrawForm()
    if form.validate_on_submit() and form.accepts(
        services.withdraw_procedure, procedure, reason=form.reason.data or "", by=current_viewer()
    ):
        flash(f"De aanbesteding ‘{procedure.title}’ is ingetrokken. De volgers hebben bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page("tenders/procedures/withdraw.html", form=form, procedure=procedure, lot=None)
