"""Timing two ways of doing a thing by turns, and the line that comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Result:
    """One job: the median seconds of ours and of the floor, and what the floor is."""

    job: str
    size: str
    ours: float
    floor: float
    floor_is: str
    goal: float

    @property
    def ratio(self) -> float:
        """How many times the floor we take."""
        return self.ours / self.floor if self.floor else float("inf")

    def as_dict(self) -> dict[str, Any]:
        """Return the line for a machine."""
        return {**asdict(self), "ratio": round(self.ratio, 2), "within_goal": self.ratio <= self.goal}


def by_turns(
    ours: Callable[[], object], floor: Callable[[], object], *, times: int, inner: int = 1
) -> tuple[float, float]:
    """Run both by turns, so that a busy moment of the machine hits both; give the medians per call."""
    mine, least = [], []
    for _ in range(times):
        mine.append(_timed(ours, inner))
        least.append(_timed(floor, inner))
    return median(mine), median(least)


def _timed(call: Callable[[], object], inner: int) -> float:
    began = time.perf_counter()
    for _ in range(inner):
        call()
    return (time.perf_counter() - began) / inner


def table(results: list[Result]) -> str:
    """Give the results as a table for people."""
    lines = [f"{'wat':<10} {'omvang':<18} {'wij':>11} {'vloer':>11} {'keer':>6} {'doel':>5}  de vloer is"]
    for one in results:
        mark = "" if one.ratio <= one.goal else "  boven het doel"
        lines.append(
            f"{one.job:<10} {one.size:<18} {_shown(one.ours):>11} {_shown(one.floor):>11} "
            f"{one.ratio:>6.1f} {one.goal:>5.1f}  {one.floor_is}{mark}"
        )
    return "\n".join(lines)


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
