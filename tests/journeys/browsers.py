"""Two ways to walk the same journey: over HTTP without a browser, and in Chromium with script switched off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.serving import make_server

from portal import clock
from portal.demo import PASSWORD
from tests.pages import Label, Page, PageClient, apart

File = tuple[bytes, str]


class Seen(Protocol):
    """A page as a person sees it, in either way of walking."""

    @property
    def path(self) -> str: ...
    @property
    def h1(self) -> str: ...
    @property
    def body(self) -> str: ...
    def click(self, text: str) -> Seen: ...
    def submit(self, button: str | None = None, **fields: Any) -> Seen: ...
    def names(self, prefix: str) -> list[str]: ...
    def link(self, part: str, nth: int = 0) -> str: ...
    def follow(self, part: str) -> Seen: ...


class Browser(Protocol):
    """One person's browser."""

    def get(self, path: str) -> Seen: ...
    def download(self, path: str) -> bytes: ...


class Clock:
    """The instant the journey has reached; the server's requests see it too."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def move(self, instant: datetime) -> None:
        """Go forward; a journey never goes back."""
        assert instant >= self.now
        self.now = instant


class HttpPage:
    """A page over HTTP; files are given as (bytes, name)."""

    def __init__(self, browser: HttpBrowser, page: Page) -> None:
        self.browser, self.page = browser, page
        self.path, self.h1, self.body = page.path, page.h1, page.body

    def click(self, text: str) -> HttpPage:
        return self.browser.seen(lambda: self.page.click(text))

    def submit(self, button: str | None = None, **fields: Any) -> HttpPage:
        sent = {
            name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        return self.browser.seen(lambda: self.page.submit(button, **sent))

    def names(self, prefix: str) -> list[str]:
        """Return the names of the fields that begin with a prefix, once each, in order."""
        assert self.page.tree is not None
        found = self.page.tree.xpath(f"//main//*[starts-with(@name, '{prefix}')]/@name")
        return list(dict.fromkeys(str(name) for name in found))

    def link(self, part: str, nth: int = 0) -> str:
        """Return the nth address on the page that has `part` in it; -1 is the last."""
        assert self.page.tree is not None
        return str(self.page.tree.xpath(f"//main//a[contains(@href, '{part}')]/@href")[nth])

    def follow(self, part: str) -> HttpPage:
        """Click the first link of the page whose address has `part` in it."""
        return self.browser.get(urljoin(self.path, self.link(part)))


class HttpBrowser:
    """A person who works without a browser's help; the pages are checked all the same."""

    def __init__(self, app: Flask, time: Clock) -> None:
        self.client, self.time = PageClient(app), time

    def seen(self, call: Callable[[], Page]) -> HttpPage:
        """Do one thing at the journey's instant; the answer must be a page without an error."""
        with clock.at(self.time.now):
            page = call()
        assert page.status_code == 200, (
            f"{page.path}: {page.status_code} {page.h1} {page.errors} {page.body[:400]}"
        )
        return HttpPage(self, page)

    def get(self, path: str) -> HttpPage:
        return self.seen(lambda: self.client.get(path))

    def download(self, path: str) -> bytes:
        def fetch() -> bytes:
            with clock.at(self.time.now):
                response = self.client.http.get(path)
            assert response.status_code == 200, f"{path}: {response.status_code}"
            data = bytes(response.get_data())
            response.close()
            return data

        return apart(fetch)


