"""Scorecards on screen: the list, one quarter, one prestatieafspraak, and the rows behind it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from contracts.agreements.origin_queries import origins_of
from contracts.agreements.queries import contract_for, may_manage
from contracts.agreements.trail import agreement_link, clause_links, source_links
from kpis.definitions.facts import Count, Exclusion
from kpis.scorecards import presentation, queries, services, waiting_queries
from kpis.scorecards.compute import compute_line
from kpis.scorecards.exports import card_workbook
from kpis.scorecards.models import ScorecardLine
from kpis.scorecards.papers import card_paper
from kpis.scorecards.queries import Case
from portal import audit, clock, filters
from portal.access import Permission, current_viewer, requires
from portal.chain import Station
from portal.documents import attachment
from portal.errors import NotFound
from portal.features import Link, related_links
from portal.forms import act_or_flash, page
from portal.periods import Month, Quarter
from portal.tables import XLSX, download
from portal.ui import paginate

bp = Blueprint("kpis_scorecards", __name__)

BASE = "/scorecards/<number>/<period>"
ROWS_PER_PAGE = 100


def case_of(number: str, period: str) -> Case:
    return queries.case_for(current_viewer(), number, period, filters.whole_number("versie"))


def url_of(endpoint: str, case: Case, **values: object) -> str:
    return url_for(f".{endpoint}", number=case.contract.number, period=case.quarter.code, **values)  # type: ignore[arg-type]


@bp.get("/scorecards")
@requires(Permission.SCORECARD_READ)
def index() -> ResponseReturnValue:
    """All scorecards of the viewer's contracts, newest quarter first."""
    viewer = current_viewer()
    found = paginate(queries.cards_for(viewer))
    lines = queries.newest_lines(found.items)
    tallies = {
        card.id: presentation.tally_of([line.state for line in lines[card.id]]) for card in found.items
    }
    quarter = Quarter.of(clock.today()).previous()
    due = [c for c in waiting_queries.contracts_without_card(quarter) if may_manage(c, viewer)]
    makeable = due if viewer.may(Permission.SCORECARD_FIX) else []
    context = {
        "cards": found,
        "tallies": tallies,
        "quarter": quarter,
        "makeable": makeable,
        "as_quarter": Quarter.parse,
    }
    return page("kpis/scorecards/index.html", **context)


@bp.get(BASE)
@requires(Permission.SCORECARD_READ)
def show(number: str, period: str) -> ResponseReturnValue:
    """The scorecard of a quarter."""
    case = case_of(number, period)
    responses, decisions = queries.responses_of(case.card), queries.decisions_of(case.card)
    previous = queries.card_of(case.contract, case.quarter.previous())
    before = queries.newest_lines([previous])[previous.id] if previous is not None else []
    return page(
        "kpis/scorecards/show.html",
        case=case,
        card=presentation.card_of(case, responses, decisions),
        versions=queries.versions_of(case.card),
        previous=presentation.tally_of([line.state for line in before]),
        before={line.performance_agreement_id: line.state for line in before},
        responses=responses,
        explanations=presentation.explanations,
        waiting=services.waiting_texts(case) if case.is_concept else [],
        turn=services.turn(case, responses, decisions),
        events=audit.history_of(case.card),
        first_month=Month.parse(case.lines[0].months[0]["month"]).label if case.lines else "",
    )


@bp.post("/scorecards/<number>/<period>/maken")
@requires(Permission.SCORECARD_FIX)
def make(number: str, period: str) -> ResponseReturnValue:
    """Compute the concept of a quarter."""
    contract = contract_for(current_viewer(), number)
    try:
        quarter = Quarter.parse(period)
    except ValueError:
        raise NotFound from None
    if act_or_flash(services.make_scorecard, contract, quarter, by=current_viewer()):
        flash("De scorecard is gemaakt. De aanbieder kan tien werkdagen reageren.")
        return redirect(url_for(".show", number=number, period=quarter.code))
    return redirect(url_for(".index"))


@bp.post(f"{BASE}/berekenen")
@requires(Permission.SCORECARD_FIX)
def recompute(number: str, period: str) -> ResponseReturnValue:
    """Compute again; a new version only when a figure changed."""
    case = case_of(number, period)
    before = case.version.number
    if act_or_flash(services.recompute, case, by=current_viewer()):
        newest = queries.case_for(current_viewer(), number, period).version.number
        changed = newest != before
        flash(f"Versie {newest} is gemaakt." if changed else "De cijfers zijn niet veranderd.")
    return redirect(url_of("show", case))


