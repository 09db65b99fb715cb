"""Pages of keys: list, one version, proposing, agreeing."""

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements.queries import contract_for, contracts_for, products_of
from contracts.allocation import queries
from contracts.allocation.forms import AnswerForm, key_form_for, weight_name
from contracts.allocation.models import KeyVersion
from contracts.allocation.services import answer_key, propose_key
from contracts.allocation.states import KeyBasis, KeyState
from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.errors import NotYours
from portal.forms import page
from portal.tables import XLSX, Column, Sheet, download, workbook
from portal.ui import paginate

bp = Blueprint("contracts_allocation", __name__)


@bp.get("/verdeelsleutels")
@requires(Permission.ALLOCATION_READ)
def index() -> ResponseReturnValue:
    """List the key versions of the contracts the viewer may see."""
    viewer = current_viewer()
    may_propose = viewer.may(Permission.ALLOCATION_MANAGE)
    contracts = [one for one in contracts_for(viewer) if one.lead_municipality_id == viewer.municipality_id]
    return page(
        "contracts/allocation/list.html",
        page=paginate(queries.visible_versions(viewer)),
        state=KeyState,
        products=[(one, product) for one in contracts for product in products_of(one)] if may_propose else [],
    )


@bp.get("/verdeelsleutels/download")
@requires(Permission.ALLOCATION_READ)
def export() -> ResponseReturnValue:
    """Give the list as a workbook."""
    columns = (
        Column("Contract"), Column("Product", width=36), Column("Versie", "integer"), Column("Geldig vanaf", "date"),
        Column("Grondslag", width=40), Column("Bron", width=40), Column("Toestand"),
    )  # fmt: skip
    rows = [
        [
            one.key.contract_product.contract.number, one.key.contract_product.product.name, one.number,
            one.valid_from, one.basis.label, one.source, one.state.label,
        ]
        for one in db.session.scalars(queries.visible_versions(current_viewer()))
    ]  # fmt: skip
    return download(workbook([Sheet("Verdeelsleutels", columns, rows)]), "verdeelsleutels.xlsx", XLSX)


@bp.get("/verdeelsleutels/<uuid:version_id>")
@requires(Permission.ALLOCATION_READ)
def show(version_id: uuid.UUID) -> ResponseReturnValue:
    """Show a key version; a municipality that was asked answers here."""
    return _version_page(queries.version_for(current_viewer(), version_id), AnswerForm())


@bp.post("/verdeelsleutels/<uuid:version_id>/antwoord")
@requires(Permission.ALLOCATION_CONSENT)
def answer(version_id: uuid.UUID) -> ResponseReturnValue:
    """Record what the viewer's municipality says of a proposed key."""
    viewer = current_viewer()
    version = queries.version_for(viewer, version_id)
    form = AnswerForm()
    if form.validate_on_submit() and form.accepts(
        answer_key,
        version,
        municipality_id=viewer.municipality_id,
        agrees=form.agrees.data == "ja",
        reason=form.reason.data or "",
        by=viewer,
    ):
        flash("Uw antwoord is vastgelegd.")
        return redirect(url_for(".show", version_id=version_id))
    return _version_page(version, form)


def _version_page(version: KeyVersion, form: AnswerForm) -> ResponseReturnValue:
    viewer = current_viewer()
    consents, weights = queries.consents_of(version), queries.weights_of(version)
    asked, answered = ({row.municipality_id for row in rows} for rows in (weights, consents))
    return page(
        "contracts/allocation/show.html",
        form=form,
        version=version,
        weights=weights,
        consents={row.municipality_id: row for row in consents},
        total=sum(row.weight for row in weights),
        may_answer=version.state is KeyState.ASKED
        and viewer.may(Permission.ALLOCATION_CONSENT)
        and viewer.municipality_id in asked - answered,
        basis=KeyBasis,
        state=KeyState,
        history_lines=audit.history_of(version),
    )


@bp.route("/contracten/<number>/verdeelsleutel/<uuid:product_id>/nieuw", methods=["GET", "POST"])
@requires(Permission.ALLOCATION_MANAGE)
def new(number: str, product_id: uuid.UUID) -> ResponseReturnValue:
    """Propose a key version for a product of a contract."""
    viewer = current_viewer()
    contract = contract_for(viewer, number)
    if contract.lead_municipality_id != viewer.municipality_id:
        raise NotYours(f"financiën van {contract.lead_municipality.name}")
    product = queries.product_for(contract, product_id)
    places = queries.municipalities_on(contract.id, clock.today())
    form = key_form_for(places)()
    if form.validate_on_submit() and form.accepts(
        propose_key,
        product,
        valid_from=form.valid_from.data,
        basis=KeyBasis(form.basis.data),
        weights={one.id: form[weight_name(one)].data for one in places},
        source=form.source.data or "",
        by=viewer,
        fallback=queries.key_in_force(product.id, clock.today()),
    ):
        flash("De sleutel is voorgesteld. De andere gemeenten krijgen de vraag om akkoord.")
        return redirect(url_for(".show", version_id=form.result.id))
    return page(
        "contracts/allocation/new.html",
        form=form,
        contract=contract,
        product=product,
        weight_fields=[form[weight_name(one)] for one in places],
    )
