"""No hidden cell can be worked out: every table is attacked by trying all the numbers that could stand there."""

from __future__ import annotations

import random
from itertools import product

import pytest

from kpis.reports.suppression import SMALL, TOTAL, Cell, Counts, counted, small_cells, suppress

ROWS, COLUMNS = ("A", "B", "C"), ("B1", "Z", "Onderwijs")


def table(seed: int, rows: int = 3, columns: int = 3) -> Counts:
    chance = random.Random(seed)
    weights = (0, 1, 2, 3, 4, 5, 6, 8)
    names, heads = ROWS[:rows], COLUMNS[:columns]
    return counted(names, heads, {cell: chance.choice(weights) for cell in product(names, heads)})


def possible(known: Counts, hidden: set[Cell], most: int) -> dict[Cell, set[int]]:
    """Try every filling of the hidden inner cells; keep the values that fit all that is shown."""
    small = small_cells(known)
    open_cells = [cell for cell in product(known.rows, known.columns) if cell in hidden]
    found: dict[Cell, set[int]] = {cell: set() for cell in hidden}

    def allowed(cell: Cell, value: int) -> bool:
        if cell not in hidden:
            return value == known.values[cell]
        return 1 <= value <= SMALL if cell in small else value >= min(1, known.values[cell])

    ranges = [range(1, SMALL + 1) if cell in small else range(min(1, known.values[cell]), most) for cell in open_cells]
    for values in product(*ranges):
        filled = dict(zip(open_cells, values, strict=True))
        whole = counted(known.rows, known.columns, {**_inner(known), **filled})
        if all(allowed(cell, whole.values[cell]) for cell in known.values):
            for cell in hidden:
                found[cell].add(whole.values[cell])
    return found


def _inner(known: Counts) -> dict[Cell, int]:
    return {cell: known.values[cell] for cell in product(known.rows, known.columns)}


@pytest.mark.parametrize("seed", range(40))
def test_a_reader_who_tries_every_number_finds_no_hidden_cell(seed: int) -> None:
    known = table(seed, rows=2, columns=2)
    hidden = suppress(known)
    found = possible(known, hidden, most=11)

    assert small_cells(known) <= hidden
    assert all(len(values) > 1 for values in found.values()), (known.values, hidden, found)


@pytest.mark.parametrize("seed", range(8))
def test_larger_tables_stand_the_same_attack(seed: int) -> None:
    chance = random.Random(seed)
    cells = {cell: chance.choice((0, 5, 6, 7)) for cell in product(ROWS, COLUMNS)}
    cells[chance.choice(ROWS), chance.choice(COLUMNS)] = chance.randint(1, SMALL)
    known = counted(ROWS, COLUMNS, cells)
    hidden = suppress(known)

    inner = [cell for cell in hidden if TOTAL not in cell]
    assert len(inner) <= 6
    assert all(len(values) > 1 for values in possible(known, hidden, most=9).values())


def test_two_small_cells_that_add_up_to_two_need_a_third() -> None:
    known = counted(("A", "B"), ("B1", "Z"), {("A", "B1"): 1, ("A", "Z"): 1, ("B", "B1"): 20, ("B", "Z"): 30})
    hidden = suppress(known)

    assert {("A", "B1"), ("A", "Z")} < hidden
    assert all(len(values) > 1 for values in possible(known, hidden, most=33).values())


def test_a_table_without_small_cells_is_shown_whole() -> None:
    known = counted(ROWS, COLUMNS, dict.fromkeys(product(ROWS, COLUMNS), 10))

    assert suppress(known) == set()


def test_zeros_are_shown_and_never_hide_a_neighbour() -> None:
    known = counted(("A", "B"), ("B1", "Z"), {("A", "B1"): 3, ("B", "B1"): 12, ("A", "Z"): 0, ("B", "Z"): 0})
    hidden = suppress(known)

    assert ("A", "Z") not in hidden
    assert all(len(values) > 1 for values in possible(known, hidden, most=18).values())


@pytest.mark.parametrize("seed", range(12))
def test_a_later_edition_gives_nothing_of_the_first_away(seed: int) -> None:
    """The reader lays two editions side by side and supposes that only one cell was corrected."""
    chance = random.Random(seed)
    first = table(seed, rows=2, columns=2)
    hidden = suppress(first)
    cell = chance.choice(list(product(first.rows, first.columns)))
    corrected = counted(first.rows, first.columns, {**_inner(first), cell: first.values[cell] + chance.randint(0, 4)})
    again = suppress(corrected, earlier=hidden)

    assert hidden <= again
    assert all(len(values) > 1 for values in possible(corrected, again, most=14).values())


def test_sensitive_cells_may_be_named_by_another_table() -> None:
    money = counted(("A", "B"), ("B1", "Z"), {("A", "B1"): 9000, ("A", "Z"): 70000, ("B", "B1"): 50000, ("B", "Z"): 8000})
    hidden = suppress(money, primary={("A", "B1")})

    assert ("A", "B1") in hidden
    assert len(hidden) >= 4
