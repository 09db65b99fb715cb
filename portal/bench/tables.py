"""Export of 100,000 rows, beside a bare XlsxWriter loop."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import xlsxwriter

from portal.bench.measure import Result, by_turns
from portal.tables import Column, Sheet, workbook

COLUMNS = (
    *(Column(f"Tekst {number}") for number in range(1, 7)),
    Column("Maand", "date"),
    Column("Aantal", "integer"),
    Column("Uren", "quantity"),
    Column("Netto", "money", total=True),
    Column("Btw", "money", total=True),
    Column("Totaal", "money", total=True),
)


def rows(number: int) -> list[list[object]]:
    """Give rows as an export has them: six texts, a date and five figures."""
    return [
        [f"Contract IB-2026-{i % 40:03d}", "Lansingerland", "B1-leerroute", f"T-4KQ7-{i:05d}", "Uren", "akkoord",
         date(2026, i % 12 + 1, 1), i % 30, Decimal(i % 400) / 4, Decimal(i % 90_000) / 100, Decimal(0),
         Decimal(i % 90_000) / 100]
        for i in range(number)
    ]  # fmt: skip


def bare(data: list[list[object]]) -> bytes:
    """Write the same cells with nothing but XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet("Regels")
    for number, row in enumerate(data, start=1):
        for index, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, index, value)
            elif isinstance(value, date):
                sheet.write_datetime(number, index, value)
            else:
                sheet.write_number(number, index, float(value))  # type: ignore[arg-type]
    book.close()
    return out.getvalue()


def export(number: int, times: int) -> Result:
    """Time an export of so many rows and twelve columns."""
    data = rows(number)
    sheets = [Sheet("Regels", COLUMNS, data)]
    ours, floor = by_turns(lambda: workbook(sheets), lambda: bare(data), times=times)
    return Result("uitvoer", f"{number} × 12", ours, floor, "kale XlsxWriter-lus", 1.4)
