"""Who may hold keys, and when an envelope may open."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tenders.vault import rules
from tenders.vault.rules import CardFacts, OpeningFacts
from tenders.vault.states import Envelope

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
A, B, C = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


def person(
    who: uuid.UUID, organisation: str, department: str = "", tried: datetime | None = NOW
) -> CardFacts:
    return CardFacts("Inkoper", who, organisation, department, tried)


RESERVE = CardFacts("Reservekaart 1", None, "Zoetermeer", "", NOW)
GOOD = [person(A, "Lansingerland"), person(B, "Zoetermeer"), person(C, "Zoetermeer"), RESERVE]


def test_three_persons_of_two_municipalities_and_a_reserve_card_are_enough() -> None:
    assert rules.objections_to_holders(GOOD, several_municipalities=True) == []


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ([*GOOD[:2], RESERVE], "drie sleutelhouders"),
        (GOOD[:3], "reservekaart"),
        (
            [person(A, "X"), person(B, "X"), person(C, "X"), replace(RESERVE, organisation="X")],
            "twee gemeenten",
        ),
        ([], "drie sleutelhouders"),
    ],
)
def test_fewer_persons_groups_or_no_reserve_card_is_refused(cards: list[CardFacts], words: str) -> None:
    found = rules.objections_to_holders(cards, several_municipalities=True)
    assert any(words in objection.message for objection in found)


def test_who_buys_alone_takes_holders_from_two_departments() -> None:
    alone = [person(A, "L", "Inkoop"), person(B, "L", "Inkoop"), person(C, "L", "Financiën")]
    reserve = replace(RESERVE, organisation="L", department="Archief")
    assert rules.objections_to_holders([*alone, reserve], several_municipalities=False) == []
    nameless = [*alone[:2], person(C, "L"), reserve]
    assert "afdeling" in rules.objections_to_holders(nameless, several_municipalities=False)[0].message


def test_publication_waits_for_every_trial_opening() -> None:
    late = [GOOD[0], replace(GOOD[1], tried_at=None), *GOOD[2:]]
    found = rules.objections_to_publication(late, several_municipalities=True, now=NOW)
    assert len(found) == 1
    assert "proefopening" in found[0].message
    old = [replace(card, tried_at=NOW - timedelta(days=rules.TRIAL_DAYS, seconds=1)) for card in GOOD]
    assert rules.objections_to_publication(old, several_municipalities=True, now=NOW)
    assert not rules.objections_to_publication(GOOD, several_municipalities=True, now=NOW)
    assert rules.objections_to_publication([], several_municipalities=True, now=NOW)


FACTS = OpeningFacts(Envelope.QUALITY, deadline_at=NOW, published=True, opened=False, quality_opened=False)


@pytest.mark.parametrize(
    ("now", "may"),
    [(NOW - timedelta(microseconds=1), False), (NOW, True), (NOW + timedelta(microseconds=1), True)],
)
def test_nothing_opens_before_the_closing_time(now: datetime, may: bool) -> None:
    assert (rules.objections_to_opening(FACTS, now=now) == []) is may


def test_prices_follow_quality_and_nothing_opens_twice() -> None:
    price = replace(FACTS, envelope=Envelope.PRICE)
    assert "eerst" in rules.objections_to_opening(price, now=NOW)[0].message
    assert not rules.objections_to_opening(replace(price, quality_opened=True), now=NOW)
    assert "al geopend" in rules.objections_to_opening(replace(FACTS, opened=True), now=NOW)[0].message
    assert rules.objections_to_opening(replace(FACTS, published=False), now=NOW)


def test_nobody_confirms_his_own_request_or_one_of_yesterday() -> None:
    asked = replace(FACTS, asked_by=A, expires_at=rules.expiry_of(NOW))
    assert "eigen aanvraag" in rules.objections_to_confirming(asked, by=A, now=NOW)[0].message
    assert not rules.objections_to_confirming(asked, by=B, now=NOW)
    midnight = rules.expiry_of(NOW)
    assert not rules.objections_to_confirming(asked, by=B, now=midnight - timedelta(microseconds=1))
    assert "verlopen" in rules.objections_to_confirming(asked, by=B, now=midnight)[0].message
    assert rules.objections_to_confirming(FACTS, by=B, now=NOW)


@pytest.mark.parametrize(
    ("asked", "midnight"),
    [
        (datetime(2026, 11, 20, 11, 0, tzinfo=UTC), datetime(2026, 11, 20, 23, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 21, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 9, 0, tzinfo=UTC), datetime(2026, 7, 1, 22, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_request_ends_at_midnight_in_amsterdam(asked: datetime, midnight: datetime) -> None:
    assert rules.expiry_of(asked) == midnight
