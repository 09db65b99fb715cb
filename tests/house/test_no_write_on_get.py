"""A GET never writes: our own guard says so, and the database refuses whatever gets past it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.access import access_of, public
from portal.db import NumberSeries, WriteOutsideTransaction, db, writing
from tests import postgres
from tests.house.application import app_with_tables
from tests.house.sources import PACKAGES, named, python_files, tree

WRITERS = {"act", "act_or_flash", "accepts", "writing"}
# A GET that writes: a download that must leave a trace, each in a transaction of its own.
RECORDING_GETS = {
    "contracts_trajectories.download",  # an export of participants
    "kpis_reports.quarter_sheet",  # an export of participants
    "tenders_awards.document",
    "tenders_awards.own_letter",
    "tenders_procedures.read_nota",  # the proof that a follower opened it
    "tenders_vault.outer_file",
    "tenders_vault.peeled_file",
    "tenders_vault.record_pdf",
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give an application with views that try to write in every way there is."""
    if request.param == "postgresql" and not postgres.available():
        pytest.skip(postgres.MISSING)
    folder = tmp_path_factory.mktemp("get")
    if request.param == "sqlite":
        with app_with_tables(folder) as made:
            yield with_writing_views(made)
    else:
        with postgres.own_postgres() as url, app_with_tables(folder, url) as made:
            yield with_writing_views(made)


def with_writing_views(app: Flask) -> Flask:
    """Add views that write: by object, by statement, by text."""

    @app.route("/proef/object")
    @public
    def by_object() -> str:
        db.session.add(NumberSeries(kind="proef", year=2026))
        db.session.flush()
        return "geschreven"

    @app.route("/proef/opdracht")
    @public
    def by_statement() -> str:
        db.session.execute(sa.insert(NumberSeries).values(kind="proef", year=2026, last=0))
        return "geschreven"

    @app.route("/proef/tekst")
    @public
    def by_text() -> str:
        db.session.execute(sa.text("INSERT INTO number_series VALUES ('proef', 2026, 0)"))
        return "geschreven"

    return app


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/proef/object", WriteOutsideTransaction),
        ("/proef/opdracht", WriteOutsideTransaction),
        ("/proef/tekst", sa.exc.DBAPIError),
    ],
)
def test_a_get_that_writes_is_refused(app: Flask, path: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        app.test_client().get(path)
    with app.app_context(), writing():
        assert db.session.scalars(sa.select(NumberSeries)).all() == []


def get_only(decorator: ast.expr) -> bool:
    """Say whether a decorator is a route that answers GET alone."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    methods = next((k.value for k in decorator.keywords if k.arg == "methods"), None)
    if decorator.func.attr == "get":
        return True
    if decorator.func.attr != "route":
        return False
    return methods is None or (
        isinstance(methods, ast.List) and [getattr(m, "value", "") for m in methods.elts] == ["GET"]
    )


def views_for_get(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and any(get_only(d) for d in node.decorator_list)
    ]


def records(view: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.keyword) and node.arg == "records_read"
        for decorator in view.decorator_list
        for node in ast.walk(decorator)
    )


def test_a_view_for_get_calls_nothing_that_writes() -> None:
    wrong = [
        f"{named(path)}:{node.lineno} {view.name} calls {name}"
        for path in python_files(*PACKAGES)
        for view in views_for_get(path)
        if not records(view)
        for node in ast.walk(view)
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in WRITERS
    ]
    assert not wrong


def test_the_gets_that_leave_a_trace_are_listed(app: Flask) -> None:
    found = {name for name, view in app.view_functions.items() if (a := access_of(view)) and a.records_read}
    assert found == RECORDING_GETS
