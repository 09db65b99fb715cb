"""Database triggers, one text per dialect, made with the tables and again by the migrations.

Alembic's batch mode on SQLite drops triggers without a word; `tests/house/test_migrations.py` looks for
each one registered here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import DDL, Connection, event, text

from portal.db import Base


@dataclass(frozen=True)
class Trigger:
    """A trigger on a table with the statements that make it."""

    table: str
    name: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


REGISTERED: list[Trigger] = []


def register(table: str, name: str, *, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    """Add a trigger; `create_all` and the migration make it. A name is registered once."""
    if any(trigger.name == name for trigger in REGISTERED):
        return
    REGISTERED.append(Trigger(table, name, sqlite, postgresql))
    target = Base.metadata.tables[table]
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        for statement in statements:
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            ddl = ddl.execute_if(dialect=dialect)
            event.listen(target, "after_create", ddl)


def create_all_triggers(connection: Connection) -> None:
    """Make every registered trigger on a database whose tables are there."""
    for trigger in REGISTERED:
        for statement in trigger.sqlite if connection.dialect.name == "sqlite" else trigger.postgresql:
            connection.execute(text(statement))
