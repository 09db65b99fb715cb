"""What goes into the aankondiging van gegunde opdracht on TenderNed, field by field, as a workbook and a PDF (T14).

The portal generates no eForms; this sheet is for retyping. Field numbers are those of eForms (OP-TED eForms-SDK).
"""

from __future__ import annotations

from dataclasses import dataclass

from portal import clock
from portal.dutch import euro, long_date
from portal.pdf import pdf
from portal.tables import Column, Sheet, workbook
from tenders.awards.models import AwardNotice
from tenders.awards.queries.overview import LotAward
from tenders.awards.states import AwardState, EndingKind, NoticeOutcome
from tenders.procedures import queries as tender

COLUMNS = (Column("Onderdeel", "text", 24), Column("Veld", "text", 12), Column("Naam", "text", 42), Column("Waarde", "text", 80))
_WHY_NOT = {
    EndingKind.NO_OFFERS: "Er zijn geen inschrijvingen ontvangen",
    EndingKind.NONE_SUITABLE: "Alle inschrijvingen zijn afgewezen",
    EndingKind.REFUSED: "Besluit van de aanbestedende dienst",
    EndingKind.WITHDRAWN: "Besluit van de aanbestedende dienst",
}


@dataclass(frozen=True)
class FieldSheet:
    """The sheet of one notice: title, what it is about, and lines (part, field, name, value)."""

    title: str
    lead: str
    reference: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, str, str], ...]


def of_notice(loaded: LotAward, notice: AwardNotice) -> FieldSheet:
    """Return the sheet of the notice about a lot, awarded or not."""
    procedure, lot = loaded.procedure, loaded.lot
    form = tender.rules_of(procedure.kind_code, clock.today()).get("eforms_award")
    facts = (
        ("Formulier", form.text if form is not None else "Volg de aanwijzing van TenderNed."),
        ("Besluit", f"{notice.outcome.label}, {long_date(notice.decided_on)}"),
        ("Uiterlijk aankondigen", long_date(notice.due_on)),
        ("Regel", notice.rule),
    )
    return FieldSheet(
        title=f"Veldenblad: aankondiging van gegunde opdracht, {lot.title}",
        lead=procedure.lead.name,
        reference=f"{procedure.number}, perceel {lot.number}",
        facts=facts,
        lines=(*_buyer(loaded), *_contract(loaded), *_outcome(loaded, notice)),
    )


def _buyer(loaded: LotAward) -> list[tuple[str, str, str, str]]:
    lead = loaded.procedure.lead
    return [
        ("Aanbestedende dienst", "BT-500", "Naam", f"Gemeente {lead.name}"),
        ("Aanbestedende dienst", "BT-501", "Registratienummer", lead.kvk or lead.oin or "invullen"),
        ("Aanbestedende dienst", "BT-513", "Plaats", lead.city or lead.name),
    ]


def _contract(loaded: LotAward) -> list[tuple[str, str, str, str]]:
    procedure, lot = loaded.procedure, loaded.lot
    contract = tender.notice_of(procedure)
    return [
        ("Procedure", "BT-04", "Kenmerk van de procedure", procedure.number),
        ("Procedure", "BT-21", "Titel", procedure.title),
        ("Procedure", "BT-24", "Beschrijving", procedure.summary),
        ("Procedure", "BT-23", "Aard van de opdracht", "Diensten"),
        ("Procedure", "BT-105", "Soort procedure", procedure.kind.name),
        ("Procedure", "OPP-090", "Eerdere aankondiging", contract.tenderned_number if contract else "geen"),
        ("Perceel", "BT-137", "Perceelnummer", f"LOT-{lot.number:04d}"),
        ("Perceel", "BT-21", "Titel van het perceel", lot.title),
        ("Perceel", "BT-709", "Hoogste waarde van de raamovereenkomst, zonder btw", euro(lot.ceiling_amount)),
    ]


def _outcome(loaded: LotAward, notice: AwardNotice) -> list[tuple[str, str, str, str]]:
    part = "Resultaat"
    lines = [(part, "BT-759", "Aantal ontvangen inschrijvingen", str(len(loaded.bidders)))]
    if notice.outcome is NoticeOutcome.NOT_AWARDED or loaded.award is None:
        why = _WHY_NOT[loaded.ending.kind] if loaded.ending is not None else "invullen"
        return [
            *lines,
            (part, "BT-142", "Winnaar gekozen", "Nee, en het perceel is gesloten"),
            (part, "BT-144", "Reden om niet te gunnen", why),
        ]
    rows = {row.offer_lot_id: row for row in loaded.ranking.rows} if loaded.ranking is not None else {}
    prices = sorted(row.price for row in rows.values() if row.price is not None)
    won = rows.get(loaded.award.offer_lot_id)
    winner = loaded.winner
    final = loaded.award.final_at if loaded.award.state is AwardState.FINAL else None
    lines += [
        (part, "BT-142", "Winnaar gekozen", "Ja"),
        (part, "BT-1451", "Datum van de gunning", long_date(notice.decided_on)),
        (part, "BT-145", "Datum van het contract", "invullen na ondertekening"),
        (part, "BT-710", "Laagste inschrijving, zonder btw", euro(prices[0]) if prices else "niet van toepassing"),
        (part, "BT-711", "Hoogste inschrijving, zonder btw", euro(prices[-1]) if prices else "niet van toepassing"),
        ("Winnaar", "BT-500", "Naam", winner.name if winner else ""),
        ("Winnaar", "BT-501", "Registratienummer", _number_of(loaded)),
        ("Winnaar", "BT-171", "Plaats in de rangorde", str(won.rank) if won is not None else ""),
        ("Winnaar", "BT-720", "Waarde van de inschrijving, zonder btw", euro(won.price) if won is not None else ""),
        ("Winnaar", "BT-150", "Kenmerk van het contract", "invullen zodra het contract er is"),
    ]
    return lines if final is not None else [line for line in lines if line[1] != "BT-145"]


def _number_of(loaded: LotAward) -> str:
    winner = loaded.winner
    number = winner.offer_lot.offer.lead_organisation.kvk if winner is not None else None
    return number or "invullen"


def as_workbook(sheet: FieldSheet) -> bytes:
    """Return the sheet as a workbook with the term on a second sheet."""
    terms = Sheet("Termijn", (Column("Wat", "text", 24), Column("Waarde", "text", 100)), [list(one) for one in sheet.facts])
    return workbook([Sheet("Velden", COLUMNS, [list(line) for line in sheet.lines]), terms], title=sheet.title)


def as_pdf(sheet: FieldSheet) -> bytes:
    """Return the sheet as an accessible PDF."""
    data = {
        "title": sheet.title,
        "from": sheet.lead,
        "reference": sheet.reference,
        "facts": [list(one) for one in sheet.facts],
        "lines": [list(line) for line in sheet.lines],
    }
    return pdf("award_fields", data)
