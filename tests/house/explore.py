"""Walking through the portal by its own links: which addresses of each kind of page somebody comes to."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import html
from sqlalchemy import event
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from portal.db import db
from tests.pages import PageClient

START = ("/mijn-werk", "/", "/opdrachten", "/berichten", "/taken")

OFTEN = 12  # a statement that one page sends more often than this grows with its rows


@dataclass(frozen=True, order=True)
class Address:
    """One address of a route, as a link (GET) or as where a form goes (POST)."""

    rule: str
    method: str
    path: str


@dataclass
class Found:
    """What one walk came across."""

    addresses: set[Address] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unversioned: list[str] = field(default_factory=list)
    pages: int = 0

    def of(self, rule: str, method: str) -> list[str]:
        """Give the addresses of a route that the walk came across."""
        return sorted(a.path for a in self.addresses if (a.rule, a.method) == (rule, method))


@contextmanager
def counted(app: Flask) -> Iterator[Counter[str]]:
    """Count how often each statement goes to the database inside the block."""
    seen: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip()[:6].upper() == "SELECT":
            seen[statement] += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def with_siblings(app: Flask, found: set[Address], wanted: set[tuple[str, str]]) -> set[Address]:
    """Add addresses of routes nobody came across, with the parts of an address beside it.

    `/facturen/<number>/betaling` gets its number from `/facturen/F-2026-001` when the demo has no payment to
    record today. Parts that occur nowhere beside it leave the route without an example.
    """
    adapter = app.url_map.bind("localhost")
    parts = [(one.rule.split("/")[1], adapter.match(one.path, method=one.method)[1]) for one in sorted(found)]
    have = {(one.rule, one.method) for one in found}
    made = set(found)
    for rule in app.url_map.iter_rules():
        for method in ("GET", "POST"):
            if (rule.rule, method) not in wanted - have:
                continue
            beside = (
                values
                for first, values in parts
                if first == rule.rule.split("/")[1] and rule.arguments <= values.keys()
            )
            values = next(beside, None)
            if values is not None:
                chosen = {name: values[name] for name in rule.arguments}
                made.add(Address(rule.rule, method, adapter.build(rule.endpoint, chosen, method=method)))
    return made


def rule_of(app: Flask, path: str, method: str) -> Rule | None:
    """Give the route that an address belongs to; None when there is none."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method=method, return_rule=True)
    except HTTPException:
        return None
    return rule


def walk(client: PageClient, *, per_route: int) -> Found:
    """Follow links from the start pages; of each route at most so many addresses are opened."""
    found, waiting = Found(), deque((path, "the start") for path in START)
    opened: Counter[str] = Counter()
    seen: set[str] = set()
    while waiting:
        path, source = waiting.popleft()
        rule = rule_of(client.app, urlsplit(path).path, "GET")
        if path in seen or rule is None or rule.endpoint == "static" or opened[rule.rule] >= per_route:
            continue
        seen.add(path)
        opened[rule.rule] += 1
        for address in _look_at(client, path, source, found):
            found.addresses.add(address)
            if address.method == "GET":
                waiting.append((address.path, path))
    return found


def _look_at(client: PageClient, path: str, source: str, found: Found) -> Iterator[Address]:
    """Open one address, note what is wrong with it, and give the addresses it leads to."""
    with counted(client.app) as statements:
        response = client.raw("GET", path)
        status, text = response.status_code, response.get_data()
    onward, is_page = response.headers.get("Location"), response.mimetype == "text/html"
    response.close()
    found.pages += 1
    for statement, times in statements.most_common(1):
        if times > OFTEN:
            found.repeated.append(f"{path} asks {times} times: {' '.join(statement.split())[:160]}")
    if status >= 400 and source != "the start":
        found.dead.append(f"{path} answers {status}, linked on {source}")
    if onward:
        yield from _addresses(client.app, f'<a href="{onward}">verder</a>'.encode(), path)
    elif is_page and status == 200:
        found.unversioned += [f"{path} {name}" for name in _filled_without_version(text)]
        yield from _addresses(client.app, text, path)


def _filled_without_version(text: bytes) -> Iterator[str]:
    """Give the fields that show a stored text in a form that does not say which version it shows."""
    for form in html.fromstring(text).xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        if any(form.xpath(".//input[@name='versie']/@value")):
            continue
        for typed in form.xpath(".//textarea | .//input[@type='text' or not(@type)]"):
            if (typed.get("value") or typed.text or "").strip():
                yield str(typed.get("name"))


def _addresses(app: Flask, text: bytes, base: str) -> Iterator[Address]:
    """Give the addresses a page names: of links without their query, and of forms that change something."""
    tree = html.fromstring(text)
    targets = [("GET", str(link)) for link in tree.xpath("//a/@href")]
    for form in tree.xpath("//form"):
        if (form.get("method") or "get").lower() == "post":
            targets.append(("POST", form.get("action") or base))
    for method, target in targets:
        place = urlsplit(urljoin(base, target))
        if place.netloc or place.scheme not in ("", "http", "https"):
            continue
        rule = rule_of(app, place.path, method)
        if rule is not None and rule.endpoint != "static":
            yield Address(rule.rule, method, place.path)
