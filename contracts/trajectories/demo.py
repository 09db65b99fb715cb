"""The demo's aanmeldingen: two years of referrals, starts, moves and endings, from the demo's own chance."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from contracts.agreements import queries as agreements
from contracts.agreements.demo import first_month, instant
from contracts.agreements.rules import plus_months
from contracts.trajectories import queries, services
from contracts.trajectories.events_services import register_event
from contracts.trajectories.models import Trajectory
from contracts.trajectories.services import Referral
from contracts.trajectories.states import EventKind, RefusalReason, StopReason
from portal.access import SYSTEM, Role, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.states import TargetGroup
from portal.demo import DemoWorld
from portal.features import Step

REFERRERS = {
    "Lansingerland": "contract@lansingerland.example",
    "Pijnacker-Nootdorp": "regio@pijnacker-nootdorp.example",
    "Zoetermeer": "inkoop@zoetermeer.example",
}
SEASON = (1.1, 1.1, 1.2, 1.1, 1.0, 0.9, 0.5, 0.6, 1.4, 1.2, 1.1, 0.8)
EXAMS = ("reading", "listening", "writing", "speaking", "knm")


@dataclass(frozen=True)
class Flow:
    """How one contract's participants come and go: people per year, days and chances."""

    key: str
    provider: str
    per_year: dict[str, float]
    family: float
    wait: tuple[int, int]
    length: tuple[int, int]
    drop: float
    phased: bool = False
    exams: bool = False
    last: EventKind | None = None


FLOWS = (
    Flow(
        "b1",
        "info@taalhuis-de-waterlinie.example",
        {"Lansingerland": 20, "Pijnacker-Nootdorp": 34, "Zoetermeer": 61},
        0.0,
        (5, 24),
        (420, 640),
        0.11,
        phased=True,
        exams=True,
    ),
    Flow(
        "z",
        "info@route-delta.example",
        {"Lansingerland": 14, "Pijnacker-Nootdorp": 12},
        0.0,
        (6, 29),
        (560, 700),
        0.13,
        phased=True,
        last=EventKind.Z_TALK,
    ),
    Flow(
        "pvt",
        "info@samen-vooruit.example",
        {"Lansingerland": 56},
        0.28,
        (10, 30),
        (25, 60),
        0.05,
        last=EventKind.PVT_SIGNED,
    ),
    Flow(
        "map",
        "info@route-delta.example",
        {"Lansingerland": 50},
        0.32,
        (10, 35),
        (60, 130),
        0.08,
        last=EventKind.MAP_TALK,
    ),
    Flow("mb", "info@samen-vooruit.example", {"Lansingerland": 40}, 0.0, (3, 12), (200, 370), 0.04),
    Flow("onderwijs", "regio@rotterdam.example", {"Lansingerland": 6}, 0.0, (15, 60), (480, 560), 0.08),
)


@dataclass
class Act:
    """One thing that happens to one participant on a day."""

    on: date
    what: str
    place: str = ""
    part: str = ""
    until: date | None = None


