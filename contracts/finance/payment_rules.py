"""Reading what the financial system says about invoices: "geboekt" and "betaald op", line by line.

A csv of three columns, with ``;`` or ``,`` between them: Factuur, Geboekt op, Betaald op. Plain values only.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.forms import dutch_date

COLUMNS = ("Factuur", "Geboekt op", "Betaald op")
MOST_LINES = 5_000
_UNKNOWN = "Deze factuur kennen wij niet. Gebruik het nummer van het portaal, zoals F-2026-014."
_NOT_APPROVED = "Deze factuur is nog niet goedgekeurd. Haal de regel weg of stel haar eerst betaalbaar."


@dataclass(frozen=True)
class Payable:
    """An invoice as the upload needs it."""

    approved_on: date | None
    booked_on: date | None
    paid_on: date | None


@dataclass(frozen=True)
class PaymentLine:
    """A good line: the dates that it sets."""

    line: int
    number: str
    booked_on: date | None
    paid_on: date | None
    changes: bool


@dataclass(frozen=True)
class PaymentError:
    """A wrong cell: where it is, what stands there, and how to mend it."""

    cell: str
    found: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What a file says: the good lines and the wrong cells."""

    lines: tuple[PaymentLine, ...]
    errors: tuple[PaymentError, ...]

    @property
    def changed(self) -> list[PaymentLine]:
        """The lines that set something new."""
        return [line for line in self.lines if line.changes]


def decode(content: bytes) -> str:
    """Read the bytes of a csv: UTF-8 with or without BOM, else as Windows saves it.

    Raises:
        ValueError: it is no text.
    """
    if b"\x00" in content:
        raise ValueError("Dit bestand is geen csv. Sla het in uw pakket op als csv en probeer het opnieuw.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_payments(text: str, known: Mapping[str, Payable], *, today: date) -> Reading:
    """Read a file against the invoices a viewer may see.

    Raises:
        ValueError: with a Dutch sentence, when the file as a whole cannot be read.
    """
    rows = _rows(text)
    places = _columns(rows[0])
    lines: list[PaymentLine] = []
    errors: list[PaymentError] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [row[place].strip() if place < len(row) else "" for place in places]
        found = _line(number, cells, places, known, today)
        if isinstance(found, PaymentError):
            errors.append(found)
        elif found.number in seen:
            message = f"Deze factuur staat ook op regel {seen[found.number]}. Laat één regel staan."
            errors.append(PaymentError(_cell(places[0], number), found.number, message))
        else:
            seen[found.number] = number
            lines.append(found)
    return Reading(tuple(lines), tuple(errors))


def _rows(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    separator = ";" if ";" in first or "," not in first else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise ValueError("Dit bestand is geen csv. Sla het in uw pakket op als csv en probeer het opnieuw.") from error
    if len(rows) < 2 or not any(any(cell.strip() for cell in row) for row in rows[1:]):
        raise ValueError("Het bestand heeft geen regels onder de kop.")
    if len(rows) > MOST_LINES:
        raise ValueError("Het bestand heeft meer dan 5.000 regels. Splits het bestand.")
    return rows


def _columns(head: list[str]) -> list[int]:
    names = [cell.strip().lower() for cell in head]
    missing = [column for column in COLUMNS if column.lower() not in names]
    if missing:
        raise ValueError(f"In de kop ontbreekt de kolom ‘{missing[0]}’. Neem de kop van het sjabloon over.")
    return [names.index(column.lower()) for column in COLUMNS]


def _line(
    number: int, cells: list[str], places: list[int], known: Mapping[str, Payable], today: date
) -> PaymentLine | PaymentError:
    name = cells[0].upper()
    invoice = known.get(name)
    if invoice is None:
        return PaymentError(_cell(places[0], number), cells[0], _UNKNOWN)
    if invoice.approved_on is None:
        return PaymentError(_cell(places[0], number), cells[0], _NOT_APPROVED)
    dates: list[date | None] = []
    for text, place in zip(cells[1:], places[1:], strict=True):
        try:
            dates.append(_date(text, today))
        except ValueError as error:
            return PaymentError(_cell(place, number), text, str(error))
    booked, paid = dates
    if booked is None and paid is None:
        return PaymentError(_cell(places[1], number), "", "Vul ‘Geboekt op’ of ‘Betaald op’ in.")
    first = booked or invoice.booked_on
    if paid is not None and first is not None and paid < first:
        return PaymentError(_cell(places[2], number), cells[2], "De datum van betalen ligt vóór de datum van boeken.")
    changes = (booked or invoice.booked_on, paid or invoice.paid_on) != (invoice.booked_on, invoice.paid_on)
    return PaymentLine(number, name, booked, paid, changes)


def _date(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if text[:4].isdigit() else dutch_date(text)
    except ValueError:
        raise ValueError("Dit is geen datum. Schrijf 2026-11-25 of 25-11-2026.") from None
    if found > today:
        raise ValueError("Deze datum ligt in de toekomst.")
    if found.year < 2020:
        raise ValueError("Deze datum ligt te ver terug. Controleer het jaar.")
    return found


def _cell(column: int, line: int) -> str:
    return f"{chr(ord('A') + column)}{line}" if column < 26 else f"kolom {column + 1}, regel {line}"
