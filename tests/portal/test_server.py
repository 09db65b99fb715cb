"""The server itself: what gunicorn refuses before our application sees it is said in Dutch."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A gunicorn with our worker in front of the smallest application there is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    words = ["wsgiref.simple_server:demo_app", "--bind", f"127.0.0.1:{number}", "--threads", "2"]
    words += ["--worker-class", "portal.server.Worker", "--limit-request-line", "8190", "--log-level", "critical"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", *words], cwd=ROOT)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            assert server.poll() is None
            time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=20)


def answer(port: int, request: bytes) -> tuple[str, str]:
    """Send bytes; give the status line and the body that come back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request)
        received = b""
        while piece := line.recv(65536):
            received += piece
    head, _, body = received.decode().partition("\r\n\r\n")
    return head.splitlines()[0], body


@pytest.mark.parametrize(
    ("request_bytes", "status", "words"),
    [
        (b"GET /?q=" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "414", "Dit adres is te lang"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"x" * 20000 + b"\r\n\r\n", "431", "Uw browser stuurt te veel mee"),
        (b"rommel\r\n\r\n", "400", "Uw verzoek kwam niet goed aan"),
    ],
)
def test_what_is_refused_at_the_door_gets_a_dutch_page(port: int, request_bytes: bytes, status: str, words: str) -> None:
    line, body = answer(port, request_bytes)

    assert status in line
    assert words in body
    assert '<html lang="nl">' in body
    assert "Request" not in body


def test_an_address_of_eight_thousand_signs_reaches_the_application(port: int) -> None:
    request_bytes = b"GET /?q=" + b"x" * 8000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    line, _ = answer(port, request_bytes)

    assert "200" in line
