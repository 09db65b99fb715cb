"""The page of the specifieke uitkering per municipality and year, its numbers and its workbook."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.finance import forms, spuk_queries
from contracts.finance.mapping_queries import place_by_code, places_for
from contracts.finance.queries import require_part
from contracts.finance.services import may_close
from contracts.finance.settling_states import SpukInput
from contracts.finance.spuk_rules import Grant, calendar
from contracts.finance.spuk_services import save_figure
from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.models import Municipality
from portal.errors import NotFound, NotYours
from portal.forms import dutch_number, page
from portal.tables import XLSX, Column, Sheet, download, workbook

bp = Blueprint("contracts_spuk", __name__)


@bp.get("/spuk")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """Go to this year."""
    return redirect(url_for(".show", year=clock.today().year))


@bp.get("/spuk/<int:year>")
@requires(Permission.COST_READ)
def show(year: int) -> ResponseReturnValue:
    """Show the expected grant beside what was charged to it, its numbers, amounts and calendar."""
    place, places = _place(year)
    terms = spuk_queries.terms_in_force(clock.today())
    found = spuk_queries.spuk_page(place, year)
    this = clock.today().year
    return page(
        "contracts/finance/spuk.html",
        year=year,
        years=range(this - 2, this + 2),
        place=place,
        places=places,
        spuk=found,
        dates=calendar(year, terms) if terms else [],
        may_change=current_viewer().may(Permission.PERIOD_CLOSE) and may_close(current_viewer(), place.id),
        history_lines=audit.history_of(*(one.figure for one in found.numbers if one.figure)),
    )


@bp.get("/spuk/<int:year>/download")
@requires(Permission.COST_READ)
def export(year: int) -> ResponseReturnValue:
    """Give the page as a workbook."""
    place, _ = _place(year)
    found = spuk_queries.spuk_page(place, year)
    name = place.name.lower().replace(" ", "-")
    numbers = [[one.input.label, one.value, one.source, one.counted] for one in found.numbers]
    spent = [[one.product.name, one.eligible, one.other, one.unknown] for one in found.spent]
    sheets = [
        _grant_sheet("Definitief", found.definitive),
        _grant_sheet("Voorlopig", found.provisional),
        Sheet("Cijfers", (Column("Cijfer", width=70), Column("Waarde", "quantity"), Column("Bron", width=50),
                          Column("Geteld door het portaal", "integer", 24)), numbers),
        Sheet("Besteed", (Column("Product", width=36), Column("SPUK", "money", 16, True),
                          Column("Niet SPUK", "money", 16, True), Column("Onbekend", "money", 16, True)), spent),
    ]  # fmt: skip
    return download(workbook(sheets, title=f"SPUK {year} {place.name}"), f"spuk-{name}-{year}.xlsx", XLSX)


def _grant_sheet(title: str, grant: Grant | None) -> Sheet:
    columns = (Column("Deel", width=60), Column("Berekening", width=90), Column("Bedrag", "money", 18))
    if grant is None:
        return Sheet(title, columns, [], notes=("Voor dit jaar staan geen bedragen in de tabel.",))
    rows: list[list[object]] = [[one.name, one.worked, one.amount] for one in grant.parts]
    return Sheet(title, columns, [*rows, ["Uitkering", "", grant.total]])


def _place(year: int) -> tuple[Municipality, Sequence[Municipality]]:
    viewer = current_viewer()
    require_part(viewer)
    if not 2022 <= year <= clock.today().year + 1:
        raise NotFound
    places, code = places_for(viewer), request.args.get("gemeente", "")
    own = [one for one in places if (one.cbs_code == code if code else one.id == viewer.municipality_id)]
    if not own:
        raise NotFound
    return own[0], places


@bp.route("/spuk/<int:year>/<cbs_code>/<which>", methods=["GET", "POST"])
@requires(Permission.PERIOD_CLOSE)
def edit(year: int, cbs_code: str, which: str) -> ResponseReturnValue:
    """Type in one number, with where it was read."""
    viewer = current_viewer()
    require_part(viewer)
    place = place_by_code(cbs_code)
    if place is None or place not in places_for(viewer) or which not in set(SpukInput) or not 2022 <= year <= 2100:
        raise NotFound
    if not may_close(viewer, place.id):
        raise NotYours(f"financiën van {place.name}")
    chosen = SpukInput(which)
    line = next(one for one in spuk_queries.number_lines(place, year) if one.input is chosen)
    form = forms.SpukFigureForm(obj=line.figure)
    if form.validate_on_submit() and form.accepts(
        save_figure, place, year, chosen, value=form.value.data, source=form.source.data or "", by=viewer
    ):
        flash(f"‘{chosen.label}’ is vastgelegd: {dutch_number(form.result.value, 3, 0)}.")
        return redirect(url_for(".show", year=year, gemeente=place.cbs_code))
    return page(
        "contracts/finance/spuk_figure.html", form=form, place=place, year=year, which=chosen, line=line
    )
