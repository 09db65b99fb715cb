"""Reports as the shell sees them: the council report, the overview, and the quarterly sheet of a contract."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for

from contracts.agreements.models import Contract
from kpis.reports.demo import steps
from kpis.reports.views import bp
from portal import clock
from portal.access import Permission, current_viewer
from portal.db import db
from portal.features import Feature, Link
from portal.periods import Quarter


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """The quarterly sheet of a contract."""
    if kind != "contract" or not current_viewer().may(Permission.TRAJECTORY_READ):
        return
    contract = db.session.get_one(Contract, identity)
    quarter = Quarter.of(clock.today()).previous()
    if contract.starts_on <= quarter.last:
        url = url_for("kpis_reports.quarter_sheet", number=contract.number, period=quarter.code)
        yield Link(f"Kwartaallevering {quarter.label}", url, "Excel, in de woorden van het CBS")


FEATURE = Feature(
    name="kpis.reports",
    blueprints=(bp,),
    related=related,
    demo=steps,
    audit_sentences={
        "report:council:publish": "bewaarde editie {number} van de raadsrapportage over {year}",
        "report:sheet:download": "haalde de kwartaallevering van het {period} op, {number} trajecten",
    },
)
