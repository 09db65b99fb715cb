"""Two years of monthly reports of the demo's contracts, delivered and judged through the real services."""

from __future__ import annotations

from collections.abc import Iterable

from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return the demo's steps in the life of the reports."""
    return ()
