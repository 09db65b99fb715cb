"""What happened in the demo."""

from collections.abc import Iterable

from portal.demo import DemoWorld
from portal.features import Step


def steps(world: DemoWorld) -> Iterable[Step]:
    """Yield the steps of this feature."""
    return ()
