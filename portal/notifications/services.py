"""Write mail in the transaction of the news; send it afterwards, once, with proof."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Viewer
from portal.accounts.models import Organisation, User
from portal.config import current_settings
from portal.db import Base, after_commit, db, lock, writing
from portal.jobs import at_every_sweep
from portal.jobs.queue import ring_for_mail
from portal.notifications import queries
from portal.notifications.delivery import Carrier, DeliveryFailed, Folder, Mail, carrier
from portal.notifications.models import OutboxMessage
from portal.notifications.rules import is_hopeless, subject_and_body, wait_after
from portal.notifications.states import MESSAGE, MessageAction, MessageState

Recipient = User | Organisation | uuid.UUID | str
BATCH = 50
_RINGS = "mail_rings"
_told_past: ContextVar[Folder | None] = ContextVar("told_past", default=None)


def notify(
    recipients: Iterable[Recipient],
    kind: str,
    *,
    about: Base | None = None,
    path: str = "",
    **context: Any,
) -> list[OutboxMessage]:
    """Put one mail per person in the outbox, in the current write transaction.

    In: users, ids of users, organisations (all their people) or bare addresses; the template
    `templates/mail/<kind>.txt`, whose first line is the subject; the thing it is about; the path of the one
    page it links to (the template shows it as `{{ link }}`); anything else the template names. Nobody
    gets it twice. Out: the messages, so that a service can check that everybody has one.

    Raises:
        ValueError: the template lacks a subject or a body.
        jinja2.UndefinedError: the template names something that was not given.
    """
    settings = current_settings()
    link = settings.base_url.rstrip("/") + path if path else ""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    subject, body = subject_and_body(template.render(link=link, about=about, **context))
    now = clock.now()
    messages = [
        OutboxMessage(
            kind=kind,
            recipient_id=user_id,
            address=address,
            subject=subject,
            body=body + _foot(settings.base_url, user_id),
            path=path,
            about_kind=about.__tablename__ if about is not None else "",
            about_id=getattr(about, "id", None),
            created_at=now,
            next_attempt_at=now,
        )
        for address, user_id in _addresses(recipients).items()
    ]
    db.session.add_all(messages)
    db.session.flush()
    folder = _told_past.get()
    if folder is not None:
        for message in messages:
            _mark_attempt(message)
            folder.carry(_mail(message))
            _mark_sent(message)
    elif messages and not settings.jobs_immediate:
        _ring_once()
    return messages


@contextmanager
def delivered_to_folder() -> Iterator[None]:
    """Let mail go to the folder `post` at once, whatever the settings say: a told past (demo) mails nobody."""
    token = _told_past.set(Folder(current_settings()))
    try:
        yield
    finally:
        _told_past.reset(token)


@at_every_sweep
def send_waiting() -> int:
    """Send what is due, oldest first, each in its own transaction; return how many went out.

    A message is claimed before it is sent, so that two workers never send the same one. When the worker
    dies between sending and noting it, it goes out again with the same Message-ID.
    """
    sent = 0
    while claimed := _claim():
        try:
            with carrier(current_settings()) as way_out:
                for message_id in claimed:
                    sent += _send(message_id, way_out)
        except DeliveryFailed as failure:
            for message_id in claimed:
                _note_failure(message_id, str(failure), None)
        if len(claimed) < BATCH:
            break
    return sent


def mark_all_read(viewer: Viewer) -> None:
    """Mark the viewer's messages as read."""
    for message in db.session.scalars(queries.unread_for(viewer)):
        message.read_at = clock.now()


def _addresses(recipients: Iterable[Recipient]) -> dict[str, uuid.UUID | None]:
    """Return address → user, in the order given, without doubles."""
    found: dict[str, uuid.UUID | None] = {}
    for recipient in recipients:
        for address, user_id in _people(recipient):
            found.setdefault(address.strip().lower(), user_id)
    return found


def _people(recipient: Recipient) -> list[tuple[str, uuid.UUID | None]]:
    if isinstance(recipient, User):
        return [(recipient.email, recipient.id)]
    if isinstance(recipient, Organisation):
        return [(user.email, user.id) for user in queries.members_of(recipient.id)]
    if isinstance(recipient, uuid.UUID):
        user = db.session.get_one(User, recipient)
        return [(user.email, user.id)]
    return [(recipient, None)]


def _foot(base_url: str, user_id: uuid.UUID | None) -> str:
    reason = (
        "U krijgt dit bericht omdat u werkt in het Inkoopportaal Inburgering. "
        f"Al uw berichten: {base_url}/berichten"
        if user_id
        else "U krijgt dit bericht omdat dit adres is opgegeven in het Inkoopportaal Inburgering."
    )
    return f"\n--\n{reason}\nDit is een automatisch bericht. U kunt er niet op antwoorden.\n"


def _claim() -> list[uuid.UUID]:
    with writing():
        due = select(OutboxMessage).where(
            OutboxMessage.state == MessageState.WAITING, OutboxMessage.next_attempt_at <= clock.now()
        )
        ordered = due.order_by(OutboxMessage.created_at, OutboxMessage.id).limit(BATCH)
        messages = list(db.session.scalars(ordered.with_for_update(skip_locked=True)))
        for message in messages:
            _mark_attempt(message)
        return [message.id for message in messages]


def _send(message_id: uuid.UUID, way_out: Carrier) -> int:
    message = db.session.get_one(OutboxMessage, message_id)
    mail = _mail(message)
    db.session.rollback()
    try:
        way_out.carry(mail)
    except DeliveryFailed as failure:
        _note_failure(message_id, str(failure), failure.code)
        return 0
    with writing():
        message = db.session.get_one(OutboxMessage, message_id)
        lock(message)
        _mark_sent(message)
    return 1


def _mail(message: OutboxMessage) -> Mail:
    return Mail(message.address, message.subject, message.body, message.message_id)


def _mark_attempt(message: OutboxMessage) -> None:
    domain = current_settings().mail_from.rpartition("@")[2] or "portaal"
    message.attempts += 1
    message.next_attempt_at = clock.now() + wait_after(message.attempts)
    message.message_id = message.message_id or f"<{message.id}@{domain}>"


def _mark_sent(message: OutboxMessage) -> None:
    message.state, message.sent_at = MESSAGE.next(message.state, MessageAction.SEND), clock.now()
    message.last_error = ""


def _note_failure(message_id: uuid.UUID, reason: str, code: int | None) -> None:
    with writing():
        message = db.session.get_one(OutboxMessage, message_id)
        lock(message)
        if message.state != MessageState.WAITING:
            return
        message.last_error = reason[:2000]
        if is_hopeless(code, message.attempts):
            message.state = MESSAGE.next(message.state, MessageAction.GIVE_UP)


def _ring_once() -> None:
    """Ring after the commit, once for all mail of a transaction."""
    info = db.session().info
    if _RINGS not in info:
        info[_RINGS] = True
        after_commit(ring_for_mail)


def _forget_ring(session: Session) -> None:
    session.info.pop(_RINGS, None)


event.listen(Session, "after_commit", _forget_ring)
event.listen(Session, "after_rollback", _forget_ring)
