"""What may be recorded about a trajectory beside its months; plain values only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kpis.definitions.states import RecordKind
from portal.dutch import long_date
from portal.errors import Objection


def objections_to_record(
    kind: RecordKind, *, on: date, value: Decimal, source: str, referred_on: date, today: date
) -> list[Objection]:
    """Say what stands in the way of recording a number: its day, its size, its source."""
    found = []
    if not referred_on <= on <= today:
        first, last = long_date(referred_on), long_date(today)
        found.append(Objection(f"Vul een dag in van {first} (de aanmelding) tot en met {last}.", "on"))
    if value < 0 or value > kind.most:
        what = "0" if not kind.most else f"een getal van 0 tot en met {kind.most}"
        found.append(Objection(f"Vul bij ‘{kind.label}’ {what} in.", "value"))
    if not source.strip():
        found.append(Objection("Vul in waar dit uit blijkt, bijvoorbeeld het kenmerk van het besluit.", "source"))
    return found
