"""What the checks of a monthly report work with: what is expected, what was found, what could be read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from contracts.results.draft import IN_WORDS, Entry
from contracts.results.states import EventKind, RowState, StopReason

_NUMBER = re.compile(r"^(\d{1,3}(\.\d{3})+|\d+)(,\d{1,3})?$")
_DATE = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")


@dataclass(frozen=True, slots=True)
class Figures:
    """The hours of one trajectory in one month."""

    offered: Decimal
    followed: Decimal
    leave: Decimal
    unexcused: Decimal


@dataclass(frozen=True, slots=True)
class Expected:
    """A trajectory that belongs in the report, as the portal knows it on the first of the month."""

    number: str
    trajectory_id: uuid.UUID
    contract_product_id: uuid.UUID
    product: str
    municipality_id: uuid.UUID
    municipality: str
    before: RowState
    started_on: date | None = None
    previous: Figures | None = None
    known_events: tuple[Happening, ...] = ()
    confirmed_events: tuple[Happening, ...] = ()


@dataclass(frozen=True)
class ExpectedMeasure:
    """A prestatieafspraak whose figure the provider counts itself."""

    code: str
    agreement_id: uuid.UUID
    measure: str
    name: str
    numerator: str
    denominator: str
    is_part: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a trajectory on a day, with the reason when it stopped."""

    kind: EventKind
    on: date
    reason: StopReason | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: an error or a question, in which cell, and how to mend it."""

    is_error: bool
    group: str
    message: str
    line: str
    field: str
    entry: Entry
    key: str

    @property
    def name(self) -> str:
        """The name of the field on the page."""
        return f"{self.line}-{self.field}"

    @property
    def heading(self) -> str:
        """Where it is and of whom: "Deelnemers, cel F14: gevolgde uren van traject T-4KQ7-2MXP"."""
        what = IN_WORDS.get(self.field, "trajectnummer")
        who = f" van {self.key}" if self.key else ""
        return f"{self.entry.where}: {what}{who}" if self.entry.where else f"{what}{who}"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A line that could be read: what will be stored when the report is submitted."""

    line: str
    expected: Expected
    figures: Figures
    events: tuple[Happening, ...]
    remark: str
    state: RowState
    source: str


@dataclass(frozen=True)
class ReadMeasure:
    """A reported measure that could be read."""

    expected: ExpectedMeasure
    numerator: Decimal
    denominator: Decimal
    remark: str


@dataclass
class Checked:
    """The outcome: what is wrong, what is asked, and what would be stored."""

    findings: list[Finding] = field(default_factory=list)
    rows: list[ReadRow] = field(default_factory=list)
    measures: list[ReadMeasure] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def questions(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    def unanswered(self, answers: Mapping[str, str]) -> list[Finding]:
        """Return the questions without an answer of at least ten characters."""
        return [q for q in self.questions if len(answers.get(q.name, "").strip()) < 10]


def matcher(expected: Mapping[str, Expected]) -> Callable[[str], str]:
    """Return a function that finds the trajectory number somebody meant, whatever the spaces and dashes.

    A copied "t - c6ep – 34wg " is T-C6EP-34WG; a number that fits no trajectory comes back as it is.
    """

    @cache
    def by_letters() -> dict[str, str]:
        return {_letters(number): number for number in expected}

    def found(key: str) -> str:
        return key if key in expected else by_letters().get(_letters(key), key)

    return found


def _letters(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


def parse_number(text: str) -> Decimal:
    """Read a Dutch number: "36", "36,5" or "1.234"; never guesses.

    Raises:
        ValueError: with the sentence that goes behind the cell.
    """
    if text.isdecimal() and text.isascii():
        return Decimal(text)
    bare = text.replace("\u00a0", "").replace(" ", "")
    if bare.startswith(("-", "−")):
        if not bare.strip("-−"):
            raise ValueError("Een streepje is geen getal. Was er niets? Vul dan 0 in.")
        raise ValueError(f"Het aantal moet 0 of meer zijn. Nu staat er {bare[:20]}.")
    if not _NUMBER.match(bare):
        raise ValueError(_not_a_number(bare, text))
    return Decimal(bare.replace(".", "").replace(",", "."))


def _not_a_number(text: str, typed: str) -> str:
    """Say what is wrong with a number as it was typed, with the number as it should be where that is clear."""
    if re.fullmatch(r"\d+\.\d{1,3}", text):
        return f"Gebruik een komma voor de decimalen: {text.replace('.', ',')} in plaats van {text}."
    if re.fullmatch(r"\d+[.,]\d{4,}", text):
        return f"Rond af op ten hoogste 3 cijfers achter de komma. Nu staat er {text[:20]}."
    if re.fullmatch(r"\d+:\d{2}", text):
        return f"Schrijf uren en minuten als getal met een komma, zoals 36,5 voor 36 uur en 30 minuten. Nu staat er {text[:20]}."
    found = re.match(r"(\d+(?:,\d{1,3})?)(?=[^\d.,])", text)
    if found is not None:
        return f"Vul alleen het getal in: {found[1]} in plaats van ‘{typed.strip()[:20]}’."
    return f"‘{typed.strip()[:20]}’ is geen getal. Vul een getal in met een komma voor de decimalen, zoals 36 of 36,5."


def parse_day(text: str) -> date:
    """Read a date written as dag-maand-jaar.

    Raises:
        ValueError: with the sentence that goes behind the cell.
    """
    found = _DATE.match(text)
    try:
        if found is None:
            raise ValueError
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise ValueError("Vul de datum in als dag-maand-jaar, zoals 02-11-2026.") from None


def state_after(before: RowState, events: Sequence[Happening]) -> RowState:
    """Return the state of a trajectory after the events of the month, in order of their day."""
    after = {
        EventKind.STARTED: RowState.RUNNING,
        EventKind.PAUSED: RowState.PAUSED,
        EventKind.RESUMED: RowState.RUNNING,
        EventKind.COMPLETED: RowState.COMPLETED,
        EventKind.STOPPED: RowState.STOPPED,
        EventKind.NO_SHOW: RowState.STOPPED,
    }
    state = before
    for event in sorted(events, key=lambda event: event.on):
        state = after.get(event.kind, state)
    return state


def in_dutch(value: Decimal) -> str:
    """Write a number of hours the Dutch way, without zeros behind the comma: 36,5."""
    text = str(value)
    return text if text.isdecimal() else f"{value.normalize():f}".replace(".", ",")


def grouped(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Group findings by the kind of repair, in order of first appearance."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.group, []).append(finding)
    return groups
