"""Pages of invoices: list, one invoice, its split, upload, credit, send back, dispute."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from contracts.invoicing import exports, forms, queries, services, trail
from contracts.invoicing.check_queries import checks_now, states_now
from contracts.invoicing.credit_services import receive_credit_form, receive_document
from contracts.invoicing.models import Invoice
from contracts.invoicing.performance_queries import lines_to_credit
from contracts.invoicing.receiving_services import check_document
from contracts.invoicing.rules import Found
from contracts.invoicing.split_queries import split_of
from contracts.invoicing.states import Check, InvoiceKind, InvoiceState, LineKind
from portal import audit, clock, filters, tables
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import reference_value
from portal.db import db
from portal.documents import Document, response
from portal.dutch import amount
from portal.errors import NotFound, Refused
from portal.features import related_links
from portal.forms import act_or_flash, page
from portal.ui import paginate

bp = Blueprint("contracts_invoicing", __name__)


def _filters() -> queries.Filters:
    month = filters.month("maand")
    return queries.Filters(
        state=filters.chosen("toestand", InvoiceState),
        words=request.args.get("zoek", "").strip(),
        month=month.first if month else None,
        sort=request.args.get("sorteer", "-nummer"),
    )


@bp.get("/facturen")
@requires(Permission.INVOICE_READ)
def index() -> ResponseReturnValue:
    """List the invoices the viewer may see."""
    viewer, wanted = current_viewer(), _filters()
    return page(
        "contracts/invoicing/list.html",
        page=paginate(queries.invoice_list(viewer, wanted)),
        filters=wanted,
        state_options=[(one.value, one.label) for one in InvoiceState],
    )


@bp.get("/facturen/download")
@requires(Permission.INVOICE_READ)
def download() -> ResponseReturnValue:
    """Give the filtered list as a workbook."""
    found = db.session.scalars(queries.invoice_list(current_viewer(), _filters())).all()
    return tables.download(exports.invoices_workbook(found), "facturen.xlsx", tables.XLSX)


@bp.route("/facturen/nieuw", methods=["GET", "POST"])
@requires(Permission.INVOICE_SUBMIT)
def upload() -> ResponseReturnValue:
    """Take in an e-invoice; it is read and judged before anything is written."""
    form = forms.UploadForm()
    if form.validate_on_submit():
        if not form.file.data or not form.file.data.filename:
            form.file.errors = ["Kies een bestand."]
        else:
            try:
                document = check_document(form.file.data.read(), form.file.data.filename)
            except Refused as refused:
                form.show(refused.objections)
            else:
                if form.accepts(receive_document, document, by=current_viewer()):
                    return _received(form.result)
    return page("contracts/invoicing/upload.html", form=form)


def _received(invoice: Invoice) -> ResponseReturnValue:
    flash(f"{invoice.kind.label} {invoice.issuer_number} is ontvangen als {invoice.number}.")
    return redirect(url_for("contracts_invoicing.show", number=invoice.number))


@bp.get("/facturen/<number>")
@requires(Permission.INVOICE_READ)
def show(number: str) -> ResponseReturnValue:
    """Show one invoice beside what was specified, with the three checks apart."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    lines = queries.lines_of(invoice)
    objections = checks_now(invoice, lines)
    next_step = related_links("invoice:decision", invoice.id)
    rows = trail.rows_under(viewer, invoice, lines)
    return page(
        "contracts/invoicing/show.html",
        invoice=invoice,
        lines=lines,
        rows_under=rows,
        stops=trail.stops_of(viewer, invoice, rows),
        line_states=states_now(invoice, lines, objections),
        to_credit=lines_to_credit([invoice.contract_id], invoice) if invoice.approved_at else [],
        subtotals=queries.subtotals_of(invoice),
        objections=objections,
        checks=[_check_line(check, [one for one in objections if one.check is check]) for check in Check],
        disputes=queries.disputes_of(invoice),
        credit_notes=queries.credits_of(invoice),
        may_decide=queries.is_lead(invoice.contract, viewer),
        is_issuer=viewer.organisation_id == invoice.issuer_organisation_id,
        next_step=next_step[0] if next_step else None,
        late_fee=reference_value("late_payment_fee", invoice.pay_by) if _is_late(invoice) else None,
        line_kind=LineKind,
        kind=InvoiceKind,
        state=InvoiceState,
        history_lines=audit.history_of(invoice, invoice.specification),
    )


def _is_late(invoice: Invoice) -> bool:
    """A returned part stops the clock; an open or unpaid invoice after its last day does not (practice.md F6)."""
    unpaid = invoice.paid_on is None and invoice.state is not InvoiceState.RETURNED
    return unpaid and invoice.kind is not InvoiceKind.CREDIT and invoice.pay_by < clock.today()


def _check_line(check: Check, found: list[Found]) -> tuple[bool, str, str]:
    blocking = [one for one in found if one.blocks]
    remarks = len(found) - len(blocking)
    if blocking:
        return (
            False,
            check.label,
            f"{len(blocking)} bezwaar" if len(blocking) == 1 else f"{len(blocking)} bezwaren",
        )
    return True, check.label, f"{remarks} opmerking(en)" if remarks else ""


