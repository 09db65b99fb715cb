"""Tables out: workbooks and csv files for people who work on in Excel or in a finance package.

Numbers leave as numbers and dates as dates. Text is always text: what a provider typed can
never become a formula or a link. The same input gives the same bytes, on any day.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

import xlsxwriter
from flask import Response

from portal import clock

Kind = Literal["text", "money", "quantity", "integer", "date", "percent"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MANY_ROWS = 20_000
_LONGEST_TEXT = 32_000
_FIXED = datetime(2020, 1, 1)  # noqa: DTZ001  the same moment in every file, or equal tables would differ
_FORMATS: dict[str, str] = {
    "money": "#,##0.00",
    "quantity": "#,##0.00#",
    "integer": "#,##0",
    "date": "dd-mm-yyyy",
    "percent": "0.0%",
}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its head, what is in it, how wide it is, and whether its sum stands below."""

    title: str
    kind: Kind = "text"
    width: int = 16
    total: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart of a sheet: one bar or point per row, one colour and pattern per column."""

    title: str
    description: str
    labels: str
    series: Sequence[str]
    kind: Literal["stacked", "clustered", "line"] = "stacked"


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title in A1, notes under it, one table, and sums below where asked."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    heading: str = ""
    chart: Chart | None = None
    checks: str = field(default="")


def workbook(sheets: Sequence[Sheet], *, title: str = "") -> bytes:
    """Make an xlsx file with one table per sheet.

    Above 20,000 rows in one sheet the rows are written straight to disk (``constant_memory``),
    so that memory does not grow with them.

    Args:
        sheets: at least one; titles are cut to the 31 characters that Excel allows.
        title: the document's title, for screen readers and search.

    Raises:
        ValueError: a number is endless or not a number.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "constant_memory": any(len(sheet.rows) > MANY_ROWS for sheet in sheets),
        },
    )
    book.set_properties({"title": title, "author": "Inkoopportaal Inburgering", "created": _FIXED})
    formats = _formats(book)
    for sheet in sheets:
        _write_sheet(book, sheet, formats)
    book.close()
    return out.getvalue()


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """Make a csv file for Dutch software: UTF-8 with BOM, ``;``, decimal comma, dates JJJJ-MM-DD.

    Text that a spreadsheet would read as a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_csv_text(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, value) for column, value in zip(columns, row, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def download(data: bytes, filename: str, mimetype: str) -> Response:
    """Answer with a file to save, never one to show in the browser."""
    response = Response(data, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    made = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    made |= {
        f"{kind}-total": book.add_format({"num_format": code, "bold": True, "top": 2})
        for kind, code in _FORMATS.items()
    }
    made["text"] = book.add_format({"num_format": "@"})
    made["text-total"] = book.add_format({"bold": True, "top": 2})
    made["heading"] = book.add_format({"bold": True, "font_size": 14})
    made["head"] = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
    made["bad"] = book.add_format({"bold": True, "font_color": "#9b1c1c"})
    return made


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.title[:31])
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    page.write_string(0, 0, sheet.heading or sheet.title, formats["heading"])
    for index, note in enumerate(sheet.notes, start=1):
        page.write_string(index, 0, _plain(note))
    head = len(sheet.notes) + (2 if sheet.notes else 1)
    for index, column in enumerate(sheet.columns):
        page.write_string(head, index, column.title, formats["head"])
    _write_rows(page, sheet, head + 1, formats)
    last = head + len(sheet.rows)
    _write_totals(page, sheet, head, last, formats)
    _lay_out(page, sheet, head, last, formats)
    if sheet.chart is not None and sheet.rows:
        _add_chart(book, page, sheet, sheet.chart, head, last)


def _write_rows(page: Any, sheet: Sheet, first: int, formats: dict[str, Any]) -> None:
    """Write the cells; what does not differ from row to row is looked up once, text goes straight on."""
    looks = [formats[column.kind] for column in sheet.columns]
    text, write_string = formats["text"], page.write_string
    for number, row in enumerate(sheet.rows, start=first):
        for index, (value, look) in enumerate(zip(row, looks, strict=True)):
            if type(value) is str:
                if value:
                    write_string(number, index, _plain(value), text)
            elif value is not None:
                _write_cell(page, number, index, value, look, formats)


def _write_cell(page: Any, row: int, index: int, value: Any, look: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        page.write_number(row, index, _number(value), look)
    elif isinstance(value, datetime):
        local = clock.local(value).replace(tzinfo=None)
        page.write_string(row, index, local.strftime("%d-%m-%Y %H:%M"))
    elif isinstance(value, date):
        page.write_datetime(row, index, value, formats["date"])
    elif str(value):
        page.write_string(row, index, _plain(str(value)), formats["text"])


def _write_totals(page: Any, sheet: Sheet, head: int, last: int, formats: dict[str, Any]) -> None:
    if not any(column.total for column in sheet.columns):
        return
    row = last + 1
    page.write_string(row, 0, "Totaal", formats["text-total"])
    for index, column in enumerate(sheet.columns):
        if not column.total:
            continue
        total = sum((cells[index] for cells in sheet.rows if cells[index] not in (None, "")), Decimal(0))
        letter = _letters(index)
        formula = f"=SUM({letter}{head + 2}:{letter}{last + 1})" if sheet.rows else "=0"
        page.write_formula(row, index, formula, formats[f"{column.kind}-total"], _number(total))


def _lay_out(page: Any, sheet: Sheet, head: int, last: int, formats: dict[str, Any]) -> None:
    page.freeze_panes(head + 1, 1)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&RPagina &P van &N")
    if sheet.rows and sheet.columns:
        page.autofilter(head, 0, last, len(sheet.columns) - 1)
    if sheet.checks and sheet.rows:
        index = next(i for i, column in enumerate(sheet.columns) if column.title == sheet.checks)
        rule = {"type": "text", "criteria": "containing", "value": "Fout", "format": formats["bad"]}
        page.conditional_format(head + 1, index, last, index, rule)


def _add_chart(
    book: xlsxwriter.Workbook, page: Any, sheet: Sheet, chart: Chart, head: int, last: int
) -> None:
    kinds = {"stacked": {"type": "bar", "subtype": "stacked"}, "clustered": {"type": "bar"}, "line": {"type": "line"}}
    made = book.add_chart(kinds[chart.kind])
    places = {column.title: index for index, column in enumerate(sheet.columns)}
    name, label = sheet.title[:31], places[chart.labels]
    looks: tuple[dict[str, Any], ...] = (
        {"fill": {"color": "#1d4e79"}},
        {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#5b8fb9", "bg_color": "#ffffff"}},
        {"pattern": {"pattern": "percent_25", "fg_color": "#1d4e79", "bg_color": "#dbe6ef"}},
    )
    for number, title in enumerate(chart.series):
        index = places[title]
        made.add_series(
            {
                "name": title,
                "categories": [name, head + 1, label, last, label],
                "values": [name, head + 1, index, last, index],
                **(looks[number % len(looks)] if chart.kind != "line" else {}),
            }
        )
    made.set_title({"name": chart.title})
    if chart.kind == "clustered":
        made.set_y_axis({"reverse": True})
    page.insert_chart(last + 4, 0, made, {"description": chart.description})


def _number(value: int | Decimal) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError("Een cel moet een eindig getal zijn.")
    return number


def _plain(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + " (afgekapt)"


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _csv_text(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",") if column.kind != "money" else f"{value:.2f}".replace(".", ",")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _csv_text(str(value))
