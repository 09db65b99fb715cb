"""Pages of the books: months, the cost of a month, ledger lines, closing, exports, budget."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from contracts.agreements.trail import source_url
from contracts.finance import exports, forms, ledger_queries, queries, services
from contracts.finance.budget_queries import budget_page, budget_years
from contracts.finance.chain_queries import chain_of
from contracts.finance.check_queries import month_facts
from contracts.finance.exports import Prepared
from contracts.finance.rules import eight_checks
from contracts.finance.states import ExportFormat, PeriodState
from contracts.finance.trail import stops_of
from contracts.invoicing.queries import invoice_for
from portal import audit, clock, filters
from portal.access import Permission, Viewer, current_viewer, requires
from portal.catalogue.models import Municipality, Product
from portal.catalogue.queries import policy_budget
from portal.db import db
from portal.documents import attachment, open_document, response
from portal.errors import NotFound, NotYours
from portal.forms import act, act_or_flash, page
from portal.jobs import enqueue
from portal.periods import Month
from portal.tables import MANY_ROWS, XLSX, Column, Sheet, download, workbook
from portal.ui import paginate

bp = Blueprint("contracts_finance", __name__)


def month_of(code: str) -> Month:
    """Read a month from an address, for a viewer whose municipality is in the books at all.

    Raises:
        NotFound: it is none, or the books are not the viewer's.
    """
    queries.require_part(current_viewer())
    try:
        return Month.parse(code)
    except ValueError:
        raise NotFound from None


@bp.post("/facturen/<number>/betaalbaar")
@requires(Permission.INVOICE_APPROVE)
def approve(number: str) -> ResponseReturnValue:
    """Make an invoice payable: approved, split and booked in one go."""
    viewer = current_viewer()
    invoice = invoice_for(viewer, number)
    if act_or_flash(services.make_payable, invoice, by=viewer):
        flash(f"Factuur {invoice.number} is betaalbaar gesteld, verdeeld en geboekt.")
    return redirect(url_for("contracts_invoicing.show", number=number))


@bp.get("/kosten")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """List the months with costs."""
    viewer = current_viewer()
    rows = queries.month_list(viewer)
    return page("contracts/finance/months.html", rows=rows, takes_part=queries.takes_part(viewer))


@bp.get("/kosten/<month_code>")
@requires(Permission.COST_READ)
def show(month_code: str) -> ResponseReturnValue:
    """Show the costs of a month per municipality and product, its invoices and checks."""
    viewer, month = current_viewer(), month_of(month_code)
    table = queries.cost_table(viewer, month)
    is_lead = queries.leads_any(viewer)
    checks = eight_checks(month_facts(month, None if is_lead else viewer.municipality_id))
    latest = exports.latest_batch(month, None if is_lead else viewer.municipality_id,
                                  ExportFormat.XLSX if is_lead else ExportFormat.CSV)  # fmt: skip
    states = [
        one for one in queries.states_of(month) if is_lead or one.municipality_id == viewer.municipality_id
    ]
    return page(
        "contracts/finance/costs.html",
        month=month,
        table=table,
        invoices=queries.invoice_rows(viewer, month),
        checks=checks,
        states=states,
        closed=PeriodState.CLOSED,
        waiting=queries.waiting_in(month) if is_lead else 0,
        latest=latest,
        changed=exports.changed_since(latest) if latest else 0,
        is_lead=is_lead,
        is_past=month < Month.of(clock.today()),
        may_close=viewer.may(Permission.PERIOD_CLOSE),
        history_lines=audit.history_of(*states),
    )


@bp.get("/kosten/<month_code>/regels")
@requires(Permission.COST_READ)
def postings(month_code: str) -> ResponseReturnValue:
    """List the ledger lines of a month, of one municipality and product when asked."""
    viewer, month = current_viewer(), month_of(month_code)
    table = queries.cost_table(viewer, month)
    place, product = _identity("gemeente", table.municipalities), _identity("product", table.products)
    invoice = request.args.get("factuur", "").strip()
    return page(
        "contracts/finance/postings.html",
        month=month,
        page=paginate(ledger_queries.postings_for(viewer, month, place, product, invoice)),
        table=table,
    )


def _identity(name: str, known: list[Municipality] | list[Product]) -> uuid.UUID | None:
    asked = filters.chosen(name, [one.id for one in known])
    return uuid.UUID(asked) if asked else None


@bp.get("/kosten/regels/<int:number>")
@requires(Permission.COST_READ)
def posting(number: int) -> ResponseReturnValue:
    """Show one ledger line with everything it rests on, down to the criterion of the tender."""
    viewer = current_viewer()
    found = ledger_queries.posting_for(viewer, number)
    chain = chain_of(viewer, found)
    return page(
        "contracts/finance/posting.html",
        posting=found,
        chain=chain,
        stops=stops_of(viewer, found, chain),
        source_url=source_url,
        month=Month.of(found.period.month),
        performed=Month.of(found.performed_in),
    )


@bp.route("/kosten/<month_code>/afsluiten", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def close(month_code: str) -> ResponseReturnValue:
    """Check and close a month for one or more municipalities."""
    viewer, month = current_viewer(), month_of(month_code)
    rows = [
        one
        for one in queries.states_of(month)
        if one.state is PeriodState.OPEN and services.may_close(viewer, one.municipality_id)
    ]
    form = forms.CloseForm()
    form.municipalities.choices = [
        SelectChoice(str(one.municipality_id), one.municipality.name) for one in rows
    ]
    if not form.is_submitted():
        form.municipalities.data = [str(one.municipality_id) for one in rows]
    if form.validate_on_submit():
        chosen = [one.municipality for one in rows if str(one.municipality_id) in form.municipalities.data]
        if form.accepts(services.close_month, month, chosen, by=viewer):
            flash(f"{month.label.capitalize()} is afgesloten voor {', '.join(one.name for one in chosen)}.")
            return redirect(url_for(".show", month_code=month.code))
    checks = [(one.municipality, eight_checks(month_facts(month, one.municipality_id))) for one in rows]
    return page("contracts/finance/close.html", form=form, month=month, checks=checks)


@bp.route("/kosten/<month_code>/heropenen", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def reopen(month_code: str) -> ResponseReturnValue:
    """Open a closed month again for one municipality, with a reason."""
    viewer, month = current_viewer(), month_of(month_code)
    rows = [
        one
        for one in queries.states_of(month)
        if one.state is PeriodState.CLOSED and services.may_close(viewer, one.municipality_id)
    ]
    form = forms.ReopenForm()
    form.municipality.choices = [
        SelectChoice(str(one.municipality_id), one.municipality.name) for one in rows
    ]
    if form.validate_on_submit():
        chosen = next(one.municipality for one in rows if str(one.municipality_id) == form.municipality.data)
        if form.accepts(services.reopen_month, month, chosen, reason=form.reason.data or "", by=viewer):
            flash(f"{month.label.capitalize()} is heropend voor {chosen.name}.")
            return redirect(url_for(".show", month_code=month.code))
    return page("contracts/finance/reopen.html", form=form, month=month, rows=rows)


@bp.get("/kosten/<month_code>/kostenverdeling.xlsx")
@requires(Permission.COST_READ)
def month_workbook(month_code: str) -> ResponseReturnValue:
    """Give the workbook of a month: the kept one when nothing changed since, so always the same file."""
    viewer, month = current_viewer(), month_of(month_code)
    if not queries.leads_any(viewer):
        raise NotYours("de penvoerende gemeente; haal de csv met uw eigen regels op")
    return _hand_out(exports.prepare_workbook(month))


@bp.get("/kosten/<month_code>/regels-<cbs_code>.csv")
@requires(Permission.COST_READ)
def month_csv(month_code: str, cbs_code: str) -> ResponseReturnValue:
    """Give the ledger lines of one municipality as csv."""
    return _hand_out(exports.prepare_csv(month_of(month_code), _place(current_viewer(), cbs_code)))


def _place(viewer: Viewer, cbs_code: str) -> Municipality:
    found = db.session.query(Municipality).filter_by(cbs_code=cbs_code).one_or_none()
    if found is None or (found.id != viewer.municipality_id and not queries.leads_any(viewer)):
        raise NotFound
    return found


def _hand_out(prepared: Prepared) -> ResponseReturnValue:
    kept = exports.latest_batch(
        prepared.month, prepared.municipality.id if prepared.municipality else None, prepared.format
    )
    if kept is not None and kept.content_sha256 == prepared.content_sha256:
        return attachment(
            open_document(kept.document), name=kept.document.name, media_type=kept.document.media_type
        )
    return attachment(prepared.data, name=prepared.filename, media_type=prepared.media_type)


@bp.post("/kosten/<month_code>/export")
@requires(Permission.PERIOD_CLOSE)
def export(month_code: str) -> ResponseReturnValue:
    """Keep an export with its number; above 20,000 lines a worker makes it."""
    viewer, month = current_viewer(), month_of(month_code)
    whole = queries.leads_any(viewer)
    count = month_facts(month, None if whole else viewer.municipality_id).postings
    if count > MANY_ROWS:
        place = "" if whole else str(viewer.municipality_id)
        job = act(enqueue, "cost_export", by=viewer, title=f"Export {month.label}", month=month.code,
                  municipality_id=place)  # fmt: skip
        return redirect(f"/taken/{job.id}")
    own = db.session.get(Municipality, viewer.municipality_id) if viewer.municipality_id else None
    if not whole and own is None:
        raise NotFound
    prepared = exports.prepare_workbook(month) if whole or own is None else exports.prepare_csv(month, own)
    batch = act(services.keep_export, prepared, by=viewer)
    flash(f"Export {batch.number} is bewaard: {batch.rows} regels.")
    return redirect(url_for(".exports_list"))


@bp.get("/exports")
@requires(Permission.COST_READ)
def exports_list() -> ResponseReturnValue:
    """List the kept exports, with what changed since."""
    found = paginate(ledger_queries.batches_for(current_viewer()))
    return page(
        "contracts/finance/exports.html",
        page=found,
        changed=ledger_queries.changes_since([one.id for one in found.items]),
    )


@bp.get("/exports/<number>")
@requires(Permission.COST_READ)
def export_file(number: str) -> ResponseReturnValue:
    """Give a kept export again, byte for byte."""
    batch = next(
        (
            one
            for one in db.session.scalars(ledger_queries.batches_for(current_viewer()))
            if one.number == number
        ),
        None,
    )
    if batch is None:
        raise NotFound
    return response(batch.document)


@bp.get("/begroting")
@requires(Permission.BUDGET_READ)
def budgets() -> ResponseReturnValue:
    """Go to the budget of this year."""
    return redirect(url_for(".budget", year=clock.today().year))


@bp.get("/begroting/<int:year>")
@requires(Permission.BUDGET_READ)
def budget(year: int) -> ResponseReturnValue:
    """Show the budget of a year; years of the policy plan as printed, with what it leaves unexplained."""
    queries.require_part(current_viewer())
    history = policy_budget()
    years = sorted({*budget_years(), *(one.year for one in history)})
    if year not in years:
        raise NotFound
    return page(
        "contracts/finance/budget.html",
        year=year,
        years=years,
        history=next((one for one in history if one.year == year), None),
        budget=budget_page(current_viewer(), year),
    )


@bp.get("/begroting/<int:year>/download")
@requires(Permission.BUDGET_READ)
def budget_download(year: int) -> ResponseReturnValue:
    """Give the budget of a year as a workbook."""
    queries.require_part(current_viewer())
    found = budget_page(current_viewer(), year)
    columns = (
        Column("Product", width=36), Column("Gemeente", width=24), Column("Begroting", "money", 16, True),
        Column("Ten laste", "money", 16, True), Column("Nog niet besloten", "money", 18, True),
        Column("Resterend", "money", 16, True),
    )  # fmt: skip
    rows = [
        [one.product.name, one.municipality.name, one.budget, one.realised, one.waiting, one.room]
        for one in found.rows
    ]
    return download(workbook([Sheet(f"Begroting {year}", columns, rows)]), f"begroting-{year}.xlsx", XLSX)
