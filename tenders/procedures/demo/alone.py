"""The demo's hard cases: Lansingerland buys alone and two of its own people open the vault; a change on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.procedures import queries, services
from tenders.procedures.demo.building import (
    BUYER,
    SECOND,
    CriterionPlan,
    LotPlan,
    TenderPlan,
    build_tender,
    local_instant,
    publish_demo,
)
from tenders.procedures.models import Procedure
from tenders.procedures.rules import Planning, previous_working_day
from tenders.procedures.states import CaseRole, LineKind, ProcedureState

POLICY = "beleid@lansingerland.example"
TEAM = (
    (SECOND, CaseRole.SECOND, "Contractbeheer"),
    (SECOND, CaseRole.KEY_HOLDER, "Contractbeheer"),
    (BUYER, CaseRole.CHAIR, "Inkoop"),
    (BUYER, CaseRole.ASSESSOR, "Inkoop"),
    (BUYER, CaseRole.KEY_HOLDER, "Inkoop"),
    (POLICY, CaseRole.ASSESSOR, "Sociaal domein"),
    (POLICY, CaseRole.KEY_HOLDER, "Sociaal domein"),
)


def alone_steps(world: DemoWorld) -> Iterable[Step]:
    """Yield the tender of Lansingerland alone: made, published by two, offered on, opened by two of its own people."""
    closed = previous_working_day(world.today - timedelta(days=6))
    deadline = local_instant(closed, 12)

    def build() -> None:
        plan = _plan(world.today.year + 1, deadline)
        members = [(world.viewer(email).membership_id, role, place) for email, role, place in TEAM]
        team = [(one, role, place) for one, role, place in members if one is not None]
        made = build_tender(plan, by=world.viewer(BUYER), team=team)
        world.remember["tender_alone"] = made.number

    yield Step(local_instant(closed - timedelta(days=52), 10), build)
    yield Step(local_instant(closed - timedelta(days=40), 9), lambda: _publish(world))
    yield Step(local_instant(closed - timedelta(days=3), 14), lambda: _call(world, "submit_offers"))
    yield Step(local_instant(closed + timedelta(days=1), 10), lambda: _call(world, "open_quality"))


def _plan(first_year: int, deadline: datetime) -> TenderPlan:
    starts_on, ends_on = date(first_year, 1, 1), date(first_year + 1, 12, 31)
    lot = LotPlan(
        "Maatschappelijke begeleiding", "MB", {"Lansingerland": 40}, starts_on=starts_on, ends_on=ends_on,
        ceiling_amount=Decimal("820000.00"), highest_rate=Decimal("2350"), price_title="Begeleiding, per deelnemer",
        criteria=(
            CriterionPlan("Eerste weken", "Wat doet u in de eerste zes weken na de huisvesting?", 30),
            CriterionPlan("Vrijwilligers", "Hoe werft en begeleidt u vrijwilligers in Lansingerland?", 30),
        ),
    )  # fmt: skip
    return TenderPlan(
        title=f"Maatschappelijke begeleiding {first_year}–{first_year + 1}",
        summary="Praktische hulp en voorlichting voor nieuwe inwoners van Lansingerland. Lansingerland koopt dit alleen in.",
        lots=(lot,),
        deadline=deadline,
    )


def change_steps(world: DemoWorld) -> Iterable[Step]:
    """Yield a rectification of the open tender: one answer led to another text, with old beside new."""
    yield Step(local_instant(world.today - timedelta(days=6), 10), lambda: _rectify(world))


def _rectify(world: DemoWorld) -> None:
    procedure = _tender(world, "tender_open")
    by = world.viewer(BUYER)
    if procedure.state is not ProcedureState.PUBLISHED:
        return
    demand = next(one for one in queries.requirements_in(procedure) if one.title == "Bereikbaarheid")
    services.change_text(
        procedure, kind=LineKind.REQUIREMENT, target=demand, by=by,
        new_text="De opdrachtnemer is op werkdagen van 9.00 tot 17.00 uur bereikbaar, en bij avondlessen tot 21.00 uur.",
    )  # fmt: skip
    services.set_change(
        procedure, is_substantial=True, planning=Planning(), by=by,
        reason="Door vraag 1 zijn lessen in de avond toegestaan. De bereikbaarheid past nu bij die lessen.",
    )  # fmt: skip
    services.publish_change(procedure, by=by)


def _tender(world: DemoWorld, key: str) -> Procedure:
    return db.session.scalars(select(Procedure).where(Procedure.number == world.remember[key])).one()


def _publish(world: DemoWorld) -> None:
    publish_demo(world, _tender(world, "tender_alone"), by=world.viewer(BUYER))


def _call(world: DemoWorld, name: str) -> None:
    act = world.remember.get(name)
    if act is not None:
        act(world, _tender(world, "tender_alone"))
