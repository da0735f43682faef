"""TinyDB's Storage for documents that change: every change is one durable journal record, never a rewritten file.

This is not the ledger: documents may be updated and removed, tables dropped. One record is one line, framed as in the ledger
(CRC-32) and chained (`seq`, `prev` the SHA-256 of the record before); it says which documents were put and which are gone.
The record is written and synced before the view changes. `forget` writes the view anew, so that nothing removed is left on
the disk. What is read is a copy: no document is shared with the view or with another reader.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from tinydb.storages import Storage

from device.adapters.ledger.disk import NO_ROOM, Disk, Handle
from device.adapters.ledger.errors import LedgerClosed, LedgerDamaged, LedgerFailed, LedgerFull, LedgerLocked
from device.adapters.ledger.framing import Broken, frame, judge_tail, read_record, split_lines
from device.adapters.ledger.os_disk import OsDisk
from device.adapters.ledger.sealing import replace_file

Tables: TypeAlias = dict[str, Any]
"""What TinyDB reads and writes: documents by number as text, by table. Any: JSON, in TinyDB's own types."""

_NO_HASH = "0" * 64


class DocumentStorage(Storage):
    """Tables of documents over a journal of their changes; one process at a time."""

    def __init__(self, path: str | Path, *, disk: Disk | None = None) -> None:
        """Open the tables in a file, or begin them there.

        Raises:
            LedgerLocked: another process has them.
            LedgerDamaged: a record in the middle is bad; nothing was changed.
            OSError: the disk failed, or the folder is missing.
        """
        self._path = Path(path)
        self._disk = disk or OsDisk()
        self._view: Tables | None = None
        self._seq, self._hash, self._end = 0, _NO_HASH, 0
        self._failure: Exception | None = None
        lock = self._disk.lock(self._path.with_name(self._path.name + ".lock"))
        if lock is None:
            raise LedgerLocked(self._path)
        self._lock: Handle = lock
        try:
            self._handle = self._open()
        except BaseException:
            self._disk.close(lock)
            raise

    def read(self) -> Tables | None:
        """Return a copy of all tables, None before the first change."""
        return None if self._view is None else _copy(self._view)

    def write(self, data: Tables) -> None:
        """Record what is different now, durably, then show it.

        Raises:
            LedgerFull: no room; nothing changed.
            LedgerFailed: the disk failed, now or before; open anew.
            LedgerClosed: it was closed.
        """
        after = _plain(data)
        change = _difference(self._view, after)
        if change:
            self._append(change)
            self._view = after

    def forget(self) -> None:
        """Write only what is there now in place of all changes, so that what was removed is in no file; as `write` raises."""
        self._require_usable()
        line = _record(1, _NO_HASH, {"put": self._view or {}})
        try:
            replace_file(self._disk, self._path, frame([line]))
            self._disk.close(self._handle)
            self._handle = self._disk.open(self._path)
        except OSError as error:
            raise self._fail("write the documents anew", error) from error
        self._seq, self._hash, self._end = 1, _hash(line), len(frame([line]))

    def close(self) -> None:
        """Release the file; every change is durable already."""
        if isinstance(self._failure, LedgerClosed):
            return
        self._failure = LedgerClosed()
        self._disk.close(self._handle)
        self._disk.close(self._lock)

    # -- writing

    def _append(self, change: Mapping[str, object]) -> None:
        self._require_usable()
        line = _record(self._seq + 1, self._hash, change)
        written = frame([line])
        self._failure = LedgerFailed(self._path, "write", "it was interrupted")
        try:
            self._disk.write(self._handle, self._end, written)
        except OSError as error:
            raise self._refuse(error, len(written)) from error
        try:
            self._disk.sync(self._handle)
        except OSError as error:
            raise self._fail("make a change durable", error) from error
        self._failure = None
        self._seq, self._hash, self._end = self._seq + 1, _hash(line), self._end + len(written)

    def _refuse(self, error: OSError, wanted_bytes: int) -> Exception:
        if error.errno not in NO_ROOM:
            return self._fail("write", error)
        try:
            self._disk.truncate(self._handle, self._end)
            self._disk.sync(self._handle)
        except OSError as second:
            return self._fail("take back an unfinished write", second)
        self._failure = None
        return LedgerFull(self._path, wanted_bytes)

    def _fail(self, step: str, error: OSError) -> LedgerFailed:
        failure = LedgerFailed(self._path, step, error.strerror or str(error))
        self._failure = failure
        return failure

    def _require_usable(self) -> None:
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    # -- opening

    def _open(self) -> Handle:
        folder = self._path.parent
        if self._path.name not in self._disk.list_directory(folder):
            handle = self._disk.create(self._path)
            self._disk.sync_directory(folder)
            return handle
        handle = self._disk.open(self._path)
        try:
            self._replay(handle)
        except BaseException:
            self._disk.close(handle)
            raise
        return handle

    def _replay(self, handle: Handle) -> None:
        self._disk.sync(handle)
        self._disk.forget_cached(handle)
        content = self._disk.read(handle, 0, self._disk.size(self._path))
        for line in split_lines((content,)):
            record = read_record(line.content)
            if isinstance(record, Broken) or not line.ended:
                break
            self._take(record.entry)
            self._end = line.position + len(line.content) + 1
        tail = content[self._end :]
        verdict = judge_tail(tail, self._end)
        if isinstance(verdict, Broken):
            raise self._damaged(verdict.reason)
        if tail:  # a change that was never answered
            self._disk.truncate(handle, self._end)
            self._disk.sync(handle)

    def _take(self, line: bytes) -> None:
        change = json.loads(line)
        if (change.pop("seq"), change.pop("prev")) != (self._seq + 1, self._hash):
            raise self._damaged("it does not follow the one before")
        self._view = _apply(self._view or {}, change)
        self._seq, self._hash = self._seq + 1, _hash(line)

    def _damaged(self, reason: str) -> LedgerDamaged:
        return LedgerDamaged(self._path, position=self._end, seq=self._seq + 1, reason=reason)


