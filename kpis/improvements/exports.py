"""Verbeteracties as Excel."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.improvements.models import ImprovementAction
from portal.periods import Quarter
from portal.tables import Column, Sheet, workbook

COLUMNS = (
    Column("Contract", width=16),
    Column("Nr.", "integer", 8),
    Column("Code", width=10),
    Column("Prestatieafspraak", width=34),
    Column("Scorecard", width=24),
    Column("Wat verandert er", width=60),
    Column("Wie", width=14),
    Column("Functie", width=24),
    Column("Klaar op", "date", 14),
    Column("Waaraan te zien", width=50),
    Column("Zichtbaar in", width=24),
    Column("Stand", width=18),
)


def actions_workbook(actions: Sequence[ImprovementAction]) -> bytes:
    """Return a workbook with one row per verbeteractie."""
    rows = [
        [
            one.contract.number,
            one.number,
            one.performance_agreement.code,
            one.performance_agreement.name,
            Quarter.parse(one.scorecard.period).label,
            one.measure,
            one.owner.label,
            one.owner_function,
            one.due_on,
            one.proof,
            Quarter.parse(one.follow_up).label,
            one.state.label,
        ]
        for one in actions
    ]
    return workbook([Sheet("Verbeteracties", COLUMNS, rows)], title="Verbeteracties")
