"""What holds for contracts, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.agreements import rules
from contracts.agreements.rules import OptionTerm, SigningFacts, Term
from contracts.agreements.states import ContractPhase, ContractState, QualityMarkState
from portal.catalogue.states import Direction, MeasureUnit

TERM = Term(date(2025, 1, 1), date(2027, 6, 30), date(2027, 12, 31), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2024, 12, 31), ContractPhase.UPCOMING),
        (date(2025, 1, 1), ContractPhase.RUNNING),
        (date(2027, 6, 30), ContractPhase.RUNNING),
        (date(2027, 7, 1), ContractPhase.NO_NEW_REFERRALS),
        (date(2027, 12, 31), ContractPhase.NO_NEW_REFERRALS),
        (date(2028, 1, 1), ContractPhase.RUN_OFF),
        (date(2028, 12, 31), ContractPhase.RUN_OFF),
        (date(2029, 1, 1), ContractPhase.ENDED),
    ],
)
def test_the_phase_of_a_signed_contract_follows_from_its_dates(day: date, phase: ContractPhase) -> None:
    assert rules.phase_on(ContractState.SIGNED, TERM, day) is phase


@pytest.mark.parametrize("state", [ContractState.DRAFT, ContractState.TERMINATED])
def test_a_draft_and_a_terminated_contract_stay_so_whatever_the_day(state: ContractState) -> None:
    assert rules.phase_on(state, TERM, date(2026, 1, 1)).value == state.value


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_added_to_the_same_or_the_last_day(day: date, months: int, later: date) -> None:
    assert rules.plus_months(day, months) == later


def test_options_follow_each_other_and_are_decided_half_a_year_before() -> None:
    assert rules.options_after(date(2027, 12, 31), 2, 12) == [
        OptionTerm(1, date(2028, 1, 1), date(2028, 12, 31), date(2027, 6, 30)),
        OptionTerm(2, date(2029, 1, 1), date(2029, 12, 31), date(2028, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("day", "left"), [(date(2026, 11, 25), 13), (date(2027, 12, 31), 0), (date(2028, 1, 5), 0)]
)
def test_months_left_are_whole_months(day: date, left: int) -> None:
    assert rules.months_left(day, date(2027, 12, 31)) == left


def test_the_margins_are_a_tenth_and_a_quarter_of_the_norm() -> None:
    assert rules.default_margins(Decimal("0.9")) == (Decimal("0.09"), Decimal("0.225"))


@pytest.mark.parametrize(
    ("unit", "direction", "norm", "wrong"),
    [
        (MeasureUnit.PERCENTAGE, Direction.HIGHER, Decimal("0.9"), False),
        (MeasureUnit.PERCENTAGE, Direction.HIGHER, Decimal("90"), True),
        (MeasureUnit.DAYS, Direction.LOWER, Decimal("28"), False),
        (MeasureUnit.GRADE, Direction.HIGHER, Decimal("11"), True),
        (MeasureUnit.DAYS, Direction.LOWER, Decimal("-1"), True),
        (MeasureUnit.DAYS, Direction.LOWER, None, True),
        (MeasureUnit.PERCENTAGE, Direction.SIGNAL, None, False),
    ],
)
def test_a_norm_fits_its_measure(
    unit: MeasureUnit, direction: Direction, norm: Decimal | None, wrong: bool
) -> None:
    assert bool(rules.objections_to_norm(unit, direction, norm)) is wrong


@pytest.mark.parametrize(
    ("unit", "norm", "shown"),
    [
        (MeasureUnit.PERCENTAGE, Decimal("0.900000"), "90%"),
        (MeasureUnit.PERCENTAGE, Decimal("0.075"), "7,5%"),
        (MeasureUnit.PERCENTAGE, Decimal("1"), "100%"),
        (MeasureUnit.DAYS, Decimal("28.000000"), "28 dagen"),
        (MeasureUnit.GRADE, Decimal("7.5"), "7,5"),
        (MeasureUnit.NUMBER, None, "geen norm"),
    ],
)
def test_a_norm_is_shown_as_people_read_it(unit: MeasureUnit, norm: Decimal | None, shown: str) -> None:
    assert rules.shown_norm(unit, norm) == shown


@pytest.mark.parametrize("unit", list(MeasureUnit))
def test_what_is_typed_is_stored_and_shown_again_the_same(unit: MeasureUnit) -> None:
    assert rules.typed_norm(unit, rules.stored_norm(unit, Decimal("87.5"))) == Decimal("87.5")


def facts(**changed: object) -> SigningFacts:
    whole = {
        "parties_that_report": 1,
        "parties_that_invoice": 1,
        "municipalities": 3,
        "products": 1,
        "price_lines": 1,
        "price_lines_without_price": 0,
        "phase_sums": (Decimal(1),),
        "ceiling": Decimal(1000),
        "needs_ceiling": True,
        "key_agreements": 7,
    }
    return SigningFacts(**{**whole, **changed})  # type: ignore[arg-type]


def test_a_whole_contract_can_be_signed() -> None:
    assert rules.objections_to_signing(facts()) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"parties_that_report": 0}, "rapporteren"),
        ({"parties_that_invoice": 0}, "factureren"),
        ({"municipalities": 0}, "gemeente"),
        ({"price_lines": 0}, "prijs"),
        ({"price_lines_without_price": 1}, "prijsregel"),
        ({"phase_sums": (Decimal("0.9"),)}, "100%"),
        ({"ceiling": None}, "maximale waarde"),
        ({"key_agreements": 8}, "8 kernafspraken"),
    ],
)
def test_what_is_missing_before_signing_is_said(changed: dict[str, object], words: str) -> None:
    (objection,) = rules.objections_to_signing(facts(**changed))
    assert words in objection.message


@pytest.mark.parametrize(
    ("shares", "wrong"),
    [
        ([Decimal("0.4"), Decimal("0.3"), Decimal("0.3")], False),
        ([Decimal("0.4"), Decimal("0.3")], True),
        ([Decimal("1"), Decimal("0")], True),
        ([], True),
    ],
)
def test_phases_make_a_whole(shares: list[Decimal], wrong: bool) -> None:
    assert bool(rules.objections_to_phases(shares)) is wrong


@pytest.mark.parametrize(
    ("position", "first_open", "day", "wrong"),
    [
        (1, 1, date(2027, 6, 30), False),
        (1, 1, date(2027, 7, 1), True),
        (2, 1, date(2027, 1, 1), True),
    ],
)
def test_an_option_is_decided_in_order_and_in_time(
    position: int, first_open: int, day: date, wrong: bool
) -> None:
    found = rules.objections_to_deciding_option(
        position=position, first_open=first_open, decide_by=date(2027, 6, 30), day=day
    )
    assert bool(found) is wrong


def test_a_new_version_begins_after_the_last_inside_the_term() -> None:
    def objections(day: date) -> int:
        return len(
            rules.objections_to_version(
                valid_from=day,
                previous_from=date(2025, 1, 1),
                term=TERM,
                near=Decimal("0.1"),
                under=Decimal("0.2"),
                source="verslag van het gesprek",
            )
        )

    assert objections(date(2026, 1, 1)) == 0
    assert objections(date(2025, 1, 1)) == 1
    assert objections(date(2030, 1, 1)) == 1


def test_lesson_free_months_are_month_numbers() -> None:
    assert rules.objections_to_lesson_free_months("7, 8") == []
    assert rules.objections_to_lesson_free_months("augustus")
    assert rules.is_lesson_free("7,8", 8)
    assert not rules.is_lesson_free("7,8", 9)
    assert rules.lesson_free_names("7,8") == "juli, augustus"


def test_a_hand_over_says_what_is_missing() -> None:
    found = rules.objections_to_handover(
        already="IB-2026-001", starts_on=None, ends_on=None, prices=0, parties=0, municipalities=0
    )
    assert len(found) == 5
    assert "IB-2026-001" in found[0].message


@pytest.mark.parametrize(
    ("expected", "words"), [("800", "Past"), ("950", "Let op: bijna vol"), ("1000.01", "Past niet")]
)
def test_a_ceiling_warns_from_95_percent(expected: str, words: str) -> None:
    assert rules.ceiling_verdict(Decimal(expected), Decimal(1000))[2] == words


def test_only_a_lost_keurmerk_blocks_new_aanmeldingen() -> None:
    blocking = {state for state in QualityMarkState if state.blocks_referrals}
    assert blocking == {QualityMarkState.SUSPENDED, QualityMarkState.WITHDRAWN, QualityMarkState.EXPIRED}


@pytest.mark.parametrize("phase", list(ContractPhase))
def test_every_phase_has_a_word_and_a_look(phase: ContractPhase) -> None:
    assert phase.label
    assert len(rules.look_of(phase)) == 2


def test_ending_a_contract_needs_a_reason_and_a_day_within_it() -> None:
    assert rules.objections_to_termination(starts_on=date(2025, 1, 1), on=date(2024, 1, 1), reason="te kort")
    assert not rules.objections_to_termination(
        starts_on=date(2025, 1, 1), on=date(2026, 1, 1), reason="De aanbieder stopt met lesgeven."
    )
