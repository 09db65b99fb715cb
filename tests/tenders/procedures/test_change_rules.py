"""When a published tender may change, and the two ways out of an outage, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tenders.procedures.rules import Planning, check_planning, propose_planning
from tenders.procedures.rules.changes import (
    ChangeFacts,
    along_with,
    hash_until,
    merged,
    moved,
    objections_to_change,
    objections_to_hash,
    objections_to_outage,
)
from tenders.procedures.rules.planning import school_holiday, school_holidays
from tenders.procedures.states import CHANGE, ChangeAction, ChangeKind, ChangeState

VALUES = {
    "offer_days": 30, "question_days": 20, "nota_days": 10, "award_days": 28, "standstill_days": 20,
    "change_days": 14, "change_small_days": 6,
}  # fmt: skip
NOW = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DEADLINE = datetime(2027, 1, 27, 11, 0, tzinfo=UTC)
STORED = propose_planning(DEADLINE, VALUES.get)
REASON = "De klas mag groter zijn dan wij schreven."
FACTS = ChangeFacts(
    kind=ChangeKind.CHANGE, stored=STORED, new=Planning(), reason=REASON, value=VALUES.get, lines=1
)
TICK = timedelta(microseconds=1)


def said(facts: ChangeFacts, now: datetime = NOW, today: date = TODAY) -> list[str]:
    return [one.message for one in objections_to_change(facts, now=now, today=today)]


@pytest.mark.parametrize(
    ("today", "substantial", "refused"),
    [
        (date(2027, 1, 13), True, False),
        (date(2027, 1, 14), True, True),
        (date(2027, 1, 21), False, False),
        (date(2027, 1, 22), False, True),
    ],
)
def test_a_change_needs_the_days_of_its_kind(today: date, substantial: bool, refused: bool) -> None:
    assert bool(said(replace(FACTS, is_substantial=substantial), today=today)) is refused


def test_too_late_a_change_says_which_closing_would_do() -> None:
    (sentence,) = said(FACTS, today=date(2027, 1, 20))

    assert "nog 7 dagen" in sentence
    assert "op 03-02-2027 of later" in sentence
    later = Planning(submission_deadline_at=datetime(2027, 2, 3, 11, 0, tzinfo=UTC))
    assert said(replace(FACTS, new=along_with(STORED, later, VALUES.get)), today=date(2027, 1, 20)) == []


def test_the_closing_never_comes_earlier() -> None:
    earlier = Planning(submission_deadline_at=DEADLINE - TICK)

    assert "De sluiting kan alleen later worden, niet eerder." in said(replace(FACTS, new=earlier))


@pytest.mark.parametrize(("now", "refused"), [(DEADLINE - TICK, False), (DEADLINE, True), (DEADLINE + TICK, True)])
def test_after_the_closing_only_an_outage_gives_more_time(now: datetime, refused: bool) -> None:
    new = along_with(STORED, Planning(submission_deadline_at=DEADLINE + timedelta(days=2)), VALUES.get)
    facts = replace(FACTS, kind=ChangeKind.EXTENSION, new=new, lines=0)

    assert bool(said(facts, now=now)) is refused
    assert said(replace(facts, kind=ChangeKind.OUTAGE), now=now) == []
    assert said(replace(facts, kind=ChangeKind.OUTAGE, opened=True), now=now)


def test_a_change_without_content_or_explanation_is_none() -> None:
    assert said(replace(FACTS, lines=0)) == ["Er verandert nog niets. Voeg een document, een tekst of een datum toe."]
    assert "in ten minste 20 tekens" in said(replace(FACTS, reason="Tikfout."))[0]
    assert "latere sluitingsdatum" in said(replace(FACTS, kind=ChangeKind.EXTENSION, lines=0))[0]


def test_an_unpublished_tender_is_changed_in_the_plain_way() -> None:
    assert "niet gepubliceerd" in said(replace(FACTS, published=False))[0]


def test_award_and_standstill_go_along_with_a_later_closing_when_they_have_to() -> None:
    far = Planning(submission_deadline_at=DEADLINE + timedelta(days=60))
    near = Planning(submission_deadline_at=DEADLINE + timedelta(days=2))

    assert along_with(STORED, far, VALUES.get).award_planned_on == date(2027, 4, 26)
    assert along_with(STORED, near, VALUES.get) == near
    assert set(moved(STORED, along_with(STORED, far, VALUES.get))) == {
        "submission_deadline_at", "award_planned_on", "standstill_ends_on",
    }  # fmt: skip
    assert merged(STORED, Planning()) == STORED


def test_a_nota_after_the_new_term_is_refused() -> None:
    late = Planning(nota_due_on=date(2027, 1, 20))

    assert any("uiterlijk 10 dagen" in one for one in said(replace(FACTS, new=late)))


# Outage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (None, None, "van wanneer tot wanneer"),
        (DEADLINE - timedelta(hours=1), DEADLINE - timedelta(hours=2), "voor het begin"),
        (DEADLINE, DEADLINE + timedelta(minutes=5), "begon na de sluiting"),
        (DEADLINE - timedelta(hours=1), DEADLINE + timedelta(days=9), "niet in de toekomst"),
    ],
)
def test_an_outage_has_its_times_before_the_closing(
    begin: datetime | None, end: datetime | None, words: str
) -> None:
    now = DEADLINE + timedelta(hours=1)
    found = objections_to_outage(outage_from=begin, outage_until=end, deadline=DEADLINE, now=now)

    assert any(words in one.message for one in found)


def test_an_outage_that_ended_after_the_closing_counts() -> None:
    begin, end = DEADLINE - timedelta(minutes=20), DEADLINE + timedelta(minutes=40)

    assert objections_to_outage(outage_from=begin, outage_until=end, deadline=DEADLINE, now=end) == []


@pytest.mark.parametrize(
    ("deadline", "until"),
    [
        # Wednesday noon: until midnight after Thursday
        (datetime(2027, 1, 27, 11, 0, tzinfo=UTC), datetime(2027, 1, 28, 23, 0, tzinfo=UTC)),
        # Friday: the weekend does not count
        (datetime(2027, 1, 29, 11, 0, tzinfo=UTC), datetime(2027, 2, 1, 23, 0, tzinfo=UTC)),
        # Thursday 24 December 2026: two days of Christmas and the weekend
        (datetime(2026, 12, 24, 11, 0, tzinfo=UTC), datetime(2026, 12, 28, 23, 0, tzinfo=UTC)),
        # Friday before the night the clock goes forward
        (datetime(2027, 3, 26, 11, 0, tzinfo=UTC), datetime(2027, 3, 30, 22, 0, tzinfo=UTC)),
    ],
)
def test_one_working_day_after_the_closing(deadline: datetime, until: datetime) -> None:
    assert hash_until(deadline, 1) == until


def test_a_hash_counts_only_when_it_came_before_the_closing() -> None:
    good = {"digest": "a" * 64, "method": "mail, sha-256", "deadline": DEADLINE, "now": DEADLINE + timedelta(hours=2)}

    assert objections_to_hash(**good, received_at=DEADLINE - TICK) == []  # type: ignore[arg-type]
    assert "na de sluiting" in objections_to_hash(**good, received_at=DEADLINE)[0].message  # type: ignore[arg-type]
    assert objections_to_hash(**(good | {"digest": "G" * 64}), received_at=DEADLINE - TICK)  # type: ignore[arg-type]
    assert objections_to_hash(**(good | {"method": " "}), received_at=DEADLINE - TICK)  # type: ignore[arg-type]


# Planning -----------------------------------------------------------------------------------------


def test_a_date_in_a_school_holiday_is_a_remark_and_blocks_nothing() -> None:
    plan = propose_planning(datetime(2026, 12, 22, 11, 0, tzinfo=UTC), VALUES.get)
    notes = check_planning(plan, from_day=date(2026, 11, 1), value=VALUES.get)

    remark = next(note for note in notes if note.field == "submission_deadline_at")
    assert remark.message.startswith("De sluitingsdatum valt in de kerstvakantie (regio Midden).")
    assert not remark.blocks
    assert school_holiday(date(2027, 1, 3)) == "kerstvakantie"
    assert school_holiday(date(2027, 1, 4)) == ""


def test_the_school_holidays_are_in_order_and_apart() -> None:
    rows = school_holidays()

    assert all(first <= last for first, last, _ in rows)
    assert all(before[1] < after[0] for before, after in pairwise(rows))


def test_a_change_is_published_once() -> None:
    assert CHANGE.next(ChangeState.DRAFT, ChangeAction.PUBLISH) is ChangeState.PUBLISHED
    assert CHANGE.unreachable() == set()