def _record(seq: int, prev: str, change: Mapping[str, object]) -> bytes:
    fields = {"seq": seq, "prev": prev, **change}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _plain(data: Mapping[str, Any]) -> Tables:
    """Return what will be read again after a restart; raises TypeError for what JSON cannot say."""
    return cast("Tables", json.loads(json.dumps(data)))


def _copy(tables: Tables) -> Tables:
    return cast("Tables", _copy_of(tables))


def _copy_of(value: object) -> object:
    if isinstance(value, dict):
        return {key: _copy_of(item) for key, item in value.items()}
    return [_copy_of(item) for item in value] if isinstance(value, list) else value


def _difference(before: Tables | None, after: Tables) -> dict[str, object]:
    """Return the documents put and gone and the tables dropped; nothing if all is as it was."""
    if before is None:
        return {"put": after}
    put: Tables = {}
    gone: dict[str, list[str]] = {}
    for name, table in after.items():
        had = before.get(name)
        if not isinstance(table, dict) or not isinstance(had, dict):
            if name not in before or had != table:
                put[name] = table
            continue
        if changed := {
            key: document for key, document in table.items() if key not in had or had[key] != document
        }:
            put[name] = changed
        if removed := [key for key in had if key not in table]:
            gone[name] = removed
    dropped = [name for name in before if name not in after]
    change = {"put": put, "gone": gone, "dropped": dropped}
    return {what: value for what, value in change.items() if value}


def _apply(tables: Tables, change: Mapping[str, Any]) -> Tables:
    for name in change.get("dropped", ()):
        del tables[name]
    for name, keys in change.get("gone", {}).items():
        for key in keys:
            del tables[name][key]
    for name, table in change.get("put", {}).items():
        if isinstance(table, dict) and isinstance(tables.get(name), dict):
            tables[name].update(table)
        else:
            tables[name] = table
    return tables
