"""The list of consultations as a workbook."""

from collections.abc import Sequence

from flask import Response

from portal import clock
from portal.tables import XLSX, Column, Sheet, download, workbook
from tenders.consultations import queries
from tenders.consultations.models import Consultation
from tenders.consultations.queries import QuestionRow
from tenders.consultations.rules import phase_at

COLUMNS = (
    Column("Nummer", "text", 14),
    Column("Titel", "text", 50),
    Column("Gemeenten", "text", 40),
    Column("Producten", "text", 40),
    Column("Toestand", "text", 20),
    Column("Sluit op", "date", 14),
    Column("Reacties", "integer", 10),
)


def consultations_workbook(consultations: Sequence[Consultation]) -> Response:
    """Return the workbook with one row per consultation, in the order given."""
    counts = queries.counts_for(consultations)
    rows = []
    for one in consultations:
        places, names = queries.names_of(one)
        rows.append(
            (
                one.number,
                one.title,
                ", ".join(place.name for place in places),
                ", ".join(names),
                phase_at(one.state, one.closes_at, clock.now()).label,
                clock.local(one.closes_at).date() if one.closes_at else None,
                counts.get(one.id, 0),
            )
        )
    return download(workbook([Sheet("Marktconsultaties", COLUMNS, rows)]), "marktconsultaties.xlsx", XLSX)


ANSWER_COLUMNS = (
    Column("Vraag", "integer", 8),
    Column("Tekst van de vraag", "text", 50),
    Column("Soort", "text", 20),
    Column("Aanbieder", "text", 30),
    Column("Antwoord", "text", 30),
    Column("Toelichting", "text", 60),
    Column("Bestand", "text", 30),
    Column("Mag in het verslag", "text", 16),
)


def answers_workbook(consultation: Consultation, questions: Sequence[QuestionRow]) -> Response:
    """Return every submitted answer as a row, question by question; for inkoop of the lead only."""
    rows = [
        (
            row.question.position,
            row.question.text,
            row.question.kind.label,
            answer.organisation,
            answer.main,
            answer.text,
            answer.document.name if answer.document else "",
            "nee" if answer.confidential else "ja",
        )
        for row in questions
        for answer in row.answers
    ]
    book = workbook([Sheet("Antwoorden", ANSWER_COLUMNS, rows)])
    return download(book, f"{consultation.number} antwoorden.xlsx", XLSX)
