"""The list of tenders as a workbook."""

from collections.abc import Sequence

from flask import Response

from portal import clock
from portal.tables import XLSX, Column, Sheet, download, workbook
from tenders.procedures import queries
from tenders.procedures.models import Procedure
from tenders.procedures.rules import phase_at

COLUMNS = (
    Column("Nummer", "text", 14),
    Column("Titel", "text", 50),
    Column("Soort procedure", "text", 20),
    Column("Gemeenten", "text", 40),
    Column("Toestand", "text", 16),
    Column("Sluit op", "date", 14),
    Column("Vragen zonder antwoord", "integer", 22),
    Column("Geraamde waarde zonder btw", "money", 26),
)


def procedures_workbook(procedures: Sequence[Procedure]) -> Response:
    """Return the workbook with one row per tender, in the order given."""
    places = queries.municipalities_of(procedures)
    waiting = queries.open_questions_count(procedures)
    rows = [
        (
            one.number,
            one.title,
            one.kind.short_name,
            ", ".join(places[one.id]),
            phase_at(one.state, one.submission_deadline_at, clock.now()).label,
            clock.local(one.submission_deadline_at).date() if one.submission_deadline_at else None,
            waiting.get(one.id, 0),
            one.estimated_value,
        )
        for one in procedures
    ]
    return download(workbook([Sheet("Aanbestedingen", COLUMNS, rows)]), "aanbestedingen.xlsx", XLSX)
