"""What the council report counts, by hand, and that nothing small stands in it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from contracts.trajectories.states import EventKind, StopReason
from kpis.reports.rules import (
    TOTAL,
    Part,
    PersonFact,
    fewest,
    hidden_keys,
    money_to_hide,
    parts_of,
    shown_parts,
)
from kpis.reports.suppression import counted
from portal.catalogue.states import TargetGroup
from portal.periods import Year

PLACES = ("Lansingerland", "Zoetermeer")


def person(place: str = "Lansingerland", **more: Any) -> PersonFact:
    values: dict[str, Any] = {
        "trajectory_id": uuid.uuid4(),
        "product": "B1",
        "target_group": TargetGroup.ASYLUM,
        "homes": ((date(2024, 1, 1), place),),
        "referred_on": date(2026, 2, 1),
        "started_on": date(2026, 3, 1),
        "stopped_on": None,
        "finished_on": None,
        "stop_reason": None,
    }
    return PersonFact(**{**values, **more})


def part(key: str, facts: list[PersonFact], placed: set[uuid.UUID] | None = None, year: int = 2026) -> Part:
    return next(one for one in parts_of(facts, placed or set(), PLACES, year) if one.key == key)


@pytest.mark.parametrize(
    ("key", "fact", "cell", "value"),
    [
        ("instroom", person(), ("Lansingerland", "B1-route"), 1),
        ("instroom", person(referred_on=date(2025, 12, 31)), ("Lansingerland", "B1-route"), 0),
        ("instroom", person(product="MAP"), ("Lansingerland", TOTAL), 0),
        ("lopend", person(), ("Lansingerland", "B1-route"), 1),
        ("lopend", person(finished_on=date(2026, 12, 31)), ("Lansingerland", "B1-route"), 0),
        ("lopend", person(started_on=None), ("Lansingerland", TOTAL), 0),
        ("onderdelen", person(product="PVT", finished_on=date(2026, 6, 1)), ("Lansingerland", "PVT afgerond"), 1),
        ("onderdelen", person(product="PVT", stopped_on=date(2026, 6, 1)), ("Lansingerland", TOTAL), 0),
        ("examens", person(events=((EventKind.EXAM_PASSED, date(2026, 5, 1), "knm"),)), ("Lansingerland", "KNM"), 1),
        ("examens", person(events=((EventKind.EXAM_PASSED, date(2025, 5, 1), "knm"),)), ("Lansingerland", "KNM"), 0),
        ("einde", person(events=((EventKind.DIPLOMA, date(2026, 5, 1), ""),)),
         ("Lansingerland", "diploma of certificaat"), 1),
        ("einde", person(stopped_on=date(2026, 5, 1), stop_reason=StopReason.DROPPED_OUT),
         ("Lansingerland", "gestopt"), 1),
        ("einde", person(stopped_on=date(2026, 5, 1), stop_reason=StopReason.MOVED_OUTSIDE),
         ("Lansingerland", "einde zonder oordeel"), 1),
        ("einde", person(stopped_on=date(2026, 5, 1), stop_reason=StopReason.OTHER_ROUTE),
         ("Lansingerland", "overgestapt"), 1),
    ],
)  # fmt: skip
def test_each_table_counts_its_own(key: str, fact: PersonFact, cell: tuple[str, str], value: int) -> None:
    assert part(key, [fact]).table.values[cell] == value


def test_a_person_counts_where_he_lived_on_the_day() -> None:
    moved = person(homes=((date(2024, 1, 1), "Lansingerland"), (date(2026, 6, 1), "Zoetermeer")))

    assert part("instroom", [moved]).table.values["Lansingerland", "B1-route"] == 1
    assert part("lopend", [moved]).table.values["Zoetermeer", "B1-route"] == 1


def test_a_place_to_take_part_counts_for_who_is_running() -> None:
    one, gone = person(), person(finished_on=date(2026, 5, 1))

    table = part("participatie", [one, gone], {one.trajectory_id, gone.trajectory_id}).table
    assert table.values[TOTAL, TOTAL] == 1


def test_small_numbers_are_written_as_less_than_five() -> None:
    people = [person() for _ in range(3)] + [person("Zoetermeer") for _ in range(20)]
    shown = next(one for one in shown_parts(parts_of(people, (), PLACES, 2026), {}) if one.part.key == "instroom")

    assert shown.text("Lansingerland", "B1-route") == "< 5"
    assert shown.text("Zoetermeer", "B1-route") == "niet getoond"
    assert shown.text("Lansingerland", "Z-route") == "0"


def test_what_an_edition_hid_stays_hidden() -> None:
    people = [person() for _ in range(3)] + [person("Zoetermeer") for _ in range(20)]
    first = shown_parts(parts_of(people, (), PLACES, 2026), {})
    grown = [*people, *(person() for _ in range(10))]
    again = shown_parts(parts_of(grown, (), PLACES, 2026), hidden_keys(first))

    for before, after in zip(first, again, strict=True):
        assert before.hidden <= after.hidden


def test_an_amount_for_fewer_than_five_people_is_hidden() -> None:
    money = counted(PLACES, ("B1", "Z"), {("Lansingerland", "B1"): 948000, ("Zoetermeer", "B1"): 9480000,
                                          ("Lansingerland", "Z"): 0, ("Zoetermeer", "Z"): 5000000})  # fmt: skip
    people = counted(PLACES, ("B1", "Z"), {("Lansingerland", "B1"): 1, ("Zoetermeer", "B1"): 10, ("Zoetermeer", "Z"): 8})
    hidden = money_to_hide(money, people)

    assert ("Lansingerland", "B1") in hidden
    assert ("Lansingerland", TOTAL) in hidden  # it is the whole of that row
    assert ("Zoetermeer", "Z") not in hidden


def test_an_amount_may_stand_for_who_began_as_well_as_for_who_is_active() -> None:
    old = [person(started_on=date(2025, 3, 1)) for _ in range(6)]
    begun = [person(started_on=date(2026, 3, 1)) for _ in range(3)]
    gone = [person(started_on=date(2024, 3, 1), finished_on=date(2025, 5, 1))]
    found = fewest([*old, *begun, *gone], {"B1": "B1"}, Year(2026), date(2026, 11, 25))

    assert found == {("Lansingerland", "B1"): 3}
