"""A portal on a real database and real files, for what a rolled back transaction cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from portal import demo
from portal.app import create_app
from portal.config import Settings
from portal.db import Base, db, set_mode, writing
from portal.features import seed_reference_data
from tests.conftest import test_settings
from tests.postgres import PostgresMissing, own_postgres


@contextmanager
def live_url(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database of a kind; skips when there is no PostgreSQL here."""
    import pytest

    if kind == "sqlite":
        yield f"sqlite:///{folder / 'portaal.sqlite'}"
        return
    try:
        with own_postgres() as url:
            yield url
    except PostgresMissing as missing:
        pytest.skip(str(missing))


def live_settings(folder: Path, url: str) -> Settings:
    """Give settings whose data folder is only ours."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return test_settings(data, url)


@contextmanager
def live_app(settings: Settings) -> Iterator[Flask]:
    """Make the tables and the reference data, and give the application in a context of its own."""
    app = create_app(settings)
    with app.app_context():
        set_mode(writing=True)
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        with writing():
            demo.add_organisations_and_accounts()
            db.session.flush()
            seed_reference_data()
        set_mode(writing=False)
        yield app
        db.session.remove()
        db.engine.dispose()
