"""Alembic's entrance: how migrations are made and run on SQLite and PostgreSQL.

- Revisions are numbered (0001, 0002 …) and the newest stands in `.current-alembic-head`, so that two
  branches with a migration collide in git and not in production.
- A migration never imports our code: our column types are written as what they are in the database.
- SQLite rebuilds a table to change it. That needs foreign keys off on a connection of its own, and it
  drops the triggers of the table: a migration that uses `batch_alter_table` sets them anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.pool import NullPool

HEAD = Path(__file__).with_name(".current-alembic-head")
engine: sa.Engine = current_app.extensions["migrate"].db.engine
metadata: sa.MetaData = current_app.extensions["migrate"].db.metadata


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write an enum as the String and one of our types as the plain type it is stored as."""
    if kind != "type":
        return False
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def compare_type(
    _context: MigrationContext, _inspected: Any, _column: Any, found: sa.types.TypeEngine[Any], ours: Any
) -> bool | None:
    """Compare our types as they are stored; an enum of ours is a String of its length."""
    if isinstance(ours, sa.Enum):
        return not isinstance(found, sa.String) or found.length != ours.length
    if isinstance(ours, sa.DateTime) or isinstance(getattr(ours, "impl", None), sa.DateTime):
        return not isinstance(found, sa.DateTime)
    return None


def number_revision(_context: MigrationContext, _revision: Any, directives: list[MigrationScript]) -> None:
    """Give a new revision the next number and write it in the head file.

    `portal db check` comes here as well, without a message: nothing is made then.
    """
    script = directives[0]
    if not script.message:
        return
    last = ScriptDirectory.from_config(context.config).get_current_head()
    script.rev_id = f"{int(last or 0) + 1:04d}"
    HEAD.write_text(f"{script.rev_id}\n", encoding="ascii")


def include_object(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Leave tables alone that are not in the models: search indexes are made by hand in a migration."""
    return not (kind == "table" and reflected and other is None and (name or "").startswith("search_"))


def configure(**target: Any) -> None:
    """Tell Alembic how we want migrations written and run."""
    context.configure(
        target_metadata=metadata,
        render_item=render_item,
        compare_type=compare_type,
        include_object=include_object,
        process_revision_directives=number_revision,
        render_as_batch=True,
        **target,
    )


def broken_references(connection: sa.Connection) -> Iterable[Any]:
    """Give the rows that point nowhere; SQLite does not look while foreign keys are off."""
    return connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()


def run_on_sqlite() -> None:
    """Run on a connection of our own, foreign keys off, in one transaction that ends checked."""
    own = sa.create_engine(engine.url, poolclass=NullPool)
    with own.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys=OFF")  # has no effect once a transaction runs
        with connection.begin():
            if raw.in_transaction:  # the kernel began one for reading
                raw.execute("COMMIT")
            raw.execute("BEGIN IMMEDIATE")
            configure(connection=connection)
            context.run_migrations()
            wrong = list(broken_references(connection))
            if wrong:
                raise RuntimeError(f"a migration left rows that point nowhere: {wrong[:5]}")
    own.dispose()


def run_on_server() -> None:
    """Run in one transaction; a busy table makes the migration fail instead of the portal hang."""
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        configure(connection=connection)
        context.run_migrations()


if context.is_offline_mode():
    configure(url=engine.url.render_as_string(hide_password=False), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif engine.dialect.name == "sqlite":
    run_on_sqlite()
else:
    run_on_server()
