"""The least a web page can be: bare Flask, one table, no sign-in, no permission, no trail."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ROWS = 50
LIST = """<!doctype html><title>Lijst</title><table>{% for row in rows %}<tr>
<td><a href="{{ url_for('one', number=row.id) }}">{{ row.a }}</a></td><td>{{ row.b }}</td><td>{{ row.c }}</td>
<td>{{ row.d }}</td><td>{{ row.e }}</td><td>{{ row.id }}</td></tr>{% endfor %}</table>"""
ONE = "<!doctype html><title>Een</title><h1>{{ row.a }}</h1><p>{{ row.b }} {{ row.c }} {{ row.d }} {{ row.e }}</p>"


class Base(DeclarativeBase):
    """Tables of the floor."""


class Thing(Base):
    """A row of five texts."""

    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(String(80))
    b: Mapped[str] = mapped_column(String(80))
    c: Mapped[str] = mapped_column(String(80))
    d: Mapped[str] = mapped_column(String(80))
    e: Mapped[str] = mapped_column(String(80))


def bare_client(folder: Path) -> FlaskClient:
    """Give a client of a bare application with a list, a page and a form on SQLite."""
    engine = create_engine(f"sqlite:///{folder / 'vloer.sqlite'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Thing(a=f"IB-2026-{i:03d}", b="Route Delta", c="Zoetermeer", d="loopt", e="B1") for i in range(1000))
        session.commit()
    app = Flask("vloer")

    @app.get("/")
    def listed() -> str:
        with Session(engine) as session:
            return render_template_string(LIST, rows=session.scalars(select(Thing).limit(ROWS)).all())

    @app.get("/<int:number>")
    def one(number: int) -> str:
        with Session(engine) as session:
            return render_template_string(ONE, row=session.get_one(Thing, number))

    @app.post("/")
    def added() -> str:
        with Session(engine) as session:
            session.add(Thing(a=request.form["tekst"], b="", c="", d="", e=""))
            session.commit()
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
