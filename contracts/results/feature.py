"""Monthly reports as the shell sees them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for
from sqlalchemy import select

from contracts.results import queries
from contracts.results.commands import results_group
from contracts.results.demo import steps
from contracts.results.hours_queries import followed_by_trajectory
from contracts.results.models import MonthlyReport
from contracts.results.rules import due_on
from contracts.results.views import bp
from contracts.trajectories import lessons
from portal import clock
from portal.access import Permission, Role, Viewer, current_viewer
from portal.chain import Station
from portal.db import db
from portal.features import Feature, Link, NavItem, Task, Term
from portal.periods import Month, rolling


def tasks(viewer: Viewer) -> Iterable[Task]:
    """What waits: months to deliver for a provider, reports to judge for a contract manager."""
    if viewer.may(Permission.REPORT_ACCEPT) and viewer.municipality_id is not None:
        for report in queries.waiting_reports(viewer):
            month = Month.of(report.month)
            url = _url(report.contract.number, month)
            second = f"Contract {report.contract.number}, {report.party.organisation.name}"
            title = f"Maandrapportage {month.label} beoordelen"
            yield Task(title, url, when=None, tone="info", state="Ingediend", second=second)
    if not viewer.may(Permission.REPORT_DELIVER):
        return
    last = Month.of(clock.today()).previous()
    for line in queries.overview_for(viewer, rolling(last, 6)):
        if line.party.organisation_id != viewer.organisation_id:
            continue
        for cell in line.cells:
            if cell is None or cell.standing.label in ("Goedgekeurd", "Ingediend", "Nog niet aan de beurt"):
                continue
            title = f"Maandrapportage {cell.month.label} aanleveren"
            due = due_on(cell.month, line.contract.report_due_day)
            second = f"Contract {line.contract.number}, {line.contract.title}"
            stand = cell.standing
            yield Task(title, _url(line.contract.number, cell.month), due, stand.tone, stand.label, second)


def terms(viewer: Viewer) -> Iterable[Term]:
    """The next day on which a report is due."""
    if not viewer.may(Permission.REPORT_READ) or viewer.organisation_id is None:
        return
    month = Month.of(clock.today())
    for line in queries.overview_for(viewer, [month]):
        if line.cells[0] is None:
            continue
        due = due_on(month, line.contract.report_due_day)
        text = f"Maandrapportage {month.label} van {line.contract.number}"
        yield Term(due, text, _url(line.contract.number, month))


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Reports of a contract, rows of a trajectory."""
    if not current_viewer().may(Permission.REPORT_READ):
        return
    if kind in ("contract", "contract_trail"):
        yield from _links_of_contract(identity)
    elif kind == "trajectory":
        yield from _links_of_trajectory(identity)


def _links_of_contract(identity: uuid.UUID) -> Iterable[Link]:
    reports = db.session.scalars(
        select(MonthlyReport.month)
        .where(MonthlyReport.contract_id == identity)
        .order_by(MonthlyReport.month.desc())
        .limit(1)
    ).all()
    number = queries.number_of(identity)
    for first in reports:
        month = Month.of(first)
        yield Link(
            f"Maandrapportage {month.label}", _url(number, month), "de laatste die binnenkwam", Station.ROWS
        )


def _links_of_trajectory(identity: uuid.UUID) -> Iterable[Link]:
    row = queries.newest_row_of(identity)
    if row is not None:
        month = Month.of(row.month)
        url = url_for(
            "contracts_results.row",
            number=queries.number_of(row.contract_id),
            month_code=month.code,
            row_id=row.id,
        )
        yield Link(
            f"Geleverde uren, {month.label}", url, f"{row.hours_followed.normalize():f} uur gevolgd", Station.ROWS
        )


def _url(number: str, month: Month) -> str:
    return url_for("contracts_results.show", number=number, month_code=month.code)


def on_start() -> None:
    """Let aanmeldingen know how many hours a participant followed."""
    lessons.register(followed_by_trajectory)


FEATURE = Feature(
    name="contracts.results",
    on_start=on_start,
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    navigation=(
        NavItem(
            "Maandrapportages", "contracts_results.index", Permission.REPORT_READ, 42, {Role.PARTNER: 65}
        ),
    ),
    demo=steps,
    commands=(results_group,),
    audit_sentences={
        "results:report:receive": "leverde versie {number} van {month} aan ({way})",
        "results:report:mend": "verbeterde versie {number}",
        "results:report:discard": "gooide concept {number} weg",
        "results:report:submit": "diende versie {number} van {month} in, {rows} nieuwe regels",
        "results:report:withdraw": "trok versie {number} van {month} terug",
        "results:rows:accept": "keurde {rows} regels van {month} goed",
        "results:rows:accept_silently": "keurde {rows} regels stilzwijgend goed na tien werkdagen",
        "results:row:question": "vroeg een correctie voor traject {number} in {month}",
        "results:events:confirm": "bevestigde {events} gebeurtenissen van {month}",
    },
    mails={
        "report_submitted": "Een maandrapportage is ingediend",
        "report_accepted": "Uw maandrapportage is goedgekeurd",
        "report_correction": "Er is een correctie gevraagd",
    },
)
