"""The blueprint all pages of tenders hang on, and what they share."""

from typing import Any

from flask import Blueprint, url_for

from portal import clock
from portal.access import current_viewer
from portal.errors import NotFound
from portal.ui import link_to
from tenders.procedures import queries
from tenders.procedures.models import Lot, Procedure
from tenders.procedures.rules import Missing, phase_at
from tenders.procedures.states import Phase, ProcedureState

bp = Blueprint("tenders_procedures", __name__)


def loaded(number: str) -> Procedure:
    """Return the tender of a staff page.

    Raises:
        NotFound: there is none for the viewer.
    """
    return queries.staff_procedure(current_viewer(), number)


def loaded_for_change(number: str) -> Procedure:
    """Return the tender of a page on which it is changed; says who can when the viewer cannot."""
    procedure = loaded(number)
    queries.refuse_unless_lead(current_viewer(), procedure)
    return procedure


def open_to_change(procedure: Procedure) -> bool:
    """Say whether the viewer may still change the content of the tender."""
    return queries.may_change(current_viewer(), procedure) and procedure.state is ProcedureState.PREPARATION


def lot_numbered(procedure: Procedure, number: int) -> Lot:
    """Return a lot of the tender by its number.

    Raises:
        NotFound: there is none.
    """
    lot = next((one for one in queries.lots_of(procedure) if one.number == number), None)
    if lot is None:
        raise NotFound
    return lot


def phase_of(procedure: Procedure) -> Phase:
    """Return the phase of a tender at this instant."""
    return phase_at(procedure.state, procedure.submission_deadline_at, clock.now())


def parts_of(procedure: Procedure) -> list[tuple[str, str, str]]:
    """Return the parts of a tender as (key, name, address), in the order of the work."""
    names = [
        ("details", "Gegevens", ".details"),
        ("motivation", "Raming en motivering", ".motivation"),
        ("notice", "Aankondiging op TenderNed", ".notice"),
        ("lots", "Percelen", ".lots"),
        ("planning", "Planning", ".planning"),
        ("requirements", "Eisen", ".requirements"),
        ("documents", "Documenten", ".documents"),
        ("team", "Team", ".team"),
    ]
    return [
        (key, name, url_for(f"tenders_procedures{endpoint}", number=procedure.number))
        for key, name, endpoint in names
    ]


def page_to_mend(procedure: Procedure, item: Missing, lots: dict[Any, int]) -> str:
    """Return the address of the page on which a missing thing can be filled in."""
    number = procedure.number
    if item.section.startswith("/"):
        return item.section
    if item.section == "consultation" and procedure.consultation is not None:
        return url_for("tenders_consultations.report", number=procedure.consultation.number)
    if item.section == "lot" and item.lot_id in lots:
        return url_for("tenders_procedures.edit_lot", number=number, lot=lots[item.lot_id])
    endpoint = {
        "lot_volumes": "volumes",
        "lot_prices": "prices",
        "lot_criteria": "criteria",
    }.get(item.section)
    if endpoint and item.lot_id in lots:
        return url_for(f"tenders_procedures.{endpoint}", number=number, lot=lots[item.lot_id])
    known = {key: url for key, _, url in parts_of(procedure)}
    above = link_to(f"tenders_{item.section}.prepare", number=number)
    return known.get(item.section) or above or url_for("tenders_procedures.show", number=number)


def section_of(item: Missing) -> str:
    """Return the part of the tender a missing thing belongs to."""
    if item.section.startswith("lot"):
        return "lots"
    return "details" if item.section == "consultation" else item.section
