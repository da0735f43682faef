"""The database: how it is opened, migrated, read and written."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, Protocol

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event

from cloud.domain.errors import DatabaseNewerError

BUSY_TIMEOUT_MS: Final = 30_000
READERS_MAX: Final = 16
_BEGIN_OPTION: Final = "stallholder_begin"


class Database:
    """One engine. In SQLite one writer at a time waits at a lock, where it would poll at the file."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(**{_BEGIN_OPTION: "BEGIN IMMEDIATE"})
        self._one_writer = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads one state of everything."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: durable when the context ends, undone when it raises."""
        with self._one_writer, self._writing.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema up to date; raises DatabaseNewerError if it is from a later version."""
        config = Config()
        config.set_main_option("script_location", "cloud:migrations")
        config.set_main_option("path_separator", "os")
        with self.writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise DatabaseNewerError(str(error)) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(path: Path) -> Database:
    """Open a SQLite file, durable at every commit, readable by its owner only."""
    path.touch(mode=0o600, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", pool_size=READERS_MAX, max_overflow=0)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine)
    database.migrate()
    return database


class _SqliteConnection(Protocol):
    isolation_level: str | None

    def execute(self, statement: str) -> object:
        """Run a statement."""


def _set_up_sqlite(connection: _SqliteConnection, _record: object) -> None:
    connection.isolation_level = (
        None  # we say BEGIN ourselves: the driver would begin too late for a snapshot
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN_OPTION, "BEGIN"))
