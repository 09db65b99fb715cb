"""The council report, the overview over contracts, and the quarterly sheet."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements.queries import contract_for
from kpis.reports import queries, services, sheet
from kpis.reports.building import council_report
from kpis.reports.overview import measures_of
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.documents import Document, response
from portal.errors import NotFound
from portal.forms import act, act_or_flash, page
from portal.periods import Quarter
from portal.tables import XLSX, download

bp = Blueprint("kpis_reports", __name__)


def _year(year: int) -> int:
    if not 2022 <= year <= clock.today().year:
        raise NotFound
    return year


@bp.get("/raadsrapportage/<int:year>")
@requires(Permission.COST_READ)
def council(year: int) -> ResponseReturnValue:
    """The tables of a year as they may be shown to the council."""
    viewer = current_viewer()
    report = council_report(viewer, _year(year))
    return page(
        "kpis/reports/council.html",
        report=report,
        editions=queries.editions_of(viewer, year),
        may_publish=viewer.may(Permission.SCORECARD_FIX),
        years=[one for one in (year - 1, year + 1) if 2022 <= one <= clock.today().year],
    )


@bp.post("/raadsrapportage/<int:year>/uitgeven")
@requires(Permission.SCORECARD_FIX)
def publish(year: int) -> ResponseReturnValue:
    """Keep today's tables as the next edition."""
    report = council_report(current_viewer(), _year(year))
    if act_or_flash(services.publish, report, by=current_viewer()):
        flash("De editie is bewaard, als Excel en als pdf.")
    return redirect(url_for(".council", year=year))


@bp.get("/raadsrapportage/<int:year>/<int:number>/<kind>")
@requires(Permission.COST_READ)
def edition(year: int, number: int, kind: str) -> ResponseReturnValue:
    """An edition as it was published."""
    found = queries.edition_for(current_viewer(), year, number)
    wanted = {"excel": found.workbook_id, "pdf": found.paper_id}.get(kind)
    if wanted is None:
        raise NotFound
    return response(db.session.get_one(Document, wanted))


@bp.get("/scorecards/overzicht")
@requires(Permission.SCORECARD_READ)
def overview() -> ResponseReturnValue:
    """The newest figures of all contracts side by side, per measure, by contract number."""
    return page("kpis/reports/overview.html", measures=measures_of(queries.overview_lines(current_viewer())))


@bp.get("/contracten/<number>/kwartaallevering/<period>")
@requires(Permission.TRAJECTORY_READ, records_read=True)
def quarter_sheet(number: str, period: str) -> ResponseReturnValue:
    """The quarterly sheet in the words of the Statistiek Wet inburgering; the download leaves a trace."""
    viewer = current_viewer()
    contract = contract_for(viewer, number)
    try:
        quarter = Quarter.parse(period)
    except ValueError:
        raise NotFound from None
    if quarter.first > clock.today():
        raise NotFound
    data, count = sheet.quarter_sheet(contract, quarter, viewer)
    act(sheet.record_download, contract, number=count, period=quarter.label, by=viewer)
    return download(data, f"kwartaallevering-{contract.number}-{quarter.code}.xlsx", XLSX)
