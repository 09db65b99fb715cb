"""From a file of the provider to a draft: find the sheets and columns, keep the place of every cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from contracts.results.draft import (
    CODE_TITLE,
    DENOMINATOR,
    EVENT,
    EVENT_ON,
    FOLLOWED,
    HOURS,
    NUMBER_TITLE,
    NUMERATOR,
    OFFERED,
    REASON,
    REMARK,
    ROW_FIELDS,
    TITLES,
    Draft,
    Entry,
    Line,
)
from contracts.results.findings import Expected, ExpectedMeasure, Happening, in_dutch, matcher
from contracts.results.rules import Sent
from portal.bsn import find_bsn
from portal.bulk import many_values
from portal.dutch import in_words
from portal.periods import Month
from portal.sheets import (
    Cell,
    CellProblem,
    Grid,
    SheetRefused,
    Table,
    Workbook,
    address,
    find_table,
    read_workbook,
)

STAMP = "portaal_sjabloon"
TEMPLATE_VERSION = 1
ROWS_SHEET, MEASURES_SHEET = "Deelnemers", "Gemeld"
_NEEDED = (NUMBER_TITLE, TITLES[OFFERED], TITLES[FOLLOWED])


def stamp_of(contract: str, month: Month) -> str:
    """Return what the hidden name of a template says: contract, month, version of the template."""
    return f"{contract}|{month.code}|{TEMPLATE_VERSION}"


@many_values()
def read_draft(
    data: bytes,
    filename: str,
    *,
    contract: str,
    month: Month,
    expected: Mapping[str, Expected],
    measures: Mapping[str, ExpectedMeasure],
) -> Draft:
    """Read a workbook, ods or csv into a draft; columns may stand in another order.

    Raises:
        SheetRefused: the file cannot be read, is of another contract or month, misses a column, or holds
            a number that can be a burgerservicenummer (the cell is named, the number is not kept).
    """
    book = read_workbook(data, filename)
    refuse_bsn(book)
    _refuse_other_report(book, contract, month)
    table = _rows_table(book, month)
    lines = _lines(table)
    meant = matcher(expected)
    delivered = {meant(line.key) for line in lines}
    lines += [_missing(known) for number, known in expected.items() if number not in delivered]
    return Draft(tuple(lines), tuple(_measure_lines(book, measures)))


def refuse_bsn(book: Workbook) -> None:
    """Refuse a workbook with a stand-alone number that can be a BSN anywhere in it, naming the cell."""
    for grid in book.sheets.values():
        for r, row in enumerate(grid.rows):
            for c, cell in enumerate(row):
                if _may_hold_bsn(cell) and find_bsn(_text(cell)):
                    raise SheetRefused(
                        f"{grid.name}, cel {address(r, c)}: hier staat een getal dat een burgerservicenummer kan zijn. "
                        "Haal het weg en upload het bestand opnieuw. Het bestand is niet bewaard."
                    )


def _may_hold_bsn(cell: Cell) -> bool:
    return len(cell) >= 9 if isinstance(cell, str) else isinstance(cell, Decimal) and cell >= 10**8


def empty_draft(
    expected: Mapping[str, Expected], measures: Mapping[str, ExpectedMeasure], sent: Sent | None = None
) -> Draft:
    """Return a draft for the screen: a line per trajectory with what was sent before, or the known events."""
    before = sent or Sent()
    asked_first = sorted(expected.items(), key=lambda one: one[0] not in before.questions)
    rows = [
        Line(number, Entry(sheet=f"Regel {position}"), _starting_cells(known, before, f"Regel {position}"))
        for position, (number, known) in enumerate(asked_first, start=1)
    ]
    for known in expected.values():
        rows += [
            Line(known.number, Entry(sheet="Nog een gebeurtenis"), _event_cells(event, "Nog een gebeurtenis"))
            for event in before.events_of(known)[1:]
        ]
    return Draft(tuple(rows), tuple(_starting_measure(known, before) for known in measures.values()))


def _starting_cells(known: Expected, sent: Sent, sheet: str) -> dict[str, Entry]:
    cells = {name: Entry(sheet=sheet) for name in ROW_FIELDS}
    events, kept = sent.events_of(known), sent.rows.get(known.number)
    if events:
        cells |= _event_cells(events[0], sheet)
    if kept is not None:
        cells |= {name: Entry(in_dutch(getattr(kept.figures, name)), sheet) for name in HOURS}
        cells[REMARK] = Entry(kept.remark, sheet)
    return cells


def _starting_measure(known: ExpectedMeasure, sent: Sent) -> Line:
    sheet = "Gemeld cijfer"
    if known.code not in sent.measures:
        return _missing_measure(known, sheet)
    numerator, denominator, remark = sent.measures[known.code]
    texts = {NUMERATOR: in_dutch(numerator), DENOMINATOR: in_dutch(denominator), REMARK: remark}
    return Line(known.code, Entry(sheet=sheet), {name: Entry(text, sheet) for name, text in texts.items()})


def unchanged_draft(expected: Mapping[str, Expected], measures: Mapping[str, ExpectedMeasure]) -> Draft:
    """Return a draft that says: no lessons and nothing happened this month."""
    draft = empty_draft(expected, measures)
    zero = {name: Entry("0", "Geen wijzigingen") for name in HOURS}
    rows = [
        line if line.only_event and n >= len(expected) else _with(line, zero)
        for n, line in enumerate(draft.rows)
    ]
    nothing = {name: Entry("0", "Geen wijzigingen") for name in (NUMERATOR, DENOMINATOR)}
    lines = [Line(line.key, Entry(sheet="Geen wijzigingen"), nothing) for line in draft.measures]
    return Draft(tuple(rows), tuple(lines))


def _with(line: Line, cells: Mapping[str, Entry]) -> Line:
    return Line(line.key, Entry(sheet="Geen wijzigingen"), {**line.cells, **cells})


def _refuse_other_report(book: Workbook, contract: str, month: Month) -> None:
    stamp = book.names.get(STAMP, "")
    parts = stamp.split("|")
    if len(parts) < 2:
        return
    if parts[0] != contract:
        raise SheetRefused(
            f"Dit is het bestand van contract {parts[0][:40]}. U levert aan voor contract {contract}. Kies het juiste bestand."
        )
    try:
        of = Month.parse(parts[1])
    except ValueError:
        return
    if of != month:
        raise SheetRefused(
            f"Dit is het bestand van {of.label}. U levert aan over {month.label}. Kies het juiste bestand."
        )


def _rows_table(book: Workbook, month: Month) -> Table:
    titles = [NUMBER_TITLE, *(TITLES[name] for name in ROW_FIELDS)]
    grids = sorted(book.sheets.values(), key=lambda grid: (grid.hidden, grid.name != ROWS_SHEET))
    for grid in grids:
        table = find_table(grid, titles, needed=_NEEDED)
        if table is not None:
            return table
    for grid in grids:
        partly = find_table(grid, titles, needed=(NUMBER_TITLE,))
        if partly is not None:
            lacking = [f"‘{title}’" for title in _NEEDED if title not in partly.columns]
            raise SheetRefused(
                f"Gebruik het sjabloon van {month.label}. In uw bestand "
                f"{'ontbreekt de kolom' if len(lacking) == 1 else 'ontbreken de kolommen'} {in_words(lacking)}. "
                f"Zet {'die titel' if len(lacking) == 1 else 'die titels'} terug op blad ‘{grid.name}’, "
                f"rij {partly.header_row + 1}."
            )
    raise SheetRefused(
        f"Gebruik het sjabloon van {month.label}. In uw bestand ontbreekt de kolom ‘{NUMBER_TITLE}’."
    )


def _lines(table: Table) -> list[Line]:
    """Read the lines below the header; a row with nothing in it is no line."""
    names = {NUMBER_TITLE: "", **{TITLES[name]: name for name in ROW_FIELDS}}
    columns = [(names[title], column, address(0, column)[:-1]) for title, column in table.columns.items()]
    sheet = _shown_name(table.grid)
    lines: list[Line] = []
    for row in table.data_rows:
        cells = {
            name: _entry(table.grid.cell(row, column), sheet, f"{letters}{row + 1}", as_date=name == EVENT_ON)
            for name, column, letters in columns
        }
        place = cells.pop("")
        if place.text or any(entry.text or entry.problem for entry in cells.values()):
            lines.append(Line(place.text.upper(), place, cells))
    return lines


def _shown_name(grid: Grid) -> str:
    return "Rij" if grid.name == "csv" else grid.name


def _entry(cell: Cell, sheet: str, place: str, *, as_date: bool) -> Entry:
    problem = ""
    if isinstance(cell, CellProblem):
        problem = cell.message
    elif isinstance(cell, date) and not as_date:
        problem = (
            f"hier staat de datum {cell:%d-%m-%Y}. Excel heeft het omgezet; typ het opnieuw, "
            "een getal met een komma (3,5)."
        )
    elif isinstance(cell, bool):
        problem = "hier staat WAAR of ONWAAR. Typ het getal of kies uit de lijst."
    return Entry("" if problem else _text(cell), sheet, place, problem)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, timedelta):
        return (
            in_dutch(Decimal(round(cell.total_seconds())) / 3600)
            if cell.total_seconds() % 36 == 0
            else str(cell)
        )
    if isinstance(cell, Decimal):
        if cell.as_tuple().exponent == 0:
            return in_dutch(cell)
        rounded = cell.quantize(Decimal("0.001")) if abs(cell) < 10**12 else cell
        return in_dutch(rounded) if abs(rounded - cell) < Decimal("0.0000001") else in_dutch(cell)
    return "" if isinstance(cell, CellProblem) else str(cell)


def _missing(known: Expected) -> Line:
    place = Entry(sheet="Niet in uw bestand")
    cells = dict.fromkeys(HOURS, place) | _known_event(known, "Niet in uw bestand")
    return Line(known.number, place, cells, missing=True)


def _known_event(known: Expected, sheet: str) -> dict[str, Entry]:
    return _event_cells(known.known_events[0], sheet) if known.known_events else {}


def _event_cells(event: Happening, sheet: str) -> dict[str, Entry]:
    return {
        EVENT: Entry(event.kind.label, sheet),
        EVENT_ON: Entry(f"{event.on:%d-%m-%Y}", sheet),
        REASON: Entry(event.reason.label if event.reason else "", sheet),
    }


def _measure_lines(book: Workbook, measures: Mapping[str, ExpectedMeasure]) -> list[Line]:
    titles = [CODE_TITLE, TITLES[NUMERATOR], TITLES[DENOMINATOR], TITLES[REMARK]]
    tables = (find_table(grid, titles, needed=titles[:3]) for grid in book.sheets.values())
    table = next((found for found in tables if found is not None), None)
    lines = _measure_rows(table) if table is not None else []
    lines += [_missing_measure(known, "Niet in uw bestand") for code, known in measures.items()
              if not any(line.key == code for line in lines)]  # fmt: skip
    return lines


def _measure_rows(table: Table) -> list[Line]:
    sheet = _shown_name(table.grid)

    def entry(row: int, title: str) -> Entry:
        return _entry(table.cell(row, title), sheet, table.address(row, title), as_date=False)

    lines: list[Line] = []
    for row in table.data_rows:
        place = entry(row, CODE_TITLE)
        cells = {
            name: entry(row, TITLES[name])
            for name in (NUMERATOR, DENOMINATOR, REMARK)
            if TITLES[name] in table.columns
        }
        if place.text or any(cell.text for cell in cells.values()):
            lines.append(Line(place.text.upper(), place, cells))
    return lines


def _missing_measure(known: ExpectedMeasure, sheet: str) -> Line:
    place = Entry(sheet=sheet)
    return Line(known.code, place, {NUMERATOR: place, DENOMINATOR: place}, missing=True)
