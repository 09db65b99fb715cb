"""The demo's improvement: actions on the worst figures, a notice of default, talks with minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from contracts.agreements.demo import first_month, instant
from contracts.results.demo import PROVIDERS, Provider
from kpis.improvements import presentation, queries, services, talk_services
from kpis.improvements.models import ImprovementAction
from kpis.improvements.services import Plan
from kpis.improvements.states import ActionState, ActionStep, NoticeState, Side, TalkState
from kpis.scorecards import queries as cards, services as card_services
from kpis.scorecards.demo import MANAGER, demo_proof, newest_quarter
from kpis.scorecards.models import ScorecardLine
from kpis.scorecards.presentation import ShownLine
from kpis.scorecards.queries import Case
from kpis.scorecards.states import LineState
from kpis.scorecards.views import shown_card
from portal import clock
from portal.access import Role, Viewer
from portal.catalogue.queries import reference_value
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from portal.periods import Month, Quarter

MEASURES = {
    "attendance": "De docent belt binnen een dag wie zonder bericht wegblijft. De planner biedt een andere groep aan.",
    "start_on_time": "Er start elke twee weken een groep. Een wachtlijst van meer dan tien wordt gemeld.",
    "report_on_time": "Een tweede medewerker levert de maandrapportage aan als de eerste afwezig is.",
}
OTHER = "De aanbieder bespreekt elke week de achterblijvers en legt de afspraken vast."
PROOF = "De cijfers van het kwartaal erna, en een overzicht van de genomen stappen."
DONE = "De maatregel is ingevoerd. Het overzicht van de stappen is bij ons in te zien."
COUNTER = "Wij vragen tot het eind van het kwartaal de tijd: de nieuwe docent begint over zes weken."
DEMAND = "Breng dit cijfer terug op de afgesproken norm en stuur binnen de termijn een plan met data."
MENDED = "De aanbieder stuurde een plan en leverde de laatste maanden op tijd."
SAID = "De aanbieder licht de cijfers toe. Afgesproken: de lopende acties gaan door, terugblik over drie maanden."


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return for each contract a talk and an action per quarter, answered and closed at their own moments."""
    newest = newest_quarter(world.today)
    begin = Month.of(first_month(world.today)).quarter.plus(2)
    for minute, provider in enumerate(PROVIDERS):
        quarter = begin
        while quarter <= newest:
            yield from _quarter(world, provider, quarter, minute)
            quarter = quarter.plus(2 if quarter.plus(2) <= newest else 1)


def _quarter(world: DemoWorld, provider: Provider, quarter: Quarter, minute: int) -> Iterable[Step]:
    after = quarter.last + timedelta(days=88)
    for days, hour, call in ((0, 11, _talk), (10, 15, _minutes), (1, 13, _propose), (6, 10, _answer),
                             (40, 9, _report), (52, 9, _close), (4, 12, _notice), (30, 12, _settle)):  # fmt: skip
        day = min(after, world.today - timedelta(days=20)) + timedelta(days=days)
        if day < world.today:
            yield Step(instant(day, hour, minute), _task(call, world, provider, quarter), rank=8)


def _task(
    call: Callable[[DemoWorld, Provider, Quarter], None], world: DemoWorld, provider: Provider, quarter: Quarter
) -> Callable[[], None]:
    return lambda: call(world, provider, quarter)


def _case(world: DemoWorld, provider: Provider, quarter: Quarter, by: Viewer) -> Case | None:
    number = str(world.remember[f"contract_{provider.key}"])
    contract = queries.seen_by_number(by, number).contract
    return cards.case_for(by, number, quarter.code) if cards.card_of(contract, quarter) is not None else None


def _worst(case: Case) -> ScorecardLine | None:
    order = (LineState.FAR, LineState.UNDER)
    found = [line for state in order for line in case.lines if line.state is state]
    return found[0] if found else None


def _action(case: Case) -> ImprovementAction | None:
    found = [one for one in queries.actions_of(case.contract) if one.scorecard_id == case.card.id]
    return found[0] if found else None


def _talk(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, quarter, by)
    if case is not None:
        seen, on = queries.seen(by, case.contract), clock.today() + timedelta(days=9)
        waits = card_services.waiting_texts(case)
        talk_services.prepare_talk(seen, case, shown_card(case), waits, on=on, by=by)


