"""Many providers submit in the last instant, in several processes: the deadline cuts cleanly."""

from __future__ import annotations

import multiprocessing
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import select

from portal import clock
from portal.access import Role, Viewer
from portal.accounts.models import OrganisationKind
from portal.accounts.services import add_organisation
from portal.app import create_app
from portal.audit import verify_chain
from portal.config import Settings
from portal.db import db, lock, writing
from tenders.offers.models import Offer, Submission
from tenders.offers.states import OfferState, SubmissionKind
from tenders.offers.submitting import TooLate, refuse_late, submit
from tenders.procedures.models import Procedure
from tenders.vault import cards
from tests.factories.offers import make_draft
from tests.factories.vault import make_guarded_tender
from tests.tenders.offers.live import live_app, live_settings, live_url

PROCESSES = 2
Result = list[tuple[str, datetime, bool]]
Tasks: TypeAlias = "multiprocessing.Queue[list[str] | None]"
Results: TypeAlias = "multiprocessing.Queue[Result]"


def _hammer(settings: Settings, tasks: Tasks, ready: Semaphore, go: Semaphore, out: Results) -> None:
    """Submit the offers of each task as fast as it goes, once the word is given."""
    app = create_app(settings)
    with app.app_context():
        for numbers in iter(tasks.get, None):
            ready.release()
            go.acquire(timeout=600)
            out.put([_submit(number) for number in numbers])
        db.engine.dispose()


def _submit(number: str) -> tuple[str, datetime, bool]:
    offer = db.session.scalars(select(Offer).where(Offer.number == number)).one()
    by = Viewer(organisation_id=offer.lead_organisation_id, roles=frozenset({Role.PROVIDER}))
    db.session.rollback()
    code = cards.new_card().code
    try:
        with writing():
            return number, submit(db.session.get_one(Offer, offer.id), code=code, by=by).at, True
    except TooLate as late:
        with writing():
            refuse_late(db.session.get_one(Offer, offer.id), late, code=code, by=by)
        return number, late.at, False
    finally:
        db.session.remove()


def _providers(count: int) -> list[Viewer]:
    found = []
    for number in range(count):
        organisation = add_organisation(
            kind=OrganisationKind.PROVIDER,
            name=f"Aanbieder {number}",
            slug=f"aanbieder-{number}",
            kvk=f"7{number:07}",
        )
        db.session.flush()
        found.append(
            Viewer(
                name="Aanbieder",
                email="info@example.example",
                organisation_id=organisation.id,
                roles=frozenset({Role.PROVIDER}),
            )
        )
    return found


@contextmanager
def _workers(settings: Settings) -> Iterator[tuple[Tasks, Semaphore, Semaphore, Results]]:
    context = multiprocessing.get_context("spawn")
    tasks: Tasks = context.Queue()
    out: Results = context.Queue()
    ready, go = context.Semaphore(0), context.Semaphore(0)
    workers = [
        context.Process(target=_hammer, args=(settings, tasks, ready, go, out)) for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    yield tasks, ready, go, out
    for _ in workers:
        tasks.put(None)
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0


def race(kind: str, folder: Path, *, offers: int, before: float, rounds: int = 1) -> tuple[int, int]:
    """Let processes submit around a deadline, some rounds; gives how many were accepted and refused.

    In each round every offer on a new tender is submitted once, from two processes, while the closing time
    passes. The first round falls after `before` seconds, later ones halfway what the round before needed.
    """
    accepted = refused = 0
    with live_url(kind, folder) as url:
        settings = live_settings(folder, url)
        with live_app(settings), _workers(settings) as (tasks, ready, go, out):
            with writing():
                providers = _providers(offers)
            for _ in range(rounds):
                with writing():
                    procedure = make_guarded_tender().procedure
                    numbers = [make_draft(procedure, by=by).number for by in providers]
                identity: uuid.UUID = procedure.id
                db.session.remove()
                for place in range(PROCESSES):
                    tasks.put(numbers[place::PROCESSES])
                for _ in range(PROCESSES):
                    assert ready.acquire(timeout=120)
                began = clock.now()
                deadline = began + timedelta(seconds=before)
                with writing():
                    procedure = db.session.get_one(Procedure, identity)
                    lock(procedure)
                    procedure.submission_deadline_at = deadline
                for _ in range(PROCESSES):
                    go.release()
                seen = [line for _ in range(PROCESSES) for line in out.get(timeout=600)]
                before = max((clock.now() - began).total_seconds() / 2, 0.3)
                in_time, late = _judge(seen, identity, deadline)
                accepted, refused = accepted + in_time, refused + late
            assert verify_chain() is None
    return accepted, refused


def _judge(seen: Result, procedure_id: uuid.UUID, deadline: datetime) -> tuple[int, int]:
    """None accepted at or after, none refused before, and what lies in the vault equals the receipts."""
    accepted = {number for number, _, was in seen if was}
    assert all(at < deadline for _, at, was in seen if was)
    assert all(at >= deadline for _, at, was in seen if not was)
    mine = select(Offer.number).where(Offer.procedure_id == procedure_id)
    assert set(db.session.scalars(mine.where(Offer.state == OfferState.SUBMITTED))) == accepted
    kinds = list(
        db.session.scalars(select(Submission.kind).join(Offer).where(Offer.procedure_id == procedure_id))
    )
    assert kinds.count(SubmissionKind.SUBMITTED) == len(accepted)
    assert kinds.count(SubmissionKind.REFUSED) == len(seen) - len(accepted)
    db.session.remove()
    return len(accepted), len(seen) - len(accepted)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_deadline_cuts_cleanly_between_processes(kind: str, tmp_path: Path) -> None:
    accepted, refused = race(kind, tmp_path, offers=16, before=0.3)
    assert accepted + refused == 16


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_ten_thousand_submissions_race_the_deadline(kind: str, tmp_path: Path) -> None:
    accepted, refused = race(kind, tmp_path, offers=200, before=3.0, rounds=50)
    assert accepted + refused == 10_000
    assert accepted > 1_000
    assert refused > 1_000
