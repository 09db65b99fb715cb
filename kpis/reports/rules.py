"""What the council report counts, from plain facts; calendar years, by municipality."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.trajectories.states import EventKind, StopReason
from kpis.reports.suppression import TOTAL, Cell, Counts, counted, suppress
from portal.catalogue.states import TargetGroup
from portal.periods import Year

ROUTES = {"B1": "B1-route", "Z": "Z-route", "ONDERWIJS": "Onderwijsroute"}
PARTS = {"PVT": "PVT afgerond", "MAP": "MAP afgerond"}
EXAMS = {
    "reading": "Lezen",
    "listening": "Luisteren",
    "writing": "Schrijven",
    "speaking": "Spreken",
    "knm": "KNM",
}
ENDS = ("diploma of certificaat", "gestopt", "overgestapt", "einde zonder oordeel")


@dataclass(frozen=True)
class PersonFact:
    """A trajectory as the report counts it; ``events`` are confirmed: (kind, day, exam part)."""

    trajectory_id: uuid.UUID
    product: str
    target_group: TargetGroup
    homes: tuple[tuple[date, str], ...]
    referred_on: date
    started_on: date | None
    stopped_on: date | None
    finished_on: date | None
    stop_reason: StopReason | None
    events: tuple[tuple[EventKind, date, str], ...] = ()

    def home_on(self, day: date) -> str:
        """Return the municipality of residence on a day."""
        found = [name for since, name in self.homes if since <= day]
        return found[-1] if found else next((name for _, name in self.homes), "")


@dataclass(frozen=True)
class Part:
    """One table of the report: its key, title, what was counted, and the table itself."""

    key: str
    title: str
    note: str
    table: Counts


def parts_of(
    facts: Sequence[PersonFact], placed: Iterable[uuid.UUID], places: Sequence[str], year: int
) -> list[Part]:
    """Count inflow, completed parts, exams, endings and participation of a year.

    In: the trajectories, which of them had a place to take part at the end of the year, and the
    municipalities. A person counts at the municipality of residence on the day of what is counted.
    """
    period = Year(year)
    inside = [fact for fact in facts if fact.product in ROUTES]
    inflow = Counter(
        (fact.home_on(fact.referred_on), ROUTES[fact.product])
        for fact in inside
        if period.first <= fact.referred_on <= period.last
    )
    done = Counter(
        (fact.home_on(fact.finished_on), PARTS[fact.product])
        for fact in facts
        if fact.product in PARTS and fact.finished_on and period.first <= fact.finished_on <= period.last
    )
    exams = Counter(
        (fact.home_on(day), EXAMS[part])
        for fact in inside
        for kind, day, part in fact.events
        if kind is EventKind.EXAM_PASSED and part in EXAMS and period.first <= day <= period.last
    )
    ends = Counter(found for fact in inside for found in _ends(fact, period))
    routes = tuple(ROUTES.values())
    places_in = tuple(places)
    return [
        Part("instroom", "Instroom per leerroute", "Aanmeldingen in het jaar.", counted(places_in, routes, inflow)),
        Part("lopend", "Deelnemers per leerroute", "Gestart en nog bezig op de laatste dag van het jaar.",
             counted(places_in, routes, _running(inside, period.last))),
        Part("onderdelen", "Afgeronde onderdelen", "Afgerond in het jaar.",
             counted(places_in, tuple(PARTS.values()), done)),
        Part("examens", "Gehaalde examenonderdelen", "Uitslag van DUO, bevestigd door de gemeente.",
             counted(places_in, tuple(EXAMS.values()), exams)),
        Part("einde", "Hoe trajecten eindigden", "Leerroutes die in het jaar eindigden, en diploma’s in het jaar.",
             counted(places_in, ENDS, ends)),
        Part("participatie", "Deelnemers met een participatieplek",
             "Bezig op de laatste dag van het jaar, met werk, vrijwilligerswerk of een andere dagbesteding.",
             counted(places_in, routes, _placed(inside, set(placed), period.last))),
    ]  # fmt: skip


def _ends(fact: PersonFact, period: Year) -> list[Cell]:
    found = [
        (fact.home_on(day), "diploma of certificaat")
        for kind, day, _ in fact.events
        if kind is EventKind.DIPLOMA and period.first <= day <= period.last
    ][:1]
    day, reason = fact.stopped_on, fact.stop_reason
    if day is not None and reason is not None and period.first <= day <= period.last:
        word = "gestopt"
        if reason.without_judgement:
            word = "einde zonder oordeel"
        elif reason is StopReason.OTHER_ROUTE:
            word = "overgestapt"
        found.append((fact.home_on(day), word))
    return found


def _is_running(fact: PersonFact, day: date) -> bool:
    ended = fact.stopped_on or fact.finished_on
    return fact.started_on is not None and fact.started_on <= day and (ended is None or ended > day)


def _running(facts: Sequence[PersonFact], day: date) -> Mapping[Cell, int]:
    return Counter((fact.home_on(day), ROUTES[fact.product]) for fact in facts if _is_running(fact, day))


def _placed(facts: Sequence[PersonFact], placed: set[uuid.UUID], day: date) -> Mapping[Cell, int]:
    """Count who has a place per route; who has none is not a column, or its total would tell another table's."""
    return _running([fact for fact in facts if fact.trajectory_id in placed], day)