@bp.get("/facturen/<number>/verdeling")
@requires(Permission.INVOICE_READ)
def split(number: str) -> ResponseReturnValue:
    """Show how an approved invoice was split, worked out to the cent."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    if invoice.state is not InvoiceState.APPROVED:
        raise NotFound
    stops = trail.stops_of(viewer, invoice, trail.rows_under(viewer, invoice, queries.lines_of(invoice)))
    return page("contracts/invoicing/split.html", invoice=invoice, split=split_of(invoice, viewer), stops=stops)


@bp.get("/facturen/<number>/bestand")
@requires(Permission.INVOICE_READ)
def document(number: str) -> ResponseReturnValue:
    """Give the e-invoice as it came in."""
    invoice = queries.invoice_for(current_viewer(), number)
    stored = db.session.get(Document, invoice.document_id) if invoice.document_id else None
    if stored is None:
        raise NotFound
    return response(stored)


@bp.post("/facturen/<number>/prestatie")
@requires(Permission.INVOICE_VERIFY)
def declare(number: str) -> ResponseReturnValue:
    """Declare the performance."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    if act_or_flash(services.declare_performance, invoice, by=viewer):
        flash("De prestatie is verklaard. Financiën kan de factuur nu betaalbaar stellen.")
    return redirect(url_for(".show", number=number))


@bp.route("/facturen/<number>/terugsturen", methods=["GET", "POST"])
@requires(Permission.INVOICE_RETURN)
def send_back(number: str) -> ResponseReturnValue:
    """Send an invoice back with a reason."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    queries.require_lead(invoice, viewer, "financiën of de contractmanager")
    form = forms.ReasonForm()
    if not form.is_submitted():
        found = checks_now(invoice, queries.lines_of(invoice))
        form.reason.data = "\n".join(one.message for one in found if one.blocks)
    if form.validate_on_submit() and form.accepts(
        services.return_invoice, invoice, reason=form.reason.data or "", by=viewer
    ):
        flash(f"Factuur {invoice.number} is teruggestuurd. De aanbieder heeft bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page("contracts/invoicing/return.html", form=form, invoice=invoice)


@bp.route("/facturen/<number>/regels/<uuid:line_id>/betwisten", methods=["GET", "POST"])
@requires(Permission.INVOICE_RETURN)
def dispute(number: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Dispute one line."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    queries.require_lead(invoice, viewer, "financiën of de contractmanager")
    line = queries.line_for(invoice, line_id)
    form = forms.ReasonForm()
    if form.validate_on_submit() and form.accepts(
        services.dispute_line, line, reason=form.reason.data or "", by=viewer
    ):
        flash(f"Regel {line.position} is betwist. De aanbieder heeft bericht gekregen.")
        return redirect(url_for(".show", number=number))
    return page("contracts/invoicing/dispute.html", form=form, invoice=invoice, line=line)


@bp.route("/facturen/<number>/betwistingen/<uuid:dispute_id>", methods=["GET", "POST"])
@requires(Permission.INVOICE_RETURN)
def settle(number: str, dispute_id: uuid.UUID) -> ResponseReturnValue:
    """End a dispute."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    queries.require_lead(invoice, viewer, "financiën of de contractmanager")
    found = next((one for one in queries.disputes_of(invoice) if one.id == dispute_id), None)
    if found is None:
        raise NotFound
    form = forms.OutcomeForm()
    if form.validate_on_submit() and form.accepts(
        services.settle_dispute, found, outcome=form.outcome.data or "", by=viewer
    ):
        flash(f"De betwisting van regel {found.line.position} is afgehandeld.")
        return redirect(url_for(".show", number=number))
    return page("contracts/invoicing/settle.html", form=form, invoice=invoice, dispute=found)


@bp.route("/facturen/<number>/crediteren", methods=["GET", "POST"])
@requires(Permission.INVOICE_SUBMIT)
def credit(number: str) -> ResponseReturnValue:
    """Credit whole lines of an own approved invoice."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    if viewer.organisation_id != invoice.issuer_organisation_id or invoice.state is not InvoiceState.APPROVED:
        raise NotFound
    if invoice.kind is InvoiceKind.CREDIT:
        raise NotFound
    credited = queries.credited_by([line.id for line in queries.lines_of(invoice)])
    form = forms.CreditForm()
    form.lines.choices = [
        SelectChoice(str(line.id), f"{line.position}. {line.description}: € {amount(line.net)}")
        for line in queries.lines_of(invoice)
        if line.id not in credited
    ]
    if form.validate_on_submit() and form.accepts(
        receive_credit_form,
        invoice,
        lines=[uuid.UUID(one) for one in form.lines.data or []],
        issuer_number=form.issuer_number.data or "",
        issued_on=form.issued_on.data,
        note=form.note.data or "",
        by=viewer,
    ):
        return _received(form.result)
    return page("contracts/invoicing/credit.html", form=form, invoice=invoice)


@bp.route("/facturen/<number>/betaling", methods=["GET", "POST"])
@requires(Permission.INVOICE_APPROVE)
def payment(number: str) -> ResponseReturnValue:
    """Record when an invoice was booked and paid."""
    viewer = current_viewer()
    invoice = queries.invoice_for(viewer, number)
    queries.require_lead(invoice, viewer, "financiën")
    form = forms.PaymentForm(obj=invoice)
    if form.validate_on_submit() and form.accepts(
        services.record_payment, invoice, booked_on=form.booked_on.data, paid_on=form.paid_on.data, by=viewer
    ):
        flash("De datums zijn vastgelegd. De aanbieder ziet ze ook.")
        return redirect(url_for(".show", number=number))
    return page("contracts/invoicing/payment.html", form=form, invoice=invoice)
