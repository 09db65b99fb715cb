"""The field sheet for TenderNed: what to type in each field of the eForms notice. It makes no eForms itself.

Field codes: the business terms (BT) of eForms, Uitvoeringsverordening (EU) 2019/1780, as in the OP-TED eForms-SDK.
The subtype of the form is a dated rule of the kind of procedure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from portal import clock
from portal.dutch import euro, long_date, quantity
from tenders.procedures import queries
from tenders.procedures.models import Lot, Procedure, Requirement
from tenders.procedures.states import RequirementKind


@dataclass(frozen=True)
class FieldRow:
    """One field to type: the part of the form, the eForms code, its name and the value."""

    part: str
    code: str
    name: str
    value: str


def title_of(procedure: Procedure) -> str:
    """Return the title of the sheet."""
    return f"Veldenblad voor TenderNed: {procedure.number}"


def notes_of(procedure: Procedure) -> list[str]:
    """Say which form this is, and what the law says about the order of publishing."""
    rules = queries.rules_of(procedure.kind_code, clock.today())
    codes = ("eforms_contract", "eforms_award", "notice", "wait_hours")
    return [f"{rules[code].text} ({rules[code].citation})" for code in codes if code in rules]


def fields_of(procedure: Procedure) -> list[FieldRow]:
    """Return every field in the order of the form; what is not known yet reads "nog niet ingevuld"."""
    lots = queries.lots_of(procedure)
    demands = queries.requirements_in(procedure)
    return [
        *_rows("Aankondiging", _notice(procedure)),
        *_rows("Koper", _buyer(procedure)),
        *_rows("Procedure", _procedure(procedure, lots)),
        *(row for lot in lots for row in _rows(f"Perceel {lot.number}", _lot(lot, procedure, demands))),
    ]


def as_data(procedure: Procedure) -> dict[str, Any]:
    """Return the sheet as the PDF template takes it."""
    parts: dict[str, list[list[str]]] = {}
    for row in fields_of(procedure):
        parts.setdefault(row.part, []).append([row.code, row.name, row.value])
    return {
        "title": title_of(procedure),
        "from": f"Gemeente {procedure.lead.name}",
        "reference": f"{procedure.number} · {procedure.title}",
        "notes": notes_of(procedure),
        "parts": [{"heading": heading, "rows": rows} for heading, rows in parts.items()],
    }


def _rows(part: str, pairs: Iterator[tuple[str, str, object]]) -> list[FieldRow]:
    return [FieldRow(part, code, name, str(value or "nog niet ingevuld")) for code, name, value in pairs]


def _notice(procedure: Procedure) -> Iterator[tuple[str, str, object]]:
    subtype = queries.rule_values(procedure.kind_code, clock.today())("eforms_contract")
    notice = queries.notice_of(procedure)
    yield "OPP-070", "Formulier (notice subtype)", subtype or "geen: deze procedure kent geen aankondiging"
    yield "BT-22", "Eigen kenmerk", procedure.number
    yield "BT-05", "Verzonden op", moment(notice.sent_at) if notice is not None else ""
    yield "BT-758", "Bij een rectificatie: nummer van de aankondiging", notice.tenderned_number if notice else ""


def _buyer(procedure: Procedure) -> Iterator[tuple[str, str, object]]:
    lead = procedure.lead
    yield "BT-500", "Naam", f"Gemeente {lead.name}"
    yield "BT-501", "OIN", lead.oin
    yield "BT-506", "E-mail", lead.email
    yield "BT-513", "Plaats", lead.city
    yield "BT-11", "Soort organisatie", "lokale overheid"
    yield "BT-10", "Hoofdactiviteit", "algemene overheidsdiensten"
    joint = [place.name for place in queries.participants_of(procedure) if place.organisation_id != procedure.lead_id]
    yield "BT-500", "Koopt ook in voor", ", ".join(joint) or "niemand anders"


def _procedure(procedure: Procedure, lots: Any) -> Iterator[tuple[str, str, object]]:
    ceilings = [lot.ceiling_amount for lot in lots]
    yield "BT-21", "Titel", procedure.title
    yield "BT-24", "Beschrijving", procedure.summary
    yield "BT-23", "Aard van de opdracht", "diensten"
    yield "BT-105", "Soort procedure", procedure.kind.name
    yield "BT-262", "Hoofd-CPV-code", _cpv(procedure)
    yield "BT-27", "Geraamde waarde zonder btw", euro(procedure.estimated_value) if procedure.estimated_value else ""
    yield "BT-271", "Maximale waarde raamovereenkomst", euro(sum(ceilings, Decimal(0))) if all(ceilings) else ""
    yield "BT-31", "Hoogste aantal percelen per inschrijving", len(lots)
    yield "BT-33", "Hoogste aantal percelen voor één winnaar", procedure.max_lots or "geen grens"
    yield "BT-67", "Uitsluitingsgronden", _titles(queries.requirements_in(procedure), RequirementKind.EXCLUSION)


def _cpv(procedure: Procedure) -> str:
    rule = queries.rules_of(procedure.kind_code, clock.today()).get("cpv")
    return f"{int(rule.value)}" if rule is not None and rule.value is not None else ""


def _lot(lot: Lot, procedure: Procedure, demands: Any) -> Iterator[tuple[str, str, object]]:
    own = [one for one in demands if one.lot_id in (None, lot.id)]
    yield "BT-137", "Nummer van het perceel", f"LOT-{lot.number:04d}"
    yield "BT-21", "Titel", lot.title
    yield "BT-24", "Beschrijving", lot.description
    yield "BT-27", "Geraamde waarde zonder btw", euro(lot.estimated_amount) if lot.estimated_amount else ""
    yield "BT-271", "Maximale waarde raamovereenkomst", euro(lot.ceiling_amount) if lot.ceiling_amount else ""
    yield "BT-25", "Maximaal aantal", quantity(lot.ceiling_quantity) if lot.ceiling_quantity else ""
    yield "BT-536", "Ingangsdatum", long_date(lot.starts_on) if lot.starts_on else ""
    yield "BT-537", "Einddatum", long_date(lot.ends_on) if lot.ends_on else ""
    yield "BT-58", "Aantal verlengingen", lot.extension_count or "geen"
    yield "BT-57", "Beschrijving van de verlenging", _options(lot)
    yield "BT-765", "Raamovereenkomst", "ja, zonder nieuwe oproep" if procedure.is_framework else "nee"
    yield "BT-113", "Hoogste aantal deelnemers aan de raamovereenkomst", lot.winners
    yield "BT-5071", "Plaats van uitvoering", ", ".join(one.municipality.name for one in lot.municipalities)
    for one in lot.criteria:
        yield "BT-540", f"Gunningscriterium kwaliteit: {one.full_title}", one.description
        yield "BT-5421", f"Weging: {one.full_title}", percent(one.weight)
    yield "BT-5421", "Weging: prijs", percent(lot.price_weight) if lot.price_weight is not None else ""
    yield "BT-750", "Geschiktheidseisen", _titles(own, RequirementKind.SUITABILITY)
    yield "BT-15", "Adres van de documenten", url_for(".assignment", number=procedure.number, _external=True)
    yield "BT-18", "Adres om in te schrijven", url_for(".assignment", number=procedure.number, _external=True)
    yield "BT-17", "Elektronisch inschrijven", "verplicht"
    yield "BT-97", "Taal", "Nederlands"
    yield "BT-13", "Vragen stellen tot", moment(procedure.questions_close_at)
    yield "BT-131", "Sluitingsdatum en -tijd", moment(procedure.submission_deadline_at)


def _options(lot: Lot) -> str:
    return f"{lot.extension_count} keer {lot.extension_months} maanden" if lot.extension_count else "geen"


def _titles(demands: Any, kind: RequirementKind) -> str:
    chosen: list[Requirement] = [one for one in demands if one.kind is kind]
    return "\n".join(f"{one.title}: {one.text}" for one in chosen) or "geen"


def percent(weight: Decimal) -> str:
    """Write a fraction as a percentage without needless zeros: 0.375 → "37,5%"."""
    return f"{(weight * 100).normalize():f}%".replace(".", ",")


def moment(instant: Any) -> str:
    """Write an instant as date and time, or nothing."""
    return f"{long_date(instant)}, {clock.local(instant):%H:%M} uur" if instant is not None else ""
