"""Many providers submit in the last instant, in several processes: the deadline cuts cleanly."""

from __future__ import annotations

import multiprocessing
import uuid
from datetime import datetime, timedelta
from multiprocessing.synchronize import Event, Semaphore
from pathlib import Path

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


def _hammer(
    settings: Settings, numbers: list[str], ready: Semaphore, go: Event, out: multiprocessing.Queue[Result]
) -> None:
    app = create_app(settings)
    seen: Result = []
    with app.app_context():
        ready.release()
        go.wait(120)
        for number in numbers:
            offer = db.session.scalars(select(Offer).where(Offer.number == number)).one()
            by = Viewer(organisation_id=offer.lead_organisation_id, roles=frozenset({Role.PROVIDER}))
            db.session.rollback()
            code = cards.new_card().code
            try:
                with writing():
                    offer = db.session.get_one(Offer, offer.id)
                    seen.append((number, submit(offer, code=code, by=by).at, True))
            except TooLate as late:
                with writing():
                    refuse_late(db.session.get_one(Offer, offer.id), late, code=code, by=by)
                seen.append((number, late.at, False))
            db.session.remove()
        db.engine.dispose()
    out.put(seen)


def _drafts(procedure: Procedure, count: int) -> list[str]:
    numbers = []
    for number in range(count):
        organisation = add_organisation(
            kind=OrganisationKind.PROVIDER,
            name=f"Aanbieder {number}",
            slug=f"aanbieder-{number}",
            kvk=f"7{number:07}",
        )
        db.session.flush()
        by = Viewer(
            name="Aanbieder",
            email="info@example.example",
            organisation_id=organisation.id,
            roles=frozenset({Role.PROVIDER}),
        )
        numbers.append(make_draft(procedure, by=by).number)
    return numbers


def race(kind: str, folder: Path, *, offers: int, before: float) -> tuple[int, int]:
    """Let processes submit around the deadline; gives how many were accepted and refused."""
    with live_url(kind, folder) as url:
        settings = live_settings(folder, url)
        with live_app(settings):
            with writing():
                procedure = make_guarded_tender().procedure
                numbers = _drafts(procedure, offers)
            identity: uuid.UUID = procedure.id
            context = multiprocessing.get_context("spawn")
            out: multiprocessing.Queue[Result] = context.Queue()
            ready, go = context.Semaphore(0), context.Event()
            workers = [
                context.Process(target=_hammer, args=(settings, numbers[place::PROCESSES], ready, go, out))
                for place in range(PROCESSES)
            ]
            for worker in workers:
                worker.start()
            for _ in workers:
                assert ready.acquire(timeout=120)
            deadline = clock.now() + timedelta(seconds=before)
            with writing():
                procedure = db.session.get_one(Procedure, identity)
                lock(procedure)
                procedure.submission_deadline_at = deadline
            go.set()
            seen = [line for _ in workers for line in out.get(timeout=120)]
            for worker in workers:
                worker.join(timeout=60)
                assert worker.exitcode == 0
            return _judge(seen, deadline)


def _judge(seen: Result, deadline: datetime) -> tuple[int, int]:
    accepted = {number for number, _, was in seen if was}
    assert all(at < deadline for _, at, was in seen if was)
    assert all(at >= deadline for _, at, was in seen if not was)
    in_vault = set(db.session.scalars(select(Offer.number).where(Offer.state == OfferState.SUBMITTED)))
    assert in_vault == accepted
    kinds = list(db.session.scalars(select(Submission.kind)))
    assert kinds.count(SubmissionKind.SUBMITTED) == len(accepted)
    assert kinds.count(SubmissionKind.REFUSED) == len(seen) - len(accepted)
    assert verify_chain() is None
    return len(accepted), len(seen) - len(accepted)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_deadline_cuts_cleanly_between_processes(kind: str, tmp_path: Path) -> None:
    accepted, refused = race(kind, tmp_path, offers=16, before=0.3)
    assert accepted + refused == 16


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_many_submissions_around_the_deadline(kind: str, tmp_path: Path) -> None:
    accepted, refused = race(kind, tmp_path, offers=600, before=3.0)
    assert accepted > 0
    assert refused > 0
