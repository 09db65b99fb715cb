"""Every migration goes up, down and up again on both databases; then schema and triggers are the models'."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from portal import triggers
from portal.db import Base, db
from tests import postgres
from tests.house.application import make_app
from tests.house.sources import PACKAGES, ROOT, tree

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Give an application on an empty database."""
    if request.param == "sqlite":
        yield from _running(make_app(tmp_path))
        return
    if not postgres.available():
        pytest.skip(postgres.MISSING)
    with postgres.own_postgres() as url:
        yield from _running(make_app(tmp_path, url))


def _running(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def trigger_names() -> set[str]:
    """Give the names of the triggers that are in the database."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[db.engine.dialect.name]
    with db.engine.connect() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def expected_triggers() -> set[str]:
    """Give the names of the registered triggers that this database has statements for."""
    dialect = db.engine.dialect.name
    return {trigger.name for trigger in triggers.REGISTERED if getattr(trigger, dialect)}


def refuse_difference() -> None:
    """Fail when models and migrations differ; `portal db check` lists how."""
    logging.getLogger("flask_migrate").disabled = True
    try:
        check()
    except SystemExit:
        pytest.fail("models and migrations differ: `python3 portaal.py portal db check` says how")
    finally:
        logging.getLogger("flask_migrate").disabled = False


def test_up_down_and_up_again_gives_the_schema_of_the_models(app: Flask) -> None:
    upgrade()
    first = tables()
    refuse_difference()
    downgrade(revision="base")
    assert not tables()
    assert not trigger_names()
    upgrade()
    assert tables() == first == set(Base.metadata.tables)
    assert expected_triggers() <= trigger_names()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert not [
            change
            for change in compare_metadata(context, Base.metadata)
            if isinstance(change, tuple) and change[0] in {"add_table", "add_column", "remove_column"}
        ]


def test_every_single_step_can_be_taken_back(app: Flask) -> None:
    for number, _ in enumerate(VERSIONS, 1):
        upgrade(revision=f"{number:04d}")
        downgrade(revision="-1")
        upgrade(revision=f"{number:04d}")
    assert expected_triggers() <= trigger_names()


def test_the_head_file_names_the_last_migration() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    head = (ROOT / "migrations" / ".current-alembic-head").read_text().strip()
    assert script.get_heads() == [head]
    assert [path.name[:4] for path in VERSIONS] == [f"{n:04d}" for n in range(1, len(VERSIONS) + 1)]


def test_a_migration_imports_none_of_our_code() -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in VERSIONS
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES)
        or (isinstance(node, ast.Import) and any(a.name.split(".")[0] in PACKAGES for a in node.names))
    ]
    assert not wrong
