"""Pages of the doorbelasting: what is to be passed on, the documents, the reconciliation to nought."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.finance import forms, recharge_queries
from contracts.finance.mapping_queries import place_by_code
from contracts.finance.queries import require_part
from contracts.finance.recharge_queries import recharge_for
from contracts.finance.recharge_services import answer_recharge, make_recharge, receive_recharge
from contracts.finance.settling_models import Recharge
from contracts.finance.settling_states import RechargeState, VatTreatment
from contracts.finance.views import month_of
from portal import audit
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.documents import attachment
from portal.dutch import euro, long_date
from portal.errors import NotFound
from portal.forms import BaseForm, page
from portal.pdf import pdf
from portal.periods import Month
from portal.tables import XLSX, Column, Sheet, download, workbook
from portal.ui import paginate

bp = Blueprint("contracts_recharge", __name__)


@bp.get("/doorbelasting")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """List what is to be passed on and what was, with the reconciliation."""
    viewer = current_viewer()
    require_part(viewer)
    return page(
        "contracts/finance/recharges.html",
        page=paginate(recharge_queries.recharges_for(viewer)),
        waiting=recharge_queries.to_recharge(viewer),
        balance=recharge_queries.balance_of(viewer),
        may_send=viewer.may(Permission.PERIOD_CLOSE),
    )


@bp.get("/doorbelasting/download")
@requires(Permission.COST_READ)
def export() -> ResponseReturnValue:
    """Give the list as a workbook."""
    require_part(current_viewer())
    columns = (
        Column("Doorbelasting"), Column("Van", width=24), Column("Aan", width=24), Column("Periode"),
        Column("Zonder btw", "money", 16, True), Column("Btw", "money", 14, True),
        Column("Met btw", "money", 16, True), Column("Btw-behandeling", width=46), Column("Toestand"),
        Column("Ontvangen op", "date"),
    )  # fmt: skip
    rows = [
        [
            one.number, one.lead_municipality.name, one.municipality.name, Month.of(one.period.month).label, one.net,
            one.vat, one.net + one.vat, one.treatment.label, one.state.label, one.received_on,
        ]
        for one in db.session.scalars(recharge_queries.recharges_for(current_viewer()))
    ]  # fmt: skip
    return download(workbook([Sheet("Doorbelastingen", columns, rows)]), "doorbelastingen.xlsx", XLSX)


@bp.route("/doorbelasting/nieuw/<month_code>/<cbs_code>", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def new(month_code: str, cbs_code: str) -> ResponseReturnValue:
    """Make the document of a month for another municipality."""
    viewer, month, place = current_viewer(), month_of(month_code), place_by_code(cbs_code)
    lead = viewer.municipality_id
    if place is None or lead is None or place.id == lead:
        raise NotFound
    postings = recharge_queries.open_postings(lead, place.id, month)
    if not postings:
        raise NotFound
    form = forms.RechargeForm()
    if not form.is_submitted():
        form.treatment.data = recharge_queries.last_treatment(lead, place.id).value
    if form.validate_on_submit() and form.accepts(
        make_recharge, place, month, treatment=VatTreatment(form.treatment.data), by=viewer
    ):
        flash(f"Doorbelasting {form.result.number} is gemaakt. {place.name} krijgt de vraag om akkoord.")
        return redirect(url_for(".show", number=form.result.number))
    total = sum(one.net + one.vat_back + one.vat_cost for one in postings)
    return page(
        "contracts/finance/recharge_new.html",
        form=form, place=place, month=month, lines=len(postings), total=total, treatments=list(VatTreatment),
    )  # fmt: skip


@bp.get("/doorbelasting/<number>")
@requires(Permission.COST_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a doorbelasting with its lines; the other municipality answers, the lead records the receipt."""
    return _recharge_page(recharge_for(current_viewer(), number), forms.ConsentForm(), forms.ReceiptForm())


@bp.post("/doorbelasting/<number>/antwoord")
@requires(Permission.ALLOCATION_CONSENT)
def answer(number: str) -> ResponseReturnValue:
    """Record what the other municipality says."""
    viewer = current_viewer()
    recharge = recharge_for(viewer, number)
    form = forms.ConsentForm()
    if form.validate_on_submit() and form.accepts(
        answer_recharge, recharge, agrees=form.agrees.data == "ja", reason=form.reason.data or "", by=viewer
    ):
        flash("Uw antwoord is vastgelegd.")
        return redirect(url_for(".show", number=number))
    return _recharge_page(recharge, form, forms.ReceiptForm(formdata=None))


@bp.post("/doorbelasting/<number>/ontvangen")
@requires(Permission.PERIOD_CLOSE)
def receive(number: str) -> ResponseReturnValue:
    """Record the day on which the amount came in."""
    viewer = current_viewer()
    recharge = recharge_for(viewer, number)
    form = forms.ReceiptForm()
    if form.validate_on_submit() and form.accepts(receive_recharge, recharge, on=form.received_on.data, by=viewer):
        flash(f"Doorbelasting {number} is ontvangen.")
        return redirect(url_for(".show", number=number))
    return _recharge_page(recharge, forms.ConsentForm(formdata=None), form)


def _recharge_page(recharge: Recharge, consent: BaseForm, receipt: BaseForm) -> ResponseReturnValue:
    viewer = current_viewer()
    is_lead = viewer.municipality_id == recharge.lead_municipality_id
    return page(
        "contracts/finance/recharge.html",
        form=consent if consent.errors or not receipt.errors else receipt,
        consent=consent,
        receipt=receipt,
        recharge=recharge,
        month=Month.of(recharge.period.month),
        lines=recharge_queries.lines_of_recharge(recharge),
        state=RechargeState,
        may_answer=not is_lead
        and recharge.state is RechargeState.SENT
        and viewer.may(Permission.ALLOCATION_CONSENT),
        may_receive=is_lead and recharge.state is RechargeState.AGREED and viewer.may(Permission.PERIOD_CLOSE),
        history_lines=audit.history_of(recharge),
    )


@bp.get("/doorbelasting/<number>/pdf")
@requires(Permission.COST_READ)
def document(number: str) -> ResponseReturnValue:
    """Give the document as PDF."""
    recharge = recharge_for(current_viewer(), number)
    month = Month.of(recharge.period.month)
    lines = recharge_queries.lines_of_recharge(recharge)
    data = {
        "title": f"Doorbelasting {recharge.number}",
        "from": recharge.lead_municipality.name,
        "reference": f"Doorbelasting {recharge.number}",
        "facts": [
            ["Aan", f"Gemeente {recharge.municipality.name}"],
            ["Periode", month.label],
            ["Datum", long_date(recharge.made_at)],
            ["Zonder btw", euro(recharge.net)],
            ["Btw", euro(recharge.vat)],
            ["Te betalen", euro(recharge.net + recharge.vat)],
        ],
        "treatment": recharge.treatment.sentence,
        "lines": [
            [str(one.number), one.invoice.number, one.product.short_name, one.line_share.line.description,
             euro(one.net), euro(one.vat_back + one.vat_cost)]
            for one in lines
        ],
    }  # fmt: skip
    return attachment(pdf("recharge", data), name=f"{recharge.number}.pdf", media_type="application/pdf")
