"""What holds for aanmeldingen, without a database."""

import random
from datetime import date
from decimal import Decimal

import pytest

from contracts.agreements.states import ContractPhase
from contracts.trajectories import rules
from contracts.trajectories.rules import ReferralFacts
from contracts.trajectories.states import (
    OWNER,
    TRAJECTORY,
    WITHOUT_JUDGEMENT,
    Certainty,
    EventKind,
    EventOwner,
    StopReason,
    TrajectoryAction,
    TrajectoryState,
)
from portal.bsn import find_bsn


def test_a_trajectnummer_looks_like_the_example_and_checks_itself() -> None:
    number = rules.make_number(random.Random(1).choice)
    assert len(number) == len("T-4KQ7-2MXP")
    assert number.startswith("T-")
    assert rules.is_number(number)
    assert rules.is_number(number.lower().replace("-", ""))
    assert rules.normal_number(number.lower().replace("-", "")) == number


def test_every_single_typing_error_and_swap_is_found() -> None:
    number = rules.make_number(random.Random(2).choice)
    signs = list(number.replace("-", "")[1:])
    for place in range(8):
        for other in rules.ALPHABET:
            if other != signs[place]:
                wrong = [*signs[:place], other, *signs[place + 1 :]]
                assert not rules.is_number("T" + "".join(wrong))
    for place in range(7):
        if signs[place] != signs[place + 1]:
            swapped = signs.copy()
            swapped[place], swapped[place + 1] = signs[place + 1], signs[place]
            assert not rules.is_number("T" + "".join(swapped))


def test_a_trajectnummer_is_never_taken_for_a_bsn() -> None:
    chance = random.Random(3)
    numbers = [rules.make_number(chance.choice) for _ in range(500)]
    assert not any(find_bsn(number) for number in numbers)
    assert len(set(numbers)) == 500


@pytest.mark.parametrize("text", ["", "T-", "111222333", "T-0000-0000", "X-4KQ7-2MXP"])
def test_other_texts_are_no_trajectnummer(text: str) -> None:
    assert not rules.is_number(text)


def test_the_term_begins_the_day_after_the_pip_and_lasts_three_years() -> None:
    assert rules.term_of(date(2026, 3, 14), 3) == (date(2026, 3, 15), date(2029, 3, 14))
    assert rules.term_of(date(2024, 2, 28), 3) == (date(2024, 2, 29), date(2027, 2, 27))


def facts(**changed: object) -> ReferralFacts:
    whole = {
        "on": date(2026, 11, 1),
        "today": date(2026, 11, 24),
        "phase": ContractPhase.RUNNING,
        "last_referral_on": date(2027, 12, 31),
        "municipality": "Lansingerland",
        "takes_part": True,
        "mark_needed": True,
        "mark_known": True,
        "mark_blocks": "",
        "ceiling_reached": False,
        "stops": False,
        "number": 2,
        "pip_on": date(2026, 10, 1),
        "brought_hours": Decimal(0),
        "brought_participation_hours": Decimal(0),
        "brought_exam_parts": "",
        "brought_source": "",
    }
    return ReferralFacts(**{**whole, **changed})  # type: ignore[arg-type]


def test_a_whole_aanmelding_is_taken() -> None:
    assert rules.objections_to_referral(facts()) == []


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"phase": ContractPhase.UPCOMING}, "contract_product", "loopt nog niet"),
        ({"phase": ContractPhase.NO_NEW_REFERRALS}, "contract_product", "31-12-2027"),
        ({"phase": ContractPhase.TERMINATED}, "contract_product", "laatste dag"),
        ({"takes_part": False}, "contract_product", "Lansingerland neemt niet deel"),
        ({"mark_known": False}, "contract_product", "geen geldig keurmerk"),
        ({"mark_blocks": "geschorst"}, "contract_product", "geschorst"),
        ({"stops": True}, "contract_product", "aanbieder stopt"),
        ({"ceiling_reached": True}, "contract_product", "maximale waarde"),
        ({"on": date(2026, 11, 25)}, "on", "toekomst"),
        ({"pip_on": date(2021, 12, 31)}, "pip_on", "1-1-2022"),
        ({"pip_on": date(2026, 12, 1)}, "pip_on", "vandaag"),
        ({"number": 0}, "number", "1 tot en met"),
        ({"number": 26}, "number", "1 tot en met"),
        ({"brought_hours": Decimal(-1)}, "brought_hours", "0 of meer"),
        ({"brought_hours": Decimal(120)}, "brought_source", "vandaan"),
        ({"brought_exam_parts": "Lezen"}, "brought_source", "vandaan"),
    ],
)
def test_what_stands_in_the_way_is_said_at_its_field(
    changed: dict[str, object], field: str, words: str
) -> None:
    found = rules.objections_to_referral(facts(**changed))
    assert any(words in objection.message and objection.field == field for objection in found)