def _minutes(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, quarter, by)
    if case is None or (provider.key == "map" and _is_recent(world, quarter)):
        return
    for talk in queries.talks_about(case.card.id):
        if talk.state is TalkState.PLANNED:
            said = [SAID if index == 1 else "" for index in range(len(talk.points))]
            talk_services.record_minutes(
                queries.seen(by, case.contract), talk, case, said=said, on=talk.held_on, by=by
            )


def _propose(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, quarter, by)
    line = _worst(case) if case is not None else None
    if case is None or line is None:
        return
    plan = Plan(
        measure=MEASURES.get(line.measure, OTHER),
        owner=Side.PROVIDER,
        owner_function="coördinator onderwijs",
        due_on=clock.today() + timedelta(days=42),
        target=line.agreement_version.norm,
        proof=PROOF,
        follow_up=quarter.plus(2),
    )
    services.propose_action(queries.seen(by, case.contract), case.card, line, plan, by=by)


def _answer(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    counters = provider.key == "z" and _is_recent(world, quarter)
    step, text = (ActionStep.COUNTER, COUNTER) if counters else (ActionStep.ACCEPT, "")
    _step(world, provider, quarter, ActionState.PROPOSED, step, text)


def _report(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    _step(world, provider, quarter, ActionState.RUNNING, ActionStep.REPORT, DONE)


def _step(
    world: DemoWorld, provider: Provider, quarter: Quarter, state: ActionState, step: ActionStep, text: str
) -> None:
    by = world.viewer(provider.email, role=Role.PROVIDER)
    case = _case(world, provider, quarter, by)
    action = _action(case) if case is not None else None
    if case is not None and action is not None and action.state is state:
        proof = demo_proof("Overzicht van stappen", text, provider.email) if step is ActionStep.REPORT else None
        services.take_step(queries.seen(by, case.contract), action, step, text=text, proof=proof, by=by)


def _close(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    by = world.viewer(MANAGER)
    case = _case(world, provider, quarter, by)
    action = _action(case) if case is not None else None
    if case is None or action is None or action.state is not ActionState.REPORTED:
        return
    good = provider.key != "b1"
    step, text = (ActionStep.ACHIEVE, "") if good else (ActionStep.MISS, "Het cijfer is niet verbeterd.")
    services.take_step(queries.seen(by, case.contract), action, step, text=text, by=by)


def _notice(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    """Put a provider in default once, about a fixed figure under its norm."""
    by = world.viewer(MANAGER)
    if provider.key not in ("b1", "z") or "default_notice" in world.remember:
        return
    case = _case(world, provider, quarter, by)
    if case is None or case.is_concept:
        return
    lines = [one for one in shown_card(case).lines if _is_bad(one)]
    if not lines:
        return
    line, rule = lines[0], reference_value("default_notice", clock.today())
    text = talk_services.NoticeText(
        presentation.shortcoming_of(line, case.quarter.label),
        DEMAND,
        presentation.basis_of(line.line),
        _weeks_later(clock.today(), 3),
    )
    seen = queries.seen(by, case.contract)
    law = rule.source if rule is not None else ""
    notice = talk_services.send_notice(seen, case, line, text, by=by, law=law)
    world.remember["default_notice"] = notice.number
    db.session.flush()


def _settle(world: DemoWorld, provider: Provider, quarter: Quarter) -> None:
    """Write down that the provider mended it in time."""
    by = world.viewer(MANAGER)
    case = _case(world, provider, quarter, by)
    for notice in queries.notices_of(case.contract) if case is not None else ():
        if notice.state is NoticeState.SENT and notice.remedy_until < clock.today():
            seen = queries.seen(by, notice.contract)
            talk_services.settle_notice(seen, notice, expired=False, outcome=MENDED, by=by)


def _is_recent(world: DemoWorld, quarter: Quarter) -> bool:
    return quarter.last + timedelta(days=200) > world.today


def _is_bad(line: ShownLine) -> bool:
    return line.state in (LineState.UNDER, LineState.FAR)


def _weeks_later(day: date, weeks: int) -> date:
    return day + timedelta(weeks=weeks)
