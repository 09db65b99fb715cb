"""An application of its own for the house tests: every feature, an empty database, no demo."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.db import db, writing
from tests.house.sources import PACKAGES, ROOT, python_files


def load_models() -> None:
    """Import every models module, also of a feature that has no pages yet."""
    for path in python_files(*PACKAGES):
        if "models" in path.stem or "models" in path.parts:
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def settings(folder: Path, database_url: str | None = None) -> Settings:
    """Give settings for a portal in a folder; SQLite when no address is given."""
    return Settings(
        data_dir=folder,
        database_url=database_url or f"sqlite:///{folder / 'portaal.sqlite'}",
        secret_key="0" * 64,
        server_key="1" * 64,
        secure_cookies=False,
        password_cost=1,
        jobs_immediate=True,
    )


def make_app(folder: Path, database_url: str | None = None) -> Flask:
    """Give the application as it runs, except that forms need no token."""
    load_models()
    app = create_app(settings(folder, database_url))
    app.testing = True
    app.config.update(WTF_CSRF_ENABLED=False, WTF_CSRF_METHODS=set())
    return app


@contextmanager
def app_with_tables(folder: Path, database_url: str | None = None) -> Iterator[Flask]:
    """Give an application whose tables and triggers are there; they are dropped afterwards."""
    app = make_app(folder, database_url)
    with app.app_context(), writing():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.drop_all()
        for engine in db.engines.values():
            engine.dispose()
