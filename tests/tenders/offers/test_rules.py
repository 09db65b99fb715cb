"""When an offer is complete and in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tenders.offers import rules
from tenders.offers.content import Answer, Claim, Draft, FileNote, LotDraft, Partner
from tenders.offers.rules import Asked, AskedCriterion, AskedLot, AskedPrice, AskedRequirement

DEADLINE = datetime(2026, 12, 12, 11, 0, tzinfo=UTC)
ASKED = Asked(
    requirements=(
        AskedRequirement("r1", "1", "Keurmerk", is_keurmerk=True),
        AskedRequirement("r2", "2", "Z", lot="l2"),
    ),
    lots=(
        AskedLot(
            "l1",
            1,
            "B1",
            (
                AskedCriterion("c1", "Plan", measure="Slagingspercentage", is_percentage=True),
                AskedCriterion("c2", "Team"),
            ),
            (AskedPrice("p1", "Traject", "traject", Decimal(40), cap=Decimal("9000")),),
        ),
        AskedLot("l2", 2, "Z"),
    ),
)
FULL = Draft(
    contact_name="Inschrijver",
    contact_email="info@example.example",
    alone=True,
    claims={"r1": Claim("yes", "")},
    lots={
        "l1": LotDraft(
            {"c1": Answer("Zo doen wij dat.", "0.85"), "c2": Answer("Zes docenten.")},
            {"p1": "8500"},
            (FileNote("f", "Plan.pdf", 10, "00", "application/pdf"),),
        )
    },
)


def test_a_full_offer_has_nothing_missing() -> None:
    assert rules.objections_to_content(ASKED, FULL) == []
    assert all(part.done for part in rules.parts_of(ASKED, FULL))


def lot(**changes: object) -> Draft:
    return replace(FULL, lots={"l1": replace(FULL.lots["l1"], **changes)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (replace(FULL, lots={}), "ten minste één perceel"),
        (replace(FULL, contact_name=""), "contactpersoon"),
        (replace(FULL, alone=None), "alleen inschrijft"),
        (replace(FULL, alone=False), "samenwerkt"),
        (replace(FULL, claims={}), "0 van 1 eisen"),
        (replace(FULL, claims={"r1": Claim("equivalent", "")}), "gelijkwaardig"),
        (lot(answers={"c1": Answer("Zo.", ""), "c2": Answer("Zes.")}), "Nog open: Plan"),
        (lot(prices={}), "tarief"),
        (lot(prices={"p1": "9000.0001"}), "past niet"),
        (lot(files=()), "ten minste één bestand"),
    ],
)
def test_what_is_missing_is_named(draft: Draft, words: str) -> None:
    assert any(words in objection.message for objection in rules.objections_to_content(ASKED, draft))


def test_a_lot_brings_its_own_requirements() -> None:
    both = replace(FULL, lots={**FULL.lots, "l2": LotDraft()}, partners=(Partner("combinant", "X"),))
    assert any("1 van 2 eisen" in one.message for one in rules.objections_to_content(ASKED, both))


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (DEADLINE - timedelta(microseconds=1), True),
        (DEADLINE, False),
        (DEADLINE + timedelta(microseconds=1), False),
    ],
)
def test_in_time_is_strictly_before_the_closing_time(at: datetime, accepted: bool) -> None:
    assert rules.in_time(at, DEADLINE) is accepted


@pytest.mark.parametrize(
    ("rate", "refused"),
    [
        ("", False),
        ("9000", False),
        ("0", False),
        ("9000.01", True),
        ("-1", True),
        ("NaN", True),
        ("1e400", True),
        ("x", True),
    ],
)
def test_a_rate_fits_its_price_model(rate: str, refused: bool) -> None:
    assert bool(rules.objections_to_rate(rate, ASKED.lots[0].prices[0])) is refused
    floor = AskedPrice("p", "Uur", "uur", Decimal(1), floor=Decimal("50"))
    assert bool(rules.objections_to_rate("49.99", floor)) is True


def test_the_total_adds_rate_times_quantity() -> None:
    assert rules.total(ASKED.lots[0], FULL.lots["l1"]) == Decimal("340000.00")
    assert rules.total(ASKED.lots[0], LotDraft()) is None


def test_a_party_in_two_offers_on_one_lot_is_named() -> None:
    parties = [
        ("IN-1", "90001338", "Taalhuis"),
        ("IN-2", "90001338", "Taalhuis"),
        ("IN-2", "90001354", "Delta"),
    ]
    assert rules.same_party_twice(parties) == [("90001338", "Taalhuis")]
    assert rules.same_party_twice(parties[1:]) == []
