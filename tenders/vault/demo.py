"""Demo cards: really random, written to the data folder, because the portal itself keeps none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from portal.access import Viewer
from portal.config import current_settings
from portal.db import db
from portal.demo import DemoWorld
from portal.features import Step
from tenders.procedures.demo import before_publish
from tenders.procedures.models import Procedure
from tenders.vault import cards, ceremony, queries, services
from tenders.vault.models import KeyCard
from tenders.vault.states import Envelope

HOLDERS = (
    ("inkoop@lansingerland.example", "Inkoop"),
    ("contract@lansingerland.example", "Contractbeheer"),
    ("beleid@lansingerland.example", "Sociaal domein"),
    ("inkoop@zoetermeer.example", "Inkoop"),
    ("beoordelaar@pijnacker-nootdorp.example", "Sociaal domein"),
)
RESERVES = (
    ("inkoop@lansingerland.example", "Reservekaart 1", "Kluis stadhuis"),
    ("inkoop@zoetermeer.example", "Reservekaart 2", "Kluis stadhuis"),
)


def demo(world: DemoWorld) -> Iterable[Step]:
    """Make a card for every holder in time for the first demo tender, and do the trial openings."""
    world.remember["open_quality"] = lambda of, procedure: open_envelope(of, procedure, Envelope.QUALITY)
    began = datetime.combine(world.today, time(9), UTC) - timedelta(days=1060)
    yield Step(began, lambda: make_demo_cards(world))
    recent = datetime.combine(world.today, time(9), UTC) - timedelta(days=90)
    yield Step(recent, lambda: try_demo_cards(world))


def make_demo_cards(world: DemoWorld) -> None:
    """Make the cards, write them to <data>/kluiskaarten, and do the trial openings."""
    made: dict[str, cards.Card] = {}
    for email, department in HOLDERS:
        made[email] = services.make_card(department=department, by=world.viewer(email))
    for email, label, department in RESERVES:
        made[label] = services.make_card(department=department, by=world.viewer(email), reserve_label=label)
    for name, card in made.items():
        path = card_folder() / f"{name.replace(' ', '-').lower()}.txt"
        path.write_text(card.file, encoding="utf-8")
        path.chmod(0o600)
    world.remember["kluiskaarten"] = {name: card.code for name, card in made.items()}
    try_demo_cards(world)


def try_demo_cards(world: DemoWorld) -> None:
    """Do the trial opening with every demo card."""
    codes: dict[str, str] = world.remember["kluiskaarten"]
    holder = world.viewer(HOLDERS[0][0])
    for code in codes.values():
        public_key = cards.card_of(cards.secret_of(code)).public_key
        card = db.session.scalars(select(KeyCard).where(KeyCard.public_key == public_key)).one()
        services.pass_trial(card, answer=code, by=holder)


def prepare_vault(world: DemoWorld, procedure: Procedure, *, by: Viewer) -> None:
    """Prepare the vault of a demo tender with every demo card that may guard it; renews the trials."""
    try_demo_cards(world)
    chosen = queries.cards_to_choose(procedure)
    services.prepare(procedure, chosen, by=by)


def _before_publication(world: DemoWorld, procedure: Procedure, by: Viewer) -> None:
    prepare_vault(world, procedure, by=by)


before_publish.append(_before_publication)


def open_envelope(world: DemoWorld, procedure: Procedure, envelope: Envelope) -> None:
    """Open an envelope of a past demo tender with two demo cards, as two persons would."""
    codes: dict[str, str] = world.remember["kluiskaarten"]
    key = queries.envelope_key(procedure, envelope)
    if key is None:
        raise LookupError(procedure.number)
    holders = queries.holders_of(key)
    first = next(row for row in holders if row.card.holder is not None)
    second = next(
        row for row in holders if row.card.holder is not None and row.group_name != first.group_name
    )
    emails = [row.card.holder.email for row in (first, second) if row.card.holder is not None]
    asker, confirmer = world.viewer(emails[0]), world.viewer(emails[1])
    opening = ceremony.ask_opening(key, answer=codes[emails[0]], by=asker)
    unsealed = ceremony.unseal_with(opening, answer=codes[emails[1]], by=confirmer)
    ceremony.confirm_opening(opening, unsealed, by=confirmer)


def card_folder() -> Path:
    """Return where the demo's cards lie."""
    return current_settings().folder("kluiskaarten")
