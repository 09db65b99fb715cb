"""Pages of the market: what is on offer, one tender on one screen, follow it and ask."""

import uuid

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, Viewer, current_viewer, public, requires
from portal.documents import response
from portal.dutch import quantity
from portal.forms import act_or_flash, page
from portal.ui import paginate_wide
from tenders.consultations.queries import market_list, reported
from tenders.procedures import queries, services
from tenders.procedures.models import Lot, Procedure
from tenders.procedures.rules import question_round_open
from tenders.procedures.services import subject_of
from tenders.procedures.views.blueprint import bp, phase_of


@bp.get("/opdrachten")
@public
def market() -> ResponseReturnValue:
    """List what is open now and what closed lately, for everyone."""
    viewer = current_viewer()
    shown = paginate_wide(queries.market_open(viewer), Procedure.id, options=queries.LIST_OPTIONS, size=20)
    tenders = shown.items
    closed = queries.closed_lately(viewer)
    return page(
        "tenders/procedures/market.html",
        tenders=tenders,
        shown=shown,
        consultations=market_list(viewer),
        closed=closed,
        reports=reported(viewer),
        places=queries.municipalities_of([*tenders, *closed]),
        values=queries.maximum_values(tenders),
        phase_of=phase_of,
        rounds={one.id: _round_open(one) for one in tenders},
    )


def _round_open(procedure: Procedure) -> bool:
    return question_round_open(procedure.state, procedure.questions_close_at, clock.now())


@bp.get("/opdrachten/<number>")
@public
def assignment(number: str) -> ResponseReturnValue:
    """Show a published tender on one screen, for everyone."""
    viewer = current_viewer()
    procedure = queries.market_procedure(viewer, number)
    lots = queries.lots_of(procedure)
    follower = queries.follower_of(procedure, viewer.user_id)
    return page(
        "tenders/procedures/assignment.html",
        procedure=procedure,
        phase=phase_of(procedure),
        lots=lots,
        totals={lot.id: _totals(lot) for lot in lots},
        lines={lot.id: queries.price_lines_of(lot) for lot in lots},
        requirements=queries.requirements_in(procedure),
        documents=queries.current_documents(procedure),
        notas=queries.notas_of(procedure),
        changes=queries.changes_of(procedure),
        round_open=_round_open(procedure),
        follows=follower is not None and follower.ended_at is None,
        mine=_own_questions(procedure, viewer),
        subject_of=subject_of,
        rules=queries.rules_of(procedure.kind_code, clock.today()),
    )


def _totals(lot: Lot) -> list[tuple[str, dict[int, str]]]:
    """Return per municipality the expected number per year, as text, for the volumes table."""
    volumes = queries.volumes_of(lot)
    rows = []
    for place in lot.municipalities:
        per_year = {
            year: [value for key, value in volumes.items() if key[0] == place.id and key[2] == year]
            for year in queries.years_of(lot)
        }
        shown = {year: quantity(sum(values)) if values else "–" for year, values in per_year.items()}
        name = place.municipality.name
        rows.append((name if place.participation.value == "deelnemend" else f"{name} (optioneel)", shown))
    return rows


def _own_questions(procedure: Procedure, viewer: Viewer) -> list[object]:
    if not viewer.is_provider or viewer.organisation_id is None:
        return []
    return list(queries.questions_of(procedure, asker_id=viewer.organisation_id))


@bp.get("/opdrachten/<number>/documenten/<uuid:version_id>")
@public
def market_document(number: str, version_id: uuid.UUID) -> Response:
    """Download a document of a published tender."""
    procedure = queries.market_procedure(current_viewer(), number)
    return response(queries.document_version_of(procedure, version_id).document)


@bp.get("/opdrachten/<number>/nota/<int:nota>")
@public
def market_nota(number: str, nota: int) -> Response:
    """Download a published nota van inlichtingen."""
    procedure = queries.market_procedure(current_viewer(), number)
    return response(queries.nota_of(procedure, nota).document)


@bp.post("/opdrachten/<number>/volgen")
@requires(Permission.TENDER_FOLLOW)
def follow(number: str) -> ResponseReturnValue:
    """Follow a tender."""
    procedure = queries.market_procedure(current_viewer(), number)
    if act_or_flash(services.follow, procedure, by=current_viewer()):
        flash("U volgt deze opdracht. U krijgt bericht van elke nota en wijziging.")
    return redirect(url_for(".assignment", number=number))


@bp.post("/opdrachten/<number>/niet-meer-volgen")
@requires(Permission.TENDER_FOLLOW)
def unfollow(number: str) -> ResponseReturnValue:
    """Stop following a tender."""
    procedure = queries.market_procedure(current_viewer(), number)
    if act_or_flash(services.unfollow, procedure, by=current_viewer()):
        flash("U volgt deze opdracht niet meer.")
    return redirect(url_for(".assignment", number=number))
