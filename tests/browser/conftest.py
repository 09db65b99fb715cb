"""A running demo, a headless Chromium and axe: what every browser test uses."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal import assets
from tests import tools
from tests.seeded import demo_in, shared_folder

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "welkom-in-de-demo"
WIDTHS = (1280, 320)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; the group is skipped where there is none."""
    path = tools.chromium()
    if path is None:
        pytest.skip(f"no browser here: apt-get install {tools.missing()['browser']}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder node_modules that the asset build fetched; fetched here when the build was done elsewhere."""
    data = Path(os.environ.get("PORTAAL_TEST_DATA", ROOT / "var"))
    if (data / "npm" / "node_modules" / "axe-core").is_dir():
        return data / "npm" / "node_modules"
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm to fetch axe-core with; run python3 portaal.py test")
    return assets.fetch([npm], tmp_path_factory.mktemp("npm"))


@pytest.fixture(scope="session")
def axe(modules: Path) -> str:
    """The source of axe-core."""
    return (modules / "axe-core" / "axe.min.js").read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A demo in a folder of its own, served as `portaal.py demo` serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
            "PYTHONPATH": str(ROOT),
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_BASE_URL": self.url,
            "PORTAL_DEMO": "1",
            "PORTAL_SECOND_FACTOR": "0",
            "PORTAL_SECURE_COOKIES": "0",
            "PORTAL_PASSWORD_COST": "1",
            "PORTAL_SIGN_IN_LIMIT": "10000 per minute",
            "PORTAL_JOBS_IMMEDIATE": "1",
        }

    def command(self, *words: str) -> str:
        """Run a `portal` command in this demo and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "portal.cli", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        words = [
            "gunicorn",
            "portal.wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--worker-class",
            "portal.server.Worker",
            "--limit-request-line",
            "8190",
        ]
        words += ["--workers", "1", "--threads", "4", "--timeout", "120", "--log-level", "warning"]
        log = (self.folder / "server.log").open("wb")
        server = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.env, stdout=log, stderr=log
        )
        log.close()
        for _ in range(300):
            with (
                suppress(OSError, urllib.error.URLError),
                urllib.request.urlopen(f"{self.url}/aanmelden", timeout=5),
            ):
                return server
            assert server.poll() is None, (self.folder / "server.log").read_text()[-3000:]
            time.sleep(0.1)
        server.kill()
        raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo with all its data, served on a free port."""
    running = Demo(demo_in(tmp_path_factory.mktemp("demo") / "gegevens", shared_folder(tmp_path_factory)))
    server = running.serve()
    yield running
    server.terminate()
    server.wait(timeout=15)


def signed_in(
    browser: Browser, demo: Demo, email: str | None, *, width: int = 1280, script: bool = False
) -> BrowserContext:
    """Return a browser context in which somebody signed in through the page; no script unless asked."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script, locale="nl-NL", bypass_csp=False
    )
    context.set_default_timeout(15_000)
    if email is not None:
        page = context.new_page()
        sign_in(page, demo, email)
        page.close()
    return context


def sign_in(page: Page, demo: Demo, email: str) -> None:
    """Sign in on the sign-in page."""
    page.goto(f"{demo.url}/aanmelden")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Aanmelden").click()
    assert page.locator("h1").inner_text() == "Mijn werk"
