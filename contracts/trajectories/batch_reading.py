"""From a workbook of aanmeldingen to plain rows: every column found by its title, every wrong cell named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal

from portal.bsn import find_bsn
from portal.catalogue.states import TargetGroup
from portal.forms import dutch_date, dutch_decimal
from portal.sheets import Cell, CellProblem, SheetRefused, Table, Workbook, address, find_table, read_workbook

CONTRACT, PRODUCT, GROUP, PIP, ON = "Contract", "Product", "Doelgroep", "Datum PIP", "Aanmelddatum"
HOURS, PARTICIPATION, PARTS = "Ingebrachte lesuren", "Ingebrachte uren participatie", "Gehaalde examenonderdelen"
SOURCE, REMARK = "Waar komen die vandaan?", "Opmerking voor de aanbieder"
TITLES = (CONTRACT, PRODUCT, GROUP, PIP, ON, HOURS, PARTICIPATION, PARTS, SOURCE, REMARK)
NEEDED = (CONTRACT, GROUP, PIP)
SHEET = "Aanmeldingen"
MOST_ROWS = 500
# Which column a refusal of the service belongs to.
COLUMN_OF = {
    "contract_product": CONTRACT, "pip_on": PIP, "on": ON, "brought_hours": HOURS,
    "brought_participation_hours": PARTICIPATION, "brought_exam_parts": PARTS, "brought_source": SOURCE,
    "remark": REMARK,
}  # fmt: skip


@dataclass(frozen=True)
class CellError:
    """One thing that is wrong, at its cell."""

    cell: str
    title: str
    message: str


@dataclass
class Row:
    """One aanmelding as it stands in the file; `number` is the trajectnummer once it is made."""

    line: int
    contract: str = ""
    product: str = ""
    group: str = ""
    pip_on: str = ""
    on: str = ""
    hours: str = "0"
    participation: str = "0"
    parts: str = ""
    source: str = ""
    remark: str = ""
    number: str = ""
    cells: dict[str, str] = field(default_factory=dict)


def read_rows(data: bytes, filename: str, *, today: date) -> tuple[list[Row], list[CellError]]:
    """Read the rows of a workbook, ods or csv and what is wrong in them; empty lines are passed over.

    Raises:
        SheetRefused: the file cannot be read, misses a column, has too many rows, or holds a number that can
            be a burgerservicenummer (the cell is named, the number is not kept).
    """
    book = read_workbook(data, filename)
    _refuse_bsn(book)
    tables = [find_table(grid, TITLES, needed=NEEDED) for grid in book.sheets.values() if not grid.hidden]
    table = next((one for one in tables if one is not None), None)
    if table is None:
        raise SheetRefused(
            f"Dit is geen lijst met aanmeldingen: de kolommen {', '.join(NEEDED)} ontbreken. Gebruik het sjabloon."
        )
    rows: list[Row] = []
    errors: list[CellError] = []
    for at in table.data_rows:
        if any(table.cell(at, title) not in (None, "") for title in TITLES):
            row, wrong = _row(table, at, today)
            rows.append(row)
            errors += wrong
    if not rows:
        raise SheetRefused("Er staat geen enkele aanmelding in het bestand.")
    if len(rows) > MOST_ROWS:
        raise SheetRefused(f"Er staan {len(rows)} aanmeldingen in het bestand. Splits het: ten hoogste {MOST_ROWS} per keer.")
    return rows, errors


def to_json(rows: Sequence[Row]) -> str:
    """Write rows down to be kept."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def from_json(text: str) -> list[Row]:
    """Read rows that were kept."""
    return [Row(**one) for one in json.loads(text)]


def _row(table: Table, at: int, today: date) -> tuple[Row, list[CellError]]:
    row = Row(line=at + 1, cells={title: table.address(at, title) for title in TITLES if title in table.columns})
    errors: list[CellError] = []

    def taken(title: str, read: Mapping[str, object]) -> str:
        if "error" in read:
            errors.append(CellError(table.address(at, title), title, str(read["error"])))
        return str(read.get("value", ""))

    row.contract = taken(CONTRACT, _text(table.cell(at, CONTRACT), "Vul het nummer van het contract in."))
    row.product = taken(PRODUCT, _text(table.cell(at, PRODUCT)))
    row.group = taken(GROUP, _group(table.cell(at, GROUP)))
    row.pip_on = taken(PIP, _day(table.cell(at, PIP), "Vul de datum van het PIP in."))
    row.on = taken(ON, _day(table.cell(at, ON))) or today.isoformat()
    row.hours = taken(HOURS, _hours(table.cell(at, HOURS))) or "0"
    row.participation = taken(PARTICIPATION, _hours(table.cell(at, PARTICIPATION))) or "0"
    row.parts = taken(PARTS, _text(table.cell(at, PARTS), most=200))
    row.source = taken(SOURCE, _text(table.cell(at, SOURCE), most=200))
    row.remark = taken(REMARK, _text(table.cell(at, REMARK), most=1000))
    return row, errors


def _text(cell: Cell, missing: str = "", most: int = 200) -> dict[str, object]:
    if isinstance(cell, CellProblem):
        return {"error": cell.message}
    text = "" if cell is None else str(cell).strip()
    if not text and missing:
        return {"error": missing}
    if len(text) > most:
        return {"error": f"Maak de tekst korter: ten hoogste {most} tekens.", "value": text[:most]}
    return {"value": text}


def _group(cell: Cell) -> dict[str, object]:
    if isinstance(cell, CellProblem):
        return {"error": cell.message}
    text = "" if cell is None else str(cell).strip().casefold()
    found = next((one for one in TargetGroup if text in (one.value, one.label.casefold())), None)
    if found is None:
        return {"error": "Kies " + " of ".join(one.label for one in TargetGroup) + "."}
    return {"value": found.value}


def _day(cell: Cell, missing: str = "") -> dict[str, object]:
    if isinstance(cell, CellProblem):
        return {"error": cell.message}
    if cell in (None, ""):
        return {"error": missing} if missing else {"value": ""}
    if isinstance(cell, datetime):
        return {"value": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"value": cell.isoformat()}
    try:
        return {"value": dutch_date(str(cell)).isoformat()}
    except ValueError:
        return {"error": "Vul een datum in als dag-maand-jaar, zoals 31-12-2026."}


def _hours(cell: Cell) -> dict[str, object]:
    if isinstance(cell, CellProblem):
        return {"error": cell.message}
    if cell in (None, ""):
        return {"value": "0"}
    try:
        number = cell if isinstance(cell, Decimal) else dutch_decimal(str(cell), 3)
    except ValueError:
        return {"error": "Vul een aantal uren in met een komma, zoals 120 of 7,5."}
    if number != round(number, 3):
        return {"error": "Gebruik ten hoogste 3 cijfers na de komma."}
    return {"value": f"{number:f}"}


def _refuse_bsn(book: Workbook) -> None:
    for grid in book.sheets.values():
        for r, row in enumerate(grid.rows):
            for c, cell in enumerate(row):
                if isinstance(cell, str | Decimal) and find_bsn(str(cell)):
                    raise SheetRefused(
                        f"{grid.name}, cel {address(r, c)}: hier staat een getal dat een burgerservicenummer kan zijn. "
                        "Haal het weg en upload het bestand opnieuw. Het bestand is niet bewaard."
                    )
