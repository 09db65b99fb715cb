"""Contract talks and notices of default, on the blueprint of the verbeteracties."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from kpis.improvements import presentation, queries, services, talk_services
from kpis.improvements.forms import NoticeForm, SettleForm, TalkForm
from kpis.improvements.models import ContractTalk, DefaultNotice
from kpis.improvements.queries import Seen
from kpis.improvements.states import NoticeState, Side, TalkState
from kpis.improvements.views import bp, figure_of
from kpis.scorecards import queries as cards, services as card_services
from kpis.scorecards.queries import Case
from kpis.scorecards.views import shown_card, shown_line
from portal import audit, clock
from portal.access import Permission, current_viewer, requires
from portal.catalogue.queries import reference_value
from portal.db import db
from portal.documents import Document, response
from portal.errors import NotFound
from portal.forms import act_or_flash, page
from portal.periods import Quarter

__all__ = ["bp"]

DAYS_AHEAD = 14
REMEDY_DAYS = 21


@bp.post("/scorecards/<number>/<period>/contractgesprek")
@requires(Permission.SCORECARD_FIX)
def prepare_talk(number: str, period: str) -> ResponseReturnValue:
    """Make the agenda of a talk about a scorecard in one click."""
    viewer = current_viewer()
    case = cards.case_for(viewer, number, period)
    seen = queries.seen(viewer, case.contract)
    on, waits = clock.today() + timedelta(days=DAYS_AHEAD), card_services.waiting_texts(case)
    if act_or_flash(talk_services.prepare_talk, seen, case, shown_card(case), waits, on=on, by=viewer):
        flash("De agenda is gemaakt. De aanbieder heeft bericht gekregen.")
        newest = queries.talks_about(case.card.id)[0]
        return redirect(url_for(".talk", number=number, talk=newest.number))
    return redirect(url_for("kpis_scorecards.show", number=number, period=period))


def _talk(number: str, talk: int) -> tuple[Seen, ContractTalk, Case]:
    viewer = current_viewer()
    seen = queries.seen_by_number(viewer, number)
    found = queries.talk_for(seen, talk)
    return seen, found, cards.case_for(viewer, number, found.scorecard.period)


@bp.route("/contractgesprekken/<number>/<int:talk>", methods=["GET", "POST"])
@requires(Permission.SCORECARD_READ)
def talk(number: str, talk: int) -> ResponseReturnValue:
    """The agenda of a talk; for the contract manager also the form that makes the minutes."""
    seen, found, case = _talk(number, talk)
    may_record = seen.side is Side.MUNICIPALITY and found.state is TalkState.PLANNED
    form = TalkForm(stored={"on": found.held_on, "said": [""] * len(found.points)})
    said = [one or "" for one in form.said.data]
    if len(said) != len(found.points):
        raise NotFound
    if form.validate_on_submit() and form.accepts(
        talk_services.record_minutes, seen, found, case, said=said, on=form.on.data, by=current_viewer()
    ):
        flash("Het verslag is gemaakt. De aanbieder heeft bericht gekregen.")
        return redirect(url_for(".talk", number=number, talk=talk))
    return page(
        "kpis/improvements/talk.html",
        form=form,
        talk=found,
        case=case,
        may_record=may_record,
        events=audit.history_of(found),
    )


@bp.get("/contractgesprekken/<number>/<int:talk>/<paper>")
@requires(Permission.SCORECARD_READ)
def talk_paper(number: str, talk: int, paper: str) -> ResponseReturnValue:
    """The agenda or the minutes as PDF."""
    _, found, _ = _talk(number, talk)
    return _document({"agenda": found.agenda_id, "verslag": found.minutes_id}.get(paper))


def _document(identity: uuid.UUID | None) -> ResponseReturnValue:
    document = db.session.get(Document, identity) if identity is not None else None
    if document is None:
        raise NotFound
    return response(document)


@bp.route("/scorecards/<number>/<period>/<code>/ingebrekestelling", methods=["GET", "POST"])
@requires(Permission.SCORECARD_FIX)
def send_notice(number: str, period: str, code: str) -> ResponseReturnValue:
    """Send a notice of default about a fixed figure under its norm."""
    seen, case, line = figure_of(number, period, code)
    services.require_municipality(seen)
    shown = shown_line(case, line)
    form = NoticeForm(
        stored={
            "shortcoming": presentation.shortcoming_of(shown, case.quarter.label),
            "basis": presentation.basis_of(line),
            "remedy_until": clock.today() + timedelta(days=REMEDY_DAYS),
        }
    )
    rule = reference_value("default_notice", clock.today())
    law = rule.source if rule is not None else ""
    if form.validate_on_submit():
        text = talk_services.NoticeText(
            form.shortcoming.data or "", form.demand.data or "", form.basis.data or "", form.remedy_until.data  # type: ignore[arg-type]
        )
        missed = next((one for one in queries.actions_on(line.performance_agreement_id)), None)
        if form.accepts(
            talk_services.send_notice, seen, case, shown, text, by=current_viewer(), law=law, action=missed
        ):
            flash("De ingebrekestelling is verstuurd. De brief staat hieronder.")
            return redirect(url_for(".notice", number=number, notice=form.result.number))
    return page("kpis/improvements/send_notice.html", form=form, case=case, shown=shown, law=law)


def _notice(number: str, notice: int) -> tuple[Seen, DefaultNotice]:
    seen = queries.seen_by_number(current_viewer(), number)
    return seen, queries.notice_for(seen, notice)


@bp.route("/ingebrekestellingen/<number>/<int:notice>", methods=["GET", "POST"])
@requires(Permission.SCORECARD_READ)
def notice(number: str, notice: int) -> ResponseReturnValue:
    """A notice of default, and how it ended."""
    seen, found = _notice(number, notice)
    form = SettleForm(obj=found)
    if form.validate_on_submit() and form.accepts(
        talk_services.settle_notice,
        seen,
        found,
        expired=form.ending.data == "expired",
        outcome=form.outcome.data or "",
        by=current_viewer(),
    ):
        flash(f"Vastgelegd: {found.state.label.lower()}.")
        return redirect(url_for(".notice", number=number, notice=notice))
    line = found.line
    return page(
        "kpis/improvements/notice.html",
        form=form,
        notice=found,
        contract=seen.contract,
        may_settle=seen.side is Side.MUNICIPALITY and found.state is NoticeState.SENT,
        quarter=Quarter.parse(line.version.scorecard.period),
        events=audit.history_of(found),
    )


@bp.get("/ingebrekestellingen/<number>/<int:notice>/brief")
@requires(Permission.SCORECARD_READ)
def letter(number: str, notice: int) -> ResponseReturnValue:
    """The letter as PDF."""
    _, found = _notice(number, notice)
    return _document(found.document_id)
