"""INSERT … ON CONFLICT, which SQLite and PostgreSQL both speak and SQLAlchemy spells in two modules."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import ReadOnlyColumnCollection

Row: TypeAlias = Mapping[str, object]
Changes: TypeAlias = Callable[
    [ReadOnlyColumnCollection[str, ColumnElement[object]]], Mapping[str, ColumnElement[object]]
]
"""From the row that could not be inserted to the columns to set on the one that stands."""


def upsert(connection: Connection, table: Table, rows: Sequence[Row], changes: Changes) -> None:
    """Insert rows; where one stands under the same primary key, change it."""
    if not rows:
        return
    statement = _insert(connection, table)
    keys = list(table.primary_key.columns)
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=dict(changes(statement.excluded))), rows
    )


def insert_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; leave those that stand as they are."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def replacing(*names: str) -> Changes:
    """Return changes that take over the named columns from the new row."""
    return lambda new: {name: new[name] for name in names}


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
