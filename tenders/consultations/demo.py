"""The demo's market consultations: one finished with its report, one that takes responses now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from portal import clock
from portal.access import Role
from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from portal.pdf import pdf
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation, ConsultationQuestion
from tenders.consultations.services import AnswerInput
from tenders.consultations.states import AnswerKind, Level

BUYER = "inkoop@lansingerland.example"
MODULES = ("Instroomgroep", "Vaste groep", "Individuele start")
QUESTIONS: tuple[tuple[AnswerKind, str, tuple[str, ...], str], ...] = (
    (
        AnswerKind.TEXT,
        "Hoe kunt u deelnemers binnen twintig werkdagen laten beginnen, ook als er nog geen volle groep is?",
        (),
        "",
    ),
    (AnswerKind.NUMBER, "Hoe groot mag een groep in de Z-leerroute ten hoogste zijn?", (), "deelnemers"),
    (AnswerKind.CHOICE, "Welke vorm van starten past het best bij uw organisatie?", MODULES, ""),
    (AnswerKind.YES_NO, "Kunt u elke maand per deelnemer gegevens aanleveren, zonder extra werk?", (), ""),
    (AnswerKind.FILE, "Hebt u een voorbeeld van uw groepsindeling? Voeg het toe.", (), ""),
)
ANSWERS: dict[str, tuple[AnswerInput, ...]] = {
    "info@taalhuis-de-waterlinie.example": (
        AnswerInput(
            text="Met een instroomgroep die elke maandag begint. Na zes weken gaat een deelnemer naar zijn vaste groep.",
            may_share=True,
        ),
        AnswerInput(number=Decimal(10), text="De prijs is dan een tiende hoger dan bij een groep van twaalf."),
        AnswerInput(text="Zo hoeft niemand te wachten."),
        AnswerInput(yes=True, text="Uren en aanwezigheid komen uit onze eigen administratie."),
        AnswerInput(file=("groepsindeling.pdf", b"")),
    ),
    "info@route-delta.example": (
        AnswerInput(text="Door de groepen van drie gemeenten samen te plannen. Alleen dan zijn er genoeg deelnemers."),
        AnswerInput(number=Decimal(10), text="Met twee begeleiders voor het praktijkdeel."),
        AnswerInput(),
        AnswerInput(yes=True, text="Graag met een vast bestand van de gemeente.", may_share=True),
        AnswerInput(),
    ),
    "info@samen-vooruit.example": (
        AnswerInput(text="Wij beginnen met een taalmaatje en online lessen, totdat er plek in de groep is."),
        AnswerInput(number=Decimal(8)),
        AnswerInput(),
        AnswerInput(yes=False, text="Examens weten wij pas als DUO ze heeft verwerkt.", may_share=True),
        AnswerInput(),
    ),
}
CHOSEN = {"info@taalhuis-de-waterlinie.example": 0, "info@route-delta.example": 1, "info@samen-vooruit.example": 0}
STAKEHOLDERS = (
    ("Taalhuis de Waterlinie", "leerroutes", "info@taalhuis-de-waterlinie.example"),
    ("Route Delta", "leerroutes en MAP", "info@route-delta.example"),
    ("Stichting Samen Vooruit", "PVT en maatschappelijke begeleiding", "info@samen-vooruit.example"),
)
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
        3,
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
    yield Step(_at(today - timedelta(days=152), 15), lambda: _make_address_list(world))
    yield Step(_at(today - timedelta(days=150), 10), lambda: _make_finished(world, closes))
    for number, email in enumerate(ANSWERS):
        yield Step(_at(today - timedelta(days=130 - number), 14), partial(_respond, world, email))
    yield Step(_at(today - timedelta(days=104), 11), lambda: _record_findings(world))
    yield Step(_at(today - timedelta(days=100), 9), lambda: _publish(world))
    yield Step(_at(today - timedelta(days=9), 9), lambda: _make_open(world, _at(_weekday(today + timedelta(days=18)), 17)))
    yield Step(_at(today - timedelta(days=4), 15), lambda: _begin_response(world))
    yield Step(_at(today - timedelta(days=2), 16), lambda: _make_draft(world))


def _make_address_list(world: DemoWorld) -> None:
    by = world.viewer(BUYER)
    services.adopt_policy_list(by=by)
    library = queries.stakeholder_named(by, "Bibliotheek")
    if library is not None:
        services.save_stakeholder(
            library,
            name=library.name,
            part=library.part,
            influence=library.influence,
            interest=library.interest,
            email="info@bibliotheek.example",
            by=by,
        )
    for name, part, email in STAKEHOLDERS:
        provider = world.viewer(email, role=Role.PROVIDER)
        services.save_stakeholder(
            None,
            name=name,
            part=part,
            influence=Level.HIGH,
            interest=Level.HIGH,
            email=email,
            provider_id=provider.organisation_id,
            source="Aanbieders in het portaal",
            by=by,
        )


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
    for kind, text, options, unit in QUESTIONS:
        services.add_question(made, text=text, kind=kind, options=options, unit=unit, by=by)
    invited = [one.id for one in queries.stakeholders(by) if one.email]
    services.invite(made, organisations=[], stakeholders=invited, by=by)
    services.open_consultation(made, by=by)
    world.remember["consultation"], world.remember["consultation_id"] = made.number, made.id


def _finished(world: DemoWorld) -> Consultation:
    number = world.remember["consultation"]
    return db.session.scalars(select(Consultation).where(Consultation.number == number)).one()


def _respond(world: DemoWorld, email: str) -> None:
    consultation = _finished(world)
    answers = {
        question.id: _completed(question, given, email)
        for question, given in zip(consultation.questions, ANSWERS[email], strict=True)
    }
    services.submit_response(consultation, answers=answers, by=world.viewer(email, role=Role.PROVIDER))


def _completed(question: ConsultationQuestion, given: AnswerInput, email: str) -> AnswerInput:
    """Add to an answer what only the running portal knows: the option chosen, the file made."""
    if question.kind is AnswerKind.CHOICE:
        return replace(given, option_id=question.options[CHOSEN[email]].id)
    if given.file is not None:
        return replace(given, file=(given.file[0], _example_file()))
    return given


def _example_file() -> bytes:
    return pdf(
        "guide",
        {
            "title": "Voorbeeld van een groepsindeling",
            "from": "Taalhuis de Waterlinie",
            "reference": "Voorbeeld",
            "facts": [["Soort", "voorbeeld"]],
            "parts": [{"heading": "Instroomgroep", "text": "Elke maandag van 9.00 tot 12.00 uur."}],
        },
    )


def _begin_response(world: DemoWorld) -> None:
    number = world.remember["consultation_open"]
    consultation = db.session.scalars(select(Consultation).where(Consultation.number == number)).one()
    first = consultation.questions[0]
    services.save_response(
        consultation,
        answers={first.id: AnswerInput(text="Wij willen weten welke schulden en toeslagen er zijn.")},
        by=world.viewer("info@samen-vooruit.example", role=Role.PROVIDER),
    )
    answers = {
        consultation.questions[0].id: AnswerInput(text="Vooral of er schulden zijn, en wie er al helpt."),
        consultation.questions[1].id: AnswerInput(number=Decimal(6)),
        consultation.questions[3].id: AnswerInput(yes=True, may_share=True),
    }
    services.submit_response(
        consultation, answers=answers, by=world.viewer("info@taalhuis-de-waterlinie.example", role=Role.PROVIDER)
    )
    services.add_finding(
        consultation,
        title="Wie ontzorgt, moet weten of er schulden zijn",
        text="Een eerste indruk uit de reacties tot nu toe. Na de sluiting kijken wij opnieuw.",
        answers=[one.answer_id for one in queries.answers_side_by_side(consultation)[0].answers],
        by=world.viewer(BUYER),
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
    services.add_question(
        made, text="Wat moet een medewerker weten van een gezin voordat hij met ontzorgen begint?", by=by
    )
    services.add_question(
        made,
        text="Hoeveel uur kost een verlengde intake gemiddeld?",
        kind=AnswerKind.NUMBER,
        unit="uur",
        by=by,
    )
    services.add_question(
        made,
        text="Wie kan het best met ontzorgen beginnen?",
        kind=AnswerKind.CHOICE,
        options=("De gemeente", "De aanbieder", "Een vrijwilliger onder begeleiding"),
        by=by,
    )
    services.add_question(
        made, text="Kunt u beide diensten door dezelfde medewerker laten doen?", kind=AnswerKind.YES_NO, by=by
    )
    services.open_consultation(made, by=by)
    world.remember["consultation_open"] = made.number
