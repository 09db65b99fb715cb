"""The demo's tenders: one open, one past its deadline, one in preparation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.demo import DemoWorld
from portal.features import Step
from tenders.procedures import services
from tenders.procedures.demo.alone import alone_steps, change_steps
from tenders.procedures.demo.building import (
    BUYER,
    CriterionPlan,
    LotPlan,
    TenderPlan,
    announce,
    before_publish,
    build_tender,
    demo_team,
    local_instant,
    publish_demo,
)
from tenders.procedures.demo.questions import find_tender, question_steps
from tenders.procedures.rules import next_working_day, previous_working_day
from tenders.procedures.states import PriceModel

__all__ = [
    "BUYER",
    "CriterionPlan",
    "LotPlan",
    "TenderPlan",
    "announce",
    "before_publish",
    "build_tender",
    "demo_team",
    "language_plan",
    "local_instant",
    "publish_demo",
    "steps",
    "work_plan",
]


def language_plan(deadline: datetime, first_year: int, consultation_id: uuid.UUID | None = None) -> TenderPlan:
    """Return the plan of the B1 lot (three municipalities) and the Z lot (two), for two years and two options."""
    starts_on, ends_on = date(first_year, 1, 1), date(first_year + 1, 12, 31)
    attendance = CriterionPlan(
        "Aanwezigheid", "Welk deel van de aangeboden lesuren volgen deelnemers bij u, en hoe houdt u dat hoog?", 20,
        measure="attendance", promise="Hoeveel procent van de lesuren volgen de deelnemers?",
    )  # fmt: skip
    start = CriterionPlan(
        "Snelle start", "Hoe begint een deelnemer binnen twintig werkdagen, ook als er nog geen volle groep is?", 20,
        measure="start_on_time", promise="Hoeveel procent begint binnen twintig werkdagen na de aanmelding?", finding=1,
    )  # fmt: skip
    plan = CriterionPlan(
        "Aanpak en maatwerk", "Hoe past u het aanbod aan op niveau, werk en gezin van de deelnemer?", 20, finding=2
    )
    return TenderPlan(
        title=f"B1-leerroute en Z-leerroute {first_year}–{first_year + 1}",
        summary="Taallessen voor asielstatushouders in Lansingerland, Pijnacker-Nootdorp en Zoetermeer. De B1-leerroute "
        "is voor drie gemeenten, de Z-leerroute voor Lansingerland en Pijnacker-Nootdorp.",
        lots=(
            LotPlan(
                "B1-leerroute", "B1", {"Lansingerland": 20, "Pijnacker-Nootdorp": 18, "Zoetermeer": 52},
                starts_on=starts_on, ends_on=ends_on,
                ceiling_amount=Decimal("3400000.00"), highest_rate=Decimal("9500"), criteria=(start, plan, attendance),
                price_title="Traject B1-leerroute", asks_keurmerk=True,
            ),
            LotPlan(
                "Z-leerroute", "Z", {"Lansingerland": 14, "Pijnacker-Nootdorp": 12}, starts_on=starts_on, ends_on=ends_on,
                ceiling_amount=Decimal("780000.00"), highest_rate=Decimal("7400"), criteria=(start, plan, attendance),
                price_title="Traject Z-leerroute", asks_keurmerk=True,
            ),
        ),
        deadline=deadline,
        consultation_id=consultation_id,
    )  # fmt: skip


def work_plan(deadline: datetime, first_year: int) -> TenderPlan:
    """Return the plan of the MAP tender for three municipalities."""
    lot = LotPlan(
        "Module arbeidsmarkt en participatie", "MAP",
        {"Lansingerland": 50, "Pijnacker-Nootdorp": 38, "Zoetermeer": 92},
        starts_on=date(first_year, 1, 1), ends_on=date(first_year + 1, 12, 31),
        ceiling_amount=Decimal("1080000.00"), highest_rate=Decimal("1450"), price_title="Traject MAP, per deelnemer",
        criteria=(
            CriterionPlan(
                "Afgeronde modules", "Hoe zorgt u dat deelnemers de module afmaken?", 30,
                measure="map_completed", promise="Hoeveel procent rondt de module af?",
            ),
            CriterionPlan("Werkgevers", "Met welke werkgevers werkt u samen, en wat doen zij?", 30),
        ),
    )  # fmt: skip
    return TenderPlan(
        title=f"Module arbeidsmarkt en participatie (MAP) {first_year}–{first_year + 1}",
        summary="Trainingen en praktijkuren voor ongeveer 180 deelnemers per jaar in drie gemeenten, "
        "overdag en in de avond.",
        lots=(lot,),
        deadline=deadline,
    )


def steps(world: DemoWorld) -> Iterable[Step]:
    """Yield the life of the demo's tenders in order of time."""
    yield from _open_tender(world)
    yield from _ready_tender(world)
    yield from alone_steps(world)
    yield from change_steps(world)
    yield Step(local_instant(world.today - timedelta(days=6), 14), lambda: _in_preparation(world))


