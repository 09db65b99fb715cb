"""The checks of a monthly report: cells first, then sense. Plain values in, findings and rows out.

An error stops submitting; a question may be right and asks for a short answer (screens.md §4.6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from contracts.results.draft import (
    DENOMINATOR,
    EVENT,
    FOLLOWED,
    HOURS,
    IN_WORDS,
    LEAVE,
    NUMERATOR,
    OFFERED,
    REMARK,
    UNEXCUSED,
    Draft,
    Line,
)
from contracts.results.event_checks import events_told, is_start
from contracts.results.findings import (
    Checked,
    Expected,
    ExpectedMeasure,
    Figures,
    Finding,
    ReadMeasure,
    ReadRow,
    in_dutch as _nl,
    matcher,
    parse_number,
    state_after,
)
from contracts.results.questions import ask_about_the_row, ask_about_the_whole, ask_once
from contracts.results.states import RowState
from portal.bsn import REFUSAL, find_bsn
from portal.periods import Month

MOST_HOURS = Decimal(744)
LONGEST_REMARK = 2000


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
    meant = matcher(expected)
    for number, line in enumerate(draft.rows):
        if line.key or not line.is_empty:
            grouped[meant(line.key)].append((f"r{number}", line))
    for key, lines in grouped.items():
        known = expected.get(key)
        if known is None:
            checked.findings += [_unknown(mark, line) for mark, line in lines]
            continue
        _check_trajectory(checked, known, lines, month)
    for number, line in enumerate(draft.measures):
        _check_measure(checked, f"m{number}", line, measures)
    ask_once(checked)
    ask_about_the_whole(checked, month, lesson_free)
    return checked


def _unknown(mark: str, line: Line) -> Finding:
    message = (
        f"Traject ‘{line.key}’ hoort niet bij dit contract in deze maand. Verbeter het trajectnummer, "
        "of maak het vak leeg om deze regel weg te laten."
        if line.key
        else "Vul het trajectnummer in, of maak de hele regel leeg in uw bestand en upload het opnieuw."
    )
    return Finding(True, "Traject onbekend", message, mark, "key", line.place, "")


def _check_trajectory(
    checked: Checked, known: Expected, lines: Sequence[tuple[str, Line]], month: Month
) -> None:
    before = len(checked.findings)
    if len(lines) > 1:
        lines = [one for one in lines if not one[1].missing] or lines[:1]
    mark, line = next((one for one in lines if one[1].has_hours), lines[0])
    if len(lines) > 1:
        _refuse_hours_elsewhere(checked, known, line, lines)
    found = tuple(told.event for told in events_told(checked, known, lines, month))
    starts = any(is_start(extra) for _, extra in lines)
    figures = _figures(checked, known, mark, line, starts=starts)
    remark = " ".join(filter(None, [_remark(checked, known, m, extra) for m, extra in lines]))
    if figures is not None and len(checked.findings) == before:
        state = state_after(known.before, found)
        checked.rows.append(ReadRow(mark, known, figures, found, remark, state, line.source))
        ask_about_the_row(checked, known, mark, line, figures, month)


def _refuse_hours_elsewhere(
    checked: Checked, known: Expected, main: Line, lines: Sequence[tuple[str, Line]]
) -> None:
    """A trajectory has its hours on one line; on every other line each cell with hours is named."""
    for mark, line in lines:
        if line is main:
            continue
        message = (
            f"Deze regel is er voor een extra gebeurtenis van traject {known.number}. De uren van dit traject horen "
            f"bij elkaar op {main.row}. Tel ze daar op en maak deze cel leeg."
            if line.text(EVENT)
            else f"Traject {known.number} heeft al uren op {main.row}. Een traject heeft één regel met uren: maak deze "
            "cel leeg. Is deze regel van een ander traject? Verbeter dan het trajectnummer in uw bestand."
        )
        for name in HOURS:
            entry = line.entry(name)
            if entry.text.strip() or entry.problem:
                group = "Uren staan op twee regels"
                checked.findings.append(Finding(True, group, message, mark, name, entry, _who(known)))


def _figures(
    checked: Checked, known: Expected, mark: str, line: Line, *, starts: bool
) -> Figures | None:
    must = known.before is RowState.RUNNING or starts
    values: dict[str, Decimal] = {}
    for name in HOURS:
        value = _hours(checked, known, mark, line, name, must=must and name in (OFFERED, FOLLOWED))
        if value is not None:
            values[name] = value
    if len(values) < len(HOURS):
        return None
    figures = Figures(values[OFFERED], values[FOLLOWED], values[LEAVE], values[UNEXCUSED])
    if known.before is RowState.WAITING and not starts and figures.offered > 0:
        message = "Er zijn uren, maar dit traject is nog niet gestart. Kies ‘Gestart’ met de datum."
        entry = line.entry(OFFERED)
        checked.findings.append(Finding(True, "Dit kan niet samen", message, mark, OFFERED, entry, _who(known)))
        return None
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
        wrong("De cel is niet te lezen", entry.problem_sentence)
    elif not text and must and line.missing:
        message = f"Vul hier de {IN_WORDS[name]} in, of zet de regel van dit traject terug in uw bestand."
        wrong("Traject ontbreekt in uw bestand", message)
    elif not text and must:
        wrong("Er is niets ingevuld", f"Vul de {IN_WORDS[name]} in. Waren er geen lessen? Vul dan 0 in.")
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
                message = entry.problem_sentence
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
