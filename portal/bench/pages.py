"""A list, a page and a form as a signed-in person uses them, beside bare Flask on the same database kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask

from portal import clock
from portal.bench.floors import ROWS, bare_client
from portal.bench.measure import Result, by_turns
from portal.bench.site import Browser

INNER = 20


def pages(app: Flask, folder: Path, times: int) -> Iterator[Result]:
    """Time the list of invoices, one invoice, and a new market consultation."""
    bare = bare_client(folder)
    finance = Browser(app, "financien@lansingerland.example")
    listed = finance.get("/facturen").count("<tr>") - 1
    ours, floor = by_turns(
        lambda: finance.get("/facturen"), lambda: bare.get("/").close(), times=times, inner=INNER
    )
    yield Result("lijst", f"{listed} facturen", ours, floor, f"kale Flask-pagina, {ROWS} rijen", 8.0)

    invoice = finance.first_link("/facturen", r"/facturen/F-[0-9-]+")
    ours, floor = by_turns(
        lambda: finance.get(invoice), lambda: bare.get("/7").close(), times=times, inner=INNER
    )
    yield Result("openen", "1 factuur", ours, floor, "kale Flask-pagina, 1 rij", 20.0)

    buyer = Browser(app, "inkoop@lansingerland.example")
    closes = clock.local(clock.now() + timedelta(days=60)).strftime("%d-%m-%Y 12:00")
    form = buyer.filled("/marktconsultaties/nieuw", {"title": "Meting", "closes_at": closes}, tick=True)
    ours, floor = by_turns(
        lambda: buyer.post("/marktconsultaties/nieuw", form),
        lambda: bare.post("/", data={"tekst": "Meting"}).close(),
        times=times,
        inner=INNER,
    )
    yield Result("indienen", "1 formulier", ours, floor, "kale Flask-POST, 1 rij", 20.0)
