"""Pages of specifications (prefacturen): what may be invoiced, confirmed, then invoiced."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from contracts.agreements.queries import contract_for, contracts_for
from contracts.invoicing import exports, forms, queries
from contracts.invoicing.check_queries import outdated_lines
from contracts.invoicing.models import Specification, SpecificationLine
from contracts.invoicing.receiving_services import receive_form
from contracts.invoicing.specification_services import (
    add_free_line,
    confirm_specification,
    free_price_lines,
    party_of,
    propose_specification,
    withdraw_specification,
)
from contracts.invoicing.states import SpecificationState
from portal import audit, clock, tables
from portal.access import Permission, Viewer, current_viewer, requires
from portal.dutch import amount
from portal.errors import NotFound, Objection, Refused
from portal.forms import act_or_flash, page
from portal.money import ZERO
from portal.periods import Month
from portal.ui import paginate

bp = Blueprint("contracts_specifications", __name__)


@bp.get("/specificaties")
@requires(Permission.INVOICE_READ)
def index() -> ResponseReturnValue:
    """List the specifications the viewer may see."""
    statement = queries.specifications_visible_to(current_viewer()).order_by(Specification.number.desc())
    return page("contracts/invoicing/specifications.html", page=paginate(statement), state=SpecificationState)


@bp.route("/specificaties/nieuw", methods=["GET", "POST"])
@requires(Permission.INVOICE_SUBMIT)
def new() -> ResponseReturnValue:
    """Make a specification from accepted rows."""
    viewer = current_viewer()
    form = forms.NewSpecificationForm()
    form.contract.choices = [
        SelectChoice(one.number, f"{one.number}, {one.title}") for one in contracts_for(viewer)
    ]
    if not form.is_submitted():
        form.contract.data = request.args.get("contract", "")
        form.month.data = _asked_month()
    if form.validate_on_submit() and form.accepts(_propose, form.contract.data, form.month.data, by=viewer):
        flash(f"Specificatie {form.result.number} is gemaakt uit de goedgekeurde prestaties.")
        return redirect(url_for(".show", number=form.result.number))
    return page("contracts/invoicing/specification_new.html", form=form)


def _asked_month() -> Month:
    try:
        return Month.parse(request.args.get("maand", ""))
    except ValueError:
        return Month.of(clock.today()).previous()


def _propose(number: str, month: Month, *, by: Viewer) -> Specification:
    contract = contract_for(by, number)
    try:
        party = party_of(contract, by.organisation_id, month)
    except NotFound:
        raise Refused(
            [Objection("Uw organisatie mag onder dit contract niet factureren.", "contract")]
        ) from None
    return propose_specification(contract, party, month, by=by)


@bp.get("/specificaties/<number>")
@requires(Permission.INVOICE_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a specification; its provider confirms it here and may leave lines out."""
    specification = queries.specification_for(current_viewer(), number)
    lines = queries.specification_lines(specification)
    return _specification_page(specification, lines, _confirm_form(lines))


@bp.post("/specificaties/<number>/bevestigen")
@requires(Permission.INVOICE_SUBMIT)
def confirm(number: str) -> ResponseReturnValue:
    """Confirm a specification and get the akkoordnummer."""
    viewer = current_viewer()
    specification = _own(viewer, number)
    lines = queries.specification_lines(specification)
    form = _confirm_form(lines)
    if form.validate_on_submit() and form.accepts(
        confirm_specification,
        specification,
        without=[uuid.UUID(one) for one in form.without.data or []],
        by=viewer,
    ):
        flash(f"De specificatie is bevestigd. Uw akkoordnummer is {form.result}.")
        return redirect(url_for(".show", number=number))
    return _specification_page(specification, lines, form)


def _confirm_form(lines: Sequence[SpecificationLine]) -> forms.ConfirmForm:
    form = forms.ConfirmForm()
    form.without.choices = [
        SelectChoice(str(line.id), f"{line.position}. {line.description}: € {amount(line.amount)}")
        for line in lines
    ]
    return form


