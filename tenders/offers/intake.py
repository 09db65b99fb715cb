"""Seal a file while it streams in: the plain bytes are in memory for a moment, never on a disk.

A multipart body is pulled part by part (werkzeug's decoder over the request stream) into
`pyrage.encrypt_io`; no view that uses this may touch `request.form` or `request.files`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import x25519
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from portal.documents import clean_name
from portal.documents.rules import MEDIA_TYPES, extension_of
from tenders.vault.sealing import PAD

CHUNK = 256 * 1024
SMALL_FIELD = 10_000
KINDS = ("pdf", "docx", "xlsx", "pptx", "png", "jpg")
_STARTS = {
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class IntakeRefused(ValueError):
    """The upload cannot be accepted; the text is Dutch and says what to do."""


@dataclass(frozen=True)
class Sealed:
    """A file that lies sealed in the store: what only its owner may know, and the seal."""

    storage_key: str
    sealed_sha256: str
    name: str
    size: int
    sha256: str
    media_type: str


class Body:
    """A multipart body, pulled from a stream: small fields first, then one file."""

    def __init__(self, stream: BinaryIO, boundary: bytes) -> None:
        self._stream = stream
        self._decoder = MultipartDecoder(boundary, max_form_memory_size=None, max_parts=20)
        self._ended = False

    def next_event(self) -> Event:
        """Return the next event of the body.

        Raises:
            IntakeRefused: the body is broken off or is not a form.
        """
        while True:
            try:
                event = self._decoder.next_event()
                if not isinstance(event, NeedData):
                    return event
                if self._ended:
                    raise IntakeRefused("Het bestand is niet helemaal aangekomen. Probeer het opnieuw.")
                data = self._stream.read(CHUNK)
                self._ended = not data
                self._decoder.receive_data(data or None)
            except RequestEntityTooLarge:
                raise
            except (ValueError, OSError) as error:
                if isinstance(error, IntakeRefused):
                    raise
                raise IntakeRefused("Het bestand is niet helemaal aangekomen. Probeer het opnieuw.") from None

    def field(self, name: str) -> str:
        """Read the next part, which has to be this small field.

        Raises:
            IntakeRefused: another part comes first, or it is too long.
        """
        event = self.next_event()
        while not isinstance(event, Field | File | Epilogue):
            event = self.next_event()
        if not isinstance(event, Field) or event.name != name:
            raise IntakeRefused("Het formulier is niet volledig. Open de pagina opnieuw.")
        value = b""
        while True:
            data = self.next_event()
            if isinstance(data, Data):
                value += data.data
                if len(value) > SMALL_FIELD:
                    raise IntakeRefused("Het formulier is niet volledig. Open de pagina opnieuw.")
                if not data.more_data:
                    return value.decode("utf-8", "replace")

    def file(self, limit: int) -> Incoming:
        """Go to the file part and return it as something to read from.

        Raises:
            IntakeRefused: there is no file.
        """
        event = self.next_event()
        while not isinstance(event, File | Epilogue):
            event = self.next_event()
        if not isinstance(event, File) or not event.filename:
            raise IntakeRefused("Kies een bestand.")
        return Incoming(self, event.filename, limit)


class Incoming:
    """The file part as a reader: counts, hashes, looks at the first bytes, and pads at the end."""

    def __init__(self, body: Body, filename: str, limit: int) -> None:
        self.name = clean_name(filename)
        self.extension = extension_of(self.name)
        self.size = 0
        self.hash = hashlib.sha256()
        self.problem: Exception | None = None
        self._body, self._limit = body, limit
        self._buffer, self._done, self._padded = bytearray(), False, False
        if self.extension not in KINDS:
            raise IntakeRefused(
                f"Het bestand moet een {', '.join(KINDS[:-1])} of {KINDS[-1]} zijn."
                f" Dit is een .{self.extension or '?'}-bestand."
            )

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes; called by age. What is wrong is kept in `problem`."""
        try:
            while not self._done and len(self._buffer) < max(size, 1):
                self._pull()
        except Exception as error:
            self.problem = error
            raise
        count = len(self._buffer) if size < 0 else size
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _pull(self) -> None:
        event = self._body.next_event()
        if isinstance(event, Data):
            if self.size == 0 and event.data:
                self._look_at(event.data)
            self.size += len(event.data)
            if self.size > self._limit:
                raise IntakeRefused(
                    f"Het bestand is groter dan {self._limit // 1024 // 1024} MB."
                    " Splits het bestand of maak het kleiner."
                )
            self.hash.update(event.data)
            self._buffer += event.data
        if not isinstance(event, Data) or not event.more_data:
            self._finish()

    def _finish(self) -> None:
        if self.size == 0:
            raise IntakeRefused("Het bestand is leeg.")
        self._buffer += bytes(-self.size % PAD)
        self._done = True

    def _look_at(self, first: bytes) -> None:
        if first.startswith(_PROGRAMS):
            raise IntakeRefused("Het bestand is een programma en geen document. Kies een ander bestand.")
        if first.startswith(_OLE):
            raise IntakeRefused(
                "Het bestand heeft een wachtwoord of is van een oude versie van Word. Sla het op als pdf."
            )
        if not first.startswith(_STARTS[self.extension]):
            raise IntakeRefused(
                f"Het bestand heet .{self.extension}, maar de inhoud is iets anders. Kies het juiste bestand."
            )


class _Sink:
    """The sealed file being written, hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self.hash = hashlib.sha256()
        self._file = file

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def seal_stream(incoming: Incoming, public_key: str, folder: Path) -> Sealed:
    """Seal a file to an envelope while it comes in; on any trouble nothing is left behind.

    Raises:
        IntakeRefused: empty, too large, another kind than its name says, or broken off.
    """
    key = secrets.token_hex(20)
    part = folder / f"{key}.part"
    try:
        with part.open("xb") as file:
            sink = _Sink(file)
            pyrage.encrypt_io(incoming, sink, [x25519.Recipient.from_str(public_key)])
            file.flush()
            os.fsync(file.fileno())
        _settle(part, folder / key)
    except BaseException as error:
        with suppress(FileNotFoundError):
            part.unlink()
        problem = incoming.problem or error
        if isinstance(problem, IntakeRefused | RequestEntityTooLarge):
            raise problem from None
        if isinstance(problem, OSError) or not isinstance(error, Exception):
            raise
        raise IntakeRefused("Het bestand is niet helemaal aangekomen. Probeer het opnieuw.") from None
    return Sealed(
        storage_key=key,
        sealed_sha256=sink.hash.hexdigest(),
        name=incoming.name,
        size=incoming.size,
        sha256=incoming.hash.hexdigest(),
        media_type=MEDIA_TYPES[incoming.extension],
    )


def put_sealed(data: bytes, folder: Path) -> tuple[str, str]:
    """Store bytes that are already sealed; gives the storage key and the hash of the sealed bytes."""
    key = secrets.token_hex(20)
    part = folder / f"{key}.part"
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _settle(part, folder / key)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    return key, hashlib.sha256(data).hexdigest()


def boundary_of(headers: Headers) -> bytes:
    """Return the boundary of a multipart request.

    Raises:
        IntakeRefused: it is no multipart request.
    """
    kind, options = parse_options_header(headers.get("Content-Type"))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise IntakeRefused("Kies een bestand.")
    return options["boundary"].encode("ascii", "replace")


def _settle(part: Path, final: Path) -> None:
    part.rename(final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
