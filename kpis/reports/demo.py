"""The demo's council report: one edition over the year before this one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.agreements.demo import instant
from kpis.reports.building import council_report
from kpis.reports.services import publish
from kpis.scorecards.demo import MANAGER
from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return the step that keeps the edition, in the spring of this year."""
    day = date(world.today.year, 4, 15)
    if day < world.today:
        yield Step(instant(day, 14), lambda: _publish(world), rank=9)


def _publish(world: DemoWorld) -> None:
    by = world.viewer(MANAGER)
    publish(council_report(by, world.today.year - 1), by=by)
