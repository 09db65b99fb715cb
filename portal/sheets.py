"""Tables in: workbooks and csv files of others, looked at from outside first and read in a limited process.

A cell is never guessed at. An error value and a formula without a stored result come out as
`CellProblem`, so that no reader can take them for zero or empty (security.md §6, rows 1-13).
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.errors import PortalError

MAX_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 50
RATIO_FROM = 64 * 1024 * 1024
SECONDS = 60

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".xlsx", ".xlsm", ".docx", ".jar", ".exe")
_PASSWORD = "Het bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het opnieuw."  # noqa: S105
_MACROS = "Het bestand bevat macro's. Sla het op als gewone Excel-werkmap (.xlsx) en probeer het opnieuw."
_LINKS = "Het bestand haalt gegevens uit een andere bron. Vervang die koppelingen door waarden en probeer het opnieuw."
_BOMB = "Het bestand wordt uitgepakt veel te groot. Sla het opnieuw op zonder lege rijen en afbeeldingen."
_BROKEN = "Dit is geen goed Excel-bestand. Open het in Excel, sla het op als .xlsx en probeer het opnieuw."


class SheetRefused(PortalError):
    """The file cannot be read; the message says why and how to mend it."""

    status = 422


@dataclass(frozen=True)
class CellProblem:
    """A cell without a value to trust: an error such as #N/A, a formula never calculated, a link elsewhere."""

    kind: str
    text: str = ""

    @property
    def message(self) -> str:
        """The sentence for the person who sent the file."""
        if self.kind == "formula":
            return "de formule is nog niet uitgerekend. Open het bestand in Excel, sla het op en upload het opnieuw."
        if self.kind == "link":
            return "de waarde komt uit een ander bestand. Typ het getal in deze cel."
        return f"hier staat de fout {self.text or 'van Excel'}. Herstel de formule of typ het getal."


Cell = str | Decimal | bool | date | datetime | timedelta | CellProblem | None


@dataclass(frozen=True)
class Grid:
    """One sheet as rows of cells; rows may differ in length, empty cells are None."""

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    merged: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell by index from 0; None outside the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


@dataclass(frozen=True)
class Workbook:
    """A file that was read: its kind (xlsx, ods or csv), its sheets in order, its defined names."""

    kind: str
    sheets: dict[str, Grid] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table found on a sheet: where each wanted column stands and on which row the data begins."""

    grid: Grid
    columns: dict[str, int]
    header_row: int

    @property
    def data_rows(self) -> range:
        """The row indexes below the header."""
        return range(self.header_row + 1, len(self.grid.rows))

    def cell(self, row: int, title: str) -> Cell:
        """Return the cell of a row under a title; None when the file has no such column."""
        column = self.columns.get(title)
        return None if column is None else self.grid.cell(row, column)

    def address(self, row: int, title: str) -> str:
        """Return the address of a cell as people know it: "F14"."""
        return address(row, self.columns.get(title, 0))


def address(row: int, column: int) -> str:
    """Return the spreadsheet address of a cell given by indexes from 0: (13, 5) is "F14"."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def find_table(grid: Grid, titles: Sequence[str], *, needed: Sequence[str]) -> Table | None:
    """Find the header row of a table, in any column order and not necessarily on row 1.

    The header is the first of the top 60 rows that holds every title in ``needed``. Returns None when
    there is none.

    Raises:
        SheetRefused: a title stands in two columns.
    """
    wanted = {_key(title): title for title in titles}
    for number, row in enumerate(grid.rows[:60]):
        found: dict[str, int] = {}
        double = ""
        for column, cell in enumerate(row):
            title = wanted.get(_key(cell)) if isinstance(cell, str) else None
            if title is not None and title in found:
                double = title
            elif title is not None:
                found[title] = column
        if all(title in found for title in needed):
            if double:
                raise SheetRefused(
                    f"Blad ‘{grid.name}’: de kolom ‘{double}’ staat er twee keer. Verwijder er een."
                )
            return Table(grid, found, number)
    return None


def read_workbook(data: bytes, filename: str) -> Workbook:
    """Read an xlsx, ods or csv file of somebody else.

    The file is looked at from outside (kind, sizes, names of its parts) and then parsed in a child
    process with limits on time and memory.

    Raises:
        SheetRefused: empty, too large, protected, with macros or links, of another kind than its name
            says, unreadable, or more than 200,000 rows; the message says how to mend it.
    """
    kind = _kind_of(data, filename)
    if kind != "csv":
        _refuse_hostile_archive(data, kind)
    answer = _read_in_child(data, kind)
    sheets = {
        str(sheet["name"]): Grid(
            name=str(sheet["name"]),
            rows=[[_value(cell) if type(cell) is dict else cell for cell in row] for row in sheet["rows"]],
            hidden=bool(sheet["hidden"]),
            merged=tuple(str(reference) for reference in sheet["merged"]),
        )
        for sheet in answer["sheets"]
    }
    if not any(cell is not None for grid in sheets.values() for row in grid.rows for cell in row):
        raise SheetRefused("Het bestand is leeg.")
    return Workbook(kind, sheets, {str(name): str(text) for name, text in answer["names"].items()})


