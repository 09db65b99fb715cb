"""What came in for a report, as text with the place it stood, before anything is believed of it.

A draft is plain data: it is kept as JSON with the version until it is submitted, so that a person can
mend one cell on the page without losing the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from portal.bsn import find_bsn

OFFERED, FOLLOWED, LEAVE, UNEXCUSED = "offered", "followed", "leave", "unexcused"
EVENT, EVENT_ON, REASON, REMARK = "event", "event_on", "reason", "remark"
NUMERATOR, DENOMINATOR = "numerator", "denominator"

HOURS = (OFFERED, FOLLOWED, LEAVE, UNEXCUSED)
ROW_FIELDS = (*HOURS, EVENT, EVENT_ON, REASON, REMARK)
MEASURE_FIELDS = (NUMERATOR, DENOMINATOR, REMARK)

TITLES = {
    OFFERED: "Uren aangeboden",
    FOLLOWED: "Uren gevolgd",
    LEAVE: "Verzuim met verlof",
    UNEXCUSED: "Verzuim zonder verlof",
    EVENT: "Gebeurtenis",
    EVENT_ON: "Datum gebeurtenis",
    REASON: "Reden van stoppen",
    REMARK: "Opmerking",
    NUMERATOR: "Teller",
    DENOMINATOR: "Noemer",
}
IN_WORDS = {
    OFFERED: "aangeboden uren",
    FOLLOWED: "gevolgde uren",
    LEAVE: "uren verzuim met verlof",
    UNEXCUSED: "uren verzuim zonder verlof",
    EVENT: "gebeurtenis",
    EVENT_ON: "datum van de gebeurtenis",
    REASON: "reden van stoppen",
    REMARK: "opmerking",
    NUMERATOR: "teller",
    DENOMINATOR: "noemer",
}
NUMBER_TITLE, CODE_TITLE, MUNICIPALITY_TITLE = "Trajectnummer", "Code", "Gemeente"


class Entry(NamedTuple):
    """One cell as it came in: its text, where it stood, and what is wrong with the cell itself."""

    text: str = ""
    sheet: str = ""
    address: str = ""
    problem: str = ""

    @property
    def problem_sentence(self) -> str:
        """What is wrong with the cell itself, as a sentence."""
        return self.problem[:1].upper() + self.problem[1:]

    @property
    def where(self) -> str:
        """The place as a person looks for it: "Deelnemers, cel F14"."""
        return f"{self.sheet}, cel {self.address}" if self.address else self.sheet


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: a trajectory (or a reported measure) and its cells."""

    key: str
    place: Entry
    cells: dict[str, Entry] = field(default_factory=dict)
    missing: bool = False

    def entry(self, name: str) -> Entry:
        """Return a cell; an empty one when the file has no such column."""
        found = self.cells.get(name)
        return found if found is not None else Entry(sheet=self.place.sheet)

    def text(self, name: str) -> str:
        """Return the text of a cell, without the spaces around it."""
        found = self.cells.get(name)
        return found.text.strip() if found is not None else ""

    @property
    def has_hours(self) -> bool:
        """Whether hours were filled in on the line, readable or not."""
        return any(self.cells[name].text or self.cells[name].problem for name in HOURS if name in self.cells)

    @property
    def is_empty(self) -> bool:
        """Whether no cell of the line holds anything."""
        return not any(entry.text or entry.problem for entry in self.cells.values())

    @property
    def only_event(self) -> bool:
        """Whether the line adds one more event to a trajectory that stands above it."""
        return bool(self.text(EVENT)) and not self.has_hours

    @property
    def row(self) -> str:
        """The line as a person looks for it: "rij 14", or what the page calls it."""
        digits = self.place.address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return f"rij {digits}" if digits else self.place.sheet.lower() or "de andere regel"

    @property
    def source(self) -> str:
        """Where the line came from: "Deelnemers, rij 14"."""
        return f"{self.place.sheet}, {self.row}" if self.place.address else self.place.sheet


@dataclass(frozen=True)
class Draft:
    """A whole delivery: lines per trajectory, reported measures, and answers to the questions."""

    rows: tuple[Line, ...] = ()
    measures: tuple[Line, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the draft as plain data for the database."""
        return {
            "rows": [_line_out(line) for line in self.rows],
            "measures": [_line_out(line) for line in self.measures],
            "answers": dict(self.answers),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """Read what `as_json` wrote."""
        return cls(
            rows=tuple(_line_in(line) for line in data.get("rows", [])),
            measures=tuple(_line_in(line) for line in data.get("measures", [])),
            answers={str(key): str(text) for key, text in data.get("answers", {}).items()},
        )

    def mended(self, texts: dict[str, str], answers: dict[str, str]) -> Draft:
        """Return the draft with other texts in some cells ("r3-followed" → "31") and with answers."""
        marks = {name.partition("-")[0] for name in texts}
        rows = _mended("r", self.rows, texts, marks)
        measures = _mended("m", self.measures, texts, marks)
        kept = {**self.answers, **{key: text.strip() for key, text in answers.items()}}
        return Draft(rows, measures, {key: text for key, text in kept.items() if text})

    def bsn_in(self, texts: Mapping[str, str], answers: Mapping[str, str]) -> list[str]:
        """Return the places of typed texts and answers with a number that can be a BSN, as a person reads them."""
        keys = {f"r{n}": line.key for n, line in enumerate(self.rows)}
        keys |= {f"m{n}": line.key for n, line in enumerate(self.measures)}
        found = []
        for field_name in (name for name, text in texts.items() if find_bsn(text)):
            mark, _, name = field_name.partition("-")
            title, key = TITLES.get(name, NUMBER_TITLE), keys.get(mark, "")
            found.append(f"{title} van {key}" if key else title)
        return found + ["Uw antwoord op een vraag" for text in answers.values() if find_bsn(text)]

    def fields(self) -> Iterator[tuple[str, Line, str, Entry]]:
        """Yield every cell with the name it has on the page."""
        for mark, lines in (("r", self.rows), ("m", self.measures)):
            for number, line in enumerate(lines):
                for name, entry in line.cells.items():
                    yield f"{mark}{number}-{name}", line, name, entry


def _mended(letter: str, lines: tuple[Line, ...], texts: dict[str, str], marks: set[str]) -> tuple[Line, ...]:
    if not marks:
        return lines
    return tuple(
        _mend(mark, line, texts) if (mark := f"{letter}{n}") in marks else line for n, line in enumerate(lines)
    )


def _mend(mark: str, line: Line, texts: dict[str, str]) -> Line:
    cells = dict(line.cells)
    for name in (*ROW_FIELDS, NUMERATOR, DENOMINATOR):
        text = texts.get(f"{mark}-{name}")
        if text is not None and text.strip() != line.text(name):
            cells[name] = line.entry(name)._replace(text=text.strip(), problem="")
    key = texts.get(f"{mark}-key", line.key).strip().upper()
    if line.key and not key:  # the number was emptied on the page: the line is left out
        return replace(line, key="", cells={name: entry._replace(text="", problem="") for name, entry in cells.items()})
    return replace(
        line, key=key, cells=cells, missing=line.missing and not any(c.text for c in cells.values())
    )


def _line_out(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "place": list(line.place),
        "missing": line.missing,
        "cells": {name: list(entry) for name, entry in line.cells.items()},
    }


def _line_in(data: dict[str, Any]) -> Line:
    cells = {name: Entry(*entry) for name, entry in data["cells"].items()}
    return Line(data["key"], Entry(*data["place"]), cells, data.get("missing", False))
