"""Annex IV a: the exact time and date of receipt can be determined precisely."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal import clock
from portal.accounts.queries import viewer_by_email
from portal.db import db
from tenders.offers import submitting
from tenders.offers.states import SubmissionKind
from tenders.offers.submitting import TooLate
from tests.factories.offers import TAALHUIS, make_draft, submit
from tests.factories.vault import make_guarded_tender

pytestmark = pytest.mark.usefixtures("session")
Freeze = Callable[[datetime], None]
MICRO = timedelta(microseconds=1)

# The clock goes back on 25 October 2026 and 31 October 2027, forward on 29 March 2026 and 28 March 2027.
CLOSING_TIMES = [
    datetime(2026, 11, 20, 12, 0),
    datetime(2026, 10, 25, 3, 0),
    datetime(2027, 10, 31, 3, 0),
    datetime(2026, 3, 29, 3, 0),
    datetime(2027, 3, 28, 3, 0),
]


@pytest.mark.parametrize("wall", CLOSING_TIMES, ids=str)
@pytest.mark.parametrize(("shift", "accepted"), [(-1, True), (0, False), (1, False)])
def test_one_microsecond_decides_also_in_the_nights_the_clock_is_changed(
    frozen: Freeze, wall: datetime, shift: int, accepted: bool
) -> None:
    closing = clock.to_utc(wall)
    frozen(closing - timedelta(days=2))
    offer = make_draft(make_guarded_tender(deadline=closing).procedure)
    at = closing + shift * MICRO
    frozen(at)
    if accepted:
        receipt = submit(offer)[0]
        assert (receipt.at, receipt.kind) == (at, SubmissionKind.SUBMITTED)
        return
    with pytest.raises(TooLate) as late:
        submit(offer)
    refusal = submitting.refuse_late(offer, late.value, code="x", by=viewer_by_email(TAALHUIS))
    assert (refusal.at, refusal.kind) == (at, SubmissionKind.REFUSED)


@pytest.mark.parametrize("wall", [datetime(2026, 10, 25, 2, 30), datetime(2027, 10, 31, 2, 0)], ids=str)
def test_a_closing_time_that_happens_twice_cannot_be_set(wall: datetime) -> None:
    with pytest.raises(clock.AmbiguousTime):
        clock.to_utc(wall)


@pytest.mark.parametrize("wall", [datetime(2026, 3, 29, 2, 30), datetime(2027, 3, 28, 2, 0)], ids=str)
def test_a_closing_time_that_never_happens_cannot_be_set(wall: datetime) -> None:
    with pytest.raises(clock.NonexistentTime):
        clock.to_utc(wall)


def test_the_two_hours_of_an_autumn_night_stay_apart_in_the_database_and_on_the_receipt(frozen: Freeze) -> None:
    closing = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
    frozen(closing - timedelta(days=2))
    procedure = make_guarded_tender(deadline=closing).procedure
    first_half_past_two = datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC)
    second_half_past_two = first_half_past_two + timedelta(hours=1)
    seen = []
    for instant, email in ((first_half_past_two, TAALHUIS), (second_half_past_two, "info@route-delta.example")):
        frozen(closing - timedelta(days=1))
        offer = make_draft(procedure, email=email)
        frozen(instant)
        seen.append(submit(offer, email=email)[0])
    db.session.expire_all()

    assert [one.at for one in seen] == [first_half_past_two, second_half_past_two]
    written = [json.loads(one.receipt)["ontvangen_op"] for one in seen]
    assert [datetime.fromisoformat(one) for one in written] == [first_half_past_two, second_half_past_two]
    assert clock.local(seen[0].at).hour == clock.local(seen[1].at).hour == 2


def test_the_time_is_kept_to_the_microsecond_and_in_utc(frozen: Freeze) -> None:
    closing = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    frozen(closing - timedelta(days=1))
    offer = make_draft(make_guarded_tender(deadline=closing).procedure)
    at = closing - timedelta(microseconds=987_654)
    frozen(at)
    receipt = submit(offer)[0]
    db.session.flush()
    stored: Any = db.session.execute(
        text("SELECT at FROM submission WHERE version = :version"), {"version": receipt.version}
    ).scalar_one()

    assert str(stored).replace("+00:00", "").rstrip("0").endswith("59.012346".rstrip("0"))
    assert json.loads(receipt.receipt)["ontvangen_op"].startswith("2026-11-20T10:59:59.012346")


def test_the_time_is_read_when_the_tender_is_held_not_when_the_upload_began(frozen: Freeze) -> None:
    closing = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    frozen(closing - timedelta(minutes=5))
    offer = make_draft(make_guarded_tender(deadline=closing).procedure)  # uploads long before closing
    frozen(closing)
    with pytest.raises(TooLate) as late:
        submit(offer)
    assert late.value.at == closing
    assert "sluitingstijd was 12:00:00" in late.value.message
