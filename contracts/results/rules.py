"""When a report is due, how it stands, and what may still be done with it; plain values only."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from contracts.results.findings import Expected, Figures, Happening, ReadRow, in_dutch
from contracts.results.states import Acceptance, ReportState, RowState
from portal.errors import Objection
from portal.periods import Month

TACIT_WORKING_DAYS = 10
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Standing:
    """How a report stands today, as a badge: tone, sign and word."""

    tone: str
    sign: str
    label: str
    is_late: bool = False


@dataclass(frozen=True)
class Kept:
    """A row that was submitted before: what the new delivery is laid beside."""

    figures: Figures
    events: tuple[Happening, ...]
    remark: str
    state: RowState
    row_id: uuid.UUID | None = None
    acceptance: Acceptance = Acceptance.OPEN


@dataclass(frozen=True)
class Sent:
    """What was submitted before, as the next version starts from it.

    Rows and open questions go by trajectory number, the figures the provider counted by code
    (numerator, denominator, remark).
    """

    rows: Mapping[str, Kept] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, tuple[Decimal, Decimal, str]] = field(default_factory=dict)

    def events_of(self, known: Expected) -> tuple[Happening, ...]:
        """Return the events a trajectory starts with: those that were sent, else those the portal knows."""
        kept = self.rows.get(known.number)
        return kept.events if kept is not None else known.known_events


@dataclass(frozen=True)
class Change:
    """One value that changes: of which trajectory, what, from what to what."""

    line: str
    number: str
    municipality: str
    what: str
    old: str
    new: str
    difference: str


def due_on(month: Month, day: int) -> date:
    """Return the last day on which the report of a month is in time: that day of the next month."""
    after = month.next()
    return date(after.year, after.month, min(max(day, 1), after.last.day))


def working_days_after(day: date, count: int, is_free: Callable[[date], bool]) -> date:
    """Return the day that lies ``count`` working days after a day; weekends and free days do not count."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_free(day):
            count -= 1
    return day


def standing(state: ReportState | None, month: Month, due: date, today: date) -> Standing:
    """Say how a report stands: due and late follow from the calendar, the rest is stored."""
    if state is ReportState.ACCEPTED:
        return Standing("good", "check", "Goedgekeurd")
    if state is ReportState.SUBMITTED:
        return Standing("info", "plane", "Ingediend")
    if state is ReportState.CORRECTION:
        return Standing("under", "back", "Correctie gevraagd")
    if today <= month.last:
        return Standing("none", "dash", "Nog niet aan de beurt")
    if today > due:
        return Standing("bad", "alert", "Te laat", is_late=True)
    if state is ReportState.DRAFT:
        return Standing("none", "pencil", "Concept")
    return Standing("info", "clock", "Te doen")


def objections_to_delivery(month: Month, today: date) -> list[Objection]:
    """A month can be reported from the day after it ended."""
    if today > month.last:
        return []
    first = month.next().first
    return [
        Objection(
            f"Over {month.label} hoeft u nog niets aan te leveren. "
            f"U kunt aanleveren vanaf {first.day} {month.next().name} {first.year}."
        )
    ]


def objections_to_withdrawal(*, is_being_checked: bool) -> list[Objection]:
    """A submitted report can be taken back until the contract manager starts the check."""
    if is_being_checked:
        return [Objection("De contractmanager is met de controle begonnen. Vraag hem om een correctie.")]
    return []


def objections_to_correction(reason: str) -> list[Objection]:
    """A correction is asked with a reason the provider can act on."""
    if len(reason.strip()) < SHORTEST_REASON:
        return [Objection(f"Schrijf in ten minste {SHORTEST_REASON} tekens wat er niet klopt.", "reason")]
    if len(reason) > 2000:
        return [Objection("Maak de toelichting korter. U mag 2.000 tekens gebruiken.", "reason")]
    return []


def state_after_review(acceptances: Sequence[Acceptance]) -> ReportState:
    """Return the state of a report whose rows were looked at: one question keeps it in correction."""
    if any(acceptance is Acceptance.QUESTIONED for acceptance in acceptances):
        return ReportState.CORRECTION
    if any(acceptance is Acceptance.OPEN for acceptance in acceptances):
        return ReportState.SUBMITTED
    return ReportState.ACCEPTED


def is_same(row: ReadRow, kept: Kept) -> bool:
    """Say whether a line brings nothing new."""
    return (
        row.figures == kept.figures
        and set(row.events) == set(kept.events)
        and row.remark == kept.remark
        and row.state == kept.state
    )


def changes(rows: Sequence[ReadRow], kept: Mapping[str, Kept]) -> list[Change]:
    """Lay a delivery beside what was submitted before; only what differs, in the order of the lines.

    Without an earlier version of the month every line with a figure or an event is new.
    """
    found: list[Change] = []
    for row in rows:
        found += _changes_of(row, kept.get(row.expected.number))
    return found


def _changes_of(row: ReadRow, old: Kept | None) -> list[Change]:
    names = (
        ("offered", "Aangeboden uren"),
        ("followed", "Gevolgde uren"),
        ("leave", "Verzuim met verlof, uren"),
        ("unexcused", "Verzuim zonder verlof, uren"),
    )
    found: list[Change] = []

    def add(what: str, before: str, after: str, difference: str) -> None:
        number, municipality = row.expected.number, row.expected.municipality
        found.append(Change(row.line, number, municipality, what, before, after, difference))

    for name, what in names:
        new: Decimal = getattr(row.figures, name)
        before: Decimal | None = getattr(old.figures, name) if old is not None else None
        if before is None and new:
            add(what, "leeg", in_dutch(new), "nieuw")
        elif before is not None and before != new:
            sign = "+" if new > before else "−"
            add(what, in_dutch(before), in_dutch(new), f"{sign}{in_dutch(abs(new - before))}")
    for event in row.events:
        if old is None or event not in old.events:
            add(event.kind.label, "leeg", f"{event.on:%d-%m-%Y}", "nieuw")
    for event in old.events if old is not None else ():
        if event not in row.events:
            add(event.kind.label, f"{event.on:%d-%m-%Y}", "leeg", "vervallen")
    return found
