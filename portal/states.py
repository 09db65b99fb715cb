"""State machines as tables: what may happen next to a thing, on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from portal.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Machine(Generic[S, A]):
    """The whole life of a thing: the state it begins in and which action leads where."""

    initial: S
    table: Mapping[tuple[S, A], S]

    def next(self, state: S, action: A) -> S:
        """Return the state that `action` leads to.

        Raises:
            TransitionRefused: the action is not possible in this state.
        """
        try:
            return self.table[(state, action)]
        except KeyError:
            raise TransitionRefused(action, state) from None

    def actions(self, state: S) -> list[A]:
        """Return what can be done in this state, for the buttons on a page."""
        return [action for (source, action) in self.table if source == state]

    def unreachable(self) -> set[S]:
        """Return the states in the table that no path from the initial state reaches."""
        seen, todo = {self.initial}, [self.initial]
        while todo:
            state = todo.pop()
            for (source, _), target in self.table.items():
                if source == state and target not in seen:
                    seen.add(target)
                    todo.append(target)
        named = {state for state, _ in self.table} | set(self.table.values())
        return named - seen
