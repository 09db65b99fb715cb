"""Publish an edition of the council report; it is kept as it was, and later editions hide at least as much."""

from __future__ import annotations

from kpis.reports import exports, queries
from kpis.reports.building import Report
from kpis.reports.models import CouncilReport
from kpis.reports.rules import hidden_keys
from portal import audit, clock
from portal.access import Permission, Viewer
from portal.db import db
from portal.documents import store
from portal.errors import NotYours, Objection, refuse_if

KIND = "council_report"


def publish(report: Report, *, by: Viewer) -> CouncilReport:
    """Keep today's tables as the next edition, as Excel and PDF.

    Raises:
        NotYours: the viewer is no contract manager of a municipality.
        Refused: there is nothing to publish.
    """
    if not by.may(Permission.SCORECARD_FIX) or by.municipality_id is None:
        raise NotYours("een contractmanager van de gemeente")
    nothing = not any(one.part.table.values["totaal", "totaal"] for one in report.parts)
    refuse_if([Objection("Over dit jaar is er niets te tellen.")] if nothing else [])
    number = len(queries.editions_of(by, report.year)) + 1
    name = f"raadsrapportage-inburgering-{report.year}-editie-{number}"
    edition = CouncilReport(
        municipality_id=by.municipality_id,
        year=report.year,
        number=number,
        hidden={**hidden_keys(report.parts), "geld": sorted(f"{row}|{column}" for row, column in report.money_hidden)},
        made_at=clock.now(),
        made_by_id=by.user_id,
        workbook_id=store(exports.council_workbook(report), name=f"{name}.xlsx", kind=KIND, by=by).id,
        paper_id=store(exports.council_paper(report, by.organisation_name, number), name=f"{name}.pdf", kind=KIND, by=by).id,
    )
    db.session.add(edition)
    db.session.flush()
    audit.record("report:council:publish", edition, by=by, year=report.year, number=number)
    return edition
