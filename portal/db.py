"""The database: base class, column types, and who may write when.

A request reads in a read-only transaction; one short write transaction follows (BEGIN IMMEDIATE on
SQLite). What a GET may not do, the database itself refuses.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum as PyEnum, StrEnum
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Text as TextType,
    TypeDecorator,
    Uuid,
    event,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    declared_attr,
    mapped_column,
)
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from portal.errors import StaleForm


class WriteOutsideTransaction(RuntimeError):
    """Code tried to change data in a request (or part of one) that only reads."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as an integer number of its smallest unit; never a float."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"expected Decimal, got {type(value).__name__}")
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"more than {self.places} decimals: {value}")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        if isinstance(value, Decimal):
            return self
        return self.impl_instance.coerce_compared_value(op, value)


def _values(kind: type[PyEnum]) -> list[str]:
    return [str(member.value) for member in kind]


Money = Annotated[Decimal, mapped_column(Scaled(2))]
MoneyOrNone = Annotated[Decimal | None, mapped_column(Scaled(2), nullable=True)]
Rate = Annotated[Decimal, mapped_column(Scaled(4))]
RateOrNone = Annotated[Decimal | None, mapped_column(Scaled(4), nullable=True)]
Quantity = Annotated[Decimal, mapped_column(Scaled(3))]
QuantityOrNone = Annotated[Decimal | None, mapped_column(Scaled(3), nullable=True)]
Share = Annotated[Decimal, mapped_column(Scaled(6))]
ShareOrNone = Annotated[Decimal | None, mapped_column(Scaled(6), nullable=True)]
Short = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(String(40))]
Text = Annotated[str, mapped_column(TextType)]


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        uuid.UUID: Uuid(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            validate_strings=True,
            values_callable=_values,
        ),
    }


class Versioned:
    """A record with a form: a change on top of an older version is noticed (409)."""

    version_id: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version_id}


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_barred: ContextVar[StaleForm | None] = ContextVar("barred", default=None)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


def is_writing() -> bool:
    """Say whether this task may change data at this moment."""
    return _writing.get()


def bar_writing(error: StaleForm | None) -> None:
    """Let this request only read: whoever wants to write gets this error; None lifts the bar."""
    _barred.set(error)


def barred() -> StaleForm | None:
    """Return why this request may only read; None when it may write."""
    return _barred.get()


def set_mode(*, writing: bool) -> None:
    """End the current transaction (nothing may be unsaved) and let the next one read or write.

    Raises:
        WriteOutsideTransaction: there are unsaved changes that would be lost or slip through.
        StaleForm: the form of this request has expired, so nothing may be written.
    """
    error = barred()
    if writing and error is not None:
        raise error
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideTransaction("unsaved changes while switching between reading and writing")
    if session.in_transaction():
        session.commit()
    _writing.set(writing)


@contextmanager
def reading() -> Iterator[None]:
    """Run a block in a read-only transaction of its own that ends with the block."""
    before = _writing.get()
    set_mode(writing=False)
    try:
        yield
        set_mode(writing=before)
    except BaseException:
        db.session.rollback()
        _writing.set(before)
        raise


@contextmanager
def writing() -> Iterator[None]:
    """Run a block in one write transaction: committed at its end, rolled back when it raises.

    For jobs, commands and demo data; in a request the kernel does this.
    """
    before = _writing.get()
    set_mode(writing=True)
    try:
        yield
        commit()
    except BaseException:
        db.session.rollback()
        forget_after_commit()
        raise
    finally:
        _writing.set(before)


def commit() -> None:
    """Commit the write transaction, then do what was waiting for it (mail, jobs)."""
    db.session.commit()
    waiting = _after.get() or []
    _after.set(None)
    for call in waiting:
        call()


def after_commit(call: Callable[[], None]) -> None:
    """Do something once the current write transaction has been committed; forgotten on rollback."""
    waiting = _after.get()
    if waiting is None:
        _after.set([call])
    else:
        waiting.append(call)


def forget_after_commit() -> None:
    """Drop what waits for a commit that will not come."""
    _after.set(None)


def lock(obj: Base) -> None:
    """Hold a row until the end of the transaction and read its newest values.

    PostgreSQL locks the row; SQLite already holds the whole database (BEGIN IMMEDIATE).
    """
    db.session.flush()
    db.session.refresh(obj, with_for_update={"of": type(obj)})


class NumberSeries(Base):
    """The last number given out per kind and year; gaps are allowed, doubles are not."""

    __tablename__ = "number_series"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def next_number(kind: str, year: int) -> int:
    """Give the next number of a series, held until the transaction ends."""
    series = db.session.get(NumberSeries, (kind, year), with_for_update=True)
    if series is None:
        series = NumberSeries(kind=kind, year=year, last=0)
        db.session.add(series)
    series.last += 1
    db.session.flush()
    return series.last


@event.listens_for(Engine, "connect")
def _prepare_connection(raw: Any, _record: Any) -> None:
    if not isinstance(raw, sqlite3.Connection):
        return
    raw.isolation_level = None
    cursor = raw.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("PRAGMA query_only=0")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "after_begin")
def _after_begin(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={0 if _writing.get() else 1}")
    elif not _writing.get():
        connection.execute(text("SET TRANSACTION READ ONLY"))


@event.listens_for(Session, "before_flush")
def _no_flush_while_reading(session: Session, *_: Any) -> None:
    if not _writing.get() and (session.new or session.dirty or session.deleted):
        if any(session.is_modified(obj) for obj in session.dirty) or session.new or session.deleted:
            raise WriteOutsideTransaction("a change outside the write transaction")


@event.listens_for(Session, "do_orm_execute")
def _no_statement_while_reading(state: ORMExecuteState) -> None:
    if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
        raise WriteOutsideTransaction("a changing statement outside the write transaction")
