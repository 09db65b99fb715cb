"""The worker as it runs: a consumer takes the bell from the queue's file, and a process of its own sends mail."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from portal.config import current_settings
from portal.db import db, writing
from portal.jobs import Job, JobRun, enqueue, handler
from portal.jobs.queue import queue
from portal.jobs.states import JobState
from portal.notifications import OutboxMessage, notify
from portal.notifications.states import MessageState


@handler("test:worker")
def double(run: JobRun, *, number: int) -> dict[str, Any]:
    run.progress(10, "begonnen")
    return {"number": 2 * number}


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def fresh(kind: type[Any], identity: Any) -> Any:
    db.session.rollback()
    return db.session.get_one(kind, identity, populate_existing=True)


def test_a_real_consumer_runs_the_job_that_was_rung_for(file_app: Flask) -> None:
    with writing():
        job_id = enqueue("test:worker", number=21).id
    consumer = queue().create_consumer(workers=1, periodic=False)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        wait_for(lambda: fresh(Job, job_id).state is JobState.DONE)
    finally:
        consumer.stop(graceful=True)
    assert fresh(Job, job_id).result == {"number": 42}


class Postbox:
    """An SMTP server's handler that keeps what came in."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def test_the_work_command_sends_the_outbox_to_a_real_mail_server(file_app: Flask, tmp_path: Path) -> None:
    settings = current_settings()
    postbox = Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=settings.smtp_port)
    server.start()
    with writing():
        message = notify(["post@voorbeeld.example"], "proefbericht", path="/mijn-werk")[0]
        message_id = message.id
    environment = {
        **os.environ,
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_SERVER_KEY": settings.server_key,
        "PORTAL_SMTP_PORT": str(settings.smtp_port),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "work", "--workers", "1"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: fresh(OutboxMessage, message_id).state is MessageState.SENT, seconds=40)
    finally:
        worker.terminate()
        worker.wait(timeout=20)
        server.stop()
    sent = fresh(OutboxMessage, message_id)
    assert sent.sent_at is not None
    assert sent.attempts == 1
    (addresses, content), *others = postbox.mails
    assert addresses == ["post@voorbeeld.example"]
    assert sent.message_id.encode() in content
    assert others == []
