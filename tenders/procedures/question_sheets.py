"""Questions by workbook: our template out, many questions in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from portal.dutch import deadline
from portal.sheets import CellProblem, SheetRefused, find_table, read_workbook
from portal.tables import Column, Sheet, workbook
from portal.tables_template import Field, FormSheet, form_workbook
from tenders.procedures import queries
from tenders.procedures.models import Procedure, Question
from tenders.procedures.rules.questions import COLUMNS, MOST_ROWS, ImportRow, KnownParts, read_row

SHEET = "Vragen"


@dataclass(frozen=True)
class Read:
    """What stood in a workbook: the questions, and what is wrong with it, each with its cell."""

    rows: list[ImportRow]
    wrong: list[str]


def known_parts(procedure: Procedure) -> KnownParts:
    """Return the lots and documents of a tender by the words of the template."""
    lots = {f"Perceel {one.number}: {one.title}": str(one.id) for one in queries.lots_of(procedure)}
    documents = {
        f"{one.tender_document.title} (versie {one.number})": str(one.id)
        for one in queries.current_documents(procedure)
    }
    return KnownParts(lots, documents)


def template(procedure: Procedure) -> bytes:
    """Make the workbook in which a provider types his questions."""
    parts = known_parts(procedure)
    fields = (
        Field("Vraag", 80, True, hint="Ten minste 10 tekens. Noem geen namen."),
        Field("Perceel", 30, True, "choice", "lijst_perceel", "Leeg laten als het over de hele opdracht gaat."),
        Field("Document", 34, True, "choice", "lijst_document", "Leeg laten als het niet over een document gaat."),
        Field("Paragraaf", 20, True, hint="Bijvoorbeeld: 3.2 of bladzijde 14."),
        Field("Vertrouwelijk, omdat", 40, True, hint="Alleen als de vraag vertrouwelijk moet blijven."),
    )
    explanation = (
        ("Aanbesteding", f"{procedure.number} {procedure.title}"),
        ("Vragenronde sluit", deadline(procedure.questions_close_at)),
        ("Vullen", "Zet op blad Vragen één vraag per regel. Laat cellen leeg als ze niet van toepassing zijn."),
        ("Versturen", "Lever het bestand in bij Vraag stellen. U ziet eerst wat wij lazen; dan verstuurt u."),
        ("Namen", "Noem geen namen van uw organisatie of van deelnemers. De vragen komen in de nota."),
    )
    return form_workbook(
        explanation=explanation,
        sheets=[FormSheet(SHEET, fields, [], ["Eén vraag per regel."], extra_rows=MOST_ROWS)],
        lists={"lijst_perceel": list(parts.lots), "lijst_document": list(parts.documents)},
        names={"portaal_vragen": procedure.number},
        title=f"Vragen bij {procedure.number}",
    )


def read(procedure: Procedure, data: bytes, filename: str) -> Read:
    """Read the questions of a workbook; what is wrong names its cell and how to mend it.

    Raises:
        SheetRefused: the file cannot be read, or holds no column ‘Vraag’.
    """
    book = read_workbook(data, filename)
    known = known_parts(procedure)
    for grid in book.sheets.values():
        table = find_table(grid, COLUMNS, needed=("Vraag",))
        if table is None:
            continue
        rows: list[ImportRow] = []
        wrong: list[str] = []
        for number in table.data_rows:
            cells = {title: (table.address(number, title), _text(table.cell(number, title))) for title in COLUMNS}
            row, objections = read_row(cells, known)
            wrong += objections
            if row is not None:
                rows.append(row)
        if len(rows) > MOST_ROWS:
            wrong.append(f"Blad ‘{grid.name}’: er staan {len(rows)} vragen in. Lever er ten hoogste {MOST_ROWS} aan.")
        if not rows:
            wrong.append(f"Blad ‘{grid.name}’: er staat geen vraag onder ‘Vraag’.")
        return Read(rows[:MOST_ROWS], wrong)
    raise SheetRefused("In het bestand ontbreekt de kolom ‘Vraag’. Gebruik ons sjabloon.")


def _text(cell: object) -> str:
    if cell is None or isinstance(cell, CellProblem):
        return ""
    return str(cell).strip()


def as_data(rows: Sequence[ImportRow]) -> list[dict[str, str]]:
    """Return rows as plain values, to carry them through the preview."""
    return [asdict(row) for row in rows]


def from_data(given: object) -> list[ImportRow]:
    """Read rows that came back from the preview.

    Raises:
        ValueError: they are not what the preview sent.
    """
    if not isinstance(given, list) or len(given) > MOST_ROWS:
        raise ValueError("rows")
    names = set(ImportRow.__dataclass_fields__)
    for one in given:
        if not isinstance(one, dict) or set(one) != names or not all(isinstance(value, str) for value in one.values()):
            raise ValueError("rows")
    return [ImportRow(**one) for one in given]


QUESTION_COLUMNS = (
    Column("Nummer", "integer", 8),
    Column("Gaat over", "text", 34),
    Column("Vraag", "text", 70),
    Column("Antwoord", "text", 70),
    Column("Toestand", "text", 22),
    Column("Toegewezen aan", "text", 26),
    Column("Vertrouwelijkheid", "text", 24),
    Column("Gesteld op", "date", 12),
)


def questions_workbook(
    questions: Sequence[Question], subjects: Mapping[int, str], helpers: Mapping[int, str], asked: Mapping[int, object]
) -> bytes:
    """Return the list of questions as a workbook, without who asked them."""
    rows = [
        (
            one.number,
            subjects[one.number],
            one.text,
            one.answer or one.draft,
            one.state.label,
            helpers.get(one.number, ""),
            one.confidentiality.label,
            asked[one.number],
        )
        for one in questions
    ]
    return workbook([Sheet("Vragen", QUESTION_COLUMNS, rows)])
