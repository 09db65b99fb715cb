"""Drives Chromium over a running demo: signs in as each kind of user and photographs the main pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal import clock
from portal.periods import Month

PASSWORD = "welkom-in-de-demo"  # noqa: S105 - the demo's, shown on its sign-in page
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class PictureError(Exception):
    """There is no browser or no demo; the message says which."""


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which page; `follow` presses links by the start of their address first.

    `{month}` in the path is the month before last: the newest one of which all invoices are in.
    """

    name: str
    account: str
    path: str
    follow: tuple[str, ...] = ()
    width: int = 1280


SHOTS = (
    Shot("mijn-werk", "contract@lansingerland.example", "/mijn-werk"),
    Shot("scorecard", "contract@lansingerland.example", "/scorecards", ("/scorecards/",)),
    Shot("costs", "financien@lansingerland.example", "/kosten/{month}"),
    Shot("scorecard-320", "contract@lansingerland.example", "/scorecards", ("/scorecards/",), 320),
)


def browser_path() -> str:
    """Return the Chromium on PATH.

    Raises:
        PictureError: there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise PictureError(
            "Er is geen Chromium gevonden. Installeer het pakket chromium en probeer het opnieuw."
        )
    return found


def take_all(url: str, folder: str) -> Iterator[str]:
    """Take every picture of `SHOTS` and yield the files written.

    Raises:
        PictureError: Playwright or Chromium is missing, or the demo does not answer.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise PictureError("Playwright ontbreekt. Voer dit uit in de omgeving van portaal.py test.") from None
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        try:
            for shot in SHOTS:
                yield _take(browser, url, shot, target)
        except Error as error:
            raise PictureError(
                f"Het portaal op {url} antwoordt niet zoals verwacht: {error.message}"
            ) from None
        finally:
            browser.close()


def _take(browser: Any, url: str, shot: Shot, target: Path) -> str:
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, java_script_enabled=False, locale="nl-NL"
    )
    page = context.new_page()
    if shot.account:
        page.goto(f"{url}/aanmelden")
        page.fill("input[name=email]", shot.account)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
    month = Month.of(clock.today()).previous().previous()
    page.goto(url + shot.path.format(month=month.code))
    for start in shot.follow:
        page.locator(f"main a[href^='{start}']").first.click()
    path = target / f"{shot.name}.png"
    page.screenshot(path=path, full_page=True)
    context.close()
    return str(path)
