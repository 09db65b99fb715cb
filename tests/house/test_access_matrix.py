"""The committed table of routes and roles is what the application does, for every method and every role."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.routing import AnyConverter, Rule

from portal import requests
from portal.access import VISITOR, Role, Viewer, access_of
from tests.house import access_matrix
from tests.house.access_matrix import EVERYBODY, METHODS, Row
from tests.house.application import app_with_tables

REACHED = 299
SAMPLES: dict[str, Any] = {"UUIDConverter": uuid.UUID(int=7), "BoundedInteger": 7}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give the application with every view replaced by one that only says that it was reached."""
    with app_with_tables(tmp_path_factory.mktemp("matrix")) as made:
        for endpoint, view in list(made.view_functions.items()):
            if access_of(view) is not None:
                probe = requests.keeping_access(_probe(), view)
                probe.streams_body = getattr(view, "streams_body", False)
                made.view_functions[endpoint] = probe
        yield made


def _probe() -> Any:
    def reached(**_: Any) -> Response:
        return Response("bereikt", status=REACHED)

    return reached


def viewer_with(role: Role) -> Viewer:
    return Viewer(
        user_id=uuid.UUID(int=1), name="Iemand", email="iemand@gemeente.example",
        membership_id=uuid.UUID(int=2), organisation_id=uuid.UUID(int=3), roles=frozenset({role}),
    )  # fmt: skip


def rules_of(app: Flask) -> dict[tuple[str, str], Rule]:
    """Give the rule per address and method."""
    return {
        (rule.rule, method): rule
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ()) and access_of(app.view_functions[rule.endpoint])
    }


def address(app: Flask, rule: Rule) -> str:
    """Give an address that fits a rule, with a sample value for each part."""
    values = {
        name: sorted(part.items)[0] if isinstance(part, AnyConverter) else SAMPLES.get(type(part).__name__, "x-1")
        for name, part in rule._converters.items()
    }
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=_any_method(rule))


def _any_method(rule: Rule) -> str:
    return next(method for method in METHODS if method in (rule.methods or ()))


def test_the_committed_table_is_what_the_routes_declare(app: Flask) -> None:
    declared, committed = access_matrix.declared(app), access_matrix.read()
    assert [str(row) for row in committed] == [str(row) for row in declared], (
        "routes or grants changed: run `python -m tests.house.access_matrix` and review the difference"
    )


def test_no_address_has_two_declarations(app: Flask) -> None:
    rows = access_matrix.declared(app)
    assert len({(row.address, row.method) for row in rows}) == len(rows)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: str(role or "visitor"))
def test_a_role_reaches_the_routes_of_the_table_and_no_other(
    app: Flask, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = viewer_with(role) if role else VISITOR
    monkeypatch.setattr(requests, "viewer_of_request", lambda _minutes: viewer)
    rules, wrong = rules_of(app), []
    client = app.test_client()
    for row in access_matrix.read():
        rule = rules.get((row.address, row.method))
        if rule is None:
            continue  # test_the_committed_table_… names it
        status = client.open(address(app, rule), method=row.method).status_code
        if not _fits(status, row, role):
            wrong.append(f"{row.method} {row.address}: {status}, table says {' '.join(row.roles)}")
    assert not wrong


def _fits(status: int, row: Row, role: Role | None) -> bool:
    """Say whether an answer agrees with the table: reached, sent to sign in (302, 401) or refused (403)."""
    if EVERYBODY in row.roles or (role is not None and role.value in row.roles):
        return status == REACHED
    if role is None:
        return status == (302 if row.method == "GET" else 401)
    return status == 403


def test_no_form_is_accepted_without_its_token(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"})
    everything = replace(viewer_with(Role.BUYER), roles=frozenset(Role))
    monkeypatch.setattr(requests, "viewer_of_request", lambda _minutes: everything)
    client, accepted = app.test_client(), []
    for (path, method), rule in rules_of(app).items():
        streams = getattr(app.view_functions[rule.endpoint], "streams_body", False)
        if method != "GET" and not streams and client.open(address(app, rule), method=method).status_code != 400:
            accepted.append(f"{method} {path}")
    assert not accepted
