"""A big upload through a real gunicorn: sealed while it streams, no plain byte on any disk, little memory."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from portal import demo
from portal.config import Settings
from portal.db import writing
from tenders.offers import strongroom
from tests.factories.offers import TAALHUIS, make_draft
from tests.factories.vault import make_guarded_tender
from tests.tenders.offers.live import live_app, live_settings

ROOT = Path(__file__).resolve().parents[3]
LINE = b"MARKER-STROOM vogelnest 0123456789\n"
MIB = 1024 * 1024
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="needs /proc to look at open files"
)


class Browser:
    """Just enough of one: cookies, forms, and a body sent in pieces."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str, str]:
        """Send a request; gives status, location and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        with closing(connection):
            connection.request(method, path, body=body, headers=sent)  # type: ignore[arg-type]
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for line in answer.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            return answer.status, answer.headers.get("Location", ""), text

    def token(self, path: str) -> str:
        """Give the token of the form on a page."""
        _, _, text = self.ask("GET", path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert found, text[:500]
        return found[1]

    def sign_in(self, email: str) -> None:
        """Sign in with the password of the demo."""
        fields = {"csrf_token": self.token("/aanmelden"), "email": email, "password": demo.PASSWORD}
        status, _, text = self.ask(
            "POST", "/aanmelden", urlencode(fields), **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert status == 302, text[:500]


def multipart(token: str, size: int) -> Iterator[bytes]:
    """Give a form with a token and a file of a size, piece by piece."""
    yield (
        b'--X\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n--X\r\n"
        b'Content-Disposition: form-data; name="file"; filename="Plan.pdf"\r\n\r\n%PDF-1.7\n'
    )
    piece = LINE * (256 * 1024 // len(LINE))
    for _ in range(size // len(piece)):
        yield piece
    yield b"\r\n--X--\r\n"


@contextmanager
def served(settings: Settings, temporary: Path) -> Iterator[tuple[int, int]]:
    """Serve the portal with gunicorn; gives the port and the process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_SERVER_KEY": settings.server_key,
        "PORTAL_SECOND_FACTOR": "0",
        "PORTAL_SECURE_COOKIES": "0",
        "PORTAL_PASSWORD_COST": "1",
        "PORTAL_SMTP_HOST": "",
    }
    words = ["-m", "gunicorn", "portal.wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "portal.server.Worker"]
    server = subprocess.Popen(
        [sys.executable, *words, "--threads", "2", "--timeout", "120"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def family(pid: int) -> list[int]:
    """Give a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(int(child) for child in children)]


def plain_files_of(pid: int, folder: Path) -> list[str]:
    """Name the open files of the server that hold a plain line of the upload."""
    found = []
    for one in family(pid):
        for link in Path(f"/proc/{one}/fd").iterdir():
            try:
                target = os.readlink(link)
                if target.startswith("/") and not target.startswith(("/dev", "/proc")):
                    with link.open("rb") as file:
                        if LINE in file.read(4 * MIB):
                            found.append(target)
            except OSError:
                continue
    return found + [
        str(path) for path in folder.rglob("*") if path.is_file() and LINE in path.read_bytes()[: 4 * MIB]
    ]


def peak_memory(pid: int) -> int:
    """Give the largest resident size of the server's processes so far, in MiB."""
    sizes = []
    for one in family(pid):
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        sizes.append(int(found[1]) // 1024 if found else 0)
    return max(sizes)


def send(folder: Path, size: int, *, break_off: bool = False) -> tuple[int, int]:
    """Upload a file of a size and look while it goes; gives the status and the growth of memory in MiB."""
    settings = replace(live_settings(folder, f"sqlite:///{folder / 'portaal.sqlite'}"))
    temporary = folder / "tmp"
    temporary.mkdir()
    with live_app(settings):
        with writing():
            offer = make_draft(make_guarded_tender().procedure)
            number = offer.number
            lot = next(iter(strongroom.read_draft(offer).lots))
        known = set(strongroom.vault_folder().iterdir())
        with served(settings, temporary) as (port, pid):
            browser = Browser(port)
            browser.sign_in(TAALHUIS)
            path = f"/inschrijvingen/{number}/percelen/{lot}/bijlagen"
            token = browser.token(path)
            before = peak_memory(pid)
            plain: list[str] = []
            growing: set[str] = set()

            def watched() -> Iterator[bytes]:
                for place, piece in enumerate(multipart(token, size)):
                    if place % max(1, size // (8 * 256 * 1024)) == 0:
                        plain.extend(plain_files_of(pid, temporary))
                        growing.update(one.name for one in strongroom.vault_folder().glob("*.part"))
                    if break_off and place > size // (512 * 1024):
                        raise ConnectionAbortedError
                    yield piece

            body: object = watched()
            total = sum(len(piece) for piece in multipart(token, size))
            headers = {"Content-Type": "multipart/form-data; boundary=X", "Content-Length": str(total)}
            if break_off:
                with pytest.raises(ConnectionAbortedError):
                    browser.ask("POST", path, body, **headers)
                _wait_until(lambda: set(strongroom.vault_folder().iterdir()) == known)
                return 0, 0
            status, _, text = browser.ask("POST", path, body, **headers)
            assert plain == []
            assert len(growing) == 1  # the sealed file was there while the rest was still on its way
            new = set(strongroom.vault_folder().iterdir()) - known
            assert len(new) == 1, text[:500]
            assert LINE not in next(iter(new)).read_bytes()[: 4 * MIB]
            return status, peak_memory(pid) - before


def _wait_until(true: object) -> None:
    for _ in range(100):
        if true():  # type: ignore[operator]
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within ten seconds")


def test_a_big_upload_is_sealed_while_it_streams(tmp_path: Path) -> None:
    status, growth = send(tmp_path, 24 * MIB)
    assert status == 302
    assert growth < 30


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    send(tmp_path, 8 * MIB, break_off=True)


@pytest.mark.long
def test_half_a_gigabyte_is_sealed_while_it_streams(tmp_path: Path) -> None:
    status, growth = send(tmp_path, 498 * MIB)
    assert status == 302
    assert growth < 60
