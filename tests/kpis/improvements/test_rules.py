"""Who may do what with a verbeteractie, and what an agenda holds, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from kpis.improvements.rules import (
    Subject,
    agenda_points,
    next_side,
    objections_to_action,
    objections_to_notice,
    objections_to_settling,
    objections_to_step,
    steps_for,
)
from kpis.improvements.states import ACTION, ActionState, ActionStep, NoticeState, Side
from kpis.scorecards.states import LineState

TODAY = date(2026, 11, 25)
TEXT = "De docent belt binnen een dag wie zonder bericht wegblijft."


@pytest.mark.parametrize(("state", "side", "owner"), list(product(ActionState, Side, Side)))
def test_every_step_offered_is_in_the_machine(state: ActionState, side: Side, owner: Side) -> None:
    for step in steps_for(state, side, owner):
        assert (state, step) in ACTION.table


@pytest.mark.parametrize(("state", "owner"), list(product(ActionState, Side)))
def test_who_is_next_can_do_something_and_nobody_is_next_when_it_is_over(state: ActionState, owner: Side) -> None:
    side = next_side(state, owner)

    assert (side is None) == state.is_over
    if side is not None:
        assert steps_for(state, side, owner)
    else:
        assert not steps_for(state, Side.MUNICIPALITY, owner) + steps_for(state, Side.PROVIDER, owner)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"measure": "Bellen"}, "measure"),
        ({"proof": " "}, "proof"),
        ({"due_on": TODAY}, "due_on"),
        ({"target": None}, "target"),
        ({"target": None, "has_norm": False}, None),
        ({"target": Decimal(-1)}, "target"),
    ],
)
def test_an_action_says_what_when_and_how_it_shows(change: dict[str, object], field: str | None) -> None:
    values: dict[str, object] = {
        "measure": TEXT, "proof": "de cijfers", "due_on": date(2027, 1, 8), "today": TODAY,
        "target": Decimal("0.85"), "has_norm": True,
    }  # fmt: skip
    found = objections_to_action(**{**values, **change})  # type: ignore[arg-type]

    assert [one.field for one in found] == ([field] if field else [])


def test_only_yes_needs_no_words() -> None:
    allowed = list(ActionStep)

    assert not objections_to_step(ActionStep.ACCEPT, "", allowed)
    assert [one.field for one in objections_to_step(ActionStep.COUNTER, "nee", allowed)] == ["text"]
    assert [one.field for one in objections_to_step(None, TEXT, allowed)] == ["step"]
    assert [one.field for one in objections_to_step(ActionStep.ACCEPT, TEXT, [])] == ["step"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"is_fixed": False}, [None]),
        ({"state": LineState.NEAR}, [None]),
        ({"shortcoming": "te laag"}, ["shortcoming"]),
        ({"demand": ""}, ["demand"]),
        ({"basis": " "}, ["basis"]),
        ({"remedy_until": date(2026, 12, 4)}, ["remedy_until"]),
        ({"remedy_until": date(2026, 12, 5)}, []),
    ],
)
def test_a_notice_of_default_rests_on_a_fixed_figure_and_gives_time(
    change: dict[str, object], fields: list[str | None]
) -> None:
    values: dict[str, object] = {
        "is_fixed": True, "state": LineState.UNDER, "shortcoming": TEXT, "demand": TEXT, "basis": "artikel 7.2",
        "remedy_until": date(2026, 12, 16), "today": TODAY,
    }  # fmt: skip
    found = objections_to_notice(**{**values, **change})  # type: ignore[arg-type]

    assert [one.field or None for one in found] == fields


@pytest.mark.parametrize(
    ("state", "expired", "today", "number"),
    [
        (NoticeState.SENT, False, date(2026, 12, 1), 0),
        (NoticeState.SENT, True, date(2026, 12, 16), 1),
        (NoticeState.SENT, True, date(2026, 12, 17), 0),
        (NoticeState.EXPIRED, False, date(2026, 12, 17), 1),
    ],
)
def test_default_comes_after_the_last_day(state: NoticeState, expired: bool, today: date, number: int) -> None:
    found = objections_to_settling(state, TEXT, expired=expired, until=date(2026, 12, 16), today=today)

    assert len(found) == number


def test_the_agenda_follows_the_scorecard() -> None:
    subject = Subject("PA-02", "Aanwezigheid", "77,4%, norm 87%.", "De groep verhuisde.", is_disputed=True)
    points = agenda_points(subjects=[subject], actions=["Nr. 1"], notices=["Nr. 2"], waits=["Tot 9 december."])

    assert [point["title"] for point in points] == [
        "Opening en verslag van het vorige gesprek",
        "PA-02 Aanwezigheid",
        "Verbeteracties",
        "Ingebrekestellingen",
        "Gegevens die nog komen",
        "Instroom, wachtlijst en verwachting",
        "Rondvraag en volgend gesprek",
    ]
    assert points[1]["text"].splitlines() == [
        "77,4%, norm 87%.",
        "De aanbieder betwist dit cijfer.",
        "De aanbieder schreef: ‘De groep verhuisde.’",
    ]


def test_without_poor_figures_the_agenda_says_so() -> None:
    points = agenda_points(subjects=[], actions=[], notices=[], waits=[])

    assert points[1]["text"] == "Geen prestatieafspraak staat onder de norm en geen cijfer is betwist."
    assert points[2]["text"] == "Er loopt geen verbeteractie."
