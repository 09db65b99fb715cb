"""A file is sealed while it streams in; whatever goes wrong, nothing stays behind."""

import io
from pathlib import Path

import pyrage
import pytest
from werkzeug.datastructures import Headers

from tenders.offers import intake
from tenders.offers.intake import Body, IntakeRefused
from tenders.vault import sealing

PAIR = sealing.new_key_pair()
PLAIN = b"%PDF-1.7 " + b"planvanaanpak" * 60_000


def form(data: bytes = PLAIN, name: str = "Plan van aanpak.pdf", token: str = "token") -> bytes:
    return (
        b'--X\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n--X\r\n"
        b'Content-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + data + b"\r\n--X--\r\n"
    )


def sealed(data: bytes, folder: Path, limit: int = 10**9) -> intake.Sealed:
    body = Body(io.BytesIO(data), b"X")
    assert body.field("csrf_token") == "token"
    return intake.seal_stream(body.file(limit), PAIR.public_key, folder)


def test_the_sealed_file_opens_to_what_was_sent(tmp_path: Path) -> None:
    found = sealed(form(), tmp_path)
    opened = pyrage.decrypt(
        (tmp_path / found.storage_key).read_bytes(), [pyrage.x25519.Identity.from_str(PAIR.private_key)]
    )
    assert opened[: found.size] == PLAIN
    assert len(opened) % sealing.PAD == 0
    assert found.name == "Plan van aanpak.pdf"
    assert [path.name for path in tmp_path.iterdir()] == [found.storage_key]
    assert b"planvanaanpak" not in (tmp_path / found.storage_key).read_bytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (form(b""), "leeg"),
        (form(b"MZ\x90"), "programma"),
        (form(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "wachtwoord"),
        (form(b"<html>"), "iets anders"),
        (form(name="plan.exe"), "moet een pdf"),
        (form(name="plan"), "moet een pdf"),
        (form()[:400_000], "niet helemaal aangekomen"),
        (form()[:60] + b"\r\n--X--\r\n", "Kies een bestand"),
        (form(name=""), "Kies een bestand"),
    ],
)
def test_a_bad_upload_gets_a_sentence_and_leaves_nothing(data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeRefused, match=words):
        body = Body(io.BytesIO(data), b"X")
        body.field("csrf_token")
        intake.seal_stream(body.file(10**9), PAIR.public_key, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_limit_is_counted_while_reading(tmp_path: Path) -> None:
    with pytest.raises(IntakeRefused, match="groter dan"):
        sealed(form(), tmp_path, limit=len(PLAIN) - 1)
    assert list(tmp_path.iterdir()) == []
    assert sealed(form(), tmp_path, limit=len(PLAIN)).size == len(PLAIN)


def test_the_token_has_to_come_first() -> None:
    start = form().index(b"--X\r\n", 5)
    with pytest.raises(IntakeRefused, match="niet volledig"):
        Body(io.BytesIO(form()[start:]), b"X").field("csrf_token")
    with pytest.raises(IntakeRefused, match="niet volledig"):
        Body(io.BytesIO(form(token="x" * 20_000)), b"X").field("csrf_token")


def test_a_client_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 300_000:
                raise OSError("connection reset")
            return super().read(size)

    body = Body(Broken(form()), b"X")
    body.field("csrf_token")
    with pytest.raises(IntakeRefused, match="niet helemaal"):
        intake.seal_stream(body.file(10**9), PAIR.public_key, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_is_no_upload_is_refused() -> None:
    with pytest.raises(IntakeRefused):
        intake.boundary_of(Headers({"Content-Type": "application/json"}))
    assert intake.boundary_of(Headers({"Content-Type": "multipart/form-data; boundary=X"})) == b"X"
