"""Who may hold the keys, when an envelope may open, and until when a request stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.errors import Objection
from tenders.vault.states import Envelope

LOCAL = ZoneInfo("Europe/Amsterdam")
TRIAL_DAYS = 180
CARD_DAYS = 365


@dataclass(frozen=True)
class CardFacts:
    """What the rules need to know of a chosen card; a reserve card has no person."""

    name: str
    person_id: uuid.UUID | None
    organisation: str
    department: str
    tried_at: datetime | None = None


@dataclass(frozen=True)
class OpeningFacts:
    """What the rules need to know before an envelope opens."""

    envelope: Envelope
    deadline_at: datetime | None
    published: bool
    opened: bool
    quality_opened: bool
    asked_by: uuid.UUID | None = None
    expires_at: datetime | None = None


def group_of(card: CardFacts, *, several_municipalities: bool) -> str:
    """Say for which group a card counts: its municipality, or its department where one buys alone (D1)."""
    return card.organisation if several_municipalities else card.department


def objections_to_holders(cards: Sequence[CardFacts], *, several_municipalities: bool) -> list[Objection]:
    """Say why these cards cannot guard an envelope; empty when they can.

    At least three persons, from at least two municipalities (or two departments where one municipality
    buys alone), and a reserve card (practice D1; own choice, the law asks for no number).
    """
    found: list[Objection] = []
    persons = {card.person_id for card in cards if card.person_id is not None}
    if len(persons) < 3:
        found.append(
            Objection(f"Kies ten minste drie sleutelhouders. U koos er {len(persons)}.", field="cards")
        )
    if not any(card.person_id is None for card in cards):
        found.append(Objection("Kies ten minste één reservekaart.", field="cards"))
    groups = {group_of(card, several_municipalities=several_municipalities) for card in cards}
    if not several_municipalities and "" in groups:
        nameless = ", ".join(card.name for card in cards if not card.department)
        found.append(Objection(f"Vul eerst de afdeling in van: {nameless}.", field="cards"))
    elif len(groups) < 2:
        kind = "gemeenten" if several_municipalities else "afdelingen"
        found.append(Objection(f"Kies sleutelhouders uit ten minste twee {kind}.", field="cards"))
    return found


def is_tried(card: CardFacts, now: datetime) -> bool:
    """Say whether the holder passed a trial opening that still counts."""
    return card.tried_at is not None and now - card.tried_at <= timedelta(days=TRIAL_DAYS)


def objections_to_publication(
    cards: Sequence[CardFacts], *, several_municipalities: bool, now: datetime
) -> list[Objection]:
    """Say what the vault still needs before the tender may be published; empty when nothing."""
    if not cards:
        return [Objection("De kluis is nog niet klaargemaakt. Kies de sleutelhouders.")]
    found = objections_to_holders(cards, several_municipalities=several_municipalities)
    waiting = [card.name for card in cards if not is_tried(card, now)]
    if waiting:
        found.append(Objection(f"De proefopening is nog niet gedaan door: {', '.join(waiting)}."))
    return found


def objections_to_opening(facts: OpeningFacts, *, now: datetime) -> list[Objection]:
    """Say why this envelope cannot be opened now; empty when it can.

    Nothing opens before the closing time (Directive 2014/24, annex IV b and e); the price envelope
    follows the quality envelope.
    """
    if not facts.published or facts.deadline_at is None:
        return [Objection("Deze aanbesteding is niet gepubliceerd. Er is niets te openen.")]
    if now < facts.deadline_at:
        return [Objection(f"De kluis kan pas open na de sluitingstijd: {moment(facts.deadline_at)}.")]
    if facts.opened:
        return [Objection(f"De envelop {facts.envelope.label} is al geopend.")]
    if facts.envelope is Envelope.PRICE and not facts.quality_opened:
        return [Objection("Open eerst de envelop kwaliteit.")]
    return []


def objections_to_confirming(facts: OpeningFacts, *, by: uuid.UUID | None, now: datetime) -> list[Objection]:
    """Say why this person cannot confirm the request now; empty when he can."""
    if facts.asked_by is None:
        return [Objection("Er is geen aanvraag om te bevestigen. Vraag het openen eerst aan.")]
    if facts.expires_at is not None and now >= facts.expires_at:
        return [Objection("De aanvraag is om middernacht verlopen. Vraag het openen opnieuw aan.")]
    if by == facts.asked_by:
        return [Objection("U kunt uw eigen aanvraag niet bevestigen. Dat doet een andere sleutelhouder.")]
    return objections_to_opening(facts, now=now)


def expiry_of(asked_at: datetime) -> datetime:
    """Give the end of a request: the midnight that follows it in Amsterdam, as UTC."""
    day = asked_at.astimezone(LOCAL).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)


def moment(instant: datetime) -> str:
    """Write an instant as people read it: 12 december 2026, 12:00 uur."""
    local = instant.astimezone(LOCAL)
    months = "januari februari maart april mei juni juli augustus september oktober november december"
    return f"{local.day} {months.split()[local.month - 1]} {local.year}, {local:%H:%M} uur"
