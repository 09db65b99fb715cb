"""Aanmeldingen as a workbook; the download is audited, because it takes participants' rows out."""

from collections.abc import Sequence

from contracts.trajectories import queries
from contracts.trajectories.models import Trajectory
from portal import audit, clock
from portal.access import Viewer
from portal.tables import Column, Sheet, workbook

COLUMNS = (
    Column("Trajectnummer", width=16),
    Column("Contract", width=14),
    Column("Product", width=16),
    Column("Aanbieder", width=30),
    Column("Aangemeld door", width=20),
    Column("Woont nu in", width=20),
    Column("Doelgroep", width=26),
    Column("Toestand", width=16),
    Column("Aangemeld", "date"),
    Column("PIP", "date"),
    Column("Begin termijn", "date"),
    Column("Einde termijn", "date"),
    Column("Gestart", "date"),
    Column("Gestopt", "date"),
    Column("Afgerond", "date"),
    Column("Ingebrachte lesuren", "quantity"),
    Column("Ingebrachte uren participatie", "quantity"),
)


def trajectories_workbook(found: Sequence[Trajectory]) -> bytes:
    """Return a workbook with one row per trajectory."""
    living = queries.residences_on([one.id for one in found], clock.today())
    rows = []
    for one in found:
        place = living.get(one.id)
        rows.append(
            (
                one.number,
                one.contract_product.contract.number,
                one.contract_product.product.short_name,
                one.contract_party.organisation.name,
                one.placed_by.name,
                place.name if place else "buiten de regio",
                one.target_group.label,
                one.state.label,
                one.referred_on,
                one.pip_on,
                one.term_starts_on,
                one.term_ends_on,
                one.started_on,
                one.stopped_on,
                one.finished_on,
                one.brought_hours,
                one.brought_participation_hours,
            )
        )
    return workbook([Sheet("Aanmeldingen", COLUMNS, rows)], title="Aanmeldingen")


def record_download(number: int, *, by: Viewer) -> None:
    """Leave a trace of a download of participants' rows."""
    audit.record("trajectory:list:download", None, by=by, number=number)
