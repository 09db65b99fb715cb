"""Bringing "geboekt" and "betaald op" back from the financial system: template, preview, confirm."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from contracts.agreements.models import Contract
from contracts.finance import forms
from contracts.finance.payment_rules import COLUMNS, Payable, Reading, decode, read_payments
from contracts.invoicing.models import Invoice
from contracts.invoicing.queries import invoices_visible_to
from contracts.invoicing.services import record_payment
from contracts.invoicing.states import InvoiceKind, InvoiceState
from portal import clock
from portal.access import Permission, Viewer, current_viewer, requires
from portal.db import db
from portal.errors import Objection, Refused, refuse_if
from portal.forms import page
from portal.tables import CSV, Column, csv_bytes, download

bp = Blueprint("contracts_payments", __name__)


@bp.get("/betalingen/sjabloon")
@requires(Permission.INVOICE_APPROVE)
def template() -> ResponseReturnValue:
    """Give the csv to fill in: the approved invoices that are not paid yet."""
    columns = [Column(COLUMNS[0]), Column(COLUMNS[1], "date"), Column(COLUMNS[2], "date")]
    rows = [
        [one.number, one.booked_on, None] for one in _invoices(current_viewer()) if one.approved_at and not one.paid_on
    ]
    return download(csv_bytes(columns, rows), "geboekt-en-betaald.csv", CSV)


@bp.route("/betalingen", methods=["GET", "POST"])
@requires(Permission.INVOICE_APPROVE)
def upload() -> ResponseReturnValue:
    """Read a csv and show what it would set, and every wrong cell; nothing is kept yet."""
    form = forms.PaymentsForm()
    if form.validate_on_submit():
        try:
            text = decode(form.file.data.read()) if isinstance(form.file.data, FileStorage) else ""
            reading = _read(text, current_viewer())
        except ValueError as error:
            form.show([Objection(str(error), "file")])
        else:
            confirm = forms.PaymentsConfirmForm(formdata=None)
            confirm.content.data = text
            return page("contracts/finance/payments_preview.html", form=confirm, reading=reading)
    return page("contracts/finance/payments.html", form=form)


@bp.post("/betalingen/vastleggen")
@requires(Permission.INVOICE_APPROVE)
def confirm() -> ResponseReturnValue:
    """Keep the dates of a csv that was looked at; it is read once more."""
    viewer = current_viewer()
    form = forms.PaymentsConfirmForm()
    if form.validate_on_submit() and form.accepts(_record_all, form.content.data or "", by=viewer):
        flash(f"Bij {form.result} {'factuur' if form.result == 1 else 'facturen'} zijn de datums vastgelegd.")
        return redirect(url_for("contracts_invoicing.index"))
    try:
        reading = _read(form.content.data or "", viewer)
    except ValueError:
        return redirect(url_for(".upload"))
    return page("contracts/finance/payments_preview.html", form=form, reading=reading)


def _record_all(text: str, *, by: Viewer) -> int:
    try:
        reading = _read(text, by)
    except ValueError as error:
        raise Refused([Objection(str(error))]) from error
    refuse_if([Objection(f"Cel {one.cell}: {one.message}") for one in reading.errors[:20]])
    invoices = {one.number: one for one in _invoices(by)}
    for line in reading.changed:
        record_payment(invoices[line.number], booked_on=line.booked_on, paid_on=line.paid_on, by=by)
    return len(reading.changed)


def _read(text: str, viewer: Viewer) -> Reading:
    known = {
        one.number: Payable(
            clock.local(one.approved_at).date() if one.approved_at else None, one.booked_on, one.paid_on
        )
        for one in _invoices(viewer)
    }
    return read_payments(text, known, today=clock.today())


def _invoices(viewer: Viewer) -> list[Invoice]:
    """Return the invoices that the viewer's municipality pays: of the contracts it leads."""
    statement = invoices_visible_to(viewer).where(
        Contract.lead_municipality_id == viewer.municipality_id,
        Invoice.state != InvoiceState.RETURNED,
        Invoice.kind != InvoiceKind.SETTLEMENT,
    )
    return list(db.session.scalars(statement.order_by(Invoice.number)))
