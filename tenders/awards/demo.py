"""Demo data of awards; filled when the offers' own demo helpers are there."""

from collections.abc import Iterator

from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterator[Step]:
    """Return the steps of the historic award."""
    yield from ()
