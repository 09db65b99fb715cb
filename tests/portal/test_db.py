"""Who may write when, and what the column types let through."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import Organisation, OrganisationKind
from portal.db import Scaled, WriteOutsideTransaction, db, next_number, reading, set_mode


def fresh(slug: str = "proef") -> Organisation:
    return Organisation(
        kind=OrganisationKind.PROVIDER, name="Proef", slug=slug, created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_change_while_reading_is_refused_by_our_own_guard(session: None) -> None:
    with pytest.raises(WriteOutsideTransaction), reading():
        db.session.add(fresh())
        db.session.flush()


def test_a_statement_while_reading_is_refused_by_our_own_guard(session: None) -> None:
    with pytest.raises(WriteOutsideTransaction), reading():
        db.session.execute(update(Organisation).values(name="x"))


def test_raw_sql_while_reading_is_refused_by_the_database_itself(session: None) -> None:
    with pytest.raises(DBAPIError), reading():
        db.session.execute(text("UPDATE organisation SET name = 'x'"))


def test_unsaved_changes_do_not_slip_into_another_transaction(session: None) -> None:
    db.session.add(fresh())

    with pytest.raises(WriteOutsideTransaction):
        set_mode(writing=False)


def test_numbers_of_a_series_follow_each_other_per_kind_and_year(session: None) -> None:
    assert [next_number("proef", 2026), next_number("proef", 2026), next_number("proef", 2027)] == [1, 2, 1]


def test_an_enum_is_stored_by_its_value(session: None) -> None:
    db.session.add(fresh("waarde"))
    db.session.flush()

    stored = db.session.execute(text("SELECT kind FROM organisation WHERE slug = 'waarde'")).scalar_one()

    assert stored == "provider"


def test_an_instant_without_zone_is_refused(session: None) -> None:
    organisation = fresh("zone")
    organisation.created_at = datetime(2026, 1, 1)
    db.session.add(organisation)

    with pytest.raises(Exception, match="time zone"):
        db.session.flush()


@pytest.mark.parametrize("value", [1.5, "1,50", True])
def test_an_amount_is_never_a_float_or_a_text(value: object) -> None:
    with pytest.raises(TypeError):
        Scaled(2).process_bind_param(value, None)  # type: ignore[arg-type]


def test_an_amount_with_a_third_decimal_is_refused_not_rounded() -> None:
    with pytest.raises(ValueError, match="decimals"):
        Scaled(2).process_bind_param(Decimal("1.005"), None)  # type: ignore[arg-type]


def test_cents_come_back_as_they_went_in() -> None:
    column = Scaled(2)

    assert column.process_bind_param(Decimal("-1234.56"), None) == -123456  # type: ignore[arg-type]
    assert column.process_result_value(-123456, None) == Decimal("-1234.56")  # type: ignore[arg-type]


def test_every_test_begins_with_the_same_database(session: None) -> None:
    slugs = set(db.session.scalars(select(Organisation.slug)))

    assert "waarde" not in slugs
    assert "lansingerland" in slugs


def test_the_app_knows_both_databases(app: Flask) -> None:
    with app.app_context():
        assert db.engine.dialect.name in {"sqlite", "postgresql"}
