"""Read one workbook or csv in a limited process of its own: bytes in on stdin, JSON out on stdout.

Started by portal.sheets as ``python -I sheets_child.py KIND``; imports nothing of the portal. What it
reads comes from strangers: the limits are set before the first byte is looked at.
"""

import csv
import io
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

CPU_SECONDS = 10
MEMORY = 1024 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELLS = 4_000_000
MAX_COLUMNS = 500
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CALC_EXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


class Refusal(Exception):
    """A sentence for the person who sent the file."""


def main() -> None:
    """Read the kind from the arguments and the file from stdin; print {"sheets": …, "names": …} or {"refused": …}."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer: dict[str, Any] = _read(sys.argv[1], data)
    except Refusal as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))


def _read(kind: str, data: bytes) -> dict[str, Any]:
    if kind == "csv":
        sheet = {"name": "csv", "rows": _csv_rows(data), "hidden": False, "merged": []}
        return {"sheets": [sheet], "names": {}}
    names: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse_doctypes(archive)
        flags = _xlsx_flags(archive, names) if kind == "xlsx" else _ods_flags(archive, names)
    return {"sheets": _workbook(data, kind, flags), "names": names}


def _refuse_doctypes(archive: zipfile.ZipFile) -> None:
    for member in archive.namelist():
        if member.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                head = part.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise Refusal(
                    "Het bestand bevat een DOCTYPE en dat is niet toegestaan. Sla het opnieuw op in Excel."
                )


# ---------------------------------------------------------------------------------------- workbooks


def _workbook(data: bytes, kind: str, flags: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    try:
        tables = _calamine(data) if kind == "xlsx" else _pandas(data)
    except MemoryError:
        raise
    except Exception as error:
        raise Refusal(
            "Het portaal kan dit bestand niet lezen. Open het in Excel, sla het op als .xlsx en probeer het opnieuw."
        ) from error
    sheets, cells = [], 0
    for name, table in tables.items():
        rows, columns = len(table), len(table[0]) if table else 0
        cells += rows * columns
        if rows > MAX_ROWS or columns > MAX_COLUMNS or cells > MAX_CELLS:
            raise Refusal(
                f"Blad ‘{name}’ heeft meer dan 200.000 rijen of 500 kolommen. Verwijder de lege rijen en kolommen."
            )
        flag = flags.get(str(name), {})
        grid = [[_plain(value) for value in row] for row in table]
        _mark(grid, flag.get("problems", {}))
        sheets.append(
            {
                "name": str(name),
                "rows": grid,
                "hidden": flag.get("hidden", False),
                "merged": flag.get("merged", []),
            }
        )
    return sheets


def _calamine(data: bytes) -> dict[str, Sequence[Sequence[Any]]]:
    """Read an xlsx with calamine alone: to load pandas takes longer than to read ten thousand rows."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _pandas(data: bytes) -> dict[str, Sequence[Sequence[Any]]]:
    import pandas

    frames = pandas.read_excel(
        io.BytesIO(data),
        sheet_name=None,
        header=None,
        dtype=object,
        engine="calamine",
        keep_default_na=False,
        na_filter=False,
    )
    return {str(name): list(frame.itertuples(index=False, name=None)) for name, frame in frames.items()}


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, datetime):
        whole_day = value.time() == time()
        return {"date": value.date().isoformat()} if whole_day else {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, time):
        return {"seconds": value.hour * 3600 + value.minute * 60 + value.second}
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _mark(grid: list[list[Any]], problems: dict[tuple[int, int], list[str]]) -> None:
    for (row, column), problem in problems.items():
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise Refusal(
                "Er staan cellen heel ver naar onderen of rechts. Verwijder de rijen en kolommen die leeg lijken."
            )
        while len(grid) <= row:
            grid.append([])
        while len(grid[row]) <= column:
            grid[row].append(None)
        grid[row][column] = {"problem": problem}


