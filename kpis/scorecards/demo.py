"""The demo's scorecards: past quarters fixed, the latest a concept with responses of the provider."""

from __future__ import annotations

from collections.abc import Iterable

from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return the demo's steps in the life of the scorecards."""
    return ()
