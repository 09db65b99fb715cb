"""The quarterly sheet in the words of the Statistiek Wet inburgering, so that a provider reports once (S24).

A help for the municipality: who it concerns comes from its own system by trajectnummer. The portal is
never the source for CBS.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from contracts.agreements.models import Contract, ContractProduct
from contracts.results.fact_queries import ACCEPTED
from contracts.results.models import MonthlyRow
from contracts.trajectories import queries as trajectories
from contracts.trajectories.models import Trajectory, TrajectoryEvent
from contracts.trajectories.states import Certainty, EventKind, TrajectoryState
from portal import audit
from portal.access import Viewer
from portal.catalogue.models import Municipality
from portal.db import db
from portal.dutch import long_date
from portal.periods import Quarter
from portal.tables import Column, Sheet, workbook

COLUMNS = (
    Column("Trajectnummer", width=16),
    Column("Gemeentecode (CBS)", width=18),
    Column("Gemeente", width=20),
    Column("Doelgroep", width=28),
    Column("Leerroute of onderdeel", width=34),
    Column("Datum PIP", "date", 14),
    Column("Start inburgeringstermijn", "date", 22),
    Column("Einde inburgeringstermijn", "date", 22),
    Column("Start onderdeel", "date", 16),
    Column("Einde onderdeel", "date", 16),
    Column("Stand aan het eind van het kwartaal", width=32),
    Column("Reden van het einde", width=40),
    Column("Aangeboden uren in het kwartaal", "quantity", 28),
    Column("Gevolgde uren in het kwartaal", "quantity", 26),
    Column("PVT ondertekend", "date", 16),
    Column("MAP eindgesprek", "date", 16),
    Column("Z-route eindgesprek", "date", 18),
    Column("Diploma of certificaat", "date", 20),
)
MOMENTS = (EventKind.PVT_SIGNED, EventKind.MAP_TALK, EventKind.Z_TALK, EventKind.DIPLOMA)
NEVER = (TrajectoryState.REFUSED, TrajectoryState.NO_SHOW)


def quarter_sheet(contract: Contract, quarter: Quarter, viewer: Viewer) -> tuple[bytes, int]:
    """Return the workbook of the trajectories a viewer may see one by one, and how many there are."""
    found = [
        one
        for one in trajectories.all_of(
            trajectories.visible_to(viewer)
            .join(ContractProduct, ContractProduct.id == Trajectory.contract_product_id)
            .where(ContractProduct.contract_id == contract.id)
            .order_by(Trajectory.number)
        )
        if one.state not in NEVER and one.referred_on <= quarter.last
    ]
    ids = [one.id for one in found]
    homes = trajectories.residences_on(ids, quarter.last)
    hours, moments = _hours(contract, quarter), _moments(ids, quarter.last)
    rows = [
        _row(one, homes.get(one.id), hours.get(one.id), moments[one.id], quarter)
        for one in found
    ]
    notes = (
        f"Contract {contract.number}, {contract.title}. Stand op {long_date(quarter.last)}.",
        "Hulp voor de gemeente bij haar levering aan het CBS. Persoonsgegevens komen uit haar eigen systeem.",
        "Alleen wat de eigenaar bevestigde staat hierin; uren zijn die van goedgekeurde rijen.",
    )
    title = f"Kwartaallevering {quarter.label}"
    return workbook([Sheet("Trajecten", COLUMNS, rows, notes=notes, heading=title)], title=title), len(rows)


def _row(
    one: Trajectory,
    home: Municipality | None,
    hours: tuple[Decimal, Decimal] | None,
    moments: dict[EventKind, date],
    quarter: Quarter,
) -> list[object]:
    ended = one.stopped_on or one.finished_on
    is_over = ended is not None and ended <= quarter.last
    started = one.started_on if one.started_on is not None and one.started_on <= quarter.last else None
    state = "lopend" if started else "nog niet gestart"
    if is_over:
        state = "afgerond" if one.finished_on else "voortijdig gestopt"
    offered, followed = hours or (None, None)
    return [
        one.number,
        home.cbs_code if home else "",
        home.name if home else "buiten de regio",
        one.target_group.label,
        one.contract_product.product.name,
        one.pip_on,
        one.term_starts_on,
        one.term_ends_on,
        started,
        ended if is_over else None,
        state,
        one.stop_reason.label if is_over and one.stop_reason else "",
        offered,
        followed,
        *(moments.get(kind) for kind in MOMENTS),
    ]


def _hours(contract: Contract, quarter: Quarter) -> dict[uuid.UUID, tuple[Decimal, Decimal]]:
    rows = db.session.execute(
        select(
            MonthlyRow.trajectory_id, func.sum(MonthlyRow.hours_offered), func.sum(MonthlyRow.hours_followed)
        )
        .where(
            MonthlyRow.contract_id == contract.id,
            MonthlyRow.month >= quarter.first,
            MonthlyRow.month <= quarter.last,
            MonthlyRow.superseded_at.is_(None),
            MonthlyRow.acceptance.in_(ACCEPTED),
        )
        .group_by(MonthlyRow.trajectory_id)
    )
    return {trajectory_id: (offered, followed) for trajectory_id, offered, followed in rows}


def _moments(ids: list[uuid.UUID], last: date) -> dict[uuid.UUID, dict[EventKind, date]]:
    found: dict[uuid.UUID, dict[EventKind, date]] = defaultdict(dict)
    for trajectory_id, kind, on in db.session.execute(
        select(TrajectoryEvent.trajectory_id, TrajectoryEvent.kind, TrajectoryEvent.on)
        .where(
            TrajectoryEvent.trajectory_id.in_(ids),
            TrajectoryEvent.kind.in_(MOMENTS),
            TrajectoryEvent.certainty == Certainty.CONFIRMED,
            TrajectoryEvent.on <= last,
        )
        .order_by(TrajectoryEvent.on)
    ):
        found[trajectory_id][kind] = on
    return found


def record_download(contract: Contract, *, number: int, period: str, by: Viewer) -> None:
    """Leave a trace of a download of participants' rows."""
    audit.record("report:sheet:download", contract, by=by, number=number, period=period)
