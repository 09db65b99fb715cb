"""A test client that reads pages as a person does, and refuses pages that are not well made."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import html5lib
from flask import Flask, has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from portal import clock
from portal.access import Role
from portal.accounts.models import User
from portal.accounts.queries import user_by_email, viewer_by_email
from portal.accounts.services import start_session, switch_membership
from portal.db import db, is_writing, set_mode, writing

T = TypeVar("T")


class Label(str):
    """A choice named by the words beside it, as a person sees it, instead of by its value."""

    __slots__ = ()


class Page:
    """One answer of the portal, with what a person sees of it."""

    def __init__(self, client: PageClient, response: TestResponse, path: str) -> None:
        self.client, self.path = client, path
        self.status_code = response.status_code
        self.headers = response.headers
        self.data = response.get_data()
        self.is_html = response.mimetype == "text/html"
        self.text = self.data.decode("utf-8", "replace") if str(response.mimetype).startswith("text/") else ""
        response.close()
        self.tree: Any = html.fromstring(self.text) if self.is_html else None
        if self.is_html:
            _well_formed(self.text, path)

    def _texts(self, xpath: str) -> list[str]:
        if self.tree is None:
            return []
        return [_squeeze(node.text_content()) for node in self.tree.xpath(xpath)]

    @property
    def title(self) -> str:
        return next(iter(self._texts("//title")), "")

    @property
    def h1(self) -> str:
        return next(iter(self._texts("//h1")), "")

    @property
    def flash(self) -> str:
        """What the message at the top says, without its heading."""
        found = self._texts("//*[contains(@class, 'utrecht-alert')]//p | //*[@role='status']//p")
        return found[0] if found else next(iter(self._texts("//*[contains(@class, 'utrecht-alert')]")), "")

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return self._texts("//*[@id='fouten']//li")

    @property
    def body(self) -> str:
        """The words of the main part of the page."""
        return " ".join(self._texts("//main"))

    @property
    def links(self) -> dict[str, str]:
        """Where the links of the page lead, by their text."""
        if self.tree is None:
            return {}
        return {_squeeze(a.text_content()): a.get("href") for a in self.tree.xpath("//a[@href]")}

    def row(self, words: str) -> str:
        """The text of the first table or list row with these words."""
        return next(text for text in self._texts("//tr | //li") if words in text)

    def click(self, text: str) -> Page:
        """Follow the first link whose text contains `text`."""
        target = next(href for label, href in self.links.items() if text in label)
        return self.client.get(urljoin(self.path, target))

    def submit(self, button: str | None = None, **fields: Any) -> Page:
        """Fill in and send the form that has these fields (or this button); follow the redirect."""
        form = self._form(button, fields)
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data[name] = (
                [*data[name], value]
                if isinstance(data.get(name), list)
                else ([data[name], value] if name in data else value)
            )
        pressed = _button(form, button)
        if pressed is not None and pressed.get("name"):
            data[pressed.get("name")] = pressed.get("value", "")
        for name, value in fields.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = _values(form, name, value)
        target = urljoin(self.path, form.get("action") or self.path)
        multipart = form.get("enctype") == "multipart/form-data"
        kind = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"
        if (form.get("method") or "get").lower() == "get":
            return self.client.get(target, query_string=data)
        return self.client.post(target, data=data, content_type=kind)

    def _form(self, button: str | None, fields: dict[str, Any]) -> Any:
        assert self.tree is not None, f"{self.path} is no page"
        forms = self.tree.xpath("//main//form") or self.tree.xpath("//form")
        for form in forms:
            names = {field.get("name") for field in form.xpath(".//input | .//select | .//textarea")}
            if set(fields) <= names and (button is None or _button(form, button) is not None):
                if button is None and not fields and (form.get("method") or "").lower() != "post":
                    continue
                return form
        raise AssertionError(
            f"no form on {self.path} with {sorted(fields)} and button {button!r}: {self.body[:900]}"
        )


class PageClient:
    """A browser without script: follows redirects, keeps cookies, checks each page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> Page:
        """Open a page; redirects are followed."""
        return self._open("GET", path, **options)

    def post(self, path: str, **options: Any) -> Page:
        """Send a POST as given, without a token unless `data` has one; redirects are followed."""
        return self._open("POST", path, **options)

    def raw(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send any request; nothing is followed or checked."""
        return apart(lambda: self.http.open(path, method=method, **options))

    def token(self, path: str = "/mijn-werk") -> str:
        """Return a CSRF token of this browser, from a page that has a form."""
        page = self.get(path)
        assert page.tree is not None
        return str(page.tree.xpath("//input[@name='csrf_token']/@value")[0])

    def _open(self, method: str, path: str, **options: Any) -> Page:
        response = self.raw(method, path, **options)
        for _ in range(5):
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            target = urlsplit(urljoin(path, response.headers["Location"]))
            response.close()
            path = target.path + (f"?{target.query}" if target.query else "")
            response = self.raw("GET", path)
        return Page(self, response, path)


def apart(call: Callable[[], T]) -> T:
    """Run a request as the server would: in a context and session of its own, beside the test's session."""
    mine = has_app_context()
    was_writing = is_writing()
    if mine:
        db.session.commit()
    context = contextvars.copy_context()
    context.run(_cv_app.set, None)  # type: ignore[arg-type]
    answer = context.run(call)
    if mine:
        set_mode(writing=was_writing)
        db.session.expire_all()
    return answer


def signed_in(
    app: Flask, email: str | None, organisation: str | None = None, role: Role | None = None
) -> PageClient:
    """Return a client with an open session for an account, without walking through the sign-in page."""
    client = PageClient(app)
    if email is None:
        return client

    def begin() -> str:
        with app.app_context(), writing():
            user = user_by_email(email)
            assert isinstance(user, User), email
            opened = start_session(user, second_factor_step=None)
            if organisation or role:
                viewer = viewer_by_email(email, organisation, role)
                db.session.flush()
                switch_membership(opened.id, viewer.membership_id, by=viewer)  # type: ignore[arg-type]
            return str(opened.id)

    session_id = apart(begin)

    def remember() -> None:
        with client.http.session_transaction() as cookie:
            cookie["_user_id"] = session_id
            cookie["_fresh"] = True
            cookie["gezien"] = int(clock.now().timestamp())

    apart(remember)
    return client


def _well_formed(text: str, path: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    faults = [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]
    assert not faults, f"{path} is not well-formed HTML: {faults[:5]}"


def _squeeze(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text.replace("\u00ad", "")).strip()


def _values(form: Any, name: str, value: Any) -> Any:
    """Return what to send for a field: labels become the values that stand behind them."""
    if isinstance(value, list):
        return [_values(form, name, one) for one in value]
    if not isinstance(value, Label):
        return value
    for option in form.xpath(f".//select[@name='{name}']/option"):
        if value in _squeeze(option.text_content()):
            return option.get("value")
    for box in form.xpath(f".//input[@name='{name}']"):
        labels = form.xpath(f".//label[@for='{box.get('id')}']")
        if labels and value in _squeeze(labels[0].text_content()):
            return box.get("value")
    raise AssertionError(f"no choice {value!r} for {name}")


def _button(form: Any, text: str | None) -> Any:
    for button in form.xpath(".//button"):
        if text is None or text == _squeeze(button.text_content()):
            return button
    return None
