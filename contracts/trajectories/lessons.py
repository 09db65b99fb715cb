"""How many hours a participant followed: the storey of the monthly results knows, this storey asks.

The feature that knows registers one function in its `on_start`; nothing is imported upward.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

Source = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Decimal]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Let the upper feature say how many accepted hours these trajectories followed; the last one counts."""
    _sources[:] = [source]


def hours_followed(trajectory_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Decimal]:
    """Return the accepted hours of lessons followed, by trajectory; empty when nobody knows."""
    return _sources[0](trajectory_ids) if _sources and trajectory_ids else {}
