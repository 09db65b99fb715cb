"""The council report as Excel and as PDF: only what may be shown leaves, never a hidden number."""

from __future__ import annotations

from kpis.reports.building import Report
from kpis.reports.rules import ShownPart
from portal import clock
from portal.dutch import long_date
from portal.pdf import pdf
from portal.tables import Column, Sheet, workbook

LEGEND = (
    "Een aantal van 1 tot en met 4 staat er als < 5. Een getal waaruit zo’n aantal te berekenen is, wordt niet getoond.",
    "Een deelnemer telt bij de gemeente waar hij op die dag woonde.",
)


def council_workbook(report: Report) -> bytes:
    """Return one sheet per table; a hidden cell is a text, so that no formula holds its number."""
    sheets = [_sheet(one, report.year) for one in report.parts]
    table = report.money.amounts
    rows = [[row, *(_money(report, row, column) for column in table.all_columns)] for row in table.all_rows]
    columns = (Column("Gemeente", width=24), *(Column(name, "money", 18) for name in table.all_columns))
    note = f"Kosten {report.year} die voor de SPUK tellen, in euro: zonder btw, met de btw die kosten zijn."
    sheets.append(Sheet("Kosten", columns, rows, notes=(note, *LEGEND), heading=f"Kosten {report.year}"))
    return workbook(sheets, title=f"Raadsrapportage inburgering {report.year}")


def _sheet(one: ShownPart, year: int) -> Sheet:
    table = one.part.table
    columns = (Column("Gemeente", width=24), *(Column(name, "integer", 20) for name in table.all_columns))
    rows: list[list[object]] = [
        [
            row,
            *(
                one.text(row, column) if (row, column) in one.hidden else table.values[row, column]
                for column in table.all_columns
            ),
        ]
        for row in table.all_rows
    ]
    heading = f"{one.part.title}, {year}"
    return Sheet(one.part.title[:31], columns, rows, notes=(one.part.note, *LEGEND), heading=heading)


def _money(report: Report, row: str, column: str) -> object:
    if (row, column) in report.money_hidden:
        return "niet getoond"
    return report.money.amounts.values[row, column] / 100


def council_paper(report: Report, municipality: str, number: int) -> bytes:
    """Return the report as an accessible PDF."""
    money = report.money.amounts
    return pdf(
        "council_report",
        {
            "title": f"Inburgering in {report.year}: rapportage aan de raad",
            "from": municipality,
            "reference": f"Raadsrapportage {report.year}, editie {number}",
            "date": long_date(clock.today()),
            "legend": list(LEGEND),
            "parts": [
                {
                    "title": one.part.title,
                    "note": one.part.note,
                    "head": ["Gemeente", *one.part.table.all_columns],
                    "rows": [
                        [row, *(one.text(row, column) for column in one.part.table.all_columns)]
                        for row in one.part.table.all_rows
                    ],
                }
                for one in report.parts
            ],
            "money": {
                "title": "Kosten die voor de SPUK tellen",
                "note": "In euro, zonder btw, met de btw die kosten zijn.",
                "head": ["Gemeente", *money.all_columns],
                "rows": [
                    [row, *(report.money_text(row, column) for column in money.all_columns)]
                    for row in money.all_rows
                ],
            },
        },
    )