def _open_tender(world: DemoWorld) -> Iterable[Step]:
    today = world.today
    deadline = local_instant(next_working_day(today + timedelta(days=23)), 12)

    def build() -> None:
        by = world.viewer(BUYER)
        made = build_tender(
            language_plan(deadline, today.year + 1, world.remember.get("consultation_id")),
            by=by, team=demo_team(world),
        )  # fmt: skip
        world.remember["tender_open"] = made.number

    yield Step(local_instant(today - timedelta(days=20), 10), build)
    yield Step(local_instant(today - timedelta(days=14), 9), lambda: _publish(world, "tender_open"))
    yield from question_steps(world)
    yield Step(local_instant(today - timedelta(days=1), 16), lambda: _call(world, "start_draft", "tender_open"))


def _ready_tender(world: DemoWorld) -> Iterable[Step]:
    today = world.today
    closed = previous_working_day(today - timedelta(days=1))
    deadline = local_instant(closed, 12)

    def build() -> None:
        made = build_tender(work_plan(deadline, today.year + 1), by=world.viewer(BUYER), team=demo_team(world))
        world.remember["tender_ready"] = made.number

    yield Step(local_instant(closed - timedelta(days=55), 10), build)
    yield Step(local_instant(closed - timedelta(days=45), 9), lambda: _publish(world, "tender_ready"))
    yield Step(local_instant(closed - timedelta(days=4), 14), lambda: _call(world, "submit_offers", "tender_ready"))


def _publish(world: DemoWorld, key: str) -> None:
    publish_demo(world, find_tender(world, key), by=world.viewer(BUYER))


def _call(world: DemoWorld, name: str, key: str) -> None:
    act: Any = world.remember.get(name)
    if act is not None:
        act(world, find_tender(world, key))


def _in_preparation(world: DemoWorld) -> None:
    by = world.viewer(BUYER)
    made = services.create_procedure(
        title=f"Participatieverklaringstraject (PVT) {world.today.year + 1}–{world.today.year + 2}",
        kind_code="invited",
        summary="Bijeenkomsten over de waarden van de Nederlandse samenleving, met een excursie.",
        by=by,
    )
    lot = services.add_lot(
        made,
        content=services.LotContent(
            title="Participatieverklaringstraject",
            products=[product_by_code("PVT").id],
            participants=[municipality_by_name("Lansingerland").id],
        ),
        by=by,
    )
    product = lot.products[0].product
    services.save_price_line(
        lot,
        lot_product_id=lot.products[0].id,
        title="Bijeenkomst voor een groep",
        unit=product.unit,
        vat_category=product.vat_category,
        quantity=Decimal(40),
        price_model=PriceModel.OPEN,
        by=by,
    )
    world.remember["tender_preparing"] = made.number
