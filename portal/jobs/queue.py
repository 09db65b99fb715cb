"""The bell: a queue in a file of its own that only carries ids; losing it loses no work (services.sweep)."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from flask import current_app
from huey import SqliteHuey, crontab
from huey.serializer import SignedSerializer

from portal.config import current_settings

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
_KEY = "portal_queue"


def queue() -> Any:
    """Return the queue of this application (Huey has no types); made on first use."""
    found = current_app.extensions.get(_KEY)
    if found is None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        found = current_app.extensions[_KEY] = _build(app)
    return found


def ring(job_id: uuid.UUID) -> None:
    """Tell a worker that a job waits. When the queue cannot be reached the sweep rings again."""
    try:
        queue().run_job(str(job_id))
    except Exception:
        log.exception("could not ring for job %s", job_id)


def ring_for_mail() -> None:
    """Tell a worker that mail waits."""
    try:
        queue().send_mail()
    except Exception:
        log.exception("could not ring for mail")


def _build(app: Flask) -> Any:
    settings = current_settings()
    huey = SqliteHuey(
        "portaal",
        filename=str(settings.folder("wachtrij") / "wachtrij.sqlite"),
        serializer=SignedSerializer(secret=settings.secret_key),
        results=False,
        utc=True,
    )

    @huey.task(name="run_job")  # type: ignore[untyped-decorator]
    def run_job(job_id: str) -> None:
        from portal.jobs.services import run

        with app.app_context():
            run(uuid.UUID(job_id))

    @huey.task(name="send_mail")  # type: ignore[untyped-decorator]
    def send_mail() -> None:
        from portal.notifications.services import send_waiting

        with app.app_context():
            send_waiting()

    @huey.periodic_task(crontab(), name="sweep")  # type: ignore[untyped-decorator]
    def sweep() -> None:
        from portal.jobs.services import sweep as sweep_jobs

        with app.app_context():
            sweep_jobs()

    huey.run_job, huey.send_mail, huey.sweep = run_job, send_mail, sweep
    return huey
