"""The checks of a monthly report: cells first, then sense. Plain values in, findings and rows out.

An error stops submitting; a question may be right and asks for a short answer (screens.md §4.6).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from contracts.results.draft import (
    DENOMINATOR,
    EVENT,
    EVENT_ON,
    FOLLOWED,
    HOURS,
    IN_WORDS,
    LEAVE,
    NUMERATOR,
    OFFERED,
    REASON,
    REMARK,
    UNEXCUSED,
    Draft,
    Entry,
    Line,
)
from contracts.results.findings import (
    Checked,
    Expected,
    ExpectedMeasure,
    Figures,
    Finding,
    Happening,
    ReadMeasure,
    ReadRow,
    in_dutch as _nl,
    parse_day,
    parse_number,
    state_after,
)
from contracts.results.states import EventKind, RowState, StopReason
from portal.bsn import REFUSAL, find_bsn
from portal.periods import Month

MOST_HOURS = Decimal(744)
JUMP = 3
JUMP_FROM = Decimal(8)
LONGEST_REMARK = 2000
ALL_THE_SAME = 5
ASK_ONCE_FROM = 4
UNEXPLAINED = "Uren niet verklaard"

_Wrong = Callable[[str, str, str], None]


def check(
    draft: Draft,
    expected: Mapping[str, Expected],
    measures: Mapping[str, ExpectedMeasure],
    month: Month,
    *,
    lesson_free: bool = False,
) -> Checked:
    """Check a whole draft against what the portal expects for the month."""
    checked = Checked()
    grouped: dict[str, list[tuple[str, Line]]] = defaultdict(list)
    for number, line in enumerate(draft.rows):
        grouped[line.key].append((f"r{number}", line))
    for key, lines in grouped.items():
        known = expected.get(key)
        if known is None:
            checked.findings += [_unknown(mark, line) for mark, line in lines]
            continue
        _check_trajectory(checked, known, lines, month)
    for number, line in enumerate(draft.measures):
        _check_measure(checked, f"m{number}", line, measures)
    _ask_once(checked)
    _ask_about_the_whole(checked, month, lesson_free)
    return checked


def _unknown(mark: str, line: Line) -> Finding:
    message = (
        f"Traject ‘{line.key}’ hoort niet bij dit contract in deze maand. Controleer het trajectnummer."
        if line.key
        else "Vul het trajectnummer in, of maak de hele regel leeg."
    )
    return Finding(True, "Traject onbekend", message, mark, "key", line.place, "")


def _check_trajectory(
    checked: Checked, known: Expected, lines: Sequence[tuple[str, Line]], month: Month
) -> None:
    before = len(checked.findings)
    main = [(mark, line) for mark, line in lines if not line.only_event] or [lines[0]]
    for mark, line in main[1:]:
        message = f"Traject {known.number} staat er twee keer. Verwijder een van de twee regels."
        checked.findings.append(
            Finding(True, "Traject staat er dubbel", message, mark, "key", line.place, "")
        )
    mark, line = main[0]
    events = [_event(checked, known, m, extra, month) for m, extra in lines]
    found = tuple(event for event in events if event is not None)
    figures = _figures(checked, known, mark, line, found)
    _check_events(checked, known, mark, line, found, figures)
    remark = _remark(checked, known, mark, line)
    if figures is not None and not any(found.is_error for found in checked.findings[before:]):
        state = state_after(known.before, found)
        source = f"{line.place.sheet}, rij {re.sub(r'[A-Z]', '', line.place.address)}".rstrip(", rij")
        checked.rows.append(ReadRow(mark, known, figures, found, remark, state, source))
        _ask_about_the_row(checked, known, mark, line, figures)


def _figures(
    checked: Checked, known: Expected, mark: str, line: Line, events: Sequence[Happening]
) -> Figures | None:
    starts = any(event.kind is EventKind.STARTED for event in events)
    must = known.before is RowState.RUNNING or starts
    values: dict[str, Decimal] = {}
    for name in HOURS:
        value = _hours(checked, known, mark, line, name, must=must and name in (OFFERED, FOLLOWED))
        if value is not None:
            values[name] = value
    if len(values) < len(HOURS):
        return None
    figures = Figures(values[OFFERED], values[FOLLOWED], values[LEAVE], values[UNEXCUSED])
    message = ""
    if figures.followed > figures.offered:
        group, name = "Meer uren gevolgd dan aangeboden", FOLLOWED
        message = (
            f"Gevolgd ({_nl(figures.followed)}) is meer dan aangeboden ({_nl(figures.offered)}). "
            "Controleer beide getallen."
        )
    elif figures.followed + figures.leave + figures.unexcused > figures.offered:
        group, name = "Gevolgd en verzuim zijn samen te veel", UNEXCUSED
        total = figures.followed + figures.leave + figures.unexcused
        message = (
            f"Gevolgd en verzuim zijn samen {_nl(total)} uur, aangeboden is {_nl(figures.offered)} uur. "
            "Controleer de getallen."
        )
    if message:
        checked.findings.append(Finding(True, group, message, mark, name, line.entry(name), _who(known)))
        return None
    return figures


def _hours(
    checked: Checked, known: Expected, mark: str, line: Line, name: str, *, must: bool
) -> Decimal | None:
    entry, text = line.entry(name), line.text(name)

    def wrong(group: str, message: str) -> None:
        checked.findings.append(Finding(True, group, message, mark, name, entry, _who(known)))

    if entry.problem:
        wrong("De cel is niet te lezen", f"In deze cel: {entry.problem}")
    elif not text and must:
        group = "Traject ontbreekt in uw bestand" if line.missing else "Er is niets ingevuld"
        wrong(group, f"Vul de {IN_WORDS[name]} in. Waren er geen lessen? Vul dan 0 in.")
    elif not text:
        return Decimal(0)
    else:
        try:
            value = parse_number(text)
        except ValueError as error:
            wrong("Geen goed getal", str(error))
            return None
        if value <= MOST_HOURS:
            return value
        wrong("Geen goed getal", f"{_nl(value)} uur past niet in een maand. Controleer het getal.")
    return None


def _event(checked: Checked, known: Expected, mark: str, line: Line, month: Month) -> Happening | None:
    text, on_text, reason_text = line.text(EVENT), line.text(EVENT_ON), line.text(REASON)

    def wrong(group: str, message: str, name: str) -> None:
        checked.findings.append(Finding(True, group, message, mark, name, line.entry(name), _who(known)))

    for name in (EVENT, EVENT_ON, REASON):
        if line.entry(name).problem:
            wrong("De cel is niet te lezen", f"In deze cel: {line.entry(name).problem}", name)
            return None
    if not text:
        if on_text or reason_text:
            wrong("Gebeurtenis niet compleet", "Kies bij deze datum of reden ook de gebeurtenis.", EVENT)
        return None
    kind = next((k for k in EventKind if k.label.casefold() == " ".join(text.split()).casefold()), None)
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
    reason = next((r for r in StopReason if r.label.casefold() == " ".join(text.split()).casefold()), None)
    if reason is None:
        wrong("Gebeurtenis niet compleet", "Kies de reden van stoppen uit de lijst.", REASON)
    return reason is not None, reason


def _check_events(
    checked: Checked,
    known: Expected,
    mark: str,
    line: Line,
    events: Sequence[Happening],
    figures: Figures | None,
) -> None:
    def wrong(message: str, name: str = EVENT) -> None:
        finding = Finding(True, "Dit kan niet samen", message, mark, name, line.entry(name), _who(known))
        checked.findings.append(finding)

    kinds = [event.kind for event in events]
    starts = EventKind.STARTED in kinds
    if len(set(kinds)) < len(kinds):
        wrong("Deze gebeurtenis staat er twee keer. Verwijder er een.")
    if starts and known.before is not RowState.WAITING:
        wrong("Dit traject was al gestart. Maak de gebeurtenis leeg.")
    if known.before is RowState.WAITING and not starts and figures is not None and figures.offered > 0:
        wrong("Er zijn uren, maar dit traject is nog niet gestart. Kies ‘Gestart’ met de datum.", OFFERED)
    ends = {EventKind.COMPLETED, EventKind.STOPPED} & set(kinds)
    if ends and known.before is RowState.WAITING and not starts and EventKind.COMPLETED in ends:
        wrong("Dit traject is niet gestart en kan niet zijn afgerond.")
    if len(ends) == 2:
        wrong("Een traject kan niet in een maand gestopt en afgerond zijn. Kies een van de twee.")


def _remark(checked: Checked, known: Expected, mark: str, line: Line) -> str:
    text, message = line.text(REMARK), ""
    if len(text) > LONGEST_REMARK:
        message = f"Maak de opmerking korter. U mag 2.000 tekens gebruiken; dit zijn er {len(text)}."
    elif find_bsn(text):
        message = REFUSAL
    if message:
        entry = line.entry(REMARK)
        checked.findings.append(Finding(True, "Opmerking", message, mark, REMARK, entry, _who(known)))
    return text


def _ask_about_the_row(checked: Checked, known: Expected, mark: str, line: Line, figures: Figures) -> None:
    def ask(group: str, message: str, name: str) -> None:
        checked.findings.append(Finding(False, group, message, mark, name, line.entry(name), _who(known)))

    usual = known.previous.unexcused if known.previous is not None else None
    if usual is not None and figures.unexcused >= JUMP_FROM and figures.unexcused > JUMP * usual:
        ask(
            "Veel meer verzuim dan vorige maand",
            f"{_nl(figures.unexcused)} uur is meer dan 3 keer zo veel als vorige maand ({_nl(usual)} uur). "
            "Wat is er gebeurd?",
            UNEXCUSED,
        )
    told = figures.followed + figures.leave + figures.unexcused
    if told < figures.offered and not line.text(REMARK):
        ask(
            UNEXPLAINED,
            f"Van {_nl(figures.offered)} aangeboden uren zijn er {_nl(told)} gevolgd of verzuimd. "
            "Wat gebeurde er met de rest?",
            FOLLOWED,
        )


def _ask_once(checked: Checked) -> None:
    """Ask one question about hours that nobody explained, instead of the same one for every row."""
    same = [finding for finding in checked.questions if finding.group == UNEXPLAINED]
    if len(same) < ASK_ONCE_FROM:
        return
    checked.findings = [finding for finding in checked.findings if finding.group != UNEXPLAINED]
    message = (
        f"Bij {len(same)} trajecten zijn gevolgd en verzuim samen minder dan aangeboden, "
        f"bijvoorbeeld bij {same[0].key} ({same[0].entry.where}). Wat gebeurde er met de rest van de uren?"
    )
    checked.findings.append(Finding(False, UNEXPLAINED, message, "all", "rest", Entry(), ""))


def _ask_about_the_whole(checked: Checked, month: Month, lesson_free: bool) -> None:
    with_hours = [row for row in checked.rows if row.figures.offered > 0]
    if not with_hours:
        running = [row for row in checked.rows if row.state is RowState.RUNNING]
        if running and not lesson_free:
            checked.findings.append(
                Finding(
                    False,
                    "Geen lessen",
                    f"Er staan geen lesuren in {month.label}. Klopt dat?",
                    "all",
                    "none",
                    Entry(),
                    "",
                )
            )
        return
    same = [row for row in with_hours if row.expected.previous == row.figures]
    if len(same) == len(with_hours) and len(same) >= ALL_THE_SAME:
        checked.findings.append(
            Finding(
                False,
                "Gelijk aan vorige maand",
                f"Alle {len(same)} regels met uren zijn gelijk aan {month.previous().name}. "
                f"Zijn dit de uren van {month.name}?",
                "all",
                "same",
                Entry(),
                "",
            )
        )


def _check_measure(checked: Checked, mark: str, line: Line, measures: Mapping[str, ExpectedMeasure]) -> None:
    known = measures.get(line.key)
    if known is None:
        message = f"‘{line.key[:40]}’ is geen afspraak waarvoor u zelf een cijfer geeft. Verwijder de regel."
        checked.findings.append(Finding(True, "Afspraak onbekend", message, mark, "key", line.place, ""))
        return
    values: list[Decimal] = []
    for name in (NUMERATOR, DENOMINATOR):
        entry, text = line.entry(name), line.text(name)
        message = ""
        try:
            if entry.problem:
                message = f"In deze cel: {entry.problem}"
            elif not text:
                message = f"Vul de {IN_WORDS[name]} in. Was er niets te tellen? Vul dan 0 in."
            else:
                values.append(parse_number(text))
        except ValueError as error:
            message = str(error)
        if message:
            finding = Finding(
                True, "Gemeld cijfer", message, mark, name, entry, f"{known.code}, {known.name}"
            )
            checked.findings.append(finding)
    if len(values) < 2:
        return
    if known.is_part and values[0] > values[1]:
        message = f"De teller ({_nl(values[0])}) is hoger dan de noemer ({_nl(values[1])}). Controleer beide getallen."
        entry = line.entry(NUMERATOR)
        finding = Finding(
            True, "Gemeld cijfer", message, mark, NUMERATOR, entry, f"{known.code}, {known.name}"
        )
        checked.findings.append(finding)
        return
    checked.measures.append(ReadMeasure(known, values[0], values[1], line.text(REMARK)))


def _who(known: Expected) -> str:
    return f"traject {known.number}"
