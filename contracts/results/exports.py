"""The workbook a provider fills in, and his own workbook back with comments in the wrong cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.results.draft import (
    CODE_TITLE,
    DENOMINATOR,
    EVENT,
    EVENT_ON,
    FOLLOWED,
    LEAVE,
    MUNICIPALITY_TITLE,
    NUMBER_TITLE,
    NUMERATOR,
    OFFERED,
    REASON,
    REMARK,
    TITLES,
    UNEXCUSED,
)
from contracts.results.findings import Expected, ExpectedMeasure, Finding, Happening
from contracts.results.reading import MEASURES_SHEET, ROWS_SHEET, STAMP, stamp_of
from contracts.results.states import EventKind, StopReason
from portal.periods import Month
from portal.sheets import read_workbook
from portal.tables_template import Field, FormSheet, form_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

ERRORS_SHEET = "Fouten"
EXTRA_EVENT_ROWS = 20


def template(
    *,
    contract: str,
    title: str,
    month: Month,
    due: date,
    expected: Sequence[Expected],
    measures: Sequence[ExpectedMeasure],
) -> bytes:
    """Make the prefilled workbook of one contract and month (xlsx)."""
    sheets = [_rows_sheet(month, expected)]
    if measures:
        sheets.append(_measures_sheet(measures))
    return form_workbook(
        explanation=_explanation(contract, title, month, due),
        sheets=sheets,
        lists={
            "lijst_gebeurtenis": [kind.label for kind in EventKind],
            "lijst_reden": [reason.label for reason in StopReason],
        },
        names={STAMP: stamp_of(contract, month)},
        title=f"Maandrapportage {contract} {month.label}",
    )


def _rows_sheet(month: Month, expected: Sequence[Expected]) -> FormSheet:
    before = month.previous().name
    fields = (
        Field(NUMBER_TITLE, 16),
        Field("Product", 14),
        Field(MUNICIPALITY_TITLE, 20),
        Field("Start", 12, kind="date"),
        Field("Toestand", 16),
        Field(f"Gevolgd in {before}", 12, kind="hours"),
        Field(TITLES[OFFERED], 12, True, "hours", hint="De uren die u deze maand aanbood."),
        Field(TITLES[FOLLOWED], 12, True, "hours", hint="De uren die de deelnemer volgde."),
        Field(TITLES[LEAVE], 12, True, "hours", hint="Gemiste uren met een geldige reden."),
        Field(TITLES[UNEXCUSED], 12, True, "hours", hint="Gemiste uren zonder geldige reden."),
        Field(TITLES[EVENT], 30, True, "choice", "lijst_gebeurtenis", "Alleen als er iets gebeurde."),
        Field(TITLES[EVENT_ON], 14, True, "date", hint="De dag van de gebeurtenis."),
        Field(TITLES[REASON], 34, True, "choice", "lijst_reden", "Alleen bij ‘Gestopt’."),
        Field(TITLES[REMARK], 40, True, hint="Geen namen of andere persoonsgegevens."),
    )
    rows = [_prefilled(known) for known in expected]
    rows += [_more(known, event) for known in expected for event in known.known_events[1:]]
    notes = (
        "Vul alleen de gele cellen in. Geen lessen? Vul 0 in.",
        "Nog een gebeurtenis van hetzelfde traject? Zet het trajectnummer op een lege regel onderaan.",
    )
    return FormSheet(ROWS_SHEET, fields, rows, notes, EXTRA_EVENT_ROWS, month.first, month.last)


def _prefilled(known: Expected) -> list[object]:
    event = known.known_events[0] if known.known_events else None
    return [
        known.number,
        known.product,
        known.municipality,
        known.started_on,
        known.before.label,
        known.previous.followed if known.previous else None,
        None,
        None,
        None,
        None,
        event.kind.label if event else None,
        event.on if event else None,
        event.reason.label if event and event.reason else None,
        None,
    ]


def _more(known: Expected, event: Happening) -> list[object]:
    reason = event.reason.label if event.reason else None
    nothing: list[object] = [None] * 6
    return [
        known.number,
        known.product,
        known.municipality,
        None,
        *nothing,
        event.kind.label,
        event.on,
        reason,
        None,
    ]


def _measures_sheet(measures: Sequence[ExpectedMeasure]) -> FormSheet:
    fields = (
        Field(CODE_TITLE, 10),
        Field("Prestatieafspraak", 34),
        Field("Wat telt u (teller)", 40),
        Field("Wat telt u (noemer)", 40),
        Field(TITLES[NUMERATOR], 12, True, "count"),
        Field(TITLES[DENOMINATOR], 12, True, "count"),
        Field(TITLES[REMARK], 40, True),
    )
    rows = [[m.code, m.name, m.numerator, m.denominator, None, None, None] for m in measures]
    return FormSheet(MEASURES_SHEET, fields, rows, ("Deze cijfers telt u zelf. Vul 0 in als er niets was.",))


def _explanation(contract: str, title: str, month: Month, due: date) -> list[tuple[str, str]]:
    return [
        ("Contract", f"{contract}, {title}"),
        ("Maand", month.label),
        ("Uiterlijk", f"Lever dit bestand uiterlijk {due:%d-%m-%Y} aan in het portaal."),
        (
            "Wat vult u in",
            "Alleen de gele cellen. De grijze cellen vult het portaal; u kunt ze niet wijzigen.",
        ),
        (
            ROWS_SHEET,
            "Elk traject heeft een regel. Vul de uren van de maand in. Waren er geen lessen? Vul 0 in.",
        ),
        ("Gebeurtenissen", "Start, stop of examen: kies de gebeurtenis uit de lijst en vul de dag in."),
        ("Verzuim", "Met verlof is met een geldige reden. Zonder verlof is zonder geldige reden."),
        (MEASURES_SHEET, "Staat dit blad in uw bestand? Vul dan per afspraak de teller en de noemer in."),
        (
            "Persoonsgegevens",
            "Schrijf geen namen, BSN of geboortedatum op. Gebruik alleen het trajectnummer.",
        ),
        ("Voorbeeld", "Aangeboden 36, gevolgd 30, verzuim met verlof 4, verzuim zonder verlof 2."),
        (
            "Indienen",
            "Upload het bestand, controleer wat het portaal leest en klik op ‘Maandrapportage indienen’.",
        ),
    ]


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
