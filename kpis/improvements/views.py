"""Verbeteracties on screen: the list, a new one on a figure, and one with what was said about it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from contracts.agreements.rules import stored_norm, typed_norm
from kpis.improvements import presentation, queries, services
from kpis.improvements.exports import actions_workbook
from kpis.improvements.forms import PlanForm, StepForm
from kpis.improvements.models import ImprovementAction
from kpis.improvements.queries import Seen
from kpis.improvements.rules import next_side, next_words, steps_for
from kpis.improvements.states import ActionState, ActionStep, Side
from kpis.scorecards import queries as cards
from kpis.scorecards.hearing_services import Proof
from kpis.scorecards.models import ScorecardLine
from kpis.scorecards.queries import Case
from portal import audit, clock, filters
from portal.access import Permission, current_viewer, requires
from portal.db import db
from portal.documents import Document, response
from portal.errors import NotFound
from portal.forms import page
from portal.periods import Quarter
from portal.tables import XLSX, download
from portal.ui import paginate

bp = Blueprint("kpis_improvements", __name__)


def _states() -> tuple[ActionState, ...]:
    asked = filters.chosen("stand", ["open", *ActionState])
    if asked == "open":
        return queries.OPEN
    return tuple(state for state in ActionState if state.value == asked)


@bp.get("/verbeteracties")
@requires(Permission.SCORECARD_READ)
def index() -> ResponseReturnValue:
    """The verbeteracties of the viewer's contracts, what runs first; and the notices of default."""
    viewer = current_viewer()
    statement = queries.actions_for(viewer, *_states())
    return page(
        "kpis/improvements/index.html",
        actions=paginate(statement),
        notices=queries.notices_for(viewer),
        state_options=[("open", "Nog niet klaar"), *((one.value, one.label) for one in ActionState)],
        next_side=next_side,
    )


@bp.get("/verbeteracties/download")
@requires(Permission.SCORECARD_READ)
def export() -> ResponseReturnValue:
    """The list as Excel, filtered as on the page."""
    statement = queries.actions_for(current_viewer(), *_states())
    found = db.session.scalars(statement).all()
    return download(actions_workbook(found), f"verbeteracties-{clock.today():%Y-%m-%d}.xlsx", XLSX)


def figure_of(number: str, period: str, code: str) -> tuple[Seen, Case, ScorecardLine]:
    """Return the side of the viewer, the scorecard and the figure an address names."""
    viewer = current_viewer()
    case = cards.case_for(viewer, number, period)
    return queries.seen(viewer, case.contract), case, cards.line_for(case, code)


@bp.route("/scorecards/<number>/<period>/<code>/verbeteractie", methods=["GET", "POST"])
@requires(Permission.SCORECARD_FIX)
def propose(number: str, period: str, code: str) -> ResponseReturnValue:
    """Propose a verbeteractie on a figure."""
    seen, case, line = figure_of(number, period, code)
    services.require_municipality(seen)
    version = line.agreement_version
    form = PlanForm(
        stored={
            "due_on": clock.today() + timedelta(days=42),
            "target": typed_norm(version.measure.unit, version.norm),
        }
    )
    form.follow_up.choices = _quarters(case.quarter)
    if form.validate_on_submit():
        plan = _plan(form, line)
        if form.accepts(services.propose_action, seen, case.card, line, plan, by=current_viewer()):
            flash("De verbeteractie is voorgesteld. De aanbieder heeft bericht gekregen.")
            return redirect(url_for(".show", number=number, action=form.result.number))
    return page(
        "kpis/improvements/plan.html",
        form=form,
        case=case,
        shown=presentation.line_of(line),
        unit=version.measure.unit.label,
        action=None,
    )


def _quarters(after: Quarter) -> list[tuple[str, str]]:
    return [(after.plus(n).code, after.plus(n).label) for n in range(1, 5)]


