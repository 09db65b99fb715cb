"""What every test may use: the application on both databases, a rolled-back session, clients that read pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from portal import clock, demo
from portal.access import Role, Viewer
from portal.accounts.queries import viewer_by_email
from portal.app import create_app
from portal.config import Settings
from portal.db import Base, db, set_mode, writing
from portal.features import seed_reference_data
from tests.pages import PageClient, signed_in
from tests.postgres import PostgresMissing, own_postgres


def test_settings(folder: Path, url: str) -> Settings:
    """Return settings that are quick and local; the rest is as in production."""
    return Settings(
        data_dir=folder,
        database_url=url,
        secret_key="een-sleutel-voor-de-tests",
        server_key="5f" * 32,
        second_factor=False,
        password_cost=1,
        secure_cookies=False,
        sign_in_limit="1000 per minute",
        jobs_immediate=True,
    )


test_settings.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own for this test process."""
    try:
        with own_postgres() as url:
            yield url
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def built_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database with the reference data and the demo's organisations and accounts."""
    folder = tmp_path_factory.mktemp(f"portaal-{request.param}")
    url = f"sqlite:///{folder / 'portaal.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    app = create_app(test_settings(folder, url))
    app.testing = True
    with app.app_context():
        set_mode(writing=True)
        db.session.close()
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        with writing():
            demo.add_organisations_and_accounts()
            db.session.flush()
            seed_reference_data()
        set_mode(writing=False)
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def rolled_back(app: Flask) -> Iterator[Connection]:
    """Put one connection with an outer transaction under every session; undo all of it at the end."""
    engines = db._app_engines[app]
    engine = engines[None]
    connection = engine.connect()
    outer = connection.begin()
    engines[None] = connection  # type: ignore[assignment]
    try:
        yield connection
    finally:
        db.session.remove()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=0")
        outer.rollback()
        connection.close()
        engines[None] = engine


@pytest.fixture
def app(built_app: Flask) -> Iterator[Flask]:
    """The application in a transaction that is undone after the test."""
    set_mode_outside(built_app)
    with built_app.app_context(), rolled_back(built_app):
        yield built_app


def set_mode_outside(app: Flask) -> None:
    """Begin a test without a write transaction left over from another."""
    with app.app_context():
        set_mode(writing=False)


@pytest.fixture
def session(app: Flask) -> Iterator[None]:
    """An application context in which the test itself may write, for services and models."""
    with app.app_context():
        set_mode(writing=True)
        yield
        db.session.rollback()
        set_mode(writing=False)


@dataclasses.dataclass(frozen=True)
class World:
    """The organisations and accounts of the demo, by their short names."""

    app: Flask

    def viewer(self, email: str, role: Role | None = None) -> Viewer:
        """Return an account as a viewer."""
        return viewer_by_email(email, role=role)

    def demo(self) -> demo.DemoWorld:
        """Return what a feature's demo data would see today."""
        import random

        return demo.DemoWorld(clock.today(), random.Random(1))


@pytest.fixture
def world(app: Flask) -> World:
    """The demo's organisations, accounts and catalogue, which are in every test database."""
    return World(app)


@pytest.fixture
def client_as(app: Flask) -> Callable[..., PageClient]:
    """Give a client that is signed in: `client_as("inkoop@lansingerland.example")`; no address: a visitor."""

    def make(
        email: str | None = None, organisation: str | None = None, role: Role | None = None
    ) -> PageClient:
        return signed_in(app, email, organisation, role)

    return make


@pytest.fixture
def frozen() -> Iterator[Callable[[datetime], None]]:
    """Move the clock: `frozen(datetime(2026, 11, 24, 12, tzinfo=UTC))`; the last call counts."""
    with ExitStack() as stack:
        yield lambda instant: stack.enter_context(clock.at(instant))


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], StatementCount]:
    """Count SQL statements: `with count_statements() as counted: …; counted.number`."""
    return lambda: StatementCount(app)


class StatementCount:
    """How many statements went to the database inside the block."""

    def __init__(self, app: Flask) -> None:
        self.number = 0
        self.target = db._app_engines[app][None]

    def _note(self, *_: object) -> None:
        self.number += 1

    def __enter__(self) -> StatementCount:
        event.listen(self.target, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.target, "before_cursor_execute", self._note)
