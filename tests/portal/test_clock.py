"""The clock: Amsterdam on screen, UTC in the database, and the two nights on which that matters."""

from datetime import UTC, datetime

import pytest

from portal import clock


def test_the_hour_that_happens_twice_is_refused() -> None:
    with pytest.raises(clock.AmbiguousTime):
        clock.to_utc(datetime(2026, 10, 25, 2, 30))


def test_the_hour_that_never_happens_is_refused() -> None:
    with pytest.raises(clock.NonexistentTime):
        clock.to_utc(datetime(2027, 3, 28, 2, 30))


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        (datetime(2026, 12, 12, 12, 0), datetime(2026, 12, 12, 11, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0), datetime(2026, 7, 1, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_time_becomes_one_instant(wall: datetime, instant: datetime) -> None:
    assert clock.to_utc(wall) == instant


def test_the_day_in_amsterdam_begins_before_the_day_in_utc() -> None:
    with clock.at(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.today().isoformat() == "2026-07-01"