def _specification_page(
    specification: Specification, lines: Sequence[SpecificationLine], form: forms.ConfirmForm
) -> ResponseReturnValue:
    return page(
        "contracts/invoicing/specification.html",
        form=form,
        specification=specification,
        lines=lines,
        bases=queries.bases_of([line.id for line in lines]),
        total=sum((line.amount for line in lines if not line.taken_out), ZERO),
        invoice=queries.invoice_of_specification(specification),
        is_own=current_viewer().organisation_id == specification.party.organisation_id,
        state=SpecificationState,
        outdated={line.id for line in outdated_lines(specification)},
        history_lines=audit.history_of(specification),
    )


@bp.post("/specificaties/<number>/vervallen")
@requires(Permission.INVOICE_SUBMIT)
def withdraw(number: str) -> ResponseReturnValue:
    """Let a specification lapse that was not invoiced."""
    viewer = current_viewer()
    specification = _own(viewer, number)
    if act_or_flash(withdraw_specification, specification, by=viewer):
        flash(f"Specificatie {number} is vervallen. U kunt nu een nieuwe specificatie maken.")
    return redirect(url_for(".show", number=number))


@bp.route("/specificaties/<number>/regel", methods=["GET", "POST"])
@requires(Permission.INVOICE_SUBMIT)
def add_line(number: str) -> ResponseReturnValue:
    """Add something without a participant."""
    viewer = current_viewer()
    specification = _own(viewer, number)
    form = forms.FreeLineForm()
    form.price_line.choices = [
        SelectChoice(str(one.line.id), f"{one.line.name}, per {one.line.unit.label}")
        for one in free_price_lines(specification)
    ]
    if form.validate_on_submit() and form.accepts(
        add_free_line,
        specification,
        price_line_id=uuid.UUID(form.price_line.data),
        quantity=form.quantity.data,
        by=viewer,
    ):
        flash("De regel is toegevoegd.")
        return redirect(url_for(".show", number=number))
    return page("contracts/invoicing/specification_line.html", form=form, specification=specification)


@bp.route("/specificaties/<number>/factureren", methods=["GET", "POST"])
@requires(Permission.INVOICE_SUBMIT)
def invoice(number: str) -> ResponseReturnValue:
    """Send the invoice by form, exactly as specified."""
    viewer = current_viewer()
    specification = _own(viewer, number)
    if specification.state in (SpecificationState.PROPOSED, SpecificationState.WITHDRAWN):
        raise NotFound
    form = forms.InvoiceForm()
    if not form.is_submitted():
        form.issued_on.data = clock.today()
    if form.validate_on_submit() and form.accepts(
        receive_form,
        specification,
        issuer_number=form.issuer_number.data or "",
        issued_on=form.issued_on.data,
        note=form.note.data or "",
        by=viewer,
    ):
        flash(f"Factuur {form.result.issuer_number} is ontvangen als {form.result.number}.")
        return redirect(url_for("contracts_invoicing.show", number=form.result.number))
    lines = [line for line in queries.specification_lines(specification) if not line.taken_out]
    return page(
        "contracts/invoicing/invoice_form.html",
        form=form,
        specification=specification,
        total=sum((line.amount for line in lines), ZERO),
        count=len(lines),
    )


def _own(viewer: Viewer, number: str) -> Specification:
    specification = queries.specification_for(viewer, number)
    if viewer.organisation_id != specification.party.organisation_id:
        raise NotFound
    return specification


@bp.get("/specificaties/<number>/download")
@requires(Permission.INVOICE_READ)
def download(number: str) -> ResponseReturnValue:
    """Give a specification as a workbook."""
    specification = queries.specification_for(current_viewer(), number)
    data = exports.specification_workbook(specification, queries.specification_lines(specification))
    return tables.download(data, f"specificatie-{specification.number}.xlsx", tables.XLSX)