def _key(value: object) -> str:
    return " ".join(str(value).replace("\xad", "").split()).casefold().rstrip(" *:")


def _kind_of(data: bytes, filename: str) -> str:
    extension = Path(filename).suffix.lower().lstrip(".")
    if not data.strip():
        raise SheetRefused("Het bestand is leeg.")
    if len(data) > MAX_BYTES:
        raise SheetRefused("Het bestand is groter dan 20 MB. Splits het bestand of maak het kleiner.")
    if extension in ("xlsm", "xlsb", "xltm", "xlam"):
        raise SheetRefused(_MACROS)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetRefused(_PASSWORD)
        raise SheetRefused(
            "Dit is een oud Excel-bestand (.xls). Sla het op als .xlsx en probeer het opnieuw."
        )
    if extension not in ("xlsx", "ods", "csv"):
        shown = f" Dit is een .{extension}-bestand." if extension else ""
        raise SheetRefused(f"Het bestand moet een xlsx, ods of csv zijn.{shown}")
    is_archive = data.startswith(b"PK\x03\x04")
    if extension == "csv" and is_archive:
        raise SheetRefused(
            "Dit bestand heet .csv, maar is een Excel-bestand. Geef het de naam .xlsx en probeer het opnieuw."
        )
    if extension != "csv" and not is_archive:
        raise SheetRefused(
            f"Dit bestand heet .{extension}, maar is geen {'Excel' if extension == 'xlsx' else 'ods'}-bestand. "
            "Het lijkt op een tekstbestand (csv). Geef het de naam .csv, of sla het in Excel op als .xlsx."
        )
    return extension


def _refuse_hostile_archive(data: bytes, kind: str) -> None:
    """Look at the directory of a zip without unpacking anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_sizes(members)
            names = [member.filename for member in members]
            _refuse_names(names, kind)
            if any(member.flag_bits & 1 for member in members):
                raise SheetRefused(_PASSWORD)
            if kind == "xlsx":
                _refuse_xlsx_parts(archive, names)
            else:
                _refuse_ods_parts(archive, names)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        ValueError,
        KeyError,
        EOFError,
    ) as error:
        raise SheetRefused(_BROKEN) from error


def _refuse_sizes(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise SheetRefused(_BOMB)
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked / packed > MAX_RATIO):
        raise SheetRefused(_BOMB)


def _refuse_names(names: Sequence[str], kind: str) -> None:
    lowered = [name.lower() for name in names]
    if len(set(lowered)) != len(lowered):
        raise SheetRefused(_BROKEN)
    for name in lowered:
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise SheetRefused(_BROKEN)
        if name.endswith(_ARCHIVES) or "/embeddings/" in name:
            raise SheetRefused("In het bestand zit een ander bestand. Haal het eruit en probeer het opnieuw.")
        if (
            "vbaproject" in name
            or "/activex/" in name
            or name.startswith(("basic/", "scripts/", "xl/macrosheets/"))
        ):
            raise SheetRefused(_MACROS)
        if kind == "xlsx" and (name.startswith("xl/querytables/") or name == "xl/connections.xml"):
            raise SheetRefused(_LINKS)


def _refuse_xlsx_parts(archive: zipfile.ZipFile, names: Sequence[str]) -> None:
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise SheetRefused(_BROKEN)
    with archive.open("[Content_Types].xml") as part:
        content_types = part.read(1024 * 1024)
    if b"macroEnabled" in content_types:
        raise SheetRefused(_MACROS)


def _refuse_ods_parts(archive: zipfile.ZipFile, names: Sequence[str]) -> None:
    if "content.xml" not in names or "mimetype" not in names:
        raise SheetRefused("Dit is geen goed ods-bestand. Sla het opnieuw op en probeer het nog eens.")
    with archive.open("mimetype") as part:
        if b"spreadsheet" not in part.read(200):
            raise SheetRefused("Dit is geen werkblad. Het bestand moet een xlsx, ods of csv zijn.")
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(1024 * 1024):
                raise SheetRefused(_PASSWORD)


def _read_in_child(data: bytes, kind: str) -> dict[str, Any]:
    child = Path(__file__).with_name("sheets_child.py")
    try:
        run = subprocess.run(  # noqa: S603 - our own program, an argument of ours
            [sys.executable, "-I", str(child), kind],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise SheetRefused(_BOMB) from error
    if run.returncode < 0 or b"MemoryError" in run.stderr:
        raise SheetRefused(_BOMB)
    if run.returncode != 0:
        raise SheetRefused(
            _BROKEN if kind != "csv" else "Dit csv-bestand is niet te lezen. Sla het op als ‘CSV UTF-8’."
        )
    answer: dict[str, Any] = json.loads(run.stdout, parse_int=Decimal, parse_float=Decimal)
    if "refused" in answer:
        raise SheetRefused(str(answer["refused"]))
    return answer


def _value(cell: dict[str, Any]) -> Cell:
    """Return a cell that JSON has no word for; text, numbers, true and false came as they are."""
    kind, value = next(iter(cell.items()))
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "seconds":
        return timedelta(seconds=float(value))
    return CellProblem(str(value[0]), str(value[1]))
