"""The market consultation before the demo's awarded tender: where the chain to the ledger lines begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.consultations import services
from tenders.consultations.models import Consultation
from tenders.procedures.demo import BUYER

KEY = "tender_history_consultation"
START, SCHEDULE = 1, 2
FINDINGS = (
    (
        "Beginnen binnen twintig werkdagen kan met een instroomgroep",
        "Aanbieders kunnen een deelnemer binnen twintig werkdagen laten beginnen, als er elke week een instroomgroep is.",
    ),
    (
        "De uren van de Z-leerroute vragen een vast schema",
        "Zonder vast schema halen deelnemers de uren van de Z-leerroute niet op tijd. Aanbieders willen daarop sturen.",
    ),
    (
        "Elke maand per deelnemer aanleveren is haalbaar",
        "Aanbieders hebben uren en aanwezigheid in hun eigen administratie en kunnen die elke maand aanleveren.",
    ),
)
REPORT = (
    "Wij spraken op een marktdag met aanbieders van taallessen. Een start binnen twintig werkdagen is haalbaar met "
    "een instroomgroep. Voor de Z-leerroute is een vast schema van de uren nodig.\n\nDit verslag noemt geen namen."
)


def steps(world: DemoWorld, built_at: datetime) -> Iterator[Step]:
    """Yield the consultation, open and reported before the tender is built at `built_at`."""
    closes_at = built_at - timedelta(days=40)
    yield Step(built_at - timedelta(days=75), lambda: _open(world, closes_at))
    yield Step(built_at - timedelta(days=30), lambda: _report(world))


def _open(world: DemoWorld, closes_at: datetime) -> None:
    by = world.viewer(BUYER)
    names = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
    made = services.create_consultation(
        title="B1-leerroute en Z-leerroute: wat kan de markt",
        introduction="De gemeenten willen weten hoe snel deelnemers kunnen beginnen, en hoe zij op schema blijven.",
        products=[product_by_code("B1").id, product_by_code("Z").id],
        municipalities=[municipality_by_name(name).id for name in names],
        is_public=True,
        closes_at=closes_at,
        by=by,
    )
    services.add_question(made, text="Wat hebt u nodig om deelnemers binnen twintig werkdagen te laten beginnen?", by=by)
    services.open_consultation(made, by=by)
    world.remember[KEY] = made.id


def _report(world: DemoWorld) -> None:
    by = world.viewer(BUYER)
    consultation = db.session.scalars(select(Consultation).where(Consultation.id == world.remember[KEY])).one()
    for title, text in FINDINGS:
        services.add_finding(consultation, title=title, text=text, answers=[], by=by)
    services.save_report(consultation, report=REPORT, by=by)
    services.publish_report(consultation, by=by)
