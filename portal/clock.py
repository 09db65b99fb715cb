"""The only module that reads the clock; everything else asks it, so that time can be moved in tests and demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Amsterdam")
_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


class AmbiguousTime(ValueError):
    """The local time happens twice: the night the clock goes back."""


class NonexistentTime(ValueError):
    """The local time never happens: the night the clock goes forward."""


def now() -> datetime:
    """Return this instant as an aware UTC datetime with microseconds."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """Return the calendar day in Amsterdam."""
    return now().astimezone(LOCAL).date()


def local(instant: datetime) -> datetime:
    """Return an aware instant as the wall clock in Amsterdam shows it."""
    return instant.astimezone(LOCAL)


def to_utc(wall: datetime) -> datetime:
    """Turn a naive Amsterdam wall-clock time into the UTC instant it stands for.

    Raises:
        AmbiguousTime: the time occurs twice (autumn); the caller asks for another.
        NonexistentTime: the time is skipped (spring).
    """
    first = wall.replace(tzinfo=LOCAL, fold=0)
    second = wall.replace(tzinfo=LOCAL, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(LOCAL).replace(tzinfo=None) != wall:
        raise NonexistentTime(wall.isoformat())
    raise AmbiguousTime(wall.isoformat())


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let the portal believe it is `instant` (aware) inside the block; for demo data and tests."""
    token = _moved.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)
