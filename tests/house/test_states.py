"""Every state machine in full: what the table allows happens, everything else is refused."""

import importlib
import itertools
from enum import StrEnum
from typing import Any

import pytest

from portal.errors import TransitionRefused
from portal.states import Machine
from tests.house.sources import PACKAGES, ROOT, python_files


def machines() -> dict[str, Machine[Any, Any]]:
    """Give every machine of the project by module and name."""
    found = {}
    for path in python_files(*PACKAGES):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.stem == "states" and module != "portal.states":
            for name, value in vars(importlib.import_module(module)).items():
                if isinstance(value, Machine):
                    found[f"{module}.{name}"] = value
    return found


MACHINES = machines()


@pytest.mark.parametrize("name", list(MACHINES))
def test_a_machine_allows_its_table_and_refuses_the_rest(name: str) -> None:
    machine = MACHINES[name]
    states: type[StrEnum] = type(machine.initial)
    kinds: set[type[StrEnum]] = {type(action) for _, action in machine.table}
    assert len(kinds) == 1, "one kind of action per machine"
    for state, action in itertools.product(list(states), list(kinds.pop())):
        if (state, action) in machine.table:
            assert machine.next(state, action) in states
            assert action in machine.actions(state)
        else:
            assert action not in machine.actions(state)
            with pytest.raises(TransitionRefused):
                machine.next(state, action)


@pytest.mark.parametrize("name", list(MACHINES))
def test_every_state_of_a_machine_can_be_reached(name: str) -> None:
    machine = MACHINES[name]
    states: type[StrEnum] = type(machine.initial)
    assert not machine.unreachable()
    assert {machine.initial, *machine.table.values()} == set(states)


def test_there_are_machines_to_test() -> None:
    assert len(MACHINES) >= 8
