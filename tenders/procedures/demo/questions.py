"""The demo's questions: two in a nota, one drafted, one to be read by a colleague, two asked in confidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from portal.access import Role, Viewer
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.procedures import queries, services
from tenders.procedures.demo.building import BUYER, local_instant
from tenders.procedures.models import Procedure, Question

COLLEAGUE = "beoordelaar@pijnacker-nootdorp.example"
DELTA = "info@route-delta.example"
WATERLINIE = "info@taalhuis-de-waterlinie.example"
VOORUIT = "info@samen-vooruit.example"
# Days before today, who asks, the question, about which lot, and why it should stay confidential.
ASKED = (
    (11, DELTA, "Mag een groep ook in de avond les krijgen, als deelnemers werken?", 1, ""),
    (10, WATERLINIE, "Telt een les op afstand mee voor het aantal lesuren?", 2, ""),
    (
        6, DELTA, "Mogen wij de opdracht uitvoeren met het rooster dat wij zelf hebben ontworpen?", 1,
        "Het rooster is ons eigen ontwerp. Andere aanbieders kunnen het nadoen.",
    ),
    (
        5, WATERLINIE, "Mogen wij een groep van twaalf deelnemers met twee docenten lesgeven?", 2,
        "Deze werkwijze is nieuw en geeft ons een voorsprong.",
    ),
    (4, VOORUIT, "Is het toegestaan om lessen in de avond te geven aan deelnemers die werken?", 1, ""),
    (3, VOORUIT, "Hoe groot mag een groep in de Z-leerroute ten hoogste zijn?", 2, ""),
    (1, DELTA, "Wanneer horen wij hoeveel deelnemers er in januari starten?", 1, ""),
)  # fmt: skip


def question_steps(world: DemoWorld) -> Iterable[Step]:
    """Yield what was asked about the open tender, and what inkoop and its colleagues did with it."""
    today = world.today
    for days, email, text, lot, reason in ASKED:
        yield Step(local_instant(today - timedelta(days=days), 11), partial(_ask, world, email, text, lot, reason))
    for days, hour, act in (
        (8, 15, _answer_first_two),
        (7, 9, _publish_nota),
        (6, 10, _open_nota),
        (4, 10, _grant_third),
        (3, 16, _refuse_fourth),
        (2, 10, _hand_out),
        (1, 15, _draft_sixth),
    ):
        yield Step(local_instant(today - timedelta(days=days), hour), partial(act, world))


def find_tender(world: DemoWorld, key: str) -> Procedure:
    """Return a tender the demo remembers by name."""
    return db.session.scalars(select(Procedure).where(Procedure.number == world.remember[key])).one()


def _question(world: DemoWorld, number: int) -> Question:
    return queries.question_of(find_tender(world, "tender_open"), number)


def _provider(world: DemoWorld, email: str) -> Viewer:
    return world.viewer(email, role=Role.PROVIDER)


def _ask(world: DemoWorld, email: str, text: str, lot_number: int, reason: str) -> None:
    procedure = find_tender(world, "tender_open")
    lot = next(one for one in queries.lots_of(procedure) if one.number == lot_number)
    guide = queries.current_documents(procedure)[0]
    services.ask_question(
        procedure, text=text, lot_id=lot.id, document_version_id=guide.id, paragraph="Vragen",
        confidential_reason=reason, by=_provider(world, email),
    )  # fmt: skip


def _answer_first_two(world: DemoWorld) -> None:
    for number, answer in (
        (1, "Ja. Avondlessen mogen, als de deelnemer dat wil. De eisen aan de lesuren blijven gelijk."),
        (2, "Ja, tot ten hoogste een derde van de lesuren. De docent is dan live aanwezig."),
    ):
        question = _question(world, number)
        services.answer_question(question, answer=answer, by=world.viewer(BUYER))
        services.check_answer(question, by=world.viewer(COLLEAGUE))


def _publish_nota(world: DemoWorld) -> None:
    services.publish_nota(find_tender(world, "tender_open"), numbers=(1, 2), by=world.viewer(BUYER))


def _open_nota(world: DemoWorld) -> None:
    nota = queries.nota_of(find_tender(world, "tender_open"), 1)
    services.record_opening(nota, by=_provider(world, DELTA))


def _grant_third(world: DemoWorld) -> None:
    question, by = _question(world, 3), world.viewer(BUYER)
    services.decide_confidentiality(
        question, grant=True, decision="Het gaat om een eigen ontwerp. Anderen hebben niets aan het antwoord.", by=by
    )
    services.answer_question(question, answer="Ja, als het rooster aan de eisen voor de lesuren voldoet.", by=by)


def _refuse_fourth(world: DemoWorld) -> None:
    services.decide_confidentiality(
        _question(world, 4),
        grant=False,
        decision="De grootte van een groep is voor alle inschrijvers van belang. Het antwoord hoort in de nota.",
        by=world.viewer(BUYER),
    )


def _hand_out(world: DemoWorld) -> None:
    """Let a colleague help: with one question he reads the answer, for another he writes a draft."""
    by, colleague = world.viewer(BUYER), world.viewer(COLLEAGUE)
    for number in (5, 6):
        services.assign_question(_question(world, number), membership_id=colleague.membership_id, by=by)
    services.answer_question(_question(world, 5), answer="Ja, zie ook het antwoord op vraag 1.", by=by)


def _draft_sixth(world: DemoWorld) -> None:
    services.draft_answer(
        _question(world, 6),
        draft="Ten hoogste tien deelnemers. Bij meer deelnemers is een tweede begeleider nodig.",
        by=world.viewer(COLLEAGUE),
    )