class ChromiumPage:
    """A page in Chromium, read from what the browser holds."""

    def __init__(self, browser: ChromiumBrowser) -> None:
        self.browser = browser
        tab = browser.tab
        address = urlsplit(tab.url)
        self.path = address.path + (f"?{address.query}" if address.query else "")
        self.h1 = tab.locator("h1").first.inner_text()
        self.body = " ".join(tab.locator("main").inner_text().split())

    def click(self, text: str) -> ChromiumPage:
        self.browser.tab.locator("main a, header a").filter(has_text=text).first.click()
        return self.browser.seen()

    def submit(self, button: str | None = None, **fields: Any) -> ChromiumPage:
        form = self._form(button, fields)
        for name, value in fields.items():
            _fill(form, name, value)
        pressed = form.locator("button[type=submit], button:not([type])")
        if button is not None:
            pressed = pressed.filter(has_text=button)
        pressed.first.click()
        return self.browser.seen()

    def names(self, prefix: str) -> list[str]:
        """Return the names of the fields that begin with a prefix, once each, in order."""
        fields = self.browser.tab.locator(f"main [name^='{prefix}']")
        return list(dict.fromkeys(fields.nth(n).get_attribute("name") for n in range(fields.count())))

    def link(self, part: str, nth: int = 0) -> str:
        """Return the nth address on the page that has `part` in it; -1 is the last."""
        return str(self.browser.tab.locator(f"main a[href*='{part}']").nth(nth).get_attribute("href"))

    def follow(self, part: str) -> ChromiumPage:
        """Click the first link of the page whose address has `part` in it."""
        self.browser.tab.locator(f"main a[href*='{part}']").first.click()
        return self.browser.seen()

    def _form(self, button: str | None, fields: dict[str, Any]) -> Any:
        forms = self.browser.tab.locator("main form[method=post i]")
        if button is not None:
            forms = forms.filter(has=self.browser.tab.locator("button", has_text=button))
        for name in fields:
            forms = forms.filter(has=self.browser.tab.locator(f"[name='{name}']"))
        return forms.first


def _fill(form: Any, name: str, value: Any) -> None:
    field = form.locator(f"[name='{name}']")
    kind = field.first.get_attribute("type") or field.first.evaluate("node => node.tagName.toLowerCase()")
    if kind == "file":
        field.set_input_files({"name": value[1], "mimeType": "application/octet-stream", "buffer": value[0]})
    elif kind in ("radio", "checkbox"):
        wanted = value if isinstance(value, list) else [value]
        for index in range(field.count()):
            box = field.nth(index)
            if any(_is(form, box, one) for one in wanted):
                box.check()
                if kind == "radio":
                    break
    elif kind == "select":
        field.select_option(_option(field, value))
    else:
        field.fill(str(value))


def _is(form: Any, box: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Label):
        return bool(box.get_attribute("value") == str(wanted))
    label = form.locator(f"label[for='{box.get_attribute('id')}']")
    return wanted in " ".join(label.first.inner_text().split())


def _option(field: Any, value: Any) -> str:
    if not isinstance(value, Label):
        return str(value)
    return str(field.locator("option", has_text=value).first.get_attribute("value"))


class ChromiumBrowser:
    """One person's Chromium, script off, with cookies of its own."""

    def __init__(self, tab: Any, base: str) -> None:
        self.tab, self.base = tab, base
        self.status = 200
        tab.on("response", self._note)

    def _note(self, response: Any) -> None:
        if response.request.is_navigation_request() and response.status not in range(300, 400):
            self.status = response.status

    def seen(self) -> ChromiumPage:
        """Return the page that is shown now; it must not be an error."""
        self.tab.wait_for_load_state("load")
        page = ChromiumPage(self)
        assert self.status == 200, f"{page.path}: {self.status} {page.h1} {page.body[:400]}"
        return page

    def get(self, path: str) -> ChromiumPage:
        self.tab.goto(self.base + path)
        return self.seen()

    def download(self, path: str) -> bytes:
        response = self.tab.context.request.get(self.base + path)
        assert response.status == 200, f"{path}: {response.status}"
        return bytes(response.body())


def sign_in(browser: Any, email: str) -> Any:
    """Sign in through the page, as everybody does."""
    page = browser.get("/aanmelden").submit(email=email, password=PASSWORD)
    assert page.h1 == "Mijn werk"
    return browser


@contextmanager
def served(app: Flask, time: Clock) -> Iterator[str]:
    """Serve the application on a free port of this machine, at the journey's instant."""
    inner = app.wsgi_app

    def at_the_instant(environ: Any, start: Any) -> Any:
        with clock.at(time.now):
            answer = inner(environ, start)
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        return [body]

    server = make_server("127.0.0.1", 0, at_the_instant, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
