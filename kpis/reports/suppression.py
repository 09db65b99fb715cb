"""Hide small cells of a table so that no hidden cell can be worked out from what is shown; plain values only.

Cells of 1 to 4 are hidden, and as many others as it takes. Rows and columns add up to totals, so a table
is a circulation: a cell is an edge from its row to its column, a column total an edge to the bottom, the
grand total from the bottom to the side, a row total from the side back to its row. A hidden cell can have
another value exactly when a cycle of hidden edges runs through it, within what a reader knows of each
(1 to 4 for a small one, at least 1 for another). That is tested here, not assumed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

SMALL = 4
TOTAL = "totaal"
Cell = tuple[str, str]


@dataclass(frozen=True)
class Counts:
    """A table of whole numbers with a row and a column of totals named ``totaal``."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Mapping[Cell, int]

    @property
    def all_rows(self) -> tuple[str, ...]:
        """The rows with the total last."""
        return (*self.rows, TOTAL)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The columns with the total last."""
        return (*self.columns, TOTAL)


def counted(rows: Sequence[str], columns: Sequence[str], found: Mapping[Cell, int]) -> Counts:
    """Make a table from its inner cells; the totals are added up here."""
    values = {(row, column): found.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        values[row, TOTAL] = sum(values[row, column] for column in columns)
    for column in (*columns, TOTAL):
        values[TOTAL, column] = sum(values[row, column] for row in rows)
    return Counts(tuple(rows), tuple(columns), values)


def small_cells(table: Counts) -> set[Cell]:
    """Return the cells of 1 to 4."""
    return {cell for cell, value in table.values.items() if 0 < value <= SMALL}


def suppress(
    table: Counts, *, primary: Collection[Cell] | None = None, earlier: Collection[Cell] = ()
) -> set[Cell]:
    """Return the cells to hide: the small ones, those hidden in an earlier edition, and enough others.

    In: the table; optionally which cells are sensitive (default those of 1 to 4) and which an earlier
    edition over the same year hid (they stay hidden, or two editions together would tell).
    """
    small = small_cells(table) if primary is None else set(primary)
    known = small if primary is None else set()
    hidden = small | {cell for cell in earlier if cell in table.values}
    while exposed := _exposed(table, hidden, known):
        hidden.add(_next_to_hide(table, hidden, known, exposed))
    return hidden


def is_exposed(table: Counts, hidden: Collection[Cell], cell: Cell, small: Collection[Cell]) -> bool:
    """Say whether a reader can work a hidden cell out from what is shown."""
    return not (_can_move(table, hidden, cell, small, up=True) or _can_move(table, hidden, cell, small, up=False))


def _exposed(table: Counts, hidden: set[Cell], small: set[Cell]) -> list[Cell]:
    return sorted(cell for cell in hidden if is_exposed(table, hidden, cell, small))


def _next_to_hide(table: Counts, hidden: set[Cell], small: set[Cell], exposed: Sequence[Cell]) -> Cell:
    """Choose the cell that leaves fewest exposed; then one that is no total, then the smallest."""
    row, column = exposed[0]
    near = [
        cell
        for cell in table.values
        if cell not in hidden and (cell[0] == row or cell[1] == column) and table.values[cell]
    ] or [cell for cell in table.values if cell not in hidden]

    def cost(cell: Cell) -> tuple[int, int, int, Cell]:
        left = len(_exposed(table, hidden | {cell}, small))
        return left, (cell[0] == TOTAL) + (cell[1] == TOTAL), table.values[cell], cell

    return min(near, key=cost)


def _edge(cell: Cell) -> tuple[str, str]:
    row, column = cell
    if row == TOTAL:
        return ("bottom", "side") if column == TOTAL else (f"c:{column}", "bottom")
    return ("side", f"r:{row}") if column == TOTAL else (f"r:{row}", f"c:{column}")


def _room(table: Counts, cell: Cell, small: Collection[Cell]) -> tuple[bool, bool]:
    """Say whether a hidden cell may be one more, or one less, for all a reader knows."""
    value = table.values[cell]
    least = min(1, value)
    return value < SMALL or cell not in small, value > least


def _can_move(table: Counts, hidden: Collection[Cell], cell: Cell, small: Collection[Cell], *, up: bool) -> bool:
    more, less = _room(table, cell, small)
    if not (more if up else less):
        return False
    arcs: dict[str, list[str]] = defaultdict(list)
    for other in hidden:
        if other == cell:
            continue
        start, end = _edge(other)
        can_rise, can_fall = _room(table, other, small)
        if can_rise:
            arcs[start].append(end)
        if can_fall:
            arcs[end].append(start)
    start, end = _edge(cell) if up else _edge(cell)[::-1]
    return _reaches(arcs, end, start)


def _reaches(arcs: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        if here == goal:
            return True
        for there in arcs.get(here, ()):
            if there not in seen:
                seen.add(there)
                todo.append(there)
    return False
