"""Fixtures of the house tests."""

from tests.seeded import demo_folder

__all__ = ["demo_folder"]
