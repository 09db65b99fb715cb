"""Exports that are too large to wait for are made by a worker."""

import uuid
from typing import Any

from contracts.finance.exports import prepare_csv, prepare_workbook
from contracts.finance.services import keep_export
from portal.access import SYSTEM
from portal.catalogue.models import Municipality
from portal.db import db, reading, writing
from portal.jobs import JobRun, handler
from portal.periods import Month


@handler("cost_export")
def make_cost_export(run: JobRun, *, month: str, municipality_id: str = "") -> dict[str, Any]:
    """Make and keep the export of a month; the same content is not kept twice."""
    when = Month.parse(month)
    run.progress(10, "Regels lezen")
    with reading():
        place = db.session.get(Municipality, uuid.UUID(municipality_id)) if municipality_id else None
        prepared = prepare_csv(when, place) if place else prepare_workbook(when)
    run.progress(80, "Bestand bewaren")
    with writing():
        batch = keep_export(prepared, by=SYSTEM)
        return {"url": f"/exports/{batch.number}", "number": batch.number}
