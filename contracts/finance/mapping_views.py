"""Pages of the accounts: where each municipality books each product, and what is still missing."""

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.allocation.services import set_recovery
from contracts.allocation.states import Recovery
from contracts.finance import forms, mapping_queries
from contracts.finance.models import LedgerMapping
from contracts.finance.queries import require_part
from contracts.finance.services import may_close, save_mapping
from contracts.finance.states import Eligibility
from portal import clock, filters
from portal.access import Permission, Viewer, current_viewer, requires
from portal.catalogue.models import Municipality, Product
from portal.catalogue.states import TargetGroup
from portal.errors import NotFound, NotYours
from portal.forms import page
from portal.tables import XLSX, Column, Sheet, download, workbook

bp = Blueprint("contracts_mapping", __name__)


def _year() -> int:
    return int(filters.chosen("jaar", _years()) or clock.today().year)


def _years() -> list[int]:
    return [clock.today().year + step for step in (-2, -1, 0, 1)]


@bp.get("/grootboek")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """List the accounts of a year, what is missing first."""
    viewer, year = current_viewer(), _year()
    places = mapping_queries.places_for(viewer)
    place = filters.chosen("gemeente", [one.cbs_code for one in places])
    rows = mapping_queries.mapping_rows(viewer, year, place)
    return page(
        "contracts/finance/mappings.html",
        rows=rows,
        year=year,
        years=_years(),
        places=places,
        may_change=viewer.may(Permission.PERIOD_CLOSE),
    )


@bp.get("/grootboek/download")
@requires(Permission.COST_READ)
def export() -> ResponseReturnValue:
    """Give the accounts of a year as a workbook."""
    year = _year()
    titles = ("Gemeente", "Product", "Doelgroep", "Grootboek", "Kostenplaats", "Taakveld", "Economische categorie",
              "SPUK", "SiSa-code", "Btw terug", "Wat ontbreekt")  # fmt: skip
    rows = [row.cells() for row in mapping_queries.mapping_rows(current_viewer(), year)]
    sheet = Sheet(f"Grootboek {year}", [Column(title, width=22) for title in titles], rows)
    return download(workbook([sheet]), f"grootboek-{year}.xlsx", XLSX)


@bp.route("/grootboek/<int:year>/<cbs_code>/<product_code>/<group>", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def edit(year: int, cbs_code: str, product_code: str, group: str) -> ResponseReturnValue:
    """Say where a municipality books a product for a doelgroep, and whether btw comes back."""
    viewer = current_viewer()
    require_part(viewer)
    place, product = mapping_queries.place_by_code(cbs_code), mapping_queries.product_by_code(product_code)
    if place is None or product is None or group not in set(TargetGroup) or not 2020 <= year <= 2100:
        raise NotFound
    if not may_close(viewer, place.id):
        raise NotYours(f"financiën van {place.name}")
    mapping, recovery = mapping_queries.mapping_for(product, place, TargetGroup(group), year)
    form = forms.MappingForm(obj=mapping)
    if not form.is_submitted():
        form.recovery.data = recovery.recovery.value if recovery else Recovery.UNKNOWN.value
        form.recovery_source.data = recovery.source if recovery else ""
        form.spuk.data = (mapping.spuk if mapping else Eligibility.UNKNOWN).value
    if form.validate_on_submit() and form.accepts(
        _save, mapping, product, place, TargetGroup(group), year, form=form, by=viewer
    ):
        flash(f"De rekening van {product.short_name} voor {place.name} is vastgelegd.")
        return redirect(url_for(".index", jaar=year, gemeente=place.cbs_code))
    return page(
        "contracts/finance/mapping.html",
        form=form,
        place=place,
        product=product,
        group=TargetGroup(group),
        year=year,
    )


def _save(
    mapping: LedgerMapping | None,
    product: Product,
    place: Municipality,
    group: TargetGroup,
    year: int,
    *,
    form: forms.MappingForm,
    by: Viewer,
) -> uuid.UUID:
    set_recovery(
        product_id=product.id, municipality_id=place.id, target_group=group, year=year,
        recovery=Recovery(form.recovery.data), source=form.recovery_source.data or "", by=by,
    )  # fmt: skip
    return save_mapping(
        mapping, product_id=product.id, municipality_id=place.id, target_group=group, year=year,
        spuk=Eligibility(form.spuk.data), task_field=form.task_field.data or "",
        ledger_account=form.ledger_account.data or "", cost_centre=form.cost_centre.data or "",
        economic_category=form.economic_category.data or "", sisa_code=form.sisa_code.data or "", by=by,
    ).id  # fmt: skip
