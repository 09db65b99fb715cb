"""Several processes at once: no number is given twice, no event of the trail is lost, nobody meets a lock."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from flask import Flask

from portal import audit
from portal.access import SYSTEM
from portal.app import create_app
from portal.audit.services import verify_chain
from portal.config import Settings
from portal.db import Base, NumberSeries, db, lock, next_number, set_mode, writing
from tests.conftest import test_settings

PROCESSES, ROUNDS = 4, 25


def _work(settings: Settings, out: multiprocessing.Queue[list[int]]) -> None:
    app = create_app(settings)
    numbers = []
    with app.app_context():
        for _ in range(ROUNDS):
            with writing():
                numbers.append(next_number("wedloop", 2026))
                counter = db.session.get_one(NumberSeries, ("teller", 2026))
                lock(counter)
                counter.last += 1
                audit.record("proef:wedloop", None, by=SYSTEM)
            db.session.remove()
        db.engine.dispose()
    out.put(numbers)


def _prepared(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context():
        set_mode(writing=True)
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        with writing():
            audit.record("proef:begin", None, by=SYSTEM)
            if db.session.get(NumberSeries, ("teller", 2026)) is None:
                db.session.add_all(
                    [
                        NumberSeries(kind="teller", year=2026, last=0),
                        NumberSeries(kind="wedloop", year=2026, last=0),
                    ]
                )
        set_mode(writing=False)
        db.session.remove()
    return app


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_update_is_lost_between_processes(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'wedloop.sqlite'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    settings = test_settings(tmp_path, url)
    app = _prepared(settings)
    with app.app_context():
        before = db.session.get_one(NumberSeries, ("teller", 2026)).last
        db.session.remove()
        db.engine.dispose()
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[list[int]] = context.Queue()
    workers = [context.Process(target=_work, args=(settings, out)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    given = sorted(number for _ in workers for number in out.get(timeout=120))
    for worker in workers:
        worker.join(timeout=30)
        assert worker.exitcode == 0

    with app.app_context():
        assert len(set(given)) == PROCESSES * ROUNDS
        assert db.session.get_one(NumberSeries, ("teller", 2026)).last - before == PROCESSES * ROUNDS
        assert verify_chain() is None
        db.session.remove()
        db.engine.dispose()
