"""The provider's own workbook back, with comments in the wrong cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from contracts.results.findings import Finding
from portal.sheets import read_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

ERRORS_SHEET = "Fouten"


def annotated(data: bytes, filename: str, findings: Sequence[Finding]) -> bytes:
    """Return the provider's own workbook with a comment in every wrong cell and a sheet "Fouten".

    A csv or ods comes back as a new xlsx with the same cells, because only xlsx can carry the comments.

    Raises:
        SheetRefused: a csv or ods that cannot be read any more.
    """
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    if filename.lower().endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data))
    else:
        book = _as_xlsx(data, filename)
    red = PatternFill("solid", fgColor="FEEDED")
    for finding in findings:
        name = "csv" if finding.entry.sheet == "Rij" else finding.entry.sheet
        if finding.entry.address and name in book.sheetnames:
            cell = book[name][finding.entry.address]
            earlier = f"{cell.comment.text}\n" if cell.comment is not None else ""
            cell.comment = Comment(f"{earlier}{finding.message}", "Inkoopportaal", width=320, height=110)
            cell.fill = red
    _errors_sheet(book, findings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _as_xlsx(data: bytes, filename: str) -> Workbook:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for grid in read_workbook(data, filename).sheets.values():
        page = book.create_sheet(grid.name)
        for r, row in enumerate(grid.rows, start=1):
            for c, value in enumerate(row, start=1):
                if isinstance(value, str):
                    _write_text(page.cell(r, c), value)
                elif value is not None and not hasattr(value, "message"):
                    page.cell(r, c, value)
    return book


def _errors_sheet(book: Workbook, findings: Sequence[Finding]) -> None:
    if ERRORS_SHEET in book.sheetnames:
        del book[ERRORS_SHEET]
    page = book.create_sheet(ERRORS_SHEET, 0)
    page.append(["Soort", "Blad", "Cel", "Wat is er", "Hoe herstelt u het"])
    for number, finding in enumerate(findings, start=2):
        kind = "Fout" if finding.is_error else "Vraag"
        values = (kind, finding.entry.sheet, finding.entry.address, finding.group, finding.message)
        for column, value in enumerate(values, start=1):
            _write_text(page.cell(number, column), value)
        if finding.entry.address and finding.entry.sheet in book.sheetnames:
            page.cell(number, 3).hyperlink = f"#'{finding.entry.sheet}'!{finding.entry.address}"
    for letter, width in zip("ABCDE", (10, 18, 10, 36, 90), strict=True):
        page.column_dimensions[letter].width = width
    book.active = 0


def _write_text(cell: Any, text: str) -> None:
    """Write text that can never become a formula."""
    cell.value = text
    cell.data_type = "s"
