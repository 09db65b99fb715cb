"""Rules of a market consultation, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tenders.consultations.rules import (
    Given,
    accepts,
    objections_to_invitations,
    objections_to_opening,
    objections_to_question,
    objections_to_report,
    objections_to_submission,
    options_in,
    phase_at,
    proposed_report,
    public_summary,
    quadrant,
    summary,
)
from tenders.consultations.states import (
    CONSULTATION,
    RESPONSE,
    AnswerKind,
    ConsultationPhase,
    ConsultationState,
    Level,
    Quadrant,
)

CLOSES = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(("at", "in_time"), [(CLOSES - TICK, True), (CLOSES, False), (CLOSES + TICK, False)])
def test_a_response_is_in_time_only_strictly_before_closing(at: datetime, in_time: bool) -> None:
    assert accepts(at, CLOSES) is in_time


@pytest.mark.parametrize(
    ("state", "at", "phase"),
    [
        (ConsultationState.DRAFT, CLOSES, ConsultationPhase.DRAFT),
        (ConsultationState.OPEN, CLOSES - TICK, ConsultationPhase.OPEN),
        (ConsultationState.OPEN, CLOSES, ConsultationPhase.CLOSED),
        (ConsultationState.REPORTED, CLOSES, ConsultationPhase.REPORTED),
    ],
)
def test_the_phase_follows_from_state_and_clock(
    state: ConsultationState, at: datetime, phase: ConsultationPhase
) -> None:
    assert phase_at(state, CLOSES, at) is phase


def test_opening_needs_a_question_a_term_in_the_future_and_an_audience() -> None:
    found = objections_to_opening(questions=0, closes_at=CLOSES, now=CLOSES, is_public=False, invited=0)

    assert [one.message for one in found] == [
        "Stel ten minste één vraag.",
        "De sluitingsdatum moet in de toekomst liggen.",
        "Nodig ten minste één aanbieder uit, of maak de consultatie openbaar.",
    ]


def test_a_complete_consultation_may_open() -> None:
    found = objections_to_opening(questions=1, closes_at=CLOSES, now=CLOSES - TICK, is_public=True, invited=0)

    assert found == []


def test_an_empty_response_and_a_too_long_answer_are_refused_with_the_length() -> None:
    assert [one.message for one in objections_to_submission([Given(), Given(text=" ")])] == [
        "Beantwoord ten minste één vraag."
    ]
    assert [one.message for one in objections_to_submission([Given(text="goed"), Given(text="x" * 4212)])] == [
        "Maak uw antwoord op vraag 2 korter. U mag 4.000 tekens gebruiken; dit zijn er 4.212."
    ]


def test_a_report_needs_a_closed_consultation_a_text_and_a_finding() -> None:
    found = objections_to_report(report="kort", findings=0, phase=ConsultationPhase.OPEN)

    assert [one.field for one in found] == [None, "report", "findings"]
    assert objections_to_report(report="x" * 40, findings=1, phase=ConsultationPhase.CLOSED) == []


def test_every_state_can_be_reached() -> None:
    assert CONSULTATION.unreachable() == set()
    assert RESPONSE.unreachable() == set()


@pytest.mark.parametrize(
    ("given", "is_answer"),
    [
        (Given(), False),
        (Given(text="  "), False),
        (Given(yes=False), True),
        (Given(number=Decimal(0)), True),
        (Given(option="Groep"), True),
        (Given(has_file=True), True),
    ],
)
def test_no_and_nought_are_answers_and_nothing_is_none(given: Given, is_answer: bool) -> None:
    assert given.is_answer is is_answer


def test_a_choice_needs_two_answers_that_differ() -> None:
    def refused(*options: str) -> list[str | None]:
        text = "Welke vorm past het best?"
        return [one.field for one in objections_to_question(text=text, kind=AnswerKind.CHOICE, options=options)]

    assert refused("Groep") == ["options"]
    assert refused("Groep", "groep") == ["options"]
    assert refused("Groep", "x" * 201) == ["options"]
    assert refused("Groep", "Individueel") == []
    assert objections_to_question(text="Welke vorm past?", kind=AnswerKind.TEXT, options=()) == []


def test_the_answers_of_a_choice_are_read_line_by_line() -> None:
    assert options_in(" Een  groep \n\n Individueel\n") == ["Een groep", "Individueel"]


def test_choices_and_yes_or_no_are_counted_and_numbers_put_in_order() -> None:
    options = ["Groep", "Individueel"]
    chosen = [Given(option="Groep"), Given(option="Groep"), Given(text="Weet niet")]
    assert summary(AnswerKind.CHOICE, chosen, options) == [
        ("Groep", "2\u00a0keer"), ("Individueel", "0\u00a0keer"),
    ]  # fmt: skip
    assert summary(AnswerKind.YES_NO, [Given(yes=True), Given(yes=False), Given(yes=True)], []) == [
        ("Ja", "2\u00a0keer"), ("Nee", "1\u00a0keer"),
    ]  # fmt: skip
    numbers = [Given(number=Decimal(one)) for one in ("12", "8", "10", "9.5")]
    assert summary(AnswerKind.NUMBER, numbers, [], "deelnemers") == [
        ("Laagste", "8 deelnemers"), ("Middelste", "9,75 deelnemers"), ("Hoogste", "12 deelnemers"),
    ]  # fmt: skip
    assert summary(AnswerKind.TEXT, [Given(text="Ja")], []) == []
    assert summary(AnswerKind.NUMBER, [], []) == []


def test_the_report_counts_from_three_answers_and_never_tells_a_number() -> None:
    two = [Given(yes=True), Given(yes=False)]
    assert public_summary(AnswerKind.YES_NO, two, []) == []
    assert public_summary(AnswerKind.YES_NO, [*two, Given(text="Soms")], []) == []
    assert public_summary(AnswerKind.YES_NO, [*two, Given(yes=True)], []) != []
    assert public_summary(AnswerKind.NUMBER, [Given(number=Decimal(one)) for one in range(9)], []) == []


@pytest.mark.parametrize(
    ("influence", "interest", "place"),
    [
        (Level.HIGH, Level.HIGH, Quadrant.KEY),
        (Level.HIGH, Level.LOW, Quadrant.INFLUENCER),
        (Level.LOW, Level.HIGH, Quadrant.INTERESTED),
        (Level.LOW, Level.LOW, Quadrant.ONLOOKER),
    ],
)
def test_influence_and_interest_give_the_four_places_of_the_policy_document(
    influence: Level, interest: Level, place: Quadrant
) -> None:
    assert quadrant(influence, interest) is place


def test_by_invitation_is_for_who_has_an_account() -> None:
    assert objections_to_invitations(is_public=True, without_account=["Bibliotheek"]) == []
    found = objections_to_invitations(is_public=False, without_account=["Bibliotheek", "Humanitas"])
    assert "Bibliotheek, Humanitas" in found[0].message


def test_a_report_is_proposed_from_the_findings() -> None:
    text = proposed_report(responses=3, findings=[("Snel kan", "Allen zeggen dat."), ("Klein werkt.", "Ook dat.")])

    assert text.startswith("3\u00a0aanbieders hebben gereageerd op deze marktconsultatie.")
    assert "Snel kan. Allen zeggen dat.\n\nKlein werkt. Ook dat." in text
    assert proposed_report(responses=3, findings=[]) == ""


def test_a_name_in_the_report_stops_the_publication_and_says_where() -> None:
    found = objections_to_report(
        report="x" * 40,
        findings=1,
        phase=ConsultationPhase.CLOSED,
        texts={"bevinding 2": "Route Delta kan snel beginnen."},
        names=["Route Delta"],
    )

    assert [one.message for one in found] == [
        "In bevinding 2 staat ‘Route Delta’. Haal dat weg; het verslag noemt geen namen."
    ]
