"""How the things that wait for a person are put in order on Mijn werk."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything with a date that may be missing."""

    @property
    def when(self) -> date | None: ...


class Said(Protocol):
    """A date that comes nearer, in words."""

    @property
    def on(self) -> date: ...

    @property
    def text(self) -> str: ...


D = TypeVar("D", bound=Dated)
T = TypeVar("T", bound=Said)


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


def without_repeats(terms: Iterable[T]) -> list[T]:
    """Give each date with the same words once: the last said, which comes from the most particular page."""
    found: dict[tuple[date, str], T] = {}
    for term in terms:
        found[term.on, term.text] = term
    return list(found.values())


def piles(tasks: Sequence[D], today: date, is_free: Callable[[date], bool] = lambda _day: False) -> Piles:
    """Divide tasks: late or due within three working days comes first (screens: Eerst doen)."""
    border = working_days_later(today, 3, is_free)
    first = [task for task in tasks if task.when is not None and task.when <= border]
    return Piles(first, [task for task in tasks if task not in first])
