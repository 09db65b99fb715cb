"""Verbeteracties, notices of default and contract talks as the shell sees them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for

from contracts.agreements.models import Contract
from kpis.improvements import queries
from kpis.improvements.demo import steps
from kpis.improvements.models import ImprovementAction
from kpis.improvements.rules import next_side, next_words
from kpis.improvements.states import ActionState, NoticeState, Side
from kpis.improvements.talk_views import bp
from kpis.scorecards.models import ScorecardLine
from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.db import db
from portal.features import Feature, Link, Task, Term


def _side(viewer: Viewer, contract: Contract) -> Side | None:
    """Return the side a viewer works for, without a statement per action."""
    if viewer.may(Permission.SCORECARD_FIX) and viewer.municipality_id == contract.lead_municipality_id:
        return Side.MUNICIPALITY
    return Side.PROVIDER if viewer.may(Permission.SCORECARD_RESPOND) else None


def _action_url(action: ImprovementAction) -> str:
    return url_for("kpis_improvements.show", number=action.contract.number, action=action.number)


def tasks(viewer: Viewer) -> Iterable[Task]:
    """What waits: answers and reports for the side that is next, notices past their day, minutes to write."""
    if not viewer.may(Permission.SCORECARD_READ) or viewer.organisation_id is None:
        return
    for action in db.session.scalars(queries.actions_for(viewer, *queries.OPEN)):
        side = _side(viewer, action.contract)
        if side is None or next_side(action.state, action.owner) is not side:
            continue
        late = action.state is ActionState.RUNNING and action.due_on < clock.today()
        second = f"{action.performance_agreement.name}, contract {action.contract.number}: {next_words(action.state)}"
        tone, state = ("bad", "Te laat") if late else ("info", action.state.label)
        yield Task(f"Verbeteractie {action.number} bijwerken", _action_url(action), action.due_on, tone, state, second)
    if viewer.may(Permission.SCORECARD_FIX):
        yield from _manager_tasks(viewer)


def _manager_tasks(viewer: Viewer) -> Iterable[Task]:
    today = clock.today()
    for notice in queries.notices_for(viewer, NoticeState.SENT):
        if notice.remedy_until < today and _side(viewer, notice.contract) is Side.MUNICIPALITY:
            number = notice.contract.number
            url = url_for("kpis_improvements.notice", number=number, notice=notice.number)
            second = f"{notice.performance_agreement.name}, contract {number}"
            yield Task(
                f"Ingebrekestelling {notice.number} afhandelen", url, notice.remedy_until, "bad", "Termijn voorbij", second
            )
    for talk in queries.planned_talks_for(viewer):
        if talk.held_on < today and _side(viewer, talk.contract) is Side.MUNICIPALITY:
            url = url_for("kpis_improvements.talk", number=talk.contract.number, talk=talk.number)
            second = f"Contract {talk.contract.number}, {talk.contract.title}"
            yield Task("Verslag van het contractgesprek maken", url, talk.held_on, "info", "Te doen", second)


def terms(viewer: Viewer) -> Iterable[Term]:
    """The days actions are due, notices end, and talks are held."""
    if not viewer.may(Permission.SCORECARD_READ) or viewer.organisation_id is None:
        return
    today = clock.today()
    for action in db.session.scalars(queries.actions_for(viewer, ActionState.RUNNING)):
        if action.due_on >= today:
            text = f"Verbeteractie {action.number} klaar, {action.contract.number}"
            yield Term(action.due_on, text, _action_url(action))
    for notice in queries.notices_for(viewer, NoticeState.SENT):
        if notice.remedy_until >= today:
            number = notice.contract.number
            url = url_for("kpis_improvements.notice", number=number, notice=notice.number)
            yield Term(notice.remedy_until, f"Laatste dag ingebrekestelling {notice.number}, {number}", url)
    for talk in queries.planned_talks_for(viewer):
        if talk.held_on >= today:
            url = url_for("kpis_improvements.talk", number=talk.contract.number, talk=talk.number)
            yield Term(talk.held_on, f"Contractgesprek {talk.contract.number}", url)


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Verbeteracties on a figure or a prestatieafspraak, talks about a scorecard, notices of a contract."""
    if not current_viewer().may(Permission.SCORECARD_READ):
        return
    if kind == "scorecard":
        for talk in queries.talks_about(identity):
            url = url_for("kpis_improvements.talk", number=talk.contract.number, talk=talk.number)
            yield Link(f"Contractgesprek {talk.number}", url, talk.state.label.lower())
    elif kind in ("scorecard_line", "performance_agreement"):
        line = db.session.get(ScorecardLine, identity) if kind == "scorecard_line" else None
        for action in queries.actions_on(line.performance_agreement_id if line else identity):
            yield Link(f"Verbeteractie {action.number}", _action_url(action), action.state.label.lower())
    elif kind == "contract":
        contract = db.session.get_one(Contract, identity)
        for action in queries.actions_of(contract):
            url = url_for("kpis_improvements.show", number=contract.number, action=action.number)
            yield Link(f"Verbeteractie {action.number}", url, action.performance_agreement.name)
        for notice in queries.notices_of(contract):
            url = url_for("kpis_improvements.notice", number=contract.number, notice=notice.number)
            yield Link(f"Ingebrekestelling {notice.number}", url, notice.state.label.lower())


FEATURE = Feature(
    name="kpis.improvements",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    demo=steps,
    audit_sentences={
        "improvement:action:propose": "stelde verbeteractie {number} bij {code} voor, klaar op {due}",
        "improvement:action:revise": "paste het voorstel van verbeteractie {number} aan, klaar op {due}",
        "improvement:action:step": "legde bij verbeteractie {number} vast: {state}",
        "improvement:talk:prepare": "maakte de agenda van gesprek {number} op {on}",
        "improvement:talk:record": "maakte het verslag van gesprek {number} op {on}",
        "improvement:notice:send": "verstuurde ingebrekestelling {number} bij {code}, na te komen tot en met {until}",
        "improvement:notice:settle": "handelde ingebrekestelling {number} af: {state}",
    },
    mails={
        "improvement_step": "Een verbeteractie heeft een nieuwe stand",
        "contract_talk": "De agenda of het verslag van een contractgesprek staat klaar",
        "default_notice": "De gemeente stelde een aanbieder in gebreke",
    },
)
