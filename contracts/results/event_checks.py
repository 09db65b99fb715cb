"""The checks of what happened to a trajectory in the month: event, day and reason, and what cannot go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.results.draft import EVENT, EVENT_ON, REASON, Line
from contracts.results.findings import Checked, Expected, Finding, Happening, parse_day
from contracts.results.states import EventKind, RowState, StopReason
from portal.periods import Month

_Wrong = Callable[[str, str, str], None]
_KINDS = {kind.label.casefold(): kind for kind in EventKind}
_REASONS = {reason.label.casefold(): reason for reason in StopReason}
_ONLY_AFTER_START = {EventKind.COMPLETED: "afgerond", EventKind.PAUSED: "onderbroken"}


@dataclass(frozen=True)
class Told:
    """An event with the line it was told on."""

    mark: str
    line: Line
    event: Happening


def events_told(
    checked: Checked, known: Expected, lines: Sequence[tuple[str, Line]], month: Month
) -> list[Told]:
    """Read the events of all lines of a trajectory; what cannot be read or cannot be becomes a finding."""
    told = []
    for mark, line in lines:
        event = _event(checked, known, mark, line, month)
        if event is not None:
            told.append(Told(mark, line, event))
    if told:
        _check_together(checked, known, told)
    return told


def is_start(line: Line) -> bool:
    """Say whether a line tells of a start, also when its date cannot be read."""
    return _KINDS.get(" ".join(line.text(EVENT).split()).casefold()) is EventKind.STARTED


def _event(checked: Checked, known: Expected, mark: str, line: Line, month: Month) -> Happening | None:
    text, on_text, reason_text = line.text(EVENT), line.text(EVENT_ON), line.text(REASON)

    def wrong(group: str, message: str, name: str) -> None:
        checked.findings.append(Finding(True, group, message, mark, name, line.entry(name), f"traject {known.number}"))

    for name in (EVENT, EVENT_ON, REASON):
        if line.entry(name).problem:
            wrong("De cel is niet te lezen", line.entry(name).problem_sentence, name)
            return None
    if not text:
        if on_text or reason_text:
            wrong("Gebeurtenis niet compleet", "Kies bij deze datum of reden ook de gebeurtenis.", EVENT)
        return None
    kind = _KINDS.get(" ".join(text.split()).casefold())
    if kind is None:
        wrong(
            "Gebeurtenis onbekend",
            f"‘{text[:60]}’ staat niet in de lijst. Kies een gebeurtenis uit de lijst.",
            EVENT,
        )
        return None
    on = _day_of(on_text, month, wrong)
    is_fitting, reason = _reason_of(kind, reason_text, wrong)
    if on is None or not is_fitting:
        return None
    return Happening(kind, on, reason)


def _day_of(text: str, month: Month, wrong: _Wrong) -> date | None:
    if not text:
        wrong("Gebeurtenis niet compleet", "Vul de datum van de gebeurtenis in.", EVENT_ON)
        return None
    try:
        on = parse_day(text)
    except ValueError as error:
        wrong("Geen goede datum", str(error), EVENT_ON)
        return None
    if on in month:
        return on
    wrong(
        "De datum ligt buiten de maand",
        f"De datum moet tussen {month.first.day} en {month.last.day} {month.label} liggen. "
        "Hoort dit bij een andere maand, maak de cellen dan leeg.",
        EVENT_ON,
    )
    return None


def _reason_of(kind: EventKind, text: str, wrong: _Wrong) -> tuple[bool, StopReason | None]:
    """Return whether the reason fits the event, and the reason when there is one."""
    if kind is not EventKind.STOPPED:
        if text:
            wrong(
                "Gebeurtenis niet compleet", "Een reden hoort alleen bij ‘Gestopt’. Maak de cel leeg.", REASON
            )
        return not text, None
    reason = _REASONS.get(" ".join(text.split()).casefold())
    if reason is None:
        wrong("Gebeurtenis niet compleet", "Kies de reden van stoppen uit de lijst.", REASON)
    return reason is not None, reason


def _check_together(checked: Checked, known: Expected, told: Sequence[Told]) -> None:
    def wrong(one: Told, message: str, name: str = EVENT) -> None:
        finding = Finding(
            True, "Dit kan niet samen", message, one.mark, name, one.line.entry(name), f"traject {known.number}"
        )
        checked.findings.append(finding)

    first: dict[EventKind, Told] = {}
    for one in told:
        earlier = first.setdefault(one.event.kind, one)
        if earlier is not one:
            wrong(one, f"‘{one.event.kind.label}’ staat ook op {earlier.line.row}. Maak een van de twee leeg.")
    _check_start(known, first, told, wrong)
    if EventKind.COMPLETED in first and EventKind.STOPPED in first:
        wrong(
            first[EventKind.STOPPED],
            "Een traject kan niet in een maand gestopt en afgerond zijn. Kies een van de twee.",
        )


def _check_start(
    known: Expected, first: dict[EventKind, Told], told: Sequence[Told], wrong: Callable[..., None]
) -> None:
    start, no_show = first.get(EventKind.STARTED), first.get(EventKind.NO_SHOW)
    is_waiting = known.before is RowState.WAITING
    if start is not None and not is_waiting:
        wrong(start, "Dit traject was al gestart. Maak de gebeurtenis leeg.")
    if no_show is not None and (start is not None or not is_waiting):
        wrong(no_show, "Dit traject is gestart. Dan kan de deelnemer niet ‘niet verschenen bij de start’ zijn.")
    if start is None and is_waiting:
        for kind, word in _ONLY_AFTER_START.items():
            if kind in first:
                wrong(first[kind], f"Dit traject is niet gestart en kan niet zijn {word}. Kies eerst ‘Gestart’.")
    if start is None or not is_waiting:
        return
    for one in told:
        if one.event.on < start.event.on and one.event.kind is not EventKind.PVT_SIGNED:
            wrong(
                one,
                f"‘{one.event.kind.label}’ op {one.event.on:%d-%m-%Y} ligt voor de start op {start.event.on:%d-%m-%Y}. "
                "Controleer beide datums.",
                EVENT_ON,
            )