@bp.post(f"{BASE}/vaststellen")
@requires(Permission.SCORECARD_FIX)
def fix(number: str, period: str) -> ResponseReturnValue:
    """Freeze the newest version with its rows and its workbook."""
    case = queries.case_for(current_viewer(), number, period)
    data = card_workbook(case, shown_card(case))
    if act_or_flash(services.fix_scorecard, case, by=current_viewer(), document=data):
        flash(f"De scorecard van het {case.quarter.label} is vastgesteld.")
    return redirect(url_of("show", case))


def shown_card(case: Case) -> presentation.ShownCard:
    return presentation.card_of(case, queries.responses_of(case.card), queries.decisions_of(case.card))


@bp.get(f"{BASE}/download")
@requires(Permission.SCORECARD_READ)
def export(number: str, period: str) -> ResponseReturnValue:
    """The scorecard as Excel."""
    case = case_of(number, period)
    name = f"scorecard-{case.contract.number}-{case.quarter.code}-v{case.version.number}.xlsx"
    return download(card_workbook(case, shown_card(case)), name, XLSX)


@bp.get(f"{BASE}/afdruk")
@requires(Permission.SCORECARD_READ)
def paper(number: str, period: str) -> ResponseReturnValue:
    """The scorecard on two sheets of A4, as PDF."""
    case = case_of(number, period)
    card = shown_card(case)
    links = {one.code: related_links("scorecard_line", one.line.id) for one in card.attention}
    data = card_paper(case, card, audit.history_of(case.card), links)
    name = f"scorecard-{case.contract.number}-{case.quarter.code}-v{case.version.number}.pdf"
    return attachment(data, name=name, media_type="application/pdf")


@bp.get(f"{BASE}/<code>")
@requires(Permission.SCORECARD_READ)
def line(number: str, period: str, code: str) -> ResponseReturnValue:
    """One prestatieafspraak: chart, months, calculation, municipalities, explanations."""
    case = case_of(number, period)
    found = queries.line_for(case, code)
    shown = shown_line(case, found)
    months = presentation.months_of(found)
    return page(
        "kpis/scorecards/line.html",
        case=case,
        line=found,
        shown=shown,
        months=months,
        chart_points=[(month.label, month.value, month.why) for month in months],
        municipalities=presentation.municipalities_of(found),
        calculation=presentation.calculation_of(found),
        bounds=presentation.bounds_text(found),
        excluded=_excluded(found),
        stops=_stops(case, found),
    )


def _stops(case: Case, found: ScorecardLine) -> list[Link]:
    """The way up from a judged line to its promise, and down to the rows behind it."""
    version = found.agreement_version
    origin = origins_of(current_viewer(), [version])[version.id]
    code = found.performance_agreement.code
    links = [*source_links(origin), agreement_link(case.contract, found.performance_agreement)]
    if version.clause is not None:
        links += clause_links(case.contract, version.clause, origin)
    return [*links, Link("regels achter dit cijfer", url_of("rows", case, code=code), "", Station.ROWS)]


def shown_line(case: Case, found: ScorecardLine) -> presentation.ShownLine:
    card = shown_card(case)
    return next(one for one in card.lines if one.line.id == found.id)


def _excluded(found: ScorecardLine) -> list[tuple[str, int]]:
    return [(Exclusion(code).label, number) for code, number in found.excluded.items()]


@bp.get(f"{BASE}/<code>/regels")
@requires(Permission.SCORECARD_READ)
def rows(number: str, period: str, code: str) -> ResponseReturnValue:
    """Every row behind a figure, counted and left out, with links to the report it came from."""
    case = case_of(number, period)
    found = queries.line_for(case, code)
    outcome = compute_line(case.contract, case.quarter, found.agreement_version)
    counts = list(outcome.counts)
    month = filters.chosen("maand", [item["month"] for item in found.months])
    where = filters.chosen("gemeente", [item["municipality"] for item in found.municipalities])
    counts = [c for c in counts if month in ("", c.month.code) and where in ("", c.municipality)]
    if current_viewer().municipality_id not in (None, case.contract.lead_municipality_id):
        counts = _own(counts)
    page_number = filters.whole_number("pagina") or 1
    first = (page_number - 1) * ROWS_PER_PAGE
    return page(
        "kpis/scorecards/rows.html",
        case=case,
        line=found,
        counts=counts[first : first + ROWS_PER_PAGE],
        total=len(counts),
        page_number=page_number,
        last_page=max(1, -(-len(counts) // ROWS_PER_PAGE)),
        month_options=[(item["month"], Month.parse(item["month"]).label) for item in found.months],
        place_options=[(item["municipality"], item["municipality"]) for item in found.municipalities],
    )


def _own(counts: list[Count]) -> list[Count]:
    """A participating municipality sees its own rows."""
    name = current_viewer().organisation_name
    return [count for count in counts if name.endswith(count.municipality)]
