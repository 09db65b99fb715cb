"""Rules of a market consultation, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.consultations.rules import (
    accepts,
    objections_to_opening,
    objections_to_report,
    objections_to_submission,
    phase_at,
)
from tenders.consultations.states import CONSULTATION, RESPONSE, ConsultationPhase, ConsultationState

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
    assert [one.message for one in objections_to_submission(["", " "])] == [
        "Beantwoord ten minste één vraag."
    ]
    assert [one.message for one in objections_to_submission(["goed", "x" * 4212])] == [
        "Maak uw antwoord op vraag 2 korter. U mag 4.000 tekens gebruiken; dit zijn er 4.212."
    ]


def test_a_report_needs_a_closed_consultation_a_text_and_a_finding() -> None:
    found = objections_to_report(report="kort", findings=0, phase=ConsultationPhase.OPEN)

    assert [one.field for one in found] == [None, "report", "findings"]
    assert objections_to_report(report="x" * 40, findings=1, phase=ConsultationPhase.CLOSED) == []


def test_every_state_can_be_reached() -> None:
    assert CONSULTATION.unreachable() == set()
    assert RESPONSE.unreachable() == set()