def test_a_product_without_keurmerk_does_not_ask_for_it() -> None:
    assert rules.objections_to_referral(facts(mark_needed=False, mark_known=False)) == []


@pytest.mark.parametrize(
    ("on", "wrong"),
    [(date(2026, 11, 24), False), (date(2026, 11, 25), True), (date(2026, 10, 31), True)],
)
def test_a_day_lies_between_the_last_step_and_today(on: date, wrong: bool) -> None:
    found = rules.objections_to_day(on, not_before=date(2026, 11, 1), today=date(2026, 11, 24))
    assert bool(found) is wrong


def test_an_interruption_says_when_the_participant_returns_and_not_why() -> None:
    assert rules.objections_to_return(None, interrupted_on=date(2026, 1, 1))
    assert rules.objections_to_return(date(2026, 1, 1), interrupted_on=date(2026, 1, 1))
    assert not rules.objections_to_return(date(2026, 2, 1), interrupted_on=date(2026, 1, 1))


def test_a_move_follows_the_last_residence_to_another_place() -> None:
    def moved(on: date, *, same: bool = False, over: bool = False) -> int:
        return len(
            rules.objections_to_move(
                on, last_from=date(2026, 1, 1), today=date(2026, 11, 24), same=same, started_over=over
            )
        )

    assert moved(date(2026, 5, 1)) == 0
    assert moved(date(2026, 1, 1)) == 1
    assert moved(date(2026, 5, 1), same=True) == 1
    assert moved(date(2026, 5, 1), over=True) == 1


@pytest.mark.parametrize(
    ("kind", "by_provider", "certainty"),
    [
        (EventKind.STARTED, True, Certainty.CONFIRMED),
        (EventKind.MAP_TALK, True, Certainty.PROVISIONAL),
        (EventKind.MAP_TALK, False, Certainty.CONFIRMED),
        (EventKind.EXAM_PASSED, True, Certainty.PROVISIONAL),
        (EventKind.EXAM_PASSED, False, Certainty.CONFIRMED),
        (EventKind.STARTED, False, Certainty.PROVISIONAL),
    ],
)
def test_only_the_owner_makes_an_event_certain(
    kind: EventKind, by_provider: bool, certainty: Certainty
) -> None:
    assert rules.certainty_of(OWNER[kind], by_provider=by_provider) is certainty


def test_every_event_has_one_owner() -> None:
    assert set(OWNER) == set(EventKind)
    assert OWNER[EventKind.DIPLOMA] is EventOwner.DUO
    assert OWNER[EventKind.PVT_SIGNED] is EventOwner.MUNICIPALITY


def test_the_five_endings_without_judgement_are_named() -> None:
    assert WITHOUT_JUDGEMENT == {reason for reason in StopReason if reason.without_judgement}
    assert StopReason.DROPPED_OUT not in WITHOUT_JUDGEMENT
    assert len(WITHOUT_JUDGEMENT) == 5


@pytest.mark.parametrize("state", list(TrajectoryState))
def test_nothing_can_be_done_with_what_is_over(state: TrajectoryState) -> None:
    assert (TRAJECTORY.actions(state) == []) is state.is_over
    assert state.label


def test_a_participant_on_the_waiting_list_can_still_be_accepted() -> None:
    assert TRAJECTORY.next(TrajectoryState.WAITING, TrajectoryAction.ACCEPT) is TrajectoryState.ACCEPTED


def test_the_residence_on_a_day_is_the_newest_before_it() -> None:
    rows = [(date(2026, 1, 1), "Lansingerland"), (date(2026, 5, 15), "Zoetermeer")]
    assert rules.residence_at(rows, date(2026, 5, 1)) == "Lansingerland"
    assert rules.residence_at(rows, date(2026, 6, 1)) == "Zoetermeer"
    assert rules.residence_at(rows, date(2025, 12, 31)) is None
