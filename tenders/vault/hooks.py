"""What upper features add to the vault: how to open what lies in it, and when prices may open."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.access import Viewer
from portal.errors import Objection
from tenders.procedures.models import Procedure
from tenders.vault.models import Opening
from tenders.vault.states import Envelope


@dataclass(frozen=True)
class RecordLine:
    """One sealed part in the record of opening (proces-verbaal)."""

    offer_number: str
    organisation_name: str
    submitted_at: datetime
    sealed_sha256: str
    outcome: str
    damaged: bool = False


class Contents(Protocol):
    """What was unsealed before the write transaction; `apply` turns it into rows inside it."""

    def apply(self, opening: Opening, by: Viewer) -> list[RecordLine]:
        """Make the rows and give the lines of the record.

        Raises:
            Changed: the vault holds other parts than were unsealed.
        """

    def close(self) -> None:
        """Let go of what was unsealed; after this nothing of it is left in memory or on disk."""


Opener = Callable[[Procedure, Envelope, str], Contents]
PriceCheck = Callable[[Procedure], list[Objection]]
PriceFilter = Callable[[Sequence[uuid.UUID]], set[uuid.UUID]]

openers: list[Opener] = []
price_checks: list[PriceCheck] = []
"""`tenders.awards` appends a check here: prices stay sealed until the scores are locked."""


def add_opener(opener: Opener) -> None:
    """Register who opens the sealed parts (once, however often the application is made)."""
    if opener not in openers:
        openers.append(opener)


price_filters: dict[PriceCheck, PriceFilter] = {}


def add_price_check(check: PriceCheck, many: PriceFilter | None = None) -> None:
    """Register what stands in the way of opening the price envelope.

    `many` says the same for a list of tenders at once: the ids of those with an objection.
    """
    if check not in price_checks:
        price_checks.append(check)
    if many is not None:
        price_filters[check] = many


def objections_to_price(procedure: Procedure) -> list[Objection]:
    """Ask every registered check whether the price envelope may open."""
    return [objection for check in price_checks for objection in check(procedure)]


def prices_that_may_open(procedures: Sequence[Procedure]) -> set[uuid.UUID]:
    """Give the ids of the tenders without an objection; few statements, however many tenders."""
    left = {procedure.id: procedure for procedure in procedures}
    for check in price_checks:
        if not left:
            break
        many = price_filters.get(check)
        held = many(list(left)) if many else {key for key, one in left.items() if check(one)}
        left = {key: one for key, one in left.items() if key not in held}
    return set(left)
