"""The least a web page can be: bare Flask, one table, no sign-in, no permission, no trail."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

ROWS = 50
LIST = """<!doctype html><title>Lijst</title><table>{% for row in rows %}<tr>
<td><a href="{{ url_for('one', number=row.id) }}">{{ row.a }}</a></td><td>{{ row.b }}</td><td>{{ row.c }}</td>
<td>{{ row.d }}</td><td>{{ row.e }}</td><td>{{ row.id }}</td></tr>{% endfor %}</table>"""
ONE = "<!doctype html><title>Een</title><h1>{{ row.a }}</h1><p>{{ row.b }} {{ row.c }} {{ row.d }} {{ row.e }}</p>"


things = Table(
    "thing", MetaData(), Column("id", Integer, primary_key=True), *(Column(name, String(80)) for name in "abcde")
)


def bare_client(folder: Path) -> FlaskClient:
    """Give a client of a bare application with a list, a page and a form on SQLite."""
    engine = create_engine(f"sqlite:///{folder / 'vloer.sqlite'}")
    with engine.begin() as connection:
        things.create(connection)
        connection.execute(
            insert(things),
            [{"a": f"IB-2026-{i:03d}", "b": "Route Delta", "c": "Zoetermeer", "d": "loopt", "e": "B1"} for i in range(1000)],
        )
    app = Flask("vloer")

    @app.get("/")
    def listed() -> str:
        with engine.connect() as connection:
            return render_template_string(LIST, rows=connection.execute(select(things).limit(ROWS)).all())

    @app.get("/<int:number>")
    def one(number: int) -> str:
        with engine.connect() as connection:
            return render_template_string(ONE, row=connection.execute(select(things).filter_by(id=number)).one())

    @app.post("/")
    def added() -> str:
        with engine.begin() as connection:
            connection.execute(insert(things).values(a=request.form["tekst"]))
        return "ok"

    return app.test_client()


def bulk_insert(folder: Path, rows: list[tuple[object, ...]]) -> None:
    """Put rows in a new SQLite database with the driver alone."""
    path = folder / "kaal.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    places = ", ".join("?" * len(rows[0]))
    with database:
        database.execute(f"CREATE TABLE row ({', '.join(f'c{i}' for i in range(len(rows[0])))})")
        database.executemany(f"INSERT INTO row VALUES ({places})", rows)  # noqa: S608  only question marks
    database.close()
