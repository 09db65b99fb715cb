"""What the journeys share: the whole demo, made once per run."""

from tests.seeded import demo_folder

__all__ = ["demo_folder"]