def _parse(source: Any, tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    return iter(
        etree.iterparse(  # a DOCTYPE was refused above; nothing outside is fetched
            source,
            events=("end",),
            tag=list(tags),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
    )


def _xlsx_flags(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Say per sheet which cells hold an error or a formula without value, and what is merged or hidden."""
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
        links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
        names.update(
            {str(n.get("name")): (n.text or "").strip('="') for n in book.iter(f"{MAIN}definedName")}
        )
        targets = {str(link.get("Id")): str(link.get("Target")) for link in links}
        flags = {}
        for sheet in book.iter(f"{MAIN}sheet"):
            target = targets.get(str(sheet.get(f"{RELATION}id")), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found = _sheet_flags(archive, part) if part in archive.namelist() else {}
            flags[str(sheet.get("name"))] = {"hidden": sheet.get("state", "visible") != "visible", **found}
    except (KeyError, etree.XMLSyntaxError) as error:
        raise Refusal(
            "Dit is geen goed Excel-bestand. Open het in Excel, sla het op als .xlsx en probeer het opnieuw."
        ) from error
    return flags


def _sheet_flags(archive: zipfile.ZipFile, part: str) -> dict[str, Any]:
    problems: dict[tuple[int, int], list[str]] = {}
    merged: list[str] = []
    with archive.open(part) as source:
        for _, element in _parse(source, (f"{MAIN}c", f"{MAIN}mergeCell", f"{MAIN}row")):
            if element.tag == f"{MAIN}row":
                element.clear()
                continue
            if element.tag == f"{MAIN}mergeCell":
                merged.append(str(element.get("ref", "")))
                continue
            value = element.findtext(f"{MAIN}v")
            formula = element.find(f"{MAIN}f")
            if element.get("t") == "e":
                problems[_place(str(element.get("r", "A1")))] = ["error", value or ""]
            elif formula is not None and _elsewhere(formula.text or ""):
                problems[_place(str(element.get("r", "A1")))] = ["link", ""]
            elif formula is not None and not value:
                problems[_place(str(element.get("r", "A1")))] = ["formula", ""]
    return {"problems": problems, "merged": merged}


def _elsewhere(formula: str) -> bool:
    """Say whether a formula takes its value from another file or program ([1]Blad1!A1, cmd|'/c'!A0)."""
    return bool(re.search(r"\[\d+\]|\|'", formula))


def _place(reference: str) -> tuple[int, int]:
    letters = "".join(mark for mark in reference if mark.isalpha()).upper()
    digits = reference[len(letters) :]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return max(int(digits or 1), 1) - 1, max(column, 1) - 1


def _ods_flags(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    from lxml import etree

    flags: dict[str, dict[str, Any]] = {}
    try:
        with archive.open("content.xml") as source:
            for _, sheet in _parse(source, (f"{TABLE}table", f"{TABLE}named-expression")):
                if sheet.tag == f"{TABLE}named-expression":
                    expression = str(sheet.get(f"{TABLE}expression", ""))
                    names[str(sheet.get(f"{TABLE}name"))] = expression.removeprefix("of:").strip('="')
                    continue
                flags[str(sheet.get(f"{TABLE}name"))] = _ods_sheet(sheet)
                sheet.clear()
    except (KeyError, etree.XMLSyntaxError) as error:
        raise Refusal("Dit is geen goed ods-bestand. Sla het opnieuw op en probeer het nog eens.") from error
    return flags


def _ods_sheet(sheet: Any) -> dict[str, Any]:
    problems: dict[tuple[int, int], list[str]] = {}
    merged: list[str] = []
    row = 0
    for line in sheet.iter(f"{TABLE}table-row"):
        column = 0
        for cell in line.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            text = "".join(cell.itertext())
            kind = cell.get(f"{CALC_EXT}value-type") or cell.get(f"{OFFICE}value-type")
            if kind == "error" or text.startswith(("#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "Err:")):
                problems[(row, column)] = ["error", text]
            elif cell.get(f"{TABLE}formula") and kind is None and not text:
                problems[(row, column)] = ["formula", ""]
            if cell.get(f"{TABLE}number-columns-spanned", "1") != "1":
                merged.append(f"rij {row + 1}, kolom {column + 1}")
            column += _repeat(cell, "number-columns-repeated")
        row += _repeat(line, "number-rows-repeated")
    return {"problems": problems, "merged": merged}


def _repeat(element: Any, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return int(text) if text.isdecimal() else 1


# ---------------------------------------------------------------------------------------------- csv


def _csv_rows(data: bytes) -> list[list[Any]]:
    text = _decode(data)
    if "\x00" in text:
        raise Refusal("Dit is geen csv-bestand. Sla het in Excel op als ‘CSV UTF-8’.")
    separator = _separator(text)
    csv.field_size_limit(100_000)
    rows: list[list[Any]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append([cell.strip() or None for cell in row])
            if len(rows) > MAX_ROWS:
                raise Refusal("Het bestand heeft meer dan 200.000 rijen. Splits het bestand.")
    except csv.Error as error:
        raise Refusal(
            f"Rij {reader.line_num} is niet te lezen: er staat een aanhalingsteken verkeerd. Herstel die rij."
        ) from error
    return rows


def _decode(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Refusal(_unreadable(error)) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Refusal(_unreadable(error)) from error


def _unreadable(error: UnicodeDecodeError) -> str:
    row = error.object.count(b"\n", 0, error.start) + 1
    return f"Rij {row} bevat tekens die het portaal niet kent. Sla het bestand in Excel op als ‘CSV UTF-8’."


def _separator(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()][:50]
    if not lines:
        raise Refusal("Het bestand is leeg.")
    fitting = []
    for mark in (";", "\t", ","):
        widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        if widths and widths[0] > 1:
            fitting.append((sum(width == widths[0] for width in widths) / len(widths), widths[0], mark))
    if not fitting:
        raise Refusal(
            "Het portaal ziet geen kolommen in dit csv-bestand. Gebruik ; , of een tab tussen de kolommen."
        )
    fitting.sort(reverse=True)
    if len(fitting) > 1 and fitting[0][:2] == fitting[1][:2]:
        raise Refusal(
            "Het portaal ziet niet welk teken de kolommen scheidt. Sla het bestand op met ; tussen de kolommen."
        )
    return fitting[0][2]


if __name__ == "__main__":
    main()
