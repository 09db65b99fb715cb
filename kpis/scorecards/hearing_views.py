"""Responding, deciding and the proof that came along, on the blueprint of the scorecards."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from kpis.scorecards import hearing_services as hearing, queries
from kpis.scorecards.forms import DecisionForm, ResponseForm
from kpis.scorecards.models import ScorecardDecision, ScorecardLine
from kpis.scorecards.queries import Case
from kpis.scorecards.rules import decided_figure
from kpis.scorecards.states import DisputeGround, LineState, ResponseKind, Verdict
from kpis.scorecards.views import BASE, bp, case_of, shown_line, url_of
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.documents import Document, response
from portal.errors import NotFound
from portal.forms import page

__all__ = ["bp"]


@bp.route(f"{BASE}/<code>/reageren", methods=["GET", "POST"])
@requires(Permission.SCORECARD_RESPOND)
def respond(number: str, period: str, code: str) -> ResponseReturnValue:
    """Explain or dispute a figure."""
    case = queries.case_for(current_viewer(), number, period)
    queries.require_responder(case)
    found = queries.line_for(case, code)
    form = ResponseForm()
    if form.validate_on_submit():
        given = {
            "kind": ResponseKind(form.kind.data),
            "ground": DisputeGround(form.ground.data) if form.ground.data else None,
            "text": form.text.data or "",
            "proof": _proof(form.proof.data),
            "by": current_viewer(),
        }
        if form.accepts(hearing.respond, case, found, **given):
            flash("Uw reactie is verstuurd. De contractmanager heeft bericht gekregen.")
            return redirect(url_of("line", case, code=code))
    return page(
        "kpis/scorecards/respond.html", form=form, case=case, line=found, shown=shown_line(case, found)
    )


@bp.route(f"{BASE}/<code>/beoordelen", methods=["GET", "POST"])
@requires(Permission.SCORECARD_FIX)
def decide(number: str, period: str, code: str) -> ResponseReturnValue:
    """Judge one line, as computed or otherwise with a reason."""
    case = queries.case_for(current_viewer(), number, period)
    queries.require_fixer(case)
    found = queries.line_for(case, code)
    form = DecisionForm(stored={"state": found.state.value})
    if form.validate_on_submit():
        given = {
            "verdict": Verdict(form.verdict.data),
            "state": LineState(form.state.data),
            "reason": form.reason.data or "",
            "numerator": form.numerator.data,
            "denominator": form.denominator.data,
            "by": current_viewer(),
        }
        if form.accepts(_decide, case, found, **given):
            flash(f"Uw oordeel over {code} is vastgelegd.")
            return redirect(url_of("line", case, code=code))
    return page(
        "kpis/scorecards/decide.html", form=form, case=case, line=found, shown=shown_line(case, found)
    )


def _decide(
    case: Case,
    line: ScorecardLine,
    *,
    numerator: Decimal | None,
    denominator: Decimal | None,
    **given: Any,
) -> ScorecardDecision:
    return hearing.decide(case, line, figure=decided_figure(numerator, denominator), **given)


def _proof(data: object) -> hearing.Proof | None:
    if not isinstance(data, FileStorage) or not data.filename:
        return None
    return hearing.Proof(data.filename, data.stream.read())


@bp.get(f"{BASE}/reacties/<uuid:response_id>/bewijs")
@requires(Permission.SCORECARD_READ)
def proof(number: str, period: str, response_id: uuid.UUID) -> ResponseReturnValue:
    """The document that came with a response."""
    case = case_of(number, period)
    said = queries.response_for(case, response_id)
    document = db.session.get(Document, said.document_id) if said.document_id is not None else None
    if document is None:
        raise NotFound
    return response(document)