@dataclass
class Plan:
    """One participant of the demo, from aanmelding to the end."""

    place: str
    group: TargetGroup
    referred_on: date
    acts: list[Act] = field(default_factory=list)
    number: str = ""


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return one step per contract and month, at its end; the running month ends yesterday."""
    begin, end = first_month(world.today), world.today - timedelta(days=1)
    for flow in FLOWS:
        plans = list(_plans(flow, begin, end, world.rng))
        month = begin
        while month <= end:
            last = min(plus_months(month, 1) - timedelta(days=1), end)
            yield Step(instant(last, 17), _month(world, flow, plans, month, last))
            month = plus_months(month, 1)


def _month(world: DemoWorld, flow: Flow, plans: list[Plan], first: date, last: date) -> Callable[[], None]:
    return lambda: _play(world, flow, plans, first, last)


def _plans(flow: Flow, begin: date, end: date, rng: random.Random) -> Iterable[Plan]:
    for place, per_year in flow.per_year.items():
        owed, month = 0.0, begin
        while month <= end:
            owed += per_year / 12 * SEASON[month.month - 1] * rng.uniform(0.6, 1.4)
            number, owed = int(owed), owed - int(owed)
            days = sorted(month + timedelta(days=rng.randrange(2, 27)) for _ in range((number + 2) // 3))
            for index in range(number):
                group = TargetGroup.FAMILY if rng.random() < flow.family else TargetGroup.ASYLUM
                plan = Plan(place, group, days[index % len(days)])
                if plan.referred_on <= end and not _is_suspended(flow, plan.referred_on, begin):
                    _fill(plan, flow, rng)
                    yield plan
            month = plus_months(month, 1)


def _is_suspended(flow: Flow, day: date, begin: date) -> bool:
    return flow.key == "z" and begin + timedelta(days=244) <= day < begin + timedelta(days=281)


def _fill(plan: Plan, flow: Flow, rng: random.Random) -> None:
    day = plan.referred_on + timedelta(days=rng.randrange(1, 6))
    chance = rng.random()
    if chance < 0.03:
        plan.acts.append(Act(day, "refuse"))
        return
    if chance < 0.10:
        plan.acts.append(Act(day, "wait"))
        day += timedelta(days=rng.randrange(14, 45))
    plan.acts.append(Act(day, "accept"))
    start = day + timedelta(days=rng.randrange(*flow.wait))
    if rng.random() < 0.03:
        plan.acts.append(Act(start, "no_show"))
        return
    plan.acts.append(Act(start, "start"))
    _follow(plan, flow, start, rng)


def _follow(plan: Plan, flow: Flow, start: date, rng: random.Random) -> None:
    length = rng.randrange(*flow.length)
    finish = start + timedelta(days=length)
    chance = rng.random()
    stop = None
    if chance < flow.drop + 0.05:
        stop = start + timedelta(days=int(length * rng.uniform(0.1, 0.8)))
    half = start + timedelta(days=length // 2)
    if flow.phased and (stop is None or half < stop):
        plan.acts.append(Act(half, "halfway"))
    if flow.phased and len(flow.per_year) > 1 and rng.random() < 0.05:
        moved = start + timedelta(days=int(length * rng.uniform(0.2, 0.7)))
        if stop is None or moved < stop:
            places = sorted(set(flow.per_year) - {plan.place})
            plan.acts.append(Act(moved.replace(day=min(moved.day, 28)), "move", place=rng.choice(places)))
    if flow.phased and rng.random() < 0.06:
        _interrupt(plan, start, stop or finish, rng)
    if stop is not None:
        plan.acts.append(Act(stop, _why(chance, flow)))
    else:
        _end(plan, flow, start, finish, rng)
    plan.acts.sort(key=lambda act: act.on)


def _why(chance: float, flow: Flow) -> str:
    if chance < flow.drop:
        return "drop"
    return "move_out" if chance < flow.drop + 0.035 else "lapse"


def _interrupt(plan: Plan, start: date, end: date, rng: random.Random) -> None:
    first = start + timedelta(days=rng.randrange(40, 120))
    back = first + timedelta(days=rng.randrange(40, 90))
    if back < end - timedelta(days=10):
        plan.acts.append(Act(first, "interrupt", until=back + timedelta(days=7)))
        plan.acts.append(Act(back, "resume"))


def _end(plan: Plan, flow: Flow, start: date, finish: date, rng: random.Random) -> None:
    if flow.exams:
        for index, part in enumerate(EXAMS):
            passed = rng.random() < 0.74
            on = finish - timedelta(days=rng.randrange(5, 40) + index)
            plan.acts.append(Act(on, "passed" if passed else "failed", part=part))
    if flow.last is not None and rng.random() < 0.94:
        plan.acts.append(Act(finish - timedelta(days=min(3, (finish - start).days)), "last"))
    plan.acts.append(Act(finish, "finish"))


def _play(world: DemoWorld, flow: Flow, plans: list[Plan], first: date, last: date) -> None:
    provider = viewer_by_email(flow.provider, role=Role.PROVIDER)
    referrers = {place: world.viewer(REFERRERS[place]) for place in flow.per_year}
    _refer(world, flow, [plan for plan in plans if first <= plan.referred_on <= last], referrers)
    found = _loaded([plan for plan in plans if plan.number and _acts(plan, first, last)])
    for plan in plans:
        for act in _acts(plan, first, last):
            if plan.number:
                _do(found[plan.number], act, flow, provider, referrers, plan, world)


def _acts(plan: Plan, first: date, last: date) -> list[Act]:
    return [act for act in plan.acts if first <= act.on <= last]


def _loaded(plans: list[Plan]) -> dict[str, Trajectory]:
    numbers = [plan.number for plan in plans]
    statement = queries.visible_to(SYSTEM).where(Trajectory.number.in_(numbers))
    return {one.number: one for one in queries.all_of(statement)}


def _refer(world: DemoWorld, flow: Flow, plans: list[Plan], referrers: dict[str, Viewer]) -> None:
    contract = agreements.contract_for(referrers["Lansingerland"], world.remember[f"contract_{flow.key}"])
    product = agreements.products_of(contract)[0]
    ordered = sorted(plans, key=lambda plan: (plan.referred_on, plan.place, plan.group))
    for (on, place, group), same in groupby(
        ordered, key=lambda plan: (plan.referred_on, plan.place, plan.group)
    ):
        batch = list(same)
        referral = Referral(
            contract_product=product,
            municipality=world.municipality(place),
            target_group=group,
            pip_on=on - timedelta(days=world.rng.randrange(3, 30)),
            on=on,
            number=len(batch),
        )
        made = services.refer(referral, by=referrers[place], pick=world.rng.choice)
        for plan, trajectory in zip(batch, made, strict=True):
            plan.number = trajectory.number


def _do(
    trajectory: Trajectory,
    act: Act,
    flow: Flow,
    provider: Viewer,
    referrers: dict[str, Viewer],
    plan: Plan,
    world: DemoWorld,
) -> None:
    municipality = referrers[plan.place]
    on = act.on
    reasons = {"drop": StopReason.DROPPED_OUT, "lapse": StopReason.OBLIGATION_LAPSED}
    simple = {
        "accept": services.accept,
        "wait": services.put_on_waiting_list,
        "start": services.start,
        "no_show": services.not_shown_up,
        "resume": services.resume,
        "finish": services.finish,
    }
    if act.what in simple:
        simple[act.what](trajectory, on=on, by=provider)
    elif act.what == "refuse":
        services.refuse(trajectory, on=on, reason=RefusalReason.NO_PLACE, by=provider)
    elif act.what in reasons:
        services.stop(trajectory, on=on, reason=reasons[act.what], by=provider)
    elif act.what == "interrupt":
        services.interrupt(trajectory, on=on, return_expected_on=act.until, by=provider)
    elif act.what == "move":
        services.move(trajectory, on=on, to=world.municipality(act.place), by=municipality)
        plan.place = act.place
    elif act.what == "move_out":
        services.move(trajectory, on=on, to=None, by=municipality)
    elif act.what == "halfway":
        register_event(trajectory, kind=EventKind.HALFWAY, on=on, by=provider)
    elif act.what == "last" and flow.last is not None:
        by = provider if flow.last is EventKind.MAP_TALK and (world.today - on).days < 60 else municipality
        register_event(trajectory, kind=flow.last, on=on, by=by)
    else:
        kind = EventKind.EXAM_PASSED if act.what == "passed" else EventKind.EXAM_FAILED
        register_event(trajectory, kind=kind, on=on, part=act.part, by=municipality)
