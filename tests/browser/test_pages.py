"""Every page a kind of user can reach, looked at by axe at two widths; nothing sticks out at 320 pixels."""

from __future__ import annotations

from collections import deque
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from werkzeug.routing import MapAdapter

from portal.app import create_app
from portal.config import from_env
from tests.browser.conftest import WIDTHS, Demo, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AUDIENCES = {
    "bezoeker": None,
    "inkoop": "inkoop@lansingerland.example",
    "contractmanager": "contract@lansingerland.example",
    "financien": "financien@lansingerland.example",
    "aanbieder": "info@taalhuis-de-waterlinie.example",
}
OTHERS = {
    "deelnemende gemeente": "regio@pijnacker-nootdorp.example",
    "beheer": "beheer@lansingerland.example",
    "beoordelaar": "beoordelaar@pijnacker-nootdorp.example",
    "tweede aanbieder": "info@route-delta.example",
}
START = (
    "/",
    "/mijn-werk",
    "/opdrachten",
    "/toegankelijkheid",
    "/privacy",
    "/bouwstenen",
    "/aanmelden",
    "/bestaat-niet",
)
MOST_PAGES = 120
SEEN: set[str] = set()
AXE_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '));
}"""
# What sticks out of the window, told by its own selector; scrollers may hold wider things.
STICKS_OUT = """() => {
  const extra = document.documentElement.scrollWidth - window.innerWidth;
  if (extra <= 0) return [];
  const wide = [...document.querySelectorAll('body *')].filter(e =>
    e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest('.portal-scroller'));
  return [extra + 'px: ' + wide.slice(-3).map(e => e.tagName + '.' + e.className).join(' | ')];
}"""


@pytest.fixture(scope="module")
def adapter(demo: Demo) -> MapAdapter:
    """The routes of the portal, to tell which page an address is."""
    keep = ("PORTAL_DATA_DIR", "PORTAL_DEMO")
    app = create_app(from_env({name: demo.env[name] for name in keep}))
    return app.url_map.bind("127.0.0.1")


def endpoint_of(adapter: MapAdapter, url: str) -> str | None:
    try:
        endpoint, _ = adapter.match(urlsplit(url).path, method="GET")
    except Exception:
        return None
    return str(endpoint)


def links_of(page: Page) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
    return [urldefrag(str(link)).url for link in found]


class Walk:
    """Somebody who follows every link, opens one address of each kind of page, and looks at it at each width."""

    def __init__(self, page: Page, demo: Demo, adapter: MapAdapter, axe: str) -> None:
        self.page, self.demo, self.adapter, self.axe = page, demo, adapter, axe
        self.faults: list[str] = []
        self.opened = 0
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if "Security Policy" in message.text:
            self.faults.append(f"{urlsplit(self.page.url).path}: {message.text}")

    def all(self, already: set[str]) -> list[str]:
        """Walk from the start pages; `already` holds what was looked at before, by its content."""
        waiting = deque(self.demo.url + path for path in START)
        seen: set[str] = set()
        while waiting and self.opened < MOST_PAGES:
            url = waiting.popleft()
            kind = endpoint_of(self.adapter, url) or url
            if kind in seen or not url.startswith(self.demo.url):
                continue
            seen.add(kind)
            if self._open(url):
                waiting.extend(links_of(self.page))
                self._look(already)
        return self.faults

    def _open(self, url: str) -> bool:
        """Open an address; False when it is a file to download."""
        try:
            response = self.page.goto(url)
        except Error as error:
            if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
                return False
            raise
        assert response is not None
        if "text/html" not in (response.header_value("content-type") or ""):
            return False
        assert response.status < 500, f"{url}: {response.status}"
        self.opened += 1
        return True

    def _look(self, already: set[str]) -> None:
        content = self.page.locator("main").inner_html()
        if content in already:
            return
        already.add(content)
        self.page.evaluate(self.axe)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            found = [*self.page.evaluate(AXE_RUN), *self.page.evaluate(STICKS_OUT)]
            self.faults += [f"{urlsplit(self.page.url).path} at {width}: {fault}" for fault in found]


def look(browser: Browser, demo: Demo, adapter: MapAdapter, axe: str, email: str | None) -> list[str]:
    """Look at every page somebody can reach; return the faults."""
    with signed_in(browser, demo, email, script=True) as context:
        walk = Walk(context.new_page(), demo, adapter, axe)
        faults = walk.all(SEEN)
        assert walk.opened > 4
    return faults


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_page_is_accessible_and_fits_a_phone(
    audience: str, browser: Browser, demo: Demo, adapter: MapAdapter, axe: str
) -> None:
    assert look(browser, demo, adapter, axe, AUDIENCES[audience]) == []


@pytest.mark.long
@pytest.mark.parametrize("audience", OTHERS)
def test_every_page_of_the_other_roles_is_accessible_too(
    audience: str, browser: Browser, demo: Demo, adapter: MapAdapter, axe: str
) -> None:
    assert look(browser, demo, adapter, axe, OTHERS[audience]) == []


def test_the_menu_opens_on_a_phone_without_script(browser: Browser, demo: Demo) -> None:
    with signed_in(browser, demo, AUDIENCES["contractmanager"], width=320) as context:
        page = context.new_page()
        page.goto(f"{demo.url}/mijn-werk")
        assert not page.get_by_role("navigation", name="Hoofdmenu").is_visible()
        page.get_by_role("link", name="Menu", exact=True).click()
        assert page.get_by_role("navigation", name="Hoofdmenu").is_visible()
        page.get_by_role("link", name="Menu sluiten").click()
        assert not page.get_by_role("navigation", name="Hoofdmenu").is_visible()


def test_the_first_stop_of_the_keyboard_is_the_skip_link(browser: Browser, demo: Demo) -> None:
    with signed_in(browser, demo, None, script=True) as context:
        page = context.new_page()
        page.goto(f"{demo.url}/aanmelden")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Direct naar de inhoud"


def test_everything_clickable_is_at_least_24_pixels_high(browser: Browser, demo: Demo) -> None:
    with signed_in(browser, demo, None, width=320, script=True) as context:
        page = context.new_page()
        page.goto(f"{demo.url}/bouwstenen")
        small = page.eval_on_selector_all(
            "main :is(button, input:not([type=hidden]), select, .utrecht-button)",
            "all => all.filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)",
        )
        assert small == []
