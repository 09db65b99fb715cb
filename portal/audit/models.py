"""The trail: one chained row per thing that happened, append-only on both databases."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal import triggers
from portal.db import Base, Code, Short, Text


class AuditEvent(Base):
    """What happened, by whom, to what; `payload` is the exact text that was hashed."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_object", "object_kind", "object_id"),)

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    action: Mapped[Short]
    object_kind: Mapped[Code] = mapped_column(default="")
    object_id: Mapped[uuid.UUID | None]
    user_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    payload: Mapped[Text]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last link of the chain; one row, held while a new link is made."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="0" * 64)


def _refuse(operation: str) -> str:
    return (
        f"CREATE TRIGGER audit_event_no_{operation.lower()} BEFORE {operation} ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
    )


triggers.register(
    "audit_event",
    "audit_event_no_update",
    sqlite=(_refuse("UPDATE"),),
    postgresql=(
        (
            "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()"
        ),
    ),
)
triggers.register(
    "audit_event",
    "audit_event_no_delete",
    sqlite=(_refuse("DELETE"),),
    postgresql=(
        (
            "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()"
        ),
    ),
)
triggers.register(
    "audit_event",
    "audit_event_no_truncate",
    sqlite=(),
    postgresql=(
        (
            "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
        ),
    ),
)
triggers.register(
    "audit_event",
    "audit_event_follows",
    sqlite=(
        (
            "CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event WHEN NEW.seq > 1 AND NOT EXISTS "
            "(SELECT 1 FROM audit_event WHERE seq = NEW.seq - 1 AND hash = NEW.previous) "
            "BEGIN SELECT RAISE(ABORT, 'audit_event does not follow its predecessor'); END"
        ),
    ),
    postgresql=(
        (
            "CREATE OR REPLACE FUNCTION audit_event_must_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq - 1 AND hash = NEW.previous) "
            "THEN RAISE EXCEPTION 'audit_event does not follow its predecessor'; END IF; RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION audit_event_must_follow()"
        ),
    ),
)
