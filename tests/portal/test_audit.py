"""The trail: chained, append-only, and every change of a row is found at its number."""

import json

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal import audit
from portal.access import SYSTEM
from portal.accounts.models import Organisation
from portal.audit.models import AuditEvent
from portal.audit.services import verify_chain
from portal.db import db


def an_organisation() -> Organisation:
    return db.session.scalars(select(Organisation).limit(1)).one()


def test_each_event_carries_the_hash_of_the_one_before(session: None) -> None:
    audit.record("proef:een", an_organisation(), by=SYSTEM, aantal=1)
    first = audit.last()
    audit.record("proef:twee", None, by=SYSTEM)

    assert audit.last().previous == first.hash
    assert verify_chain() is None


def test_history_reads_as_sentences_with_a_name(session: None) -> None:
    organisation = an_organisation()
    audit.record("account:organisation:add", organisation, by=SYSTEM, name="Proef")

    line = audit.history_of(organisation)[0]

    assert (line.who, line.sentence) == ("Het portaal", "voegde Proef toe")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x' WHERE seq = 1", "DELETE FROM audit_event WHERE seq = 1"],
)
def test_the_database_refuses_to_change_or_remove_an_event(session: None, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))


def test_the_database_refuses_an_event_that_does_not_follow(session: None) -> None:
    stray = AuditEvent(
        seq=audit.head()[0] + 5,
        at=audit.last().at,
        action="x",
        payload="{}",
        previous="0" * 64,
        hash="1" * 64,
    )
    db.session.add(stray)

    with pytest.raises(DBAPIError, match="predecessor"):
        db.session.flush()


@pytest.mark.parametrize(
    "change",
    [
        {"payload": "{}"},
        {"hash": "f" * 64},
        {"previous": "e" * 64},
        {"seq": 7000},
    ],
)
def test_every_changed_column_is_found_at_its_event(session: None, change: dict[str, object]) -> None:
    for number in range(5):
        audit.record("proef:tel", None, by=SYSTEM, number=number)
    target = audit.head()[0] - 2
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_event_no_update"))
    else:
        db.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_update"))
    column, value = next(iter(change.items()))
    db.session.execute(
        text(f"UPDATE audit_event SET {column} = :v WHERE seq = :s"), {"v": value, "s": target}
    )

    assert verify_chain() == target


def test_a_cut_tail_is_found_with_an_anchor_kept_elsewhere(session: None) -> None:
    audit.record("proef:anker", None, by=SYSTEM)
    kept = audit.head()

    assert verify_chain([kept]) is None
    assert verify_chain([(kept[0] + 1, kept[1])]) is not None


def test_the_command_says_so_in_json(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])

    assert answer.exit_code == 0
    assert json.loads(answer.output)["verdict"] == "heel"