@dataclass(frozen=True)
class ShownPart:
    """A table as it may be published: text per cell, ``< 5`` and ``niet getoond`` where it is hidden."""

    part: Part
    hidden: frozenset[Cell]

    def text(self, row: str, column: str) -> str:
        """Return what stands in a cell."""
        value = self.part.table.values[row, column]
        if (row, column) not in self.hidden:
            return f"{value:,}".replace(",", ".")
        return "< 5" if 0 < value <= 4 else "niet getoond"


def shown_parts(parts: Sequence[Part], earlier: Mapping[str, Sequence[str]]) -> list[ShownPart]:
    """Hide what must be hidden; ``earlier`` gives per table what an edition before this one hid."""
    found = []
    for part in parts:
        before = {(row, column) for row, _, column in (key.partition("|") for key in earlier.get(part.key, ()))}
        found.append(ShownPart(part, frozenset(suppress(part.table, earlier=before))))
    return found


def hidden_keys(parts: Sequence[ShownPart]) -> dict[str, list[str]]:
    """Write the hidden cells down as the model keeps them."""
    return {one.part.key: sorted(f"{row}|{column}" for row, column in one.hidden) for one in parts}


def fewest(
    facts: Sequence[PersonFact], names: Mapping[str, str], period: Year, day: date
) -> dict[Cell, int]:
    """Return per municipality and product the smallest number an amount may stand for: active, begun or ended.

    A phase is paid at the start or at the end, so an amount divided by its price tells one of these.
    """
    found: dict[Cell, list[int]] = {}
    for fact in facts:
        if fact.product not in names or fact.started_on is None or fact.started_on > period.last:
            continue
        ended = fact.stopped_on or fact.finished_on
        if ended is not None and ended < period.first:
            continue
        tally = found.setdefault((fact.home_on(day), names[fact.product]), [0, 0, 0])
        tally[0] += 1
        tally[1] += fact.started_on >= period.first
        tally[2] += ended is not None and ended <= period.last
    return {cell: min(number for number in tally if number) for cell, tally in found.items()}


def money_to_hide(money: Counts, people: Counts, earlier: Sequence[str] = ()) -> set[Cell]:
    """Return the amounts to hide: where fewer than five people could be read off, and enough others (S15)."""
    few = {
        cell for cell, amount in money.values.items() if amount and 0 < people.values.get(cell, 0) <= 4
    }
    before = {(row, column) for row, _, column in (key.partition("|") for key in earlier)}
    return suppress(money, primary=few, earlier=before)


__all__ = [
    "TOTAL", "Part", "PersonFact", "ShownPart", "fewest", "hidden_keys", "money_to_hide", "parts_of", "shown_parts",
]  # fmt: skip
