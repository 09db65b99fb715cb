"""A portal with the demo in a folder of its own, and a browser without a screen to use it with."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from lxml import html

from portal import demo
from portal.app import create_app
from portal.config import from_env


class BenchFailed(RuntimeError):
    """A page that is measured did not answer as it should; a fast wrong answer is no measurement."""


def make_site(folder: Path) -> Flask:
    """Make a portal on SQLite with the whole demo; takes about as long as `seed-demo`."""
    env = {"PORTAL_DATA_DIR": str(folder / "gegevens"), "PORTAL_KEY_DIR": str(folder / "sleutels")}
    settings = replace(
        from_env(env), demo=True, second_factor=False, secure_cookies=False, smtp_host="", password_cost=1,
        sign_in_limit="10000 per minute",
    )  # fmt: skip
    app = create_app(settings)
    with app.app_context():
        upgrade()
        demo.run()
    return app


class Browser:
    """Somebody who signed in through the sign-in page."""

    def __init__(self, app: Flask, email: str) -> None:
        self.http: FlaskClient = app.test_client()
        self.send("/aanmelden", {"email": email, "password": demo.PASSWORD})

    def get(self, path: str) -> str:
        """Open a page and return its text.

        Raises:
            BenchFailed: the answer is not a page.
        """
        response = self.http.get(path)
        if response.status_code != 200:
            raise BenchFailed(f"GET {path}: {response.status_code}")
        return response.get_data(as_text=True)

    def first_link(self, page: str, pattern: str) -> str:
        """Return the first link on a page that fits."""
        for link in html.fromstring(self.get(page)).xpath("//main//a/@href"):
            target = urljoin(page, str(link))
            if re.fullmatch(pattern, target):
                return target
        raise BenchFailed(f"no link like {pattern} on {page}")

    def filled(self, path: str, fields: dict[str, str], *, tick: bool = False) -> dict[str, list[str]]:
        """Return what the form on a page would send with these fields; `tick` ticks every box."""
        tree = html.fromstring(self.get(path))
        form = next(one for one in tree.xpath("//form") if fields.keys() <= set(one.fields.keys()))
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for box in form.xpath(".//input[@type='checkbox']") if tick else []:
            data.setdefault(box.get("name"), []).append(box.get("value"))
        return data | {name: [value] for name, value in fields.items()}

    def send(self, path: str, fields: dict[str, str], *, tick: bool = False) -> None:
        """Fill in the form on a page and send it."""
        self.post(path, self.filled(path, fields, tick=tick))

    def post(self, path: str, data: dict[str, list[str]]) -> None:
        """Send a filled form.

        Raises:
            BenchFailed: the form was not accepted.
        """
        response = self.http.post(path, data=data)
        if response.status_code not in (302, 303):
            found = html.fromstring(response.get_data(as_text=True)).xpath("//*[@id='fouten']//li/a/text()")
            raise BenchFailed(f"POST {path}: {response.status_code} {found}")
