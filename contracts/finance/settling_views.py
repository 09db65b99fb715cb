"""Pages of the settlement of a year: the list, a proposal, the answer of each municipality."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from contracts.allocation.queries import version_for
from contracts.finance import forms, settling_queries
from contracts.finance.queries import require_part
from contracts.finance.settling_models import Settlement
from contracts.finance.settling_queries import settlement_for
from contracts.finance.settling_services import (
    answer_settlement,
    propose_settlement,
    withdraw_settlement,
)
from contracts.finance.settling_states import SettlementBasis, SettlementState
from contracts.finance.simulation_queries import simulate
from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.forms import act_or_flash, page
from portal.tables import XLSX, Column, Sheet, download, workbook
from portal.ui import paginate

bp = Blueprint("contracts_settling", __name__)


@bp.get("/afrekeningen")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """List the settlements of the contracts the viewer's municipality shares in."""
    viewer = current_viewer()
    require_part(viewer)
    return page(
        "contracts/finance/settlements.html",
        page=paginate(settling_queries.settlements_for(viewer)),
        may_propose=viewer.may(Permission.PERIOD_CLOSE) and bool(settling_queries.products_to_settle(viewer)),
    )


@bp.get("/afrekeningen/download")
@requires(Permission.COST_READ)
def export() -> ResponseReturnValue:
    """Give the settlements the viewer may see as a workbook, with the parts he may see."""
    viewer = current_viewer()
    require_part(viewer)
    columns = (
        Column("Afrekening"), Column("Jaar", "integer"), Column("Product", width=30), Column("Toestand", width=18),
        Column("Gemeente", width=24), Column("Eenheden", "quantity"), Column("Voorschot", "money", 16, True),
        Column("Realisatie", "money", 16, True), Column("Verschil", "money", 16, True),
        Column("Waarom", width=100),
    )  # fmt: skip
    rows = [
        [
            one.number, one.year, one.contract_product.product.name, one.state.label, total.municipality.name,
            total.units, total.advance, total.realised, total.difference, " ".join(total.reasons),
        ]
        for one in db.session.scalars(settling_queries.settlements_for(viewer))
        for total in settling_queries.totals_of(settling_queries.parts_of(one))
        if viewer.municipality_id in (total.municipality.id, one.contract_product.contract.lead_municipality_id)
    ]  # fmt: skip
    return download(workbook([Sheet("Afrekeningen", columns, rows)]), "afrekeningen.xlsx", XLSX)


@bp.route("/afrekeningen/nieuw", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def new() -> ResponseReturnValue:
    """Compute a settlement and ask the other municipalities."""
    viewer = current_viewer()
    require_part(viewer)
    products = settling_queries.products_to_settle(viewer)
    form = forms.SettlementForm()
    form.product.choices = [
        SelectChoice(str(one.id), f"{one.product.name}, {one.contract.number}") for one in products
    ]
    last = clock.today().year - 1
    form.year.choices = [SelectChoice(str(year), str(year)) for year in (last, last - 1)]
    if not form.is_submitted():
        form.year.data = request.args.get("jaar", str(last))
    if form.validate_on_submit():
        product = next(one for one in products if str(one.id) == form.product.data)
        basis = SettlementBasis(form.basis.data)
        if form.accepts(propose_settlement, product, int(form.year.data or last), basis, by=viewer):
            flash(f"Afrekening {form.result.number} is voorgesteld. De andere gemeenten krijgen de vraag om akkoord.")
            return redirect(url_for(".show", number=form.result.number))
    return page("contracts/finance/settlement_new.html", form=form, products=products)


@bp.get("/afrekeningen/<number>")
@requires(Permission.COST_READ)
def show(number: str) -> ResponseReturnValue:
    """Show a settlement: advance, realised, difference and why; who was asked answers here."""
    return _settlement_page(settlement_for(current_viewer(), number), forms.ConsentForm())


@bp.post("/afrekeningen/<number>/antwoord")
@requires(Permission.ALLOCATION_CONSENT)
def answer(number: str) -> ResponseReturnValue:
    """Record what the viewer's municipality says."""
    viewer = current_viewer()
    settlement = settlement_for(viewer, number)
    form = forms.ConsentForm()
    if form.validate_on_submit() and form.accepts(
        answer_settlement, settlement, agrees=form.agrees.data == "ja", reason=form.reason.data or "", by=viewer
    ):
        booked = settlement.state is SettlementState.BOOKED
        flash("Iedereen is akkoord. De verschillen zijn geboekt." if booked else "Uw antwoord is vastgelegd.")
        return redirect(url_for(".show", number=number))
    return _settlement_page(settlement, form)


@bp.post("/afrekeningen/<number>/intrekken")
@requires(Permission.PERIOD_CLOSE)
def withdraw(number: str) -> ResponseReturnValue:
    """Take a proposal back."""
    viewer = current_viewer()
    if act_or_flash(withdraw_settlement, settlement_for(viewer, number), by=viewer):
        flash(f"Afrekening {number} is ingetrokken.")
    return redirect(url_for(".show", number=number))


def _settlement_page(settlement: Settlement, form: forms.ConsentForm) -> ResponseReturnValue:
    viewer = current_viewer()
    contract = settlement.contract_product.contract
    is_lead = viewer.municipality_id == contract.lead_municipality_id
    totals = settling_queries.totals_of(settling_queries.parts_of(settlement))
    consents = settling_queries.consents_of(settlement)
    asked = {one.municipality.id for one in totals}
    answered = {one.municipality_id for one in consents}
    is_open = settlement.state is SettlementState.ASKED
    return page(
        "contracts/finance/settlement.html",
        form=form,
        settlement=settlement,
        state=SettlementState,
        totals=[one for one in totals if is_lead or one.municipality.id == viewer.municipality_id],
        joint=sum(one.realised for one in totals),
        is_lead=is_lead,
        asked=len(asked),
        consents={one.municipality_id: one for one in consents},
        may_answer=is_open
        and viewer.may(Permission.ALLOCATION_CONSENT)
        and viewer.municipality_id in asked - answered,
        may_withdraw=is_open and is_lead and viewer.may(Permission.PERIOD_CLOSE),
        history_lines=audit.history_of(settlement, settlement.invoice),
    )


@bp.get("/verdeelsleutels/<uuid:version_id>/doorrekenen")
@requires(Permission.ALLOCATION_READ)
def simulation(version_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a key version would have done to the invoices of last year, before it is agreed."""
    viewer = current_viewer()
    version = version_for(viewer, version_id)
    last = clock.today().year - 1
    asked = request.args.get("jaar", "")
    years = [last - 1, last, last + 1]
    return page(
        "contracts/finance/simulation.html",
        version=version,
        years=years,
        simulation=simulate(version, int(asked) if asked in {str(year) for year in years} else last),
        is_lead=version.key.contract_product.contract.lead_municipality_id == viewer.municipality_id,
        own=viewer.municipality_id,
    )
