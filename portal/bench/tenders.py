"""The list of tenders with ten thousand of them, beside a bare page of fifty rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert, select

from portal import clock
from portal.bench.floors import ROWS, bare_client
from portal.bench.measure import Result, by_turns
from portal.bench.site import Browser
from portal.db import Base, db, writing

INNER = 10
LIST = "/aanbestedingen"


def tender_list(app: Flask, folder: Path, number: int, times: int) -> Iterator[Result]:
    """Time the list of tenders for who leads them and for who takes part; both have to see all of them."""
    add_tenders(app, number)
    own_folder = folder / "vloer-lijst"
    own_folder.mkdir(exist_ok=True)
    bare = bare_client(own_folder)
    for email in ("inkoop@lansingerland.example", "inkoop@zoetermeer.example"):
        browser = Browser(app, email)
        ours, floor = by_turns(
            partial(browser.get, LIST), lambda: bare.get("/").close(), times=times, inner=INNER
        )
        yield Result("lijst", f"{number} aanbestedingen", ours, floor, f"kale Flask-pagina, {ROWS} rijen", 5.0)


def add_tenders(app: Flask, number: int) -> None:
    """Copy the newest published tender of the demo so many times, each with its lots and municipalities."""
    tables = Base.metadata.tables
    with app.app_context(), writing():
        tender, lots, places = tables["procedure"], tables["lot"], tables["lot_municipality"]
        base = _rows(tender, tender.c.state == "published")[-1]
        base_lots = _rows(lots, lots.c.procedure_id == base["id"])
        base_places = _rows(places, places.c.lot_id.in_([one["id"] for one in base_lots]))
        now = clock.now()
        copied: dict[Table, list[dict[str, Any]]] = {tender: [], lots: [], places: []}
        for count in range(number):
            made = base | {
                "id": uuid.uuid4(), "number": f"AB-M-{count:05d}", "title": f"Meting {count}",
                "submission_deadline_at": now + timedelta(minutes=count),
            }  # fmt: skip
            copied[tender].append(made)
            for lot in base_lots:
                own = lot | {"id": uuid.uuid4(), "procedure_id": made["id"]}
                copied[lots].append(own)
                copied[places] += [
                    place | {"id": uuid.uuid4(), "lot_id": own["id"]}
                    for place in base_places
                    if place["lot_id"] == lot["id"]
                ]
        for table, rows in copied.items():
            db.session.execute(insert(table), rows)


def _rows(table: Table, condition: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(select(table).where(condition)).mappings()]
