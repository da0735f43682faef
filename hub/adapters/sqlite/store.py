"""The Store port over SQLite through SQLAlchemy.

Write-ahead log with `synchronous=FULL`: a commit is on the disk when it returns. One thread writes, so that decisions never
race; reads go through connections of their own and see the last commit. A second process (the command line) may
write too: SQLite's lock makes it wait.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from hub.adapters.sqlite.devices import SqliteCredentials, SqliteDevices
from hub.adapters.sqlite.documents import SqliteDocuments
from hub.adapters.sqlite.doors import SqliteDoorCommands
from hub.adapters.sqlite.migrate import migrate
from hub.adapters.sqlite.parcels import SqliteParcels, SqlitePickupNumbers
from hub.adapters.sqlite.refusals import REJECTED_MAX, SqliteNotes, SqliteRefusals
from hub.adapters.sqlite.streams import SqliteStreams
from hub.ports.store import UnitOfWork

T = TypeVar("T")

_BUSY_TIMEOUT_MS = 15_000
_READERS = 2
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}",
)


class SqliteUnitOfWork:
    """One transaction's repositories."""

    def __init__(self, session: Session, *, rejected_max: int = REJECTED_MAX) -> None:
        self.streams = SqliteStreams(session)
        self.parcels = SqliteParcels(session)
        self.numbers = SqlitePickupNumbers(session)
        self.door_commands = SqliteDoorCommands(session)
        self.devices = SqliteDevices(session)
        self.refusals = SqliteRefusals(session, rejected_max=rejected_max)
        self.credentials = SqliteCredentials(session)
        self.notes = SqliteNotes(session)
        self.documents = SqliteDocuments(session)


class SqliteStore:
    """The hub's database file; `open` it first, `close` it last."""

    def __init__(self, engine: Engine, *, rejected_max: int = REJECTED_MAX) -> None:
        self._engine = engine
        self._rejected_max = rejected_max
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-writer")
        self._readers = ThreadPoolExecutor(max_workers=_READERS, thread_name_prefix="hub-reader")

    @classmethod
    def open(cls, path: Path, *, rejected_max: int = REJECTED_MAX) -> "SqliteStore":
        """Open a database file, readable by its owner alone, and bring its tables up to date."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        engine = create_engine(f"sqlite:///{path}", pool_size=1 + _READERS, max_overflow=1)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        migrate(engine)
        return cls(engine, rejected_max=rejected_max)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` in a transaction and return its result once that is durable; an exception undoes all of it."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work`, which changes nothing, on a consistent view."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do as `write` does, on this thread: for commands, which have no event loop."""
        connection = self._engine.connect().execution_options(stallholder_writes=True)
        with connection, Session(connection, expire_on_commit=False) as session, session.begin():
            return work(SqliteUnitOfWork(session, rejected_max=self._rejected_max))

    def close(self) -> None:
        """Wait for what is under way and close the file."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def read_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do as `read` does, on this thread."""
        with Session(self._engine) as session:
            return work(SqliteUnitOfWork(session))


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """Take the writer's lock at once: one that is taken later can fail in the middle."""
    writes = connection.get_execution_options().get("stallholder_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
