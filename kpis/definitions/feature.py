"""The catalogue of measures as the shell sees it: what is recorded beside the months."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for

from contracts.trajectories.models import Trajectory
from kpis.definitions import demo, queries
from kpis.definitions.views import bp
from portal.access import Permission, current_viewer
from portal.db import db
from portal.features import Feature, Link


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """The numbers beside the months of a trajectory."""
    if kind != "trajectory" or not current_viewer().may(Permission.TRAJECTORY_READ):
        return
    trajectory = db.session.get(Trajectory, identity)
    if trajectory is not None:
        there = len([one for one in queries.records_of(trajectory) if one.withdrawn_at is None])
        url = url_for("kpis_definitions.records", number=trajectory.number)
        yield Link("Cijfers buiten de maandrapportage", url, f"{there} vastgelegd")


FEATURE = Feature(
    name="kpis.definitions",
    blueprints=(bp,),
    related=related,
    demo=demo.steps,
    audit_sentences={
        "kpi:record:add": "legde {kind} vast: {value} op {on}",
        "kpi:record:withdraw": "trok {kind} van {on} in",
    },
)
