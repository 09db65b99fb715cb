"""The kinds of dated numbers about a trajectory that a monthly report does not hold."""

from __future__ import annotations

from enum import StrEnum


class RecordKind(StrEnum):
    """What is recorded; the reason of a lower norm never is (practice.md K3)."""

    PARTICIPATION_HOURS = "participation_hours"
    COURSE_NORM = "course_norm"
    PARTICIPATION_NORM = "participation_norm"
    WEEKLY_HOURS = "weekly_hours"
    SCALED_DOWN = "scaled_down"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "participation_hours": "Uren participatie in een maand",
            "course_norm": "Eigen norm lesuren Z-route",
            "participation_norm": "Eigen norm participatie-uren Z-route",
            "weekly_hours": "Lesuren per week volgens het PIP",
            "scaled_down": "Niveau verlaagd naar A2 door de gemeente",
        }[self.value]

    @property
    def most(self) -> int:
        """The largest value that makes sense, in hours."""
        return {
            "participation_hours": 250,
            "course_norm": 800,
            "participation_norm": 800,
            "weekly_hours": 40,
            "scaled_down": 0,
        }[self.value]
