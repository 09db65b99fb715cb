"""A measure over many monthly rows with every row's reason, beside a plain SQL sum of the same rows."""

from __future__ import annotations

import sqlite3
import uuid
from collections import defaultdict
from datetime import date
from decimal import Decimal

from contracts.results.facts import RowFact
from contracts.results.states import Acceptance, RowState
from kpis.definitions.facts import Material, Window
from kpis.definitions.rules import newest
from portal.bench.measure import Result, by_turns
from portal.catalogue.states import TargetGroup
from portal.periods import Month

MONTHS = tuple(Month(2024, 1).until(Month(2026, 12)))
PLACES = ("Lansingerland", "Pijnacker-Nootdorp", "Zoetermeer")
SUM = "SELECT month, place, sum(followed), sum(offered) FROM row GROUP BY month, place"


def sum_measure(rows: int, times: int) -> Result:
    """Time attendance over three years of rows; the floor sums the hours in SQLite, without any reason."""
    material, window = _material(rows), Window(MONTHS[0], MONTHS[-1])
    database = _database(material)
    function = newest("attendance")
    ours, floor = by_turns(
        lambda: function.outcome(material, window, None), lambda: database.execute(SUM).fetchall(), times=times
    )
    database.close()
    return Result("cijfer", f"{rows} rijen", ours, floor, "SQL-som van dezelfde rijen in het geheugen", 4.0)


def _material(rows: int) -> Material:
    one, begun = uuid.UUID(int=0), date(2023, 12, 4)
    found: dict[Month, list[RowFact]] = defaultdict(list)
    for number in range(rows):
        month, offered = MONTHS[number % len(MONTHS)], Decimal(36)
        found[month].append(
            RowFact(
                uuid.UUID(int=number), one, month, one, f"T-{number // len(MONTHS)}", one, "B1", one,
                PLACES[number % 3], TargetGroup.ASYLUM, begun, begun, RowState.RUNNING, offered,
                Decimal(number % 37), Decimal(0), Decimal(0), Acceptance.ACCEPTED,
            )
        )  # fmt: skip
    return Material(rows=found)


def _database(material: Material) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE row (month TEXT, place TEXT, followed INTEGER, offered INTEGER)")
    database.executemany(
        "INSERT INTO row VALUES (?, ?, ?, ?)",
        (
            (month.code, one.municipality, int(one.followed * 1000), int(one.offered * 1000))
            for month, rows in material.rows.items()
            for one in rows
        ),
    )
    return database
