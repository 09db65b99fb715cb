"""An application of its own with a real file database, for tests in which another process or thread works."""

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.db import Base, db, set_mode
from tests.conftest import test_settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def file_app(tmp_path: Path) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'portaal.sqlite'}"
    settings = dataclasses.replace(
        test_settings(tmp_path, url), jobs_immediate=False, smtp_host="127.0.0.1", smtp_port=free_port()
    )
    app = create_app(settings)
    with app.app_context():
        set_mode(writing=True)
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        set_mode(writing=False)
        yield app
        db.session.remove()
        db.engine.dispose()
        huey = app.extensions.get("portal_queue")
        if huey is not None:
            huey.storage.close()
