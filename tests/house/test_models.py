"""What holds for every table: keys point down, money is whole cents, instants are UTC, constraints have names."""

import pytest
import sqlalchemy as sa

from portal.app import FEATURES
from portal.db import Base, UtcDateTime
from tests.house.application import load_models

load_models()
TABLES = [pytest.param(table, id=name) for name, table in sorted(Base.metadata.tables.items())]
OWNERS = {
    str(mapper.local_table): ".".join(mapper.class_.__module__.split(".")[:2]) for mapper in Base.registry.mappers
}


def rank(table: str) -> int:
    """Give how high the feature of a table stands; the kernel's own tables stand lowest."""
    owner = OWNERS[table]
    if owner.split(".")[0] == "portal":
        return -1
    return FEATURES.index(owner)


@pytest.mark.parametrize("table", TABLES)
def test_foreign_keys_point_to_the_same_storey_or_a_lower_one(table: sa.Table) -> None:
    upward = [
        f"{table.name}.{key.parent.name} → {key.column.table.name}"
        for key in table.foreign_keys
        if rank(key.column.table.name) > rank(table.name)
    ]
    assert not upward


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_a_float_and_no_instant_lacks_its_zone(table: sa.Table) -> None:
    floats = [column.name for column in table.columns if isinstance(column.type, sa.Float | sa.Numeric)]
    naive = [
        column.name
        for column in table.columns
        if isinstance(column.type, sa.DateTime) and not isinstance(column.type, UtcDateTime)
    ]
    assert not floats + naive


@pytest.mark.parametrize("table", TABLES)
def test_every_check_has_a_name_that_says_what_holds(table: sa.Table) -> None:
    checks = [one for one in table.constraints if isinstance(one, sa.CheckConstraint)]
    assert not [str(one.sqltext) for one in checks if not one.name]


def test_no_two_unique_constraints_share_a_name() -> None:
    names = [
        str(one.name)
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint) and isinstance(one.name, str)
    ]
    assert sorted(names) == sorted(set(names))


def test_relations_point_down_as_the_keys_do() -> None:
    upward = [
        f"{mapper.class_.__name__}.{relation.key} → {relation.mapper.class_.__name__}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if rank(str(relation.mapper.local_table)) > rank(str(mapper.local_table))
    ]
    assert not upward
