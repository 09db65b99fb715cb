"""The demo's books."""

from collections.abc import Iterable

from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Return the steps."""
    return ()
