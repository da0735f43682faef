"""The chains that the hub holds: verified, written out, its own begun anew."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from hub.adapters.sqlite.store import SqliteStore
from hub.app.open_hub import opened
from hub.config import Config
from hub.domain.errors import (
    SeveralStreamsError,
    UnknownStreamError,
)
from hub.domain.stream import StreamRecord
from hub.ports.store import UnitOfWork
from hub.services.begin_anew import begin_anew
from hub.services.desk import Desk
from shared.entry import StreamKey
from shared.verify.report import Problem, Report
from shared.verify.verify import verify_lines

VERIFY_LINES = 1_000


def say_restored(config: Config) -> bool:
    """Begin the hub's own chain anew, as after a restored backup, and lock codes; False if it has none yet. Raises HubError."""

    def begin(desk: Desk) -> bool:
        own = desk.own_stream()
        return own is not None and begin_anew(desk, own.key)

    with opened(config) as (house, _):
        return asyncio.run(house.decide(begin))


def verify(config: Config) -> Iterator[tuple[str, Report]]:
    """Check every chain in the database with the independent reader: its name and what was found. Raises HubError."""
    with opened(config) as (_, store):
        for stream in store.read_now(lambda uow: uow.streams.all()):
            report = verify_lines(_lines(store, stream))
            yield f"{stream.key.source}/{stream.key.epoch}", _held_to_head(report, stream)


def export_stream(config: Config, source: str, epoch: str | None) -> Iterator[bytes]:
    """Return the exact bytes of a till's entries as they were received, oldest first.

    Args:
        config: the hub's.
        source: the till.
        epoch: which of its ledgers; may be left out if it has had only one.

    Raises:
        UnknownStreamError: the hub holds no such ledger.
        SeveralStreamsError: it holds several, and none was named.
        HubError: it cannot open its data.
    """
    with opened(config) as (_, store):
        streams = [
            stream for stream in store.read_now(lambda uow: uow.streams.all()) if stream.key.source == source
        ]
        wanted = [stream for stream in streams if epoch in (None, stream.key.epoch)]
        if not wanted:
            raise UnknownStreamError(source, epoch)
        if len(wanted) > 1:
            raise SeveralStreamsError(source, {str(stream.key.epoch): stream.head.seq for stream in wanted})
        yield from _lines(store, wanted[0])


def _held_to_head(report: Report, stream: StreamRecord) -> Report:
    """A chain that is sound but ends elsewhere than its record says has lost its end."""
    if report.problem is not None or (report.head_seq, report.head_hash) == (
        stream.head.seq,
        stream.head.hash,
    ):
        return report
    words = f"the chain ends at entry {report.head_seq}, its record says {stream.head.seq}"
    return replace(report, problem=Problem(report.entries + 1, 0, words))


def _lines(store: SqliteStore, stream: StreamRecord) -> Iterator[bytes]:
    for first in range(1, stream.head.seq + 1, VERIFY_LINES):
        last = first + VERIFY_LINES - 1
        yield from store.read_now(partial(_read_lines, key=stream.key, first=first, last=last))


def _read_lines(uow: UnitOfWork, *, key: StreamKey, first: int, last: int) -> list[bytes]:
    return uow.streams.lines(key, first, last)
