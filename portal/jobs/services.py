"""Start a job, run it, show how far it is, and find again what was lost."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select

from portal import clock
from portal.access import SYSTEM, Viewer
from portal.config import current_settings
from portal.db import after_commit, db, lock, writing
from portal.errors import PortalError
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.states import JOB, JobAction, JobState

log = logging.getLogger(__name__)

RING_AGAIN = timedelta(minutes=2)
THOUGHT_LOST = timedelta(minutes=10)
MOST_ATTEMPTS = 3
FAILED = "Het is niet gelukt door een fout in het portaal. Probeer het later opnieuw of meld kenmerk {id}."
LOST = "Het werk is drie keer afgebroken. Probeer het opnieuw of meld kenmerk {id}."

Handler = Callable[..., dict[str, Any] | None]
Small = TypeVar("Small", bound=Callable[[], object])
_HANDLERS: dict[str, Handler] = {}
_EVERY_SWEEP: list[Callable[[], object]] = []


class JobRun:
    """What a handler gets: which job it works on, for whom, and a way to say how far it is."""

    def __init__(self, job_id: uuid.UUID, owner_id: uuid.UUID | None) -> None:
        self.job_id, self.owner_id = job_id, owner_id

    def progress(self, percentage: int, text: str = "") -> None:
        """Show progress, in a short transaction of its own; also says that the job is alive."""
        with writing():
            job = db.session.get_one(Job, self.job_id)
            job.progress, job.progress_text = max(0, min(100, percentage)), text[:200]
            job.alive_at = clock.now()


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind: `@handler("kind") def f(run: JobRun, **args)`.

    It runs outside a transaction and uses `with writing():` itself; it may run again after a crash, so it
    must be idempotent, and it calls `run.progress` at least every ten minutes. What it returns (plain
    JSON values) becomes the result; a `url` in it is offered on the page of the job.
    """

    def register(function: Handler) -> Handler:
        known = _HANDLERS.setdefault(kind, function)
        if known.__qualname__ != function.__qualname__ or known.__module__ != function.__module__:
            raise ValueError(f"two handlers for {kind}")
        _HANDLERS[kind] = function
        return function

    return register


def at_every_sweep(function: Small) -> Small:
    """Register a function the worker calls every minute; it opens its own `writing()`."""
    if function not in _EVERY_SWEEP:
        _EVERY_SWEEP.append(function)
    return function


def enqueue(kind: str, *, by: Viewer = SYSTEM, title: str = "", **args: Any) -> Job:
    """Add a job in the current write transaction; a worker hears of it after the commit.

    `args` are plain JSON values. Returns the row; its page is /taken/<id>.

    Raises:
        KeyError: nobody registered a handler for this kind.
    """
    if kind not in _HANDLERS:
        raise KeyError(kind)
    now = clock.now()
    job = Job(kind=kind, title=title[:200], args=args, owner_id=by.user_id, created_at=now, rung_at=now)
    db.session.add(job)
    db.session.flush()
    job_id = job.id
    after_commit(lambda: _tell(job_id))
    return job


def run(job_id: uuid.UUID) -> None:
    """Do one job; nothing happens when another worker has it or it is done."""
    with writing():
        job = db.session.get(Job, job_id)
        if job is None:
            return
        lock(job)
        if job.state != JobState.WAITING:
            return
        job.state = JOB.next(job.state, JobAction.START)
        job.started_at = job.alive_at = clock.now()
        job.attempts += 1
        kind, args, owner_id = job.kind, dict(job.args), job.owner_id
    try:
        result = _HANDLERS[kind](JobRun(job_id, owner_id), **args) or {}
    except PortalError as refusal:
        _end(job_id, JobAction.FAIL, error=refusal.message)
    except Exception:
        log.exception("job %s of kind %s failed", job_id, kind)
        _end(job_id, JobAction.FAIL, error=FAILED.format(id=str(job_id)[:8]))
    else:
        _end(job_id, JobAction.FINISH, result=result)


def sweep() -> None:
    """Ring again for what waits, take back what a dead worker held, send mail, do the minute's small work."""
    with writing():
        for job in _held_too_long():
            _take_back(job)
        for job in _waiting_unheard():
            job.rung_at = clock.now()
            job_id = job.id
            after_commit(lambda job_id=job_id: queue.ring(job_id))  # type: ignore[misc]
    for function in _EVERY_SWEEP:
        try:
            function()
        except Exception:
            db.session.rollback()
            log.exception("%s failed in the sweep", function.__qualname__)


def _tell(job_id: uuid.UUID) -> None:
    if current_settings().jobs_immediate:
        run(job_id)
    else:
        queue.ring(job_id)


def _end(
    job_id: uuid.UUID, action: JobAction, *, error: str = "", result: dict[str, Any] | None = None
) -> None:
    db.session.rollback()
    with writing():
        job = db.session.get_one(Job, job_id)
        lock(job)
        job.state = JOB.next(job.state, action)
        job.finished_at, job.error, job.result = clock.now(), error, result or {}
        if action == JobAction.FINISH:
            job.progress = 100


def _held_too_long() -> list[Job]:
    quiet_since = clock.now() - THOUGHT_LOST
    held = select(Job).where(Job.state == JobState.RUNNING, Job.alive_at < quiet_since)
    return list(db.session.scalars(held.with_for_update(skip_locked=True)))


def _waiting_unheard() -> list[Job]:
    rung_before = clock.now() - RING_AGAIN
    waiting = select(Job).where(
        Job.state == JobState.WAITING, or_(Job.rung_at.is_(None), Job.rung_at < rung_before)
    )
    return list(db.session.scalars(waiting.order_by(Job.created_at).limit(200)))


def _take_back(job: Job) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JOB.next(job.state, JobAction.FAIL), clock.now()
        job.error = LOST.format(id=str(job.id)[:8])
    else:
        job.state, job.rung_at = JOB.next(job.state, JobAction.AGAIN), None
