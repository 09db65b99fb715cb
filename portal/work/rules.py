"""How the things that wait for a person are put in order on Mijn werk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything with a date that may be missing."""

    @property
    def when(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Piles:
    """The two piles of tasks: what is late or nearly so, and the rest."""

    first: Sequence[Dated]
    rest: Sequence[Dated]


def working_days_later(day: date, count: int, is_free: Callable[[date], bool]) -> date:
    """Return the day that lies `count` working days after `day`."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_free(day):
            count -= 1
    return day


def piles(tasks: Sequence[D], today: date, is_free: Callable[[date], bool] = lambda _day: False) -> Piles:
    """Divide tasks: late or due within three working days comes first (screens: Eerst doen)."""
    border = working_days_later(today, 3, is_free)
    first = [task for task in tasks if task.when is not None and task.when <= border]
    return Piles(first, [task for task in tasks if task not in first])
