"""Who may score what, how offers are ranked, and when a decision may go out or become final."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from portal.errors import Objection
from tenders.awards import rules
from tenders.awards.rules import Bid, CriterionScore, PriceRule, Scale
from tenders.awards.states import AwardState

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
RULE = PriceRule(weight=Decimal("0.4"), floor=Decimal(9500), cap=Decimal(13500), outside="cap")
SCALE = Scale(Decimal(10), Decimal(2))


def bid(key: UUID, scores: str, price: int | None, excluded: str = "", minimum: int | None = None) -> Bid:
    weights = (Decimal("0.20"), Decimal("0.15"), Decimal("0.15"), Decimal("0.10"))
    criteria = tuple(
        CriterionScore(f"K{number}", weight, Decimal(score), minimum)
        for number, (weight, score) in enumerate(zip(weights, scores.split(), strict=True), 1)
    )
    return Bid(key, criteria, Decimal(price) if price is not None else None, excluded)


def test_the_ranking_shows_points_that_anyone_can_add_up() -> None:
    found = rules.rank(
        [bid(A, "7.5 5 7.5 7.5", 10640), bid(B, "7.5 10 7.5 5", 11380), bid(C, "10 7.5 7.5 7.5", 12100)],
        RULE,
        score_max=Decimal(10),
    )

    assert [(each.key, each.rank, each.total) for each in found] == [
        (A, 1, Decimal("69.85")),
        (B, 2, Decimal("67.45")),
        (C, 3, Decimal("64.00")),
    ]
    assert found[0].steps == (
        (
            "Kwaliteit",
            "20 × 7,5 ÷ 10 + 15 × 5 ÷ 10 + 15 × 7,5 ÷ 10 + 10 × 7,5 ÷ 10",
            "= 15,00 + 7,50 + 11,25 + 7,50",
            "41,25",
        ),
        (
            "Prijs",
            "40 × (13.500,00 − 10.640,00) ÷ (13.500,00 − 9.500,00)",
            "= 40 × 2.860,00 ÷ 4.000,00",
            "28,60",
        ),
        ("Totaal", "41,25 + 28,60", "", "69,85"),
    )


@pytest.mark.parametrize(
    ("price", "points"), [(9000, "40.00"), (9500, "40.00"), (13500, "0.00"), (20000, "0.00")]
)
def test_outside_the_bounds_the_bound_counts_when_the_tender_says_so(price: int, points: str) -> None:
    found = rules.rank([bid(A, "5 5 5 5", price)], RULE, score_max=Decimal(10))
    assert found[0].price_points == Decimal(points)


def test_outside_the_bounds_an_offer_falls_out_when_the_tender_says_so() -> None:
    strict = PriceRule(RULE.weight, RULE.floor, RULE.cap, "exclude")
    found = rules.rank([bid(A, "10 10 10 10", 9499), bid(B, "1 1 1 1", 9500)], strict, score_max=Decimal(10))
    assert [(each.key, each.rank) for each in found] == [(B, 1), (A, None)]
    assert "buiten de grenzen" in found[1].excluded


def test_a_score_under_the_minimum_makes_an_offer_fall_out_with_the_reason() -> None:
    found = rules.rank([bid(A, "10 3 10 10", 10000, minimum=4)], RULE, score_max=Decimal(10))
    assert found[0].rank is None
    assert found[0].excluded == "De score op ‘K2’ is 3; ten minste 4 is nodig."


def test_an_unmet_requirement_or_missing_prices_leave_an_offer_without_rank() -> None:
    found = rules.rank(
        [bid(A, "10 10 10 10", 10000, excluded="Voldoet niet aan G1."), bid(B, "10 10 10 10", None)],
        RULE,
        score_max=Decimal(10),
    )
    assert [each.rank for each in found] == [None, None]
    assert found[0].excluded == "Voldoet niet aan G1."


def test_equal_points_are_decided_by_quality_and_then_by_a_drawing() -> None:
    more_quality = bid(A, "10 10 10 10", 13500)
    less_quality = bid(B, "0 0 0 0", 9500)
    even = PriceRule(Decimal("0.6"), Decimal(9500), Decimal(13500))
    found = rules.rank([less_quality, more_quality], even, score_max=Decimal(10))
    assert [(each.key, each.rank) for each in found] == [(A, 1), (B, 2)]
    assert not rules.is_tied(found)

    twins = rules.rank([bid(A, "5 5 5 5", 10000), bid(B, "5 5 5 5", 10000)], RULE, score_max=Decimal(10))
    assert [each.rank for each in twins] == [1, 1]
    assert rules.is_tied(twins)


def test_with_fixed_prices_quality_alone_decides() -> None:
    found = rules.rank(
        [bid(A, "5 5 5 5", None), bid(B, "6 5 5 5", None)],
        PriceRule(Decimal(0), None, None),
        score_max=Decimal(10),
    )
    assert [each.key for each in found] == [B, A]
    assert [step[0] for step in found[0].steps] == ["Kwaliteit"]


@pytest.mark.parametrize(
    ("score", "reason", "words"),
    [
        (None, "Een goede motivering.", "Kies een score"),
        (Decimal(3), "Een goede motivering.", "een score van de schaal"),
        (Decimal(12), "Een goede motivering.", "een score van de schaal"),
        (Decimal(4), "goed", "Geef een motivering bij score 4 voor Inschrijver A"),
        (Decimal(4), "   \n  ", "Geef een motivering bij score 4"),
    ],
)
def test_a_score_needs_a_step_of_the_scale_and_a_reason(
    score: Decimal | None, reason: str, words: str
) -> None:
    assert words in rules.objections_to_score(SCALE, score, reason, whose="Inschrijver A")[0].message


def test_a_whole_score_meets_no_objection() -> None:
    assert (
        rules.objections_to_score(SCALE, Decimal(0), "Het antwoord ontbreekt geheel.", whose="Inschrijver A")
        == []
    )


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB")])
def test_an_offer_is_called_by_a_letter_while_it_is_judged(position: int, name: str) -> None:
    assert rules.letter_name(position) == f"Inschrijver {name}"


def facts(**changes: int) -> rules.AssessmentFacts:
    whole = {
        "offers": 2,
        "scores_wanted": 4,
        "scores_submitted": 4,
        "consensus_wanted": 2,
        "consensus_recorded": 2,
        "requirements_wanted": 2,
        "requirements_decided": 2,
        "assessors": 2,
        "declared": 2,
    }
    return rules.AssessmentFacts(**{**whole, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scores_submitted": 3}, "3 van 4 scores"),
        ({"consensus_recorded": 0}, "0 van 2 consensusscores"),
        ({"requirements_decided": 1}, "1 van 2 besluiten over eisen"),
        ({"declared": 1}, "1 van 2 beoordelaars"),
        ({"offers": 0}, "geen inschrijvingen"),
        ({"assessors": 0, "declared": 0}, "geen beoordelaars"),
    ],
)
def test_quality_is_fixed_only_when_everything_is_there(changes: dict[str, int], words: str) -> None:
    assert rules.objections_to_fixing(facts()) == []
    assert any(words in each.message for each in rules.objections_to_fixing(facts(**changes)))


def sending(**changes: object) -> rules.SendingFacts:
    whole: dict[str, object] = {
        "letters": 3,
        "letters_with_grounds": 3,
        "bidders": 3,
        "consensus_without_reason": 0,
        "advantages": "Een vaste coach voor elke deelnemer en een start binnen twee weken.",
        "approvals_asked": 1,
        "approvals_given": 1,
    }
    return rules.SendingFacts(**{**whole, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"letters_with_grounds": 2}, "Bij 1 inschrijver ontbreekt de motivering."),
        ({"letters": 1, "letters_with_grounds": 1}, "Bij 2 inschrijvers ontbreekt de motivering."),
        ({"approvals_given": 0}, "0 van 1 gemeenten gaven akkoord op het advies."),
        ({"refused_by": ("Zoetermeer",)}, "Geen akkoord van Zoetermeer."),
        ({"without_address": ("Route Delta",)}, "Route Delta heeft geen mailadres in het portaal."),
        ({"consensus_without_reason": 2}, "2 consensusscores hebben geen motivering."),
    ],
)
def test_nothing_is_sent_while_one_bidder_lacks_a_ground(changes: dict[str, object], sentence: str) -> None:
    assert rules.objections_to_sending(sending()) == []
    assert Objection(sentence) in rules.objections_to_sending(sending(**changes))


END = datetime(2026, 12, 24, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "until", "now", "words"),
    [
        (AwardState.SENT, END, END - timedelta(microseconds=1), "opschortende termijn"),
        (AwardState.COURT, END, END + timedelta(days=9), "kort geding"),
        (AwardState.DRAFT, None, END, "niet verstuurd"),
        (AwardState.WITHDRAWN, END, END, "niet verstuurd"),
    ],
)
def test_the_final_award_waits_for_the_term_and_for_the_judge(
    state: AwardState, until: datetime | None, now: datetime, words: str
) -> None:
    assert words in rules.objections_to_final(rules.FinalFacts(state, until), now=now)[0].message


def test_the_final_award_may_come_at_the_end_of_the_term_exactly() -> None:
    assert rules.objections_to_final(rules.FinalFacts(AwardState.SENT, END), now=END) == []


@pytest.mark.parametrize(("reason", "refused"), [("Te duur", True), (" " * 50, True), ("x" * 40, False)])
def test_withdrawing_a_decision_needs_a_reason_that_can_be_tested(reason: str, refused: bool) -> None:
    assert bool(rules.objections_to_withdrawal(reason)) is refused
