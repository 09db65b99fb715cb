"""What happens beside the straight road in the demo: a complaint, a question to a bidder, a trial of the model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select

from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.awards import queries, services
from tenders.awards.rules import Bid, CriterionScore
from tenders.awards.states import ComplaintAction, InquiryKind
from tenders.procedures import queries as tender
from tenders.procedures.demo import BUYER
from tenders.procedures.models import Procedure

COMPLAINANT = "info@route-delta.example"
ANSWERING = "info@samen-vooruit.example"
HANDLER = "regio@pijnacker-nootdorp.example"


def steps(world: DemoWorld, *, standing: datetime, asked: datetime, again: datetime) -> Iterator[Step]:
    """Yield the side roads; the instants are deadlines of the tenders they belong to, and of the new start."""
    yield Step(standing + timedelta(days=24), lambda: _complain(world))
    yield Step(asked + timedelta(days=2, hours=1), lambda: _repair(world))
    yield Step(asked + timedelta(days=3), lambda: _answer(world))
    yield Step(again, lambda: _try(world))


def _procedure(world: DemoWorld, key: str) -> Procedure:
    return db.session.scalars(select(Procedure).where(Procedure.number == world.remember[key])).one()


def _complain(world: DemoWorld) -> None:
    """A complaint that is judged by somebody outside the team, within its term."""
    complaint = services.complain(
        _procedure(world, "tender_standstill"),
        subject="Motivering van onze score op Samenwerking",
        text="Wij lezen in de brief niet welk onderdeel van ons plan minder punten opleverde dan dat van de winnaar.",
        wish="Leg uit welk onderdeel minder waard was.",
        by=world.viewer(COMPLAINANT),
    )
    handler = world.viewer(HANDLER)
    services.take_complaint(complaint, by=handler)
    services.decide_complaint(
        complaint,
        action=ComplaintAction.REJECT,
        outcome="De brief noemt per criterium de score, de motivering en de voordelen van de winnaar. Dat is voldoende.",
        by=handler,
    )


def _repair(world: DemoWorld) -> None:
    """A small omission that may be repaired."""
    lot = tender.lots_of(_procedure(world, "tender_approval"))[0]
    bidder = next(one for one in queries.bidders_of(lot) if one.name == "Stichting Samen Vooruit")
    services.ask_bidder(
        bidder,
        kind=InquiryKind.REPAIR,
        question="Op de laatste bladzijde van uw plan ontbreekt de planning. Stuur die bladzijde na, verder verandert er niets.",
        due_on=services.term_of_inquiry(lot.procedure, InquiryKind.REPAIR),
        by=world.viewer(BUYER),
    )


def _answer(world: DemoWorld) -> None:
    lot = tender.lots_of(_procedure(world, "tender_approval"))[0]
    inquiry = queries.inquiries_on(lot)[0]
    services.answer_inquiry(
        inquiry, answer="Excuus. De planning is: intake in week 1, start in week 3.", file=None, by=world.viewer(ANSWERING)
    )
    services.decide_inquiry(
        inquiry, exclude=False, decision="Het gebrek is hersteld binnen de termijn; de inhoud is niet gewijzigd.",
        by=world.viewer(BUYER),
    )  # fmt: skip


def _try(world: DemoWorld) -> None:
    """The model of the tender that is offered again, on three made-up offers."""
    lot = tender.lots_of(_procedure(world, "tender_again"))[0]
    criteria = tender.criteria_of(lot)
    made = {"Inschrijving A": ("26000", "8"), "Inschrijving B": ("29000", "10"), "Inschrijving C": ("33000", "10")}
    bids = [
        (
            name,
            Bid(
                uuid5(NAMESPACE_OID, name),
                tuple(CriterionScore(one.title, one.weight, Decimal(score), one.minimum_score) for one in criteria),
                Decimal(price),
            ),
        )
        for name, (price, score) in made.items()
    ]
    services.try_on_fictional(lot, bids, by=world.viewer(BUYER))
