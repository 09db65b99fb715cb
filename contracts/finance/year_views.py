"""The page of a year end, and its workbook."""

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.finance import entry_queries, year_queries
from contracts.finance.entry_queries import EntryLine
from contracts.finance.mapping_queries import places_for
from contracts.finance.queries import require_part
from contracts.finance.year_queries import YearEnd, YearLine
from contracts.finance.year_rules import PREPAID_RULE
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.models import Municipality
from portal.errors import NotFound
from portal.forms import page
from portal.tables import XLSX, Column, Sheet, download, workbook
from portal.ui import PAGE_SIZE, Page, page_number

bp = Blueprint("contracts_year", __name__)
_TITLES = {
    "ontvangen": "Nog te ontvangen facturen",
    "vooruitbetaald": "Vooruitbetaald",
    "verplichtingen": "Open verplichtingen",
}


@bp.get("/jaarafsluiting")
@requires(Permission.COST_READ)
def index() -> ResponseReturnValue:
    """Go to the year end of last year, the one that is being closed."""
    return redirect(url_for(".show", year=clock.today().year - 1))


@bp.get("/jaarafsluiting/<int:year>")
@requires(Permission.COST_READ)
def show(year: int) -> ResponseReturnValue:
    """Show what is to come, paid in advance and committed for one municipality, with the proposed entry."""
    end, place, places = _case(year)
    entry = entry_queries.entry_of(end, place.id, year)
    this = clock.today().year
    return page(
        "contracts/finance/year.html",
        year=year,
        years=[this - 2, this - 1, this],
        is_over=year < this,
        end=end,
        place=place,
        places=places,
        total=year_queries.total,
        per_product=year_queries.per_product,
        entry=entry,
        back=entry_queries.reversal_of(entry),
        prepaid_rule=PREPAID_RULE,
    )


@bp.get("/jaarafsluiting/<int:year>/<any(ontvangen, vooruitbetaald, verplichtingen):which>")
@requires(Permission.COST_READ)
def lines(year: int, which: str) -> ResponseReturnValue:
    """List the lines of one of the three lists, each with its source."""
    end, place, _ = _case(year)
    found = {"ontvangen": end.to_come, "vooruitbetaald": end.in_advance, "verplichtingen": end.committed}[which]
    number = page_number()
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page(
        "contracts/finance/year_lines.html",
        year=year,
        place=place,
        title=_TITLES[which],
        lines=found,
        page=Page(shown, number, PAGE_SIZE, len(found)),
        total=year_queries.total,
    )


@bp.get("/jaarafsluiting/<int:year>/download")
@requires(Permission.COST_READ)
def export(year: int) -> ResponseReturnValue:
    """Give the year end of one municipality as a workbook."""
    end, place, _ = _case(year)
    entry = entry_queries.entry_of(end, place.id, year)
    sheets = [
        _lines("Nog te ontvangen", f"Nog te ontvangen facturen {year}, {place.name}", end.to_come),
        _lines("Vooruitbetaald", f"Vooruitbetaald op 31 december {year}, {place.name}", end.in_advance, PREPAID_RULE),
        _lines("Open verplichtingen", f"Open verplichtingen op 31 december {year}, {place.name}", end.committed),
        _entry("Memoriaal", f"Voorstel memoriaalboeking per 31-12-{year}", entry),
        _entry("Tegenboeking", f"Voorstel tegenboeking per 01-01-{year + 1}", entry_queries.reversal_of(entry)),
    ]
    name = place.name.lower().replace(" ", "-")
    title = f"Jaarafsluiting {year} {place.name}"
    return download(workbook(sheets, title=title), f"jaarafsluiting-{name}-{year}.xlsx", XLSX)


def _case(year: int) -> tuple[YearEnd, Municipality, Sequence[Municipality]]:
    viewer = current_viewer()
    require_part(viewer)
    if not 2020 <= year <= clock.today().year:
        raise NotFound
    places = places_for(viewer)
    code = request.args.get("gemeente", "")
    own = [one for one in places if (one.cbs_code == code if code else one.id == viewer.municipality_id)]
    if not own:
        raise NotFound
    return year_queries.year_end(viewer, year).of(own[0].id), own[0], places


def _lines(title: str, heading: str, lines: Sequence[YearLine], note: str = "") -> Sheet:
    columns = (
        Column("Contract"), Column("Product", width=30), Column("Omschrijving", width=60), Column("Stand", width=40),
        Column("Zonder btw", "money", 16, True), Column("Btw", "money", 14, True),
        Column("Ten laste", "money", 16, True),
    )  # fmt: skip
    rows = [
        [one.contract, one.product.name, one.what, one.state, one.net, one.vat, one.charged] for one in lines
    ]
    return Sheet(title, columns, rows, notes=(note,) if note else (), heading=heading)


def _entry(title: str, heading: str, lines: Sequence[EntryLine]) -> Sheet:
    columns = (
        Column("Rekening", width=36), Column("Kostenplaats"), Column("Omschrijving", width=56),
        Column("Debet", "money", 16, True), Column("Credit", "money", 16, True),
    )  # fmt: skip
    rows = [[one.account, one.cost_centre, one.what, one.debit, one.credit] for one in lines]
    note = "Dit is een voorstel. U boekt het in uw financiële pakket."
    return Sheet(title, columns, rows, notes=(note,), heading=heading)
