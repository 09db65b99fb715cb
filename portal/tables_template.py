"""Workbooks to be filled in: locked cells with what is known, open yellow cells with Dutch validation.

Protected without a password, so that nobody is locked out of his own file; the lists stand on a very
hidden sheet. No sparklines: openpyxl drops them when the file comes back with comments.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as attribute
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter

LIST_SHEET = "Keuzelijsten"
_FIXED = datetime(2020, 1, 1)  # noqa: DTZ001  the same moment in every file


@dataclass(frozen=True)
class Field:
    """A column of a form: open fields are yellow and may be typed in."""

    title: str
    width: int = 16
    is_open: bool = False
    kind: Literal["text", "hours", "date", "choice", "count"] = "text"
    choices: str = ""
    hint: str = ""


@dataclass(frozen=True)
class RowLook:
    """How a row differs from the others: asked about or settled, and the titles of open fields it closes."""

    tone: Literal["", "asked", "settled"] = ""
    closed: frozenset[str] = frozenset()

    def style(self, field: Field) -> str:
        """Return the name of the format of a cell in this row."""
        if field.is_open and field.title not in self.closed:
            return "settled" if self.tone == "settled" else "entry"
        return "asked" if self.tone == "asked" else "given"


@dataclass(frozen=True)
class FormSheet:
    """A sheet with one table to fill in; extra rows are empty and wholly open; looks go by row."""

    title: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    extra_rows: int = 0
    first_day: date | None = None
    last_day: date | None = None
    looks: Mapping[int, RowLook] = attribute(default_factory=dict)


def form_workbook(
    *,
    explanation: Sequence[tuple[str, str]],
    sheets: Sequence[FormSheet],
    lists: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    title: str,
) -> bytes:
    """Make a workbook to fill in.

    Args:
        explanation: (label, text) lines of the first sheet, Uitleg.
        sheets: the tables to fill in.
        lists: choices by name; become named ranges on a very hidden sheet.
        names: defined names with a text, by which the workbook is recognised when it comes back.
        title: the document's title.
    """
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "author": "Inkoopportaal Inburgering", "created": _FIXED})
    formats = _formats(book)
    _explain(book, explanation, formats)
    for sheet in sheets:
        _form(book, sheet, formats)
    _lists(book, lists)
    for name, text in names.items():
        book.define_name(name, '="{}"'.format(text.replace('"', '""')))
    book.close()
    return out.getvalue()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    cell = {"border": 1, "border_color": "#7f8da0", "valign": "top"}
    looks = {
        "given": {**cell, "locked": True, "bg_color": "#f3f6f9"},
        "asked": {**cell, "locked": True, "bg_color": "#fde3cf", "bold": True, "text_wrap": True},
        "entry": {**cell, "locked": False, "bg_color": "#fff9db", "text_wrap": True},
        "settled": {**cell, "locked": False, "bg_color": "#e3f3e6", "text_wrap": True},
    }
    kinds = {"": "@", "-number": "#,##0.##", "-date": "dd-mm-yyyy"}
    made = {
        f"{name}{kind}": book.add_format({**look, "num_format": code})
        for name, look in looks.items()
        for kind, code in kinds.items()
    }
    return {
        **made,
        "heading": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2}),
    }


def _explain(book: xlsxwriter.Workbook, lines: Sequence[tuple[str, str]], formats: dict[str, Any]) -> None:
    page = book.add_worksheet("Uitleg")
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, "Uitleg", formats["heading"])
    for number, (label, text) in enumerate(lines, start=2):
        page.write_string(number, 0, label, formats["bold"])
        page.write_string(number, 1, text, formats["wrap"])
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.protect("", {"select_locked_cells": True})


def _form(book: xlsxwriter.Workbook, sheet: FormSheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.title)
    page.write_string(0, 0, sheet.title, formats["heading"])
    for number, note in enumerate(sheet.notes, start=1):
        page.write_string(number, 0, note)
    head = len(sheet.notes) + 2
    for column, field in enumerate(sheet.fields):
        page.set_column(column, column, field.width)
        page.write_string(head, column, field.title, formats["head"])
    last = head + len(sheet.rows) + sheet.extra_rows
    for number, row in enumerate(sheet.rows, start=head + 1):
        look = sheet.looks.get(number - head - 1, RowLook())
        for column, (field, value) in enumerate(zip(sheet.fields, row, strict=True)):
            _cell(page, number, column, value, formats, look.style(field), field.kind)
    for number in range(head + 1 + len(sheet.rows), last + 1):
        for column, field in enumerate(sheet.fields):
            _cell(page, number, column, None, formats, "entry", field.kind)
    for column, field in enumerate(sheet.fields):
        if field.is_open and last > head:
            _validate(page, sheet, field, head + 1, last, column)
    page.freeze_panes(head + 1, 1)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&RPagina &P van &N")
    page.protect("", {"select_locked_cells": False, "sort": True, "autofilter": True, "format_columns": True})


def _cell(
    page: Any, row: int, column: int, value: Any, formats: dict[str, Any], style: str, kind: str
) -> None:
    is_number = kind in ("hours", "count")
    shown = formats[f"{style}-date" if kind == "date" else f"{style}-number" if is_number else style]
    if value is None or value == "":
        page.write_blank(row, column, None, shown)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001  a day in a cell has no zone
        page.write_datetime(row, column, moment, shown)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(row, column, float(value), shown if is_number else formats[f"{style}-number"])
    else:
        page.write_string(row, column, str(value), shown)


def _validate(page: Any, sheet: FormSheet, field: Field, first: int, last: int, column: int) -> None:
    rule: dict[str, Any] = (
        {"input_title": field.title[:32], "input_message": field.hint[:255]} if field.hint else {}
    )
    if field.kind == "choice":
        rule |= {"validate": "list", "source": f"={field.choices}", "error_title": "Kies uit de lijst"}
        rule["error_message"] = "Kies een waarde uit de lijst, of maak de cel leeg."
    elif field.kind == "date" and sheet.first_day and sheet.last_day:
        rule |= {"validate": "date", "criteria": "between", "error_title": "Datum buiten de maand"}
        rule |= {"minimum": _midnight(sheet.first_day), "maximum": _midnight(sheet.last_day)}
        rule["error_message"] = (
            f"Vul een datum in van {sheet.first_day:%d-%m-%Y} tot en met {sheet.last_day:%d-%m-%Y}."
        )
    elif field.kind in ("hours", "count"):
        rule |= {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Geen goed getal"}
        rule["error_message"] = "Vul een getal van 0 of meer in."
    elif field.kind == "text":
        rule |= {"validate": "length", "criteria": "<=", "value": 2000, "error_title": "Te lang"}
        rule["error_message"] = "U mag 2.000 tekens gebruiken."
    page.data_validation(first, column, last, column, rule)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day in a cell has no zone


def _lists(book: xlsxwriter.Workbook, lists: Mapping[str, Sequence[str]]) -> None:
    page = book.add_worksheet(LIST_SHEET)
    for column, (name, choices) in enumerate(lists.items()):
        for row, choice in enumerate(choices):
            page.write_string(row, column, choice)
        letter = chr(65 + column)
        book.define_name(name, f"={LIST_SHEET}!${letter}$1:${letter}${max(len(choices), 1)}")
    page.very_hidden()
