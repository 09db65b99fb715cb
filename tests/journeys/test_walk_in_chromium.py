"""The whole walk in Chromium with script switched off, as the kinds of users who have to do it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import sync_playwright

from portal import demo
from portal.app import create_app
from portal.db import Base, db, set_mode, writing
from portal.features import seed_reference_data
from tests import tools
from tests.conftest import test_settings
from tests.journeys.browsers import ChromiumBrowser, Clock, served
from tests.journeys.scene import BEGIN, Scene
from tests.journeys.walk import walk

CHROMIUM = tools.chromium()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a file of its own: the server commits for real."""
    app = create_app(test_settings(tmp_path, f"sqlite:///{tmp_path / 'reis.sqlite'}"))
    with app.app_context():
        set_mode(writing=True)
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        with writing():
            demo.add_organisations_and_accounts()
            db.session.flush()
            seed_reference_data()
        set_mode(writing=False)
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium libatomic1")
def test_from_a_finding_to_a_ledger_line_without_script(own_app: Flask) -> None:
    # A thread of its own: other browser tests may hold this thread's event loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_walk, own_app).result()


def _walk(own_app: Flask) -> None:
    time = Clock(BEGIN)
    with served(own_app, time) as base, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def make() -> Any:
            context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
            return ChromiumBrowser(context.new_page(), base)

        walk(Scene(make, time))
        chromium.close()
