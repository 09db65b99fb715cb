"""What the journey carries along: its clock, its people, and what they learn on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.journeys.browsers import Clock, sign_in

BUYER = "inkoop@lansingerland.example"
SECOND_BUYER = "inkoop@zoetermeer.example"
ASSESSOR = "beoordelaar@pijnacker-nootdorp.example"
MANAGER = "contract@lansingerland.example"
FINANCE = "financien@lansingerland.example"
PARTNER = "regio@pijnacker-nootdorp.example"
WINNER = "info@taalhuis-de-waterlinie.example"
OTHER = "info@route-delta.example"

# In the future for long: a real browser throws away cookies that a moved clock calls old.
BEGIN = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
PDF += b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \ntrailer<</Size 3/Root 1 0 R>>\n"
PDF += b"startxref\n101\n%%EOF\n"


def dmy(day: Any) -> str:
    """Write a day or instant as it is typed."""
    return f"{day:%d-%m-%Y}"


@dataclass
class Scene:
    """The journey so far."""

    make: Callable[[], Any]
    time: Clock
    browsers: dict[str, Any] = field(default_factory=dict)
    know: dict[str, Any] = field(default_factory=dict)

    def as_(self, email: str | None) -> Any:
        """Return somebody's browser, signed in the first time; None is a visitor."""
        key = email or ""
        if key not in self.browsers:
            self.browsers[key] = self.make() if email is None else sign_in(self.make(), email)
        return self.browsers[key]

    def wait(self, **span: int) -> None:
        """Let time pass; sessions may end, so people sign in again when days went by."""
        self.time.move(self.time.now + timedelta(**span))
        if timedelta(**span) >= timedelta(minutes=30):
            self.browsers.clear()

    def until(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        self.time.move(instant)
        self.browsers.clear()


def number_in(text: str, series: str) -> str:
    """Return the first number of a series in a text, such as AB-2031-001."""
    found = re.search(rf"{series}-\d{{4}}-[0-9A-Z]+", text)
    assert found, f"no {series} number in {text[:300]}"
    return found[0]


def card_code(text: str) -> str:
    """Return the code of a kluiskaart as it is shown once."""
    found = re.search(r"\b(?:[0-9A-Z]{4,5}-){4,}[0-9A-Z]{4,5}\b", text)
    assert found, f"no card code in {text[:300]}"
    return found[0]
