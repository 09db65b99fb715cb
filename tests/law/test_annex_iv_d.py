"""Annex IV d: in every stage only authorised persons reach the data that belongs to that stage.

The whole matrix of stage × person is asserted: which of the bidder's name, the quality text, the content of a
file and the price can be read on any page of the tender that the person can reach by following links, by
search, on Mijn werk and in the trail.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.access import Role
from portal.db import db
from tenders.offers import queries
from tenders.procedures.models import AwardCriterion, Lot
from tests.factories.offers import TAALHUIS
from tests.factories.vault import BUYER, MANAGER, PIJNACKER, ZOETERMEER
from tests.law import stages
from tests.law.stages import Freeze, Tender
from tests.pages import PageClient

NAME, TEXT, FILE, PRICE = "naam", "tekst", "bestand", "prijs"
MARKS = {
    NAME: "Taalhuis de Waterlinie",
    TEXT: stages.TEXT,
    FILE: "MARKER-BIJLAGE",
    PRICE: "324.938",  # forty trajectories at 8.123,45
}
Clients = Callable[..., PageClient]

# Who looks: an account and the role in which it looks.
PEOPLE: dict[str, tuple[str | None, Role | None]] = {
    "bezoeker": (None, None),
    "procesleider": (BUYER, None),
    "beoordelaar": (PIJNACKER, None),
    "sleutelhouder van buiten het team": (ZOETERMEER, None),
    "contractmanager": (MANAGER, None),
    "financiën": ("financien@lansingerland.example", None),
    "beheerder": ("beheer@lansingerland.example", None),
    "deelnemende gemeente": ("regio@pijnacker-nootdorp.example", None),
    "andere gemeente": ("regio@rotterdam.example", Role.PARTNER),
    "andere aanbieder": ("info@route-delta.example", None),
}
OUTSIDE = {
    "sleutelhouder van buiten het team": {NAME},
    "contractmanager": {NAME},
    "deelnemende gemeente": {NAME},
}
TEAM = {"procesleider": {NAME, TEXT, FILE}, "beoordelaar": {NAME, TEXT, FILE}}
# What each may read per stage; who is not named reads nothing at all. Names are on the record of opening, and
# an assessor needs them for his declaration; which letter is which name he does not see.
MAY_READ: dict[str, dict[str, set[str]]] = {
    "concept": {},
    "ingediend": {},
    "gesloten": {},
    "eerste kaart": {},
    "kwaliteit open": {**OUTSIDE, **TEAM, "beoordelaar": {NAME}},  # he did not declare his interests yet
    "kwaliteit vastgesteld": {**OUTSIDE, **TEAM},
    "prijs open": {**OUTSIDE, **TEAM},
    # The participating municipalities decide on the award with the lead, so they see the ranking with its prices.
    "rangorde": {who: {*what, PRICE} for who, what in {**OUTSIDE, **TEAM}.items()},
}


def read_by(client: PageClient, number: str, direct: list[str]) -> set[str]:
    """Give the marks that a person finds: every page of the tender by its links, and the roads around it."""
    start = [f"/aanbestedingen/{number}", f"/opdrachten/{number}", "/mijn-werk", "/logboek", "/aanbestedingen"]
    start += [f"/zoeken?q={MARKS[NAME].replace(' ', '+')}", "/zoeken?q=MARKER"]
    start += [f"/aanbestedingen/{number}/{one}" for one in direct]
    todo, seen, found = start, set(), set[str]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.raw("GET", path)
        if answer.status_code != 200:
            continue
        text = answer.get_data()
        if b"%PDF" in text[:20] and MARKS[FILE].encode() in text:
            found.add(FILE)
        if "html" not in (answer.content_type or ""):
            continue
        # A list of all providers to choose from says nothing about who offered.
        words = re.sub(r"<option.*?</option>", "", html.unescape(text.decode()), flags=re.DOTALL)
        if not path.startswith("/zoeken"):  # the search page repeats what was typed
            found |= {name for name, mark in MARKS.items() if name != FILE and mark in words}
        elif f"/aanbestedingen/{number}/" in words or "/inschrijvingen/" in words:
            found.add(TEXT)
        todo += [href.partition("#")[0] for href in re.findall(rf'href="(/aanbestedingen/{number}[^"]*)"', words)]
    return found


def matrix(tender: Tender, client_as: Clients) -> dict[str, set[str]]:
    direct = [
        f"beoordeling/stukken/{one.id}"
        for lot in queries.opened_lots(tender.procedure)
        for one in queries.documents_of(lot)
    ]
    for criterion in db.session.scalars(
        select(AwardCriterion.id).join(Lot).where(Lot.procedure_id == tender.procedure.id)
    ):
        direct += [f"beoordeling/{criterion}", f"consensus/{criterion}"]
    direct += [f"gunning/{lot.lot_id}" for lot in queries.opened_lots(tender.procedure)]
    return {
        who: found
        for who, (email, role) in PEOPLE.items()
        if (found := read_by(client_as(email, role=role), tender.procedure.number, direct))
    }


@pytest.mark.parametrize("stage", MAY_READ)
def test_who_reads_what_in_each_stage(session: None, frozen: Freeze, client_as: Clients, stage: str) -> None:
    tender = Tender(frozen)
    tender.reach(stage)
    assert matrix(tender, client_as) == MAY_READ[stage]


def test_the_provider_himself_reads_his_own_draft_and_nothing_of_it_stays_in_a_cache(
    session: None, frozen: Freeze, client_as: Clients
) -> None:
    tender = Tender(frozen)
    tender.reach("concept")
    client = client_as(TAALHUIS)
    home = f"/inschrijvingen/{tender.offer.number}"
    lot = db.session.scalars(select(Lot.id).where(Lot.procedure_id == tender.procedure.id)).one()
    answer = client.raw("GET", f"{home}/percelen/{lot}/kwaliteit")

    assert MARKS[TEXT] in answer.get_data(as_text=True)
    assert "no-store" in answer.headers["Cache-Control"]
