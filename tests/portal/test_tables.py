"""Workbooks and csv files: numbers stay numbers, text stays text, the same bytes twice."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask

from portal import clock
from portal.tables import CSV, MANY_ROWS, XLSX, Chart, Column, Sheet, csv_bytes, download, workbook

D = Decimal
COLUMNS = (
    Column("Naam", width=30),
    Column("Bedrag", "money", total=True),
    Column("Datum", "date"),
    Column("Deel", "percent"),
    Column("Aantal", "quantity"),
)
NASTY = (
    '=HYPERLINK("http://example.invalid")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "http://example.invalid",
)
ROWS = [[text, D("1234.50"), date(2026, 10, 31), D("0.5"), D("7.5")] for text in NASTY]


def sheet_of(data: bytes, title: str = "Blad") -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)[title]


def test_what_a_person_typed_never_becomes_a_formula_or_a_link() -> None:
    data = workbook([Sheet("Blad", COLUMNS, ROWS)])
    page = openpyxl.load_workbook(io.BytesIO(data))["Blad"]

    for row, text in enumerate(NASTY, start=3):
        cell = page.cell(row, 1)
        assert cell.data_type == "s", text
        assert cell.hyperlink is None
    assert not any("hyperlink" in name for name in zipfile.ZipFile(io.BytesIO(data)).namelist())


def test_numbers_and_dates_are_numbers_and_dates() -> None:
    page = sheet_of(workbook([Sheet("Blad", COLUMNS, ROWS)]))

    assert page.cell(3, 2).value == 1234.5
    assert page.cell(3, 2).number_format == "#,##0.00"
    assert page.cell(3, 3).value == datetime(2026, 10, 31)
    assert page.cell(3, 5).value == 7.5


def test_a_sum_stands_below_as_formula_with_its_value() -> None:
    data = workbook([Sheet("Blad", COLUMNS, ROWS)])
    last = 3 + len(ROWS)

    assert sheet_of(data).cell(last, 2).value == 1234.5 * len(ROWS)
    assert openpyxl.load_workbook(io.BytesIO(data))["Blad"].cell(last, 2).value == f"=SUM(B3:B{last - 1})"


def test_the_same_table_gives_the_same_bytes_on_another_day() -> None:
    chart = Chart("Bedragen", "Balken per naam", "Naam", ["Bedrag"])
    sheet = Sheet("Blad", COLUMNS, ROWS, notes=("Toelichting",), chart=chart)
    first = workbook([sheet], title="Proef")
    with clock.at(datetime.now(UTC) + timedelta(days=400)):
        assert workbook([sheet], title="Proef") == first


def test_a_table_of_many_rows_is_streamed_and_complete() -> None:
    rows = [[f"rij {n}", D(n), date(2026, 1, 1), D(0), D(1)] for n in range(MANY_ROWS + 1)]
    page = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("Blad", COLUMNS, rows)])), read_only=True)[
        "Blad"
    ]

    assert sum(1 for _ in page.iter_rows(min_row=3)) == len(rows) + 1


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="eindig"):
        workbook([Sheet("Blad", COLUMNS, [["x", D("NaN"), None, None, None]])])


def test_csv_is_what_dutch_software_reads() -> None:
    data = csv_bytes(COLUMNS, [['Zoë; "x"', D("-1234.5"), date(2026, 10, 31), None, D("7.500")]])

    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Naam;Bedrag;Datum;Deel;Aantal"
    assert lines[1] == '"Zoë; ""x""";-1234,50;2026-10-31;;7,500'


@pytest.mark.parametrize("text", NASTY[:6])
def test_csv_text_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    cell = csv_bytes((Column("Naam"),), [[text]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert cell.lstrip('"').startswith("'")


def test_a_download_is_always_an_attachment() -> None:
    with Flask("proef").test_request_context():
        answer = download(b"x", "kosten oktober.xlsx", XLSX)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="kosten oktober.xlsx"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert CSV.startswith("text/csv")
