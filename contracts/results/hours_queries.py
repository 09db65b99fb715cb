"""The accepted hours of whole trajectories, in one statement, for who takes a participant over."""

import uuid
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import func, select

from contracts.results.fact_queries import ACCEPTED
from contracts.results.models import MonthlyRow
from portal.db import db


def followed_by_trajectory(trajectory_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """Return the hours followed in the accepted rows that count now, by trajectory; one without rows is left out."""
    rows = db.session.execute(
        select(MonthlyRow.trajectory_id, func.sum(MonthlyRow.hours_followed))
        .where(MonthlyRow.trajectory_id.in_(trajectory_ids))
        .where(MonthlyRow.superseded_at.is_(None), MonthlyRow.acceptance.in_(ACCEPTED))
        .group_by(MonthlyRow.trajectory_id)
    )
    return {trajectory_id: Decimal(hours) for trajectory_id, hours in rows}
