"""The demo's market consultations: one finished with its report, one that takes responses now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from portal import clock
from portal.access import Role
from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation

BUYER = "inkoop@lansingerland.example"
QUESTIONS = (
    "Hoe kunt u deelnemers binnen twintig werkdagen laten beginnen, ook als er nog geen volle groep is?",
    "Welke grootte van een groep past bij de Z-leerroute, en wat doet dat met de prijs?",
    "Welke gegevens kunt u elke maand aanleveren zonder extra werk?",
)
ANSWERS = {
    "info@taalhuis-de-waterlinie.example": (
        "Met een instroomgroep die elke maandag begint. Na zes weken gaat een deelnemer naar zijn vaste groep.",
        "Acht tot tien deelnemers. De prijs per deelnemer is dan een tiende hoger dan bij een groep van twaalf.",
        "Uren, aanwezigheid en examens komen uit onze eigen administratie. Dat kost weinig tijd.",
    ),
    "info@route-delta.example": (
        "Door de groepen van drie gemeenten samen te plannen. Alleen dan zijn er genoeg deelnemers per maand.",
        "Ten hoogste tien deelnemers, met twee begeleiders voor het praktijkdeel.",
        "Wij leveren graag per deelnemer aan, met een vast bestand van de gemeente.",
    ),
    "info@samen-vooruit.example": (
        "Wij beginnen met een taalmaatje en online lessen, totdat er plek in de groep is.",
        "",
        "Aanwezigheid en voortgang. Examens weten wij pas als DUO ze heeft verwerkt.",
    ),
}
FINDINGS = (
    (
        "Een snelle start kan als gemeenten samen plannen",
        "Aanbieders kunnen binnen twintig werkdagen beginnen met een instroomgroep voor de drie gemeenten samen.",
        0,
    ),
    (
        "Kleine groepen van acht tot tien deelnemers passen bij de Z-leerroute",
        "Aanbieders noemen acht tot tien deelnemers. De prijs per deelnemer is dan ongeveer een tiende hoger.",
        1,
    ),
    (
        "Maandelijks aanleveren per deelnemer is haalbaar",
        "Aanbieders hebben uren en aanwezigheid in hun eigen administratie. Examens volgen later, via DUO.",
        2,
    ),
)
REPORT = (
    "Drie aanbieders hebben gereageerd. Zij vinden een start binnen twintig werkdagen haalbaar als de gemeenten "
    "samen plannen.\n\nVoor de Z-leerroute zijn kleine groepen nodig. Aanleveren per deelnemer en per maand kan "
    "zonder veel extra werk. De antwoorden zijn vertrouwelijk; dit verslag noemt geen namen."
)


def _at(day: date, hour: int) -> datetime:
    return clock.to_utc(datetime.combine(day, time(hour)))


def _make_draft(world: DemoWorld) -> None:
    by = world.viewer(BUYER)
    made = services.create_consultation(
        title=f"Tolken {world.today.year + 1}",
        introduction="Wij willen weten hoe tolken sneller beschikbaar kunnen zijn.",
        products=[product_by_code("TOLKEN").id],
        municipalities=[municipality_by_name("Lansingerland").id],
        is_public=True,
        closes_at=_at(_weekday(world.today + timedelta(days=40)), 17),
        by=by,
    )
    services.add_question(made, text="Binnen hoeveel werkdagen kunt u een tolk leveren?", by=by)


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def steps(world: DemoWorld) -> Iterable[Step]:
    """Yield the life of both consultations in order of time."""
    today = world.today
    closes = _at(today - timedelta(days=110), 17)
    yield Step(_at(today - timedelta(days=150), 10), lambda: _make_finished(world, closes))
    for number, email in enumerate(ANSWERS):
        yield Step(_at(today - timedelta(days=130 - number), 14), partial(_respond, world, email))
    yield Step(_at(today - timedelta(days=104), 11), lambda: _record_findings(world))
    yield Step(_at(today - timedelta(days=100), 9), lambda: _publish(world))
    yield Step(_at(today - timedelta(days=9), 9), lambda: _make_open(world, _at(_weekday(today + timedelta(days=18)), 17)))
    yield Step(_at(today - timedelta(days=2), 16), lambda: _make_draft(world))


def _make_finished(world: DemoWorld, closes_at: datetime) -> None:
    by = world.viewer(BUYER)
    names = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
    made = services.create_consultation(
        title="B1-leerroute en Z-leerroute vanaf volgend jaar",
        introduction="De gemeenten bereiden een nieuwe aanbesteding voor. Wij willen weten wat haalbaar is.",
        products=[product_by_code("B1").id, product_by_code("Z").id],
        municipalities=[municipality_by_name(name).id for name in names],
        is_public=True,
        closes_at=closes_at,
        by=by,
    )
    for text in QUESTIONS:
        services.add_question(made, text=text, by=by)
    services.open_consultation(made, by=by)
    world.remember["consultation"], world.remember["consultation_id"] = made.number, made.id


def _finished(world: DemoWorld) -> Consultation:
    number = world.remember["consultation"]
    return db.session.scalars(select(Consultation).where(Consultation.number == number)).one()


def _respond(world: DemoWorld, email: str) -> None:
    consultation = _finished(world)
    answers = {
        question.id: text for question, text in zip(consultation.questions, ANSWERS[email], strict=True)
    }
    services.submit_response(
        consultation, answers=answers, confidential=True, by=world.viewer(email, role=Role.PROVIDER)
    )


def _record_findings(world: DemoWorld) -> None:
    consultation, by = _finished(world), world.viewer(BUYER)
    rows = queries.answers_side_by_side(consultation)
    for title, text, number in FINDINGS:
        services.add_finding(
            consultation, title=title, text=text, answers=[one.answer_id for one in rows[number].answers], by=by
        )
    services.save_report(consultation, report=REPORT, by=by)


def _publish(world: DemoWorld) -> None:
    services.publish_report(_finished(world), by=world.viewer(BUYER))


def _make_open(world: DemoWorld, closes_at: datetime) -> None:
    by = world.viewer(BUYER)
    made = services.create_consultation(
        title=f"Ontzorgen en verlengde intake {world.today.year + 1}",
        introduction="Wij willen weten hoe ontzorgen en de verlengde intake beter op elkaar kunnen aansluiten.",
        products=[product_by_code("ONTZORGEN").id, product_by_code("VERLENGDE_INTAKE").id],
        municipalities=[municipality_by_name("Lansingerland").id, municipality_by_name("Zoetermeer").id],
        is_public=True,
        closes_at=closes_at,
        by=by,
    )
    for text in (
        "Wat moet een medewerker weten van een gezin voordat hij met ontzorgen begint?",
        "Hoeveel uur kost een verlengde intake, en waar hangt dat van af?",
    ):
        services.add_question(made, text=text, by=by)
    services.open_consultation(made, by=by)
    world.remember["consultation_open"] = made.number
