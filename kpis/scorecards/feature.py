"""Scorecards as the shell sees them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from flask import url_for

from contracts.results.models import MonthlyReport, MonthlyRow
from contracts.results.queries import number_of
from kpis.scorecards import queries, waiting_queries
from kpis.scorecards.claim_views import bp
from kpis.scorecards.demo import steps
from kpis.scorecards.models import Scorecard
from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.chain import Station
from portal.db import db
from portal.features import Feature, Link, NavItem, Task, Term
from portal.periods import Month, Quarter


def tasks(viewer: Viewer) -> Iterable[Task]:
    """What waits: concepts to answer for a provider, concepts to fix for a contract manager."""
    if viewer.may(Permission.SCORECARD_RESPOND):
        for card in waiting_queries.cards_to_answer(viewer):
            quarter = Quarter.parse(card.period)
            title = f"Reageren op de scorecard van het {quarter.label}"
            second = f"Contract {card.contract.number}, {card.contract.title}"
            yield Task(
                title, _url(card.contract.number, quarter), card.respond_until, "info", "Te doen", second
            )
    if viewer.may(Permission.SCORECARD_FIX) and viewer.municipality_id is not None:
        yield from _to_decide(waiting_queries.cards_to_fix(viewer))


def _to_decide(cards: Sequence[Scorecard]) -> Iterable[Task]:
    """Ask for what can be done today: decide a dispute, or fix what waits for nothing any more."""
    days, disputed = waiting_queries.fixable_from(cards), waiting_queries.disputed(cards)
    for card in cards:
        quarter = Quarter.parse(card.period)
        second = f"Contract {card.contract.number}, {card.contract.title}"
        url = _url(card.contract.number, quarter)
        if card.id in disputed:
            title = f"Beslissen over een betwist cijfer in de scorecard van het {quarter.label}"
            yield Task(title, url, None, "under", "Betwist", second)
        elif days[card.id] <= clock.today():
            title = f"Scorecard van het {quarter.label} vaststellen"
            yield Task(title, url, None, "info", "Vast te stellen", second)


def terms(viewer: Viewer) -> Iterable[Term]:
    """The end of the response terms, and the day from which a concept can be fixed."""
    if not viewer.may(Permission.SCORECARD_READ) or viewer.organisation_id is None:
        return
    cards = waiting_queries.cards_to_answer(viewer) if viewer.is_provider else waiting_queries.cards_to_fix(viewer)
    for card in cards:
        if card.respond_until >= clock.today():
            quarter = Quarter.parse(card.period)
            text = f"Reactietermijn scorecard {card.contract.number}, {quarter.label}"
            yield Term(card.respond_until, text, _url(card.contract.number, quarter))
    if viewer.may(Permission.SCORECARD_FIX) and viewer.municipality_id is not None:
        days = waiting_queries.fixable_from(cards)
        for card in (one for one in cards if days[one.id] > clock.today()):
            quarter = Quarter.parse(card.period)
            text = f"Scorecard {card.contract.number}, {quarter.label}: vaststellen kan vanaf deze dag"
            yield Term(days[card.id], text, _url(card.contract.number, quarter))


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Figures that rest on a row; scorecards of a report, a contract or a prestatieafspraak."""
    if not current_viewer().may(Permission.SCORECARD_READ):
        return
    if kind == "monthly_row":
        yield from _links_of_row(identity)
    elif kind == "monthly_report":
        report = db.session.get(MonthlyReport, identity)
        if report is not None:
            yield from _links_over(report.contract_id, Month.of(report.month))
    elif kind == "performance_agreement":
        yield from _links_of_agreement(identity)
    elif kind in ("contract", "contract_trail"):
        last = Month.of(clock.today())
        yield from list(_links_over(identity, last.plus(-6)))[:2]


def _links_of_row(identity: uuid.UUID) -> Iterable[Link]:
    fixed = queries.lines_with_row(identity)
    for line, card, contract in fixed:
        quarter = Quarter.parse(card.period)
        code = line.performance_agreement.code
        url = url_for("kpis_scorecards.line", number=contract.number, period=card.period, code=code)
        text = f"{line.performance_agreement.name}, {quarter.label}"
        yield Link(text, url, f"scorecard, {code}", Station.SCORECARD)
    row = db.session.get(MonthlyRow, identity)
    if row is not None and not fixed:
        yield from _links_over(row.contract_id, Month.of(row.month))


def _links_of_agreement(identity: uuid.UUID) -> Iterable[Link]:
    for line, card, contract in queries.lines_of_agreement(identity):
        quarter = Quarter.parse(card.period)
        code = line.performance_agreement.code
        url = url_for("kpis_scorecards.line", number=contract.number, period=card.period, code=code)
        yield Link(f"Scorecard {quarter.label}", url, line.state.label, Station.SCORECARD)


def _links_over(contract_id: uuid.UUID, month: Month) -> Iterable[Link]:
    number = number_of(contract_id)
    for card in queries.cards_over(contract_id, month):
        quarter = Quarter.parse(card.period)
        text, url = f"Scorecard {quarter.label}", _url(number, quarter)
        yield Link(text, url, card.state.label.lower(), Station.SCORECARD)


def _url(number: str, quarter: Quarter) -> str:
    return url_for("kpis_scorecards.show", number=number, period=quarter.code)


FEATURE = Feature(
    name="kpis.scorecards",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    navigation=(NavItem("Scorecards", "kpis_scorecards.index", Permission.SCORECARD_READ, 46),),
    demo=steps,
    audit_sentences={
        "scorecard:card:make": "maakte het concept van het {period} en vroeg de aanbieder om een reactie tot en met {until}",
        "scorecard:card:recompute": "maakte versie {number}: {reason}",
        "scorecard:card:note": "berekende opnieuw; vastgesteld oordeel en cijfer blijven gelijk ({reason})",
        "scorecard:card:fix": "stelde versie {number} van het {period} vast",
        "scorecard:sample:draw": "trok een steekproef van {size} rijen met startgetal {seed}",
        "scorecard:sample:finish": "rondde de steekproef af: {right} van {size} rijen gevonden",
        "scorecard:line:claim": "legde bij {code} een {kind} van {amount} vast",
        "scorecard:line:respond": "gaf een {kind} bij {code}",
        "scorecard:line:decide": "oordeelde over {code}: {state}",
    },
    mails={
        "scorecard_concept": "Een concept-scorecard staat klaar",
        "scorecard_response": "De aanbieder reageerde op een cijfer",
        "scorecard_reminder": "U kunt nog enkele dagen reageren op een scorecard",
        "scorecard_to_fix": "De reactietermijn van een scorecard is voorbij",
        "scorecard_decided": "De gemeente oordeelde over een cijfer",
        "scorecard_claim": "Uit een scorecard volgt een bonus of malus",
        "scorecard_fixed": "Een scorecard is vastgesteld",
    },
)