def _plan(form: PlanForm, line: ScorecardLine) -> services.Plan:
    return services.Plan(
        measure=form.measure.data or "",
        owner=Side(form.owner.data),
        owner_function=form.owner_function.data or "",
        due_on=form.due_on.data,  # type: ignore[arg-type]
        target=stored_norm(line.agreement_version.measure.unit, form.target.data),
        proof=form.proof.data or "",
        follow_up=Quarter.parse(form.follow_up.data or ""),
    )


@bp.route("/verbeteracties/<number>/<int:action>/aanpassen", methods=["GET", "POST"])
@requires(Permission.SCORECARD_FIX)
def revise(number: str, action: int) -> ResponseReturnValue:
    """Change the proposal after a counter-proposal."""
    seen, found = _open(number, action)
    services.require_municipality(seen)
    if found.state is not ActionState.COUNTERED:
        raise NotFound
    quarter, line = Quarter.parse(found.scorecard.period), found.line
    case = cards.case_for(current_viewer(), number, quarter.code)
    form = PlanForm(
        stored={
            **{name: getattr(found, name) for name in ("measure", "proof", "due_on", "owner_function", "follow_up")},
            "owner": found.owner.value,
            "target": typed_norm(line.agreement_version.measure.unit, found.target),
        }
    )
    form.follow_up.choices = _quarters(quarter)
    if form.validate_on_submit() and form.accepts(
        services.revise_action, seen, found, _plan(form, line), by=current_viewer()
    ):
        flash("Het voorstel is aangepast. De aanbieder heeft bericht gekregen.")
        return redirect(url_for(".show", number=number, action=action))
    return page(
        "kpis/improvements/plan.html",
        form=form,
        case=case,
        shown=presentation.line_of(line),
        unit=line.agreement_version.measure.unit.label,
        action=found,
    )


def _open(number: str, action: int) -> tuple[Seen, ImprovementAction]:
    seen = queries.seen_by_number(current_viewer(), number)
    return seen, queries.action_for(seen, action)


@bp.route("/verbeteracties/<number>/<int:action>", methods=["GET", "POST"])
@requires(Permission.SCORECARD_READ)
def show(number: str, action: int) -> ResponseReturnValue:
    """One verbeteractie: what was agreed, what was said, what is next, and the figure it should move."""
    seen, found = _open(number, action)
    allowed = steps_for(found.state, seen.side, found.owner) if seen.side is not None else []
    form = StepForm(obj=found)
    form.step.choices = [(one.value, one.label) for one in allowed]
    if form.validate_on_submit():
        step = next((one for one in ActionStep if one.value == form.step.data), None)
        given = {"text": form.text.data or "", "proof": _proof(form.proof.data), "by": current_viewer()}
        if form.accepts(services.take_step, seen, found, step, **given):
            flash(f"Vastgelegd: {found.state.label.lower()}. De andere partij heeft bericht gekregen.")
            return redirect(url_for(".show", number=number, action=action))
    return page(
        "kpis/improvements/show.html",
        form=form,
        seen=seen,
        action=found,
        allowed=allowed,
        quarter=Quarter.parse(found.scorecard.period),
        follow_up=Quarter.parse(found.follow_up),
        before=presentation.line_of(found.line),
        after=presentation.line_or_none(queries.follow_up_line(found)),
        target=presentation.target_of(found),
        entries=queries.entries_of(found),
        next_side=next_side(found.state, found.owner),
        next_words=next_words(found.state),
        events=audit.history_of(found),
    )


def _proof(data: object) -> Proof | None:
    if not isinstance(data, FileStorage) or not data.filename:
        return None
    return Proof(data.filename, data.stream.read())


@bp.get("/verbeteracties/<number>/<int:action>/bewijs/<uuid:entry_id>")
@requires(Permission.SCORECARD_READ)
def proof(number: str, action: int, entry_id: uuid.UUID) -> ResponseReturnValue:
    """The document that came with a step."""
    _, found = _open(number, action)
    entry = queries.entry_for(found, entry_id)
    document = db.session.get(Document, entry.document_id) if entry.document_id is not None else None
    if document is None:
        raise NotFound
    return response(document)
