"""How a figure stands to its norm: exact, and honest about small numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.scorecards.rules import (
    Figure,
    Norm,
    bounds,
    distance,
    judge,
    objections_to_decision,
    objections_to_fixing,
    objections_to_response,
    result_of,
    shown,
    shown_norm,
    state_of,
    worst,
)
from kpis.scorecards.states import SCORECARD, LineState, NoJudgement, ScorecardState, Verdict
from portal.catalogue.states import Direction, MeasureUnit

HIGHER = Norm(Decimal("0.9"), Decimal("0.09"), Decimal("0.225"), Direction.HIGHER, MeasureUnit.PERCENTAGE)
LOWER = Norm(Decimal("0.1"), Decimal("0.01"), Decimal("0.025"), Direction.LOWER, MeasureUnit.PERCENTAGE)
DAYS = Norm(Decimal(28), Decimal("2.8"), Decimal(7), Direction.LOWER, MeasureUnit.DAYS)


def figure(
    numerator: int, denominator: int, counted: int | None = None, months: tuple[int, int] = (12, 12)
) -> Figure:
    number = counted if counted is not None else denominator
    return Figure(Decimal(numerator), Decimal(denominator), number, *months)


@pytest.mark.parametrize(
    ("result", "norm", "state"),
    [
        (Fraction(90, 100), HIGHER, LineState.ON),
        (Fraction(8999, 10000), HIGHER, LineState.NEAR),
        (Fraction(81, 100), HIGHER, LineState.NEAR),
        (Fraction(8099, 10000), HIGHER, LineState.UNDER),
        (Fraction(675, 1000), HIGHER, LineState.UNDER),
        (Fraction(6749, 10000), HIGHER, LineState.FAR),
        (Fraction(10, 100), LOWER, LineState.ON),
        (Fraction(11, 100), LOWER, LineState.NEAR),
        (Fraction(12, 100), LOWER, LineState.UNDER),
        (Fraction(13, 100), LOWER, LineState.FAR),
        (Fraction(28), DAYS, LineState.ON),
        (Fraction(36), DAYS, LineState.FAR),
    ],
)
def test_a_state_follows_from_exact_fractions(result: Fraction, norm: Norm, state: LineState) -> None:
    assert state_of(result, norm) is state


@pytest.mark.parametrize(
    ("numbers", "expected", "reason"),
    [
        (figure(9, 9), LineState.NONE, NoJudgement.TOO_FEW),
        (figure(9, 10), LineState.ON, None),
        (figure(0, 0), LineState.NONE, NoJudgement.TOO_FEW),
        (figure(90, 100, months=(12, 8)), LineState.NONE, NoJudgement.MONTHS_MISSING),
        (figure(90, 100, months=(12, 9)), LineState.ON, None),
    ],
)
def test_too_few_people_or_months_give_no_judgement(
    numbers: Figure, expected: LineState, reason: NoJudgement | None
) -> None:
    judgement = judge(numbers, HIGHER)

    assert (judgement.state, judgement.reason) == (expected, reason)


def test_between_ten_and_thirty_one_person_is_said_to_weigh() -> None:
    assert judge(figure(25, 29), HIGHER).note == "1 deelnemer scheelt 3,4 punt"
    assert judge(figure(25, 30), HIGHER).note == ""
    assert judge(figure(11, 12), HIGHER, one="maand").note == "1 maand scheelt 8,3 punt"


def test_hours_of_few_people_are_called_small_without_a_false_sum() -> None:
    assert judge(figure(900, 1000, counted=14), HIGHER).note == "kleine aantallen: 14 deelnemers"


def test_a_gap_of_months_is_said() -> None:
    assert judge(figure(90, 100, months=(12, 11)), HIGHER).note == "op basis van 11 van 12 maanden"


def test_a_new_contract_and_a_signal_are_not_judged() -> None:
    signal = Norm(None, Decimal(0), Decimal(0), Direction.SIGNAL, MeasureUnit.PERCENTAGE)

    assert judge(figure(90, 100), HIGHER, contract_months=3).reason is NoJudgement.NEW_CONTRACT
    assert judge(figure(90, 100), signal).reason is NoJudgement.SIGNAL


def test_missing_months_do_not_silence_the_measure_of_missing_months() -> None:
    assert judge(figure(2, 12, months=(12, 2)), HIGHER, needs_months=False).state is LineState.FAR


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (Fraction(25, 30), "83,3%"),
        (Fraction(8996, 10000), "89,96%"),
        (Fraction(89996, 100000), "89,996%"),
        (Fraction(9, 10), "90,0%"),
    ],
)
def test_rounding_never_shows_a_norm_that_was_not_reached(result: Fraction, text: str) -> None:
    assert shown(result, MeasureUnit.PERCENTAGE, Decimal("0.9")) == text


def test_results_and_norms_are_written_in_their_unit() -> None:
    assert shown(Fraction(21), MeasureUnit.DAYS) == "21"
    assert (shown_norm(HIGHER), shown_norm(LOWER), shown_norm(DAYS)) == ("90%", "max. 10%", "max. 28 dagen")
    assert result_of(Decimal(1), Decimal(50), MeasureUnit.PER_HUNDRED) == 2


@pytest.mark.parametrize(
    ("result", "norm", "text"),
    [
        (Fraction(25, 30), HIGHER, "6,7 punt onder norm"),
        (Fraction(6, 64), LOWER, "0,6 punt onder het maximum"),
        (Fraction(9, 10), HIGHER, "precies op norm"),
        (Fraction(30), DAYS, "2,0 dagen boven het maximum"),
        (Fraction(8999, 10000), HIGHER, "0,01 punt onder norm"),
    ],
)
def test_the_distance_is_said_in_words(result: Fraction, norm: Norm, text: str) -> None:
    assert distance(result, norm) == text


def test_the_bounds_lie_on_the_bad_side_of_the_norm() -> None:
    assert bounds(HIGHER) == (Fraction(81, 100), Fraction(675, 1000))
    assert bounds(LOWER) == (Fraction(11, 100), Fraction(125, 1000))


def test_the_worst_state_leads_and_no_judgement_is_not_the_worst() -> None:
    assert worst([LineState.ON, LineState.NONE, LineState.UNDER]) is LineState.UNDER
    assert worst([LineState.NONE]) is LineState.NONE


def test_a_dispute_needs_a_ground_and_time() -> None:
    text = "De avondgroep verhuisde in augustus naar een ander gebouw."

    assert not objections_to_response(text, is_dispute=True, has_ground=True, is_open=True)
    assert objections_to_response(text, is_dispute=True, has_ground=False, is_open=True)[0].field == "ground"
    assert objections_to_response("kort", is_dispute=False, has_ground=False, is_open=True)[0].field == "text"
    assert (
        "voorbij"
        in objections_to_response(text, is_dispute=False, has_ground=False, is_open=False)[0].message
    )


def test_a_deviating_judgement_gives_its_reason() -> None:
    why = "De maand van de verhuizing telt niet mee."

    assert not objections_to_decision(Verdict.AS_COMPUTED, LineState.UNDER, LineState.UNDER, "")
    assert not objections_to_decision(Verdict.DEVIATES, LineState.UNDER, LineState.NEAR, why)
    assert objections_to_decision(Verdict.DEVIATES, LineState.UNDER, LineState.NEAR, "")[0].field == "reason"
    assert (
        objections_to_decision(Verdict.AS_COMPUTED, LineState.UNDER, LineState.NEAR, why)[0].field
        == "verdict"
    )
    assert objections_to_decision(Verdict.DEVIATES, LineState.UNDER, LineState.UNDER, why)[0].field == "state"


def test_fixing_waits_for_the_provider_for_disputes_and_for_late_data() -> None:
    assert not objections_to_fixing(open_disputes=0, days_left=0, waiting=[])
    assert len(objections_to_fixing(open_disputes=1, days_left=3, waiting=["Examens komen nog."])) == 3


def test_every_state_of_a_scorecard_can_be_reached() -> None:
    assert not SCORECARD.unreachable()
    assert SCORECARD.initial is ScorecardState.CONCEPT
