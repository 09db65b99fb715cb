"""Keep a file under a random name, hand it out again, and prove it is the same."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from flask import Response
from obstore.store import LocalStore
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Viewer
from portal.config import current_settings
from portal.db import db
from portal.documents.models import Document
from portal.documents.rules import MEDIA_TYPES, clean_name, extension_of, inspect
from portal.errors import PortalError

_UNCOMMITTED = "uncommitted_files"


class DocumentDamaged(PortalError):
    """The stored bytes are gone or no longer have the hash that was recorded."""

    status = 500
    title = "Het document is beschadigd"

    def __init__(self) -> None:
        super().__init__("Het document kan niet worden gelezen. Neem contact op met de beheerder.")


def file_store() -> LocalStore:
    """Return the object store of this installation (a folder under the data folder)."""
    return LocalStore(prefix=Path(current_settings().folder("bestanden")))


def store(
    data: bytes | BinaryIO,
    *,
    name: str,
    kind: str,
    by: Viewer,
    media_type: str = "",
    warning: str = "",
    predecessor: Document | None = None,
) -> Document:
    """Store bytes that were checked, or that the portal made itself, and return their record.

    `kind` says what the file is in its case ("award_letter", "nota"). The bytes lie on disk before the
    record is committed; when the transaction is rolled back they are removed again.
    """
    shown = clean_name(name)
    key = f"{secrets.token_hex(2)}/{secrets.token_hex(20)}"
    files = file_store()
    size, digest = _measured(data)
    files.put(key, data)
    db.session().info.setdefault(_UNCOMMITTED, []).append((files, key))
    document = Document(
        name=shown,
        kind=kind,
        media_type=media_type or MEDIA_TYPES.get(extension_of(shown), "application/octet-stream"),
        size=size,
        sha256=digest,
        storage_key=key,
        stored_at=clock.now(),
        stored_by_id=by.user_id,
        predecessor_id=predecessor.id if predecessor else None,
        warning=warning,
    )
    db.session.add(document)
    db.session.flush()
    return document


def _measured(data: bytes | BinaryIO) -> tuple[int, str]:
    """Return size and hash; a stream is read in pieces and put back at its beginning."""
    if isinstance(data, bytes):
        return len(data), hashlib.sha256(data).hexdigest()
    digest = hashlib.file_digest(data, "sha256").hexdigest()  # type: ignore[arg-type]
    size = data.tell()
    data.seek(0)
    return size, digest


def store_upload(
    data: bytes,
    *,
    name: str,
    kind: str,
    by: Viewer,
    kinds: Collection[str] = ("pdf", "docx"),
    max_mb: int = 50,
    predecessor: Document | None = None,
) -> Document:
    """Check a file somebody sent (see rules.inspect) and store it.

    Raises:
        DocumentRefused: the file cannot be accepted.
    """
    found = inspect(name, data, kinds=kinds, max_mb=max_mb)
    return store(
        data,
        name=found.name,
        kind=kind,
        by=by,
        media_type=found.media_type,
        warning=found.warning,
        predecessor=predecessor,
    )


def open_document(document: Document) -> bytes:
    """Return the bytes of a document after checking them against the recorded hash.

    Raises:
        DocumentDamaged: the file is gone or its content changed.
    """
    try:
        content = bytes(file_store().get(document.storage_key).bytes())
    except FileNotFoundError:
        raise DocumentDamaged from None
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged
    return content


def response(document: Document, *, name: str = "") -> Response:
    """Return a download: always an attachment, never sniffed, scripts switched off."""
    return attachment(open_document(document), name=name or document.name, media_type=document.media_type)


def attachment(content: bytes, *, name: str, media_type: str) -> Response:
    """Return bytes as a download under a cleaned name (RFC 6266, one header)."""
    shown = clean_name(name)
    plain = shown.encode("ascii", "ignore").decode().replace('"', "").replace(";", "").strip() or "bestand"
    answer = Response(content, mimetype=media_type)
    names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
    answer.headers["Content-Disposition"] = f"attachment; {names}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@event.listens_for(Session, "after_commit")
def _files_are_kept(session: Session) -> None:
    session.info.pop(_UNCOMMITTED, None)


@event.listens_for(Session, "after_rollback")
def _files_of_a_rollback_go(session: Session) -> None:
    for files, key in session.info.pop(_UNCOMMITTED, []):
        with suppress(FileNotFoundError):
            files.delete(key)
