"""Write, read and check the chain of audit events.

Each event carries the SHA-256 of its own canonical text and of its predecessor's hash, so that one
changed row is found at its exact number. A cut tail or a full rewrite is found with a receipt or an
anchor that carries (number, hash).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.access import Viewer
from portal.audit.models import AuditEvent, AuditHead
from portal.db import Base, db
from portal.features import all_features

GENESIS = "0" * 64


@dataclass(frozen=True)
class HistoryLine:
    """One line of Geschiedenis: when, who, and what as a sentence that follows the name."""

    at: datetime
    who: str
    sentence: str


def record(action: str, obj: Base | None, *, by: Viewer, **details: Any) -> None:
    """Add one event to the chain in the current write transaction.

    `action` reads `scope:object:verb`; `details` are plain values without personal data or sealed
    content. When this fails the change fails with it.
    """
    db.session.flush()
    payload = {
        "at": clock.now().isoformat(timespec="microseconds"),
        "action": action,
        "object": [type(obj).__tablename__, str(_identity(obj))] if obj is not None else None,
        "user": str(by.user_id) if by.user_id else None,
        "who": by.name,
        "organisation": str(by.organisation_id) if by.organisation_id else None,
        "details": {key: _plain(value) for key, value in sorted(details.items())},
    }
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    tip = _locked_head()
    tip.seq += 1
    previous, tip.hash = tip.hash, _link(tip.hash, tip.seq, text)
    db.session.add(
        AuditEvent(
            seq=tip.seq,
            at=datetime.fromisoformat(payload["at"]),  # type: ignore[arg-type]
            action=action,
            object_kind=type(obj).__tablename__ if obj is not None else "",
            object_id=_uuid_of(obj),
            user_id=by.user_id,
            organisation_id=by.organisation_id,
            payload=text,
            previous=previous,
            hash=tip.hash,
        )
    )
    db.session.flush()


def head() -> tuple[int, str]:
    """Return the number and hash of the last event; (0, zeros) on an empty trail."""
    row = db.session.execute(select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc())).first()
    return (row.seq, row.hash) if row is not None else (0, GENESIS)


def last() -> AuditEvent:
    """Return the last event.

    Raises:
        LookupError: nothing was recorded yet.
    """
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).first()
    if event is None:
        raise LookupError("no audit events")
    return event


def history_of(*objects: Base | None, limit: int = 30) -> list[HistoryLine]:
    """Return what happened to the objects, newest first, in words."""
    ids = [_uuid_of(obj) for obj in objects if obj is not None]
    if not ids:
        return []
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.object_id.in_(ids)).order_by(AuditEvent.seq.desc()).limit(limit)
    )
    sentences = {key: text for feature in all_features() for key, text in feature.audit_sentences.items()}
    return [_line(event, sentences) for event in events]


def verify_chain(anchors: Iterable[tuple[int, str]] = ()) -> int | None:
    """Return the number of the first event that does not fit, or None when the chain is whole.

    The columns beside the hashed text (who, what, when: pages and filters read them) must say the same as
    the text, so that changing one of them is found at its event too. Anchors are (number, hash) pairs
    kept elsewhere: receipts, signed heads, backups.
    """
    previous, number = GENESIS, 0
    wanted = dict(anchors)
    for event in _all_events():
        number += 1
        linked = event.previous == previous and event.hash == _link(previous, event.seq, event.payload)
        if event.seq != number or not linked or not _says_what_was_hashed(event):
            return number
        if wanted.pop(event.seq, event.hash) != event.hash:
            return number
        previous = event.hash
    tip = db.session.get(AuditHead, 1)
    if wanted or (tip is not None and (tip.seq, tip.hash) != (number, previous)):
        return number + 1
    return None


def _all_events(batch: int = 5000) -> Iterator[Any]:
    after = -1
    while rows := db.session.execute(
        select(*AuditEvent.__table__.columns)
        .where(AuditEvent.seq > after)
        .order_by(AuditEvent.seq)
        .limit(batch)
    ).all():
        yield from rows
        after = rows[-1].seq


def _says_what_was_hashed(event: Any) -> bool:
    """Say whether the columns of an event repeat its hashed text."""
    payload = json.loads(event.payload)
    kind, identity = payload["object"] or ("", "")
    said = (payload["action"], kind, datetime.fromisoformat(payload["at"]))
    return bool(
        said == (event.action, event.object_kind, event.at)
        and event.object_id == _uuid_from(identity)
        and event.user_id == _uuid_from(payload["user"])
        and event.organisation_id == _uuid_from(payload["organisation"])
    )


def _uuid_from(text: str | None) -> uuid.UUID | None:
    """Read a UUID; None for nothing and for the number of a record that has no UUID."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _line(event: AuditEvent, sentences: dict[str, str]) -> HistoryLine:
    payload = json.loads(event.payload)
    template = sentences.get(event.action, "wijzigde dit")
    return HistoryLine(event.at, payload["who"], template.format_map(_Gaps(payload["details"])))


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _locked_head() -> AuditHead:
    tip = db.session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if tip is None:
        tip = AuditHead(id=1, seq=0, hash=GENESIS)
        db.session.add(tip)
    return tip


def _link(previous: str, seq: int, text: str) -> str:
    return hashlib.sha256(f"{previous}\n{seq}\n{text}".encode()).hexdigest()


def _identity(obj: Base) -> Any:
    return getattr(obj, "id", None)


def _uuid_of(obj: Base | None) -> uuid.UUID | None:
    identity = _identity(obj) if obj is not None else None
    return identity if isinstance(identity, uuid.UUID) else None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
