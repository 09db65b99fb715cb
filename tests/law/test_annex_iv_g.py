"""Annex IV g: a breach, or an attempt at one, is clearly detectable."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from portal import audit
from portal.access import SYSTEM
from portal.accounts.models import Organisation
from portal.accounts.queries import viewer_by_email
from portal.audit.models import AuditEvent
from portal.audit.services import verify_chain
from portal.db import Base, db
from portal.errors import PortalError, Refused
from tenders.offers import strongroom
from tenders.vault import ceremony
from tenders.vault.models import OpeningLine
from tests.factories.offers import make_draft, submit
from tests.factories.vault import BUYER, ZOETERMEER, make_guarded_tender
from tests.pages import PageClient

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
Freeze = Callable[[datetime], None]
TRAIL = sa.Table("audit_event", Base.metadata)
COLUMNS = [column.name for column in TRAIL.columns]
EVENTS = 6


def changed(column: str, value: Any) -> Any:
    """Give another value for a column, of the same kind."""
    if column == "seq":
        return value + 1000
    if column == "at":
        return value + timedelta(microseconds=1)
    if column.endswith("_id"):
        return uuid.uuid4() if value is None else None
    if column in ("previous", "hash"):
        return hashlib.sha256(value.encode()).hexdigest()
    return value.replace("proef", "froep") if "proef" in value else value + "x"


def write_events() -> int:
    """Write a few events of several kinds; gives the number of the first."""
    organisation = db.session.scalars(sa.select(Organisation).limit(1)).one()
    first = audit.head()[0] + 1
    for number in range(EVENTS):
        with_object = organisation if number % 2 else None
        audit.record("proef:wijzig", with_object, by=viewer_by_email(BUYER) if number % 3 else SYSTEM, n=number)
    return first


def open_the_lock() -> None:
    """Do what a database administrator can: take off the guard against changes."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_event_no_update"))
        db.session.execute(text("DROP TRIGGER audit_event_no_delete"))
    else:
        db.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_of_any_event_is_found_at_its_number(session: None, column: str) -> None:
    first = write_events()
    open_the_lock()
    table = TRAIL
    for seq in range(first, first + EVENTS):
        row = db.session.execute(sa.select(table).where(table.c.seq == seq)).one()
        before = getattr(row, column)
        mark = db.session.begin_nested()
        db.session.execute(sa.update(table).where(table.c.seq == seq).values({column: changed(column, before)}))
        assert verify_chain() == seq, f"{column} of event {seq}"
        mark.rollback()
    assert verify_chain() is None


def test_a_removed_event_is_found(session: None) -> None:
    first = write_events()
    open_the_lock()
    db.session.execute(sa.delete(TRAIL).where(TRAIL.c.seq == first + 2))
    assert verify_chain() == first + 2


def test_a_trail_that_was_written_anew_does_not_fit_the_receipt_of_a_provider(
    session: None, frozen: Freeze
) -> None:
    frozen(NOON - timedelta(days=1))
    offer = make_draft(make_guarded_tender(deadline=NOON).procedure)
    kept = json.loads(submit(offer)[0].receipt)["spoor"]
    anchor = (kept["nummer"], kept["sha256"])
    open_the_lock()
    table = TRAIL
    previous = "0" * 64
    for row in db.session.execute(sa.select(table).order_by(table.c.seq)).all():
        payload = row.payload.replace("offer:submit", "offer:submiT")
        digest = hashlib.sha256(f"{previous}\n{row.seq}\n{payload}".encode()).hexdigest()
        db.session.execute(
            sa.update(table)
            .where(table.c.seq == row.seq)
            .values(payload=payload, previous=previous, hash=digest, action=row.action.replace("submit", "submiT"))
        )
        previous = digest
    db.session.execute(text("UPDATE audit_head SET hash = :hash"), {"hash": previous})
    db.session.expire_all()

    assert verify_chain() is None  # inside, the forged trail is whole
    assert verify_chain([anchor]) == anchor[0]  # beside what was kept elsewhere, it is not


def test_a_wrong_card_leaves_a_trace_though_nothing_changed(
    session: None, frozen: Freeze, client_as: Callable[..., PageClient]
) -> None:
    frozen(NOON - timedelta(days=1))
    tender = make_guarded_tender(deadline=NOON)
    frozen(NOON)
    where = f"/aanbestedingen/{tender.procedure.number}/kluis/kwaliteit/aanvragen"
    client_as(BUYER).get(where).submit(answer=tender.codes[ZOETERMEER])

    assert audit.last().action == "vault:open:denied"
    assert audit.last().user_id == viewer_by_email(BUYER).user_id


def test_a_damaged_offer_is_told_in_the_record_of_the_opening(session: None, frozen: Freeze) -> None:
    frozen(NOON - timedelta(days=1))
    tender = make_guarded_tender(deadline=NOON)
    submit(make_draft(tender.procedure))
    for path in strongroom.vault_folder().iterdir():
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
    frozen(NOON)
    opening = ceremony.ask_opening(tender.key(), answer=tender.codes[BUYER], by=viewer_by_email(BUYER))
    by = viewer_by_email(ZOETERMEER)
    unsealed = ceremony.unseal_with(opening, answer=tender.codes[ZOETERMEER], by=by)
    ceremony.confirm_opening(opening, unsealed, by=by)
    lines = db.session.scalars(sa.select(OpeningLine).where(OpeningLine.opening_id == opening.id)).all()

    assert lines
    assert any(line.damaged for line in lines)


def test_a_refused_visit_is_recorded(session: None, client_as: Callable[..., PageClient]) -> None:
    before = audit.head()[0]
    answer = client_as("financien@lansingerland.example").raw("GET", "/aanbestedingen")
    events = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.seq > before)).all()

    assert answer.status_code == 403
    assert list(events).count("access:refused") == 1


def test_early_and_wrong_openings_raise_the_portals_own_errors(session: None, frozen: Freeze) -> None:
    frozen(NOON - timedelta(days=1))
    tender = make_guarded_tender(deadline=NOON)
    with pytest.raises(Refused):
        ceremony.ask_opening(tender.key(), answer=tender.codes[BUYER], by=viewer_by_email(BUYER))
    frozen(NOON)
    with pytest.raises(PortalError):
        ceremony.ask_opening(tender.key(), answer="geen kaart", by=viewer_by_email(BUYER))
