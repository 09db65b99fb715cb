"""The stations of the chain under monthly rows, as links."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contracts.agreements.models import Contract, ContractParty
from contracts.results.models import MonthlyRow
from contracts.trajectories.queries import visible_among
from portal.access import Permission, Viewer
from portal.chain import Station
from portal.db import db
from portal.features import Link
from portal.periods import Month


def standing_rows(viewer: Viewer, contract: Contract, rows: Iterable[MonthlyRow]) -> dict[uuid.UUID, MonthlyRow]:
    """Return for rows of a contract, by their id, the row that counts now and that the viewer may open.

    A corrected row stands under the invoice for ever, but its page is that of the row that took its place.
    """
    own = list(rows)
    if not own or not viewer.may(Permission.REPORT_READ):
        return {}
    now = {(row.report_id, row.trajectory_id): row for row in own if row.superseded_at is None}
    if any(row.superseded_at is not None for row in own):
        now |= {(row.report_id, row.trajectory_id): row for row in _counting(own)}
    all_rows = _sees_all(viewer, contract)
    found = {row.id: now.get((row.report_id, row.trajectory_id)) for row in own}
    return {
        key: row
        for key, row in found.items()
        if row is not None and (all_rows or row.municipality_id == viewer.municipality_id)
    }


def _counting(rows: Sequence[MonthlyRow]) -> Sequence[MonthlyRow]:
    return db.session.scalars(
        select(MonthlyRow)
        .where(
            MonthlyRow.report_id.in_({row.report_id for row in rows}),
            MonthlyRow.trajectory_id.in_({row.trajectory_id for row in rows}),
            MonthlyRow.superseded_at.is_(None),
        )
        .options(joinedload(MonthlyRow.trajectory))
    ).all()


def _sees_all(viewer: Viewer, contract: Contract) -> bool:
    """The lead and the parties see every row of a contract, a participating municipality its own."""
    if viewer.municipality_id in (None, contract.lead_municipality_id):
        return True
    party = select(ContractParty.id).where(
        ContractParty.contract_id == contract.id, ContractParty.organisation_id == viewer.organisation_id
    )
    return db.session.scalar(party.limit(1)) is not None


def referral_links(viewer: Viewer, rows: Sequence[MonthlyRow]) -> list[Link]:
    """Return the aanmeldingen of rows that the viewer may open, each once."""
    visible = visible_among(viewer, {row.trajectory_id for row in rows})
    numbers = dict.fromkeys(row.trajectory.number for row in rows if row.trajectory_id in visible)
    return [
        Link(number, url_for("contracts_trajectories.show", number=number), "Aanmelding", Station.REFERRAL)
        for number in numbers
    ]


def row_links(contract: Contract, standing: Mapping[uuid.UUID, MonthlyRow]) -> list[Link]:
    """Return the pages of rows of one contract, as `standing_rows` found them."""
    return [
        Link(
            f"{row.trajectory.number}, {Month.of(row.month).label}",
            url_for(
                "contracts_results.row",
                number=contract.number,
                month_code=Month.of(row.month).code,
                row_id=row.id,
            ),
            f"Contract {contract.number}",
            Station.ROWS,
        )
        for row in dict.fromkeys(standing.values())
    ]
