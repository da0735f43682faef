"""A disk that behaves as badly as real ones may, under the ledger's real code.

Every file has what programs see (the cache) and what the platter holds. Writes, truncations and names reach the platter at
a sync, or in part, in any order, when the power goes: whole writes dropped, cut at a sector (512 or 4,096 bytes) or at any
byte, sectors missing and read as zeros. A failed sync leaves the cache looking fine, as Linux does. One seed, one story.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from errno import EIO, ENOSPC, EROFS
from itertools import pairwise
from os import strerror
from pathlib import Path
from random import Random

from device.adapters.ledger.disk import Handle


class PowerCutError(Exception):
    """The power went, or the process was killed. Not an OSError: no program hears of it, it just ends."""


class Fault(Enum):
    """What happens to one operation."""

    POWER_CUT = "power cut"
    KILLED = "process killed"
    NO_SPACE = "no space"
    IO_ERROR = "input/output error"
    READ_ONLY = "read-only file system"


class Outcome(Enum):
    """What the platter keeps of unsynced writes when the power goes."""

    DROPPED = "nothing"
    KEPT = "everything"
    CUT_AT_512 = "up to a sector of 512"
    CUT_AT_4096 = "up to a sector of 4,096"
    CUT_ANYWHERE = "up to any byte"
    SECTORS_512 = "some sectors of 512, the others zero"
    SECTORS_4096 = "some sectors of 4,096, the others zero"


@dataclass(frozen=True, slots=True)
class _Write:
    position: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Truncate:
    size: int


@dataclass(slots=True)
class _File:
    platter: bytearray = field(default_factory=bytearray)
    cache: bytearray = field(default_factory=bytearray)
    unsynced: list[_Write | _Truncate] = field(default_factory=list)


def _apply(content: bytearray, change: _Write | _Truncate) -> None:
    if isinstance(change, _Truncate):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    end = change.position + len(change.content)
    content.extend(bytes(max(0, end - len(content))))
    content[change.position : end] = change.content


class SimulatedDisk:
    """The `Disk` port in memory. `faults` says what happens at which operation, counted from 1, once each."""

    def __init__(self, random: Random, faults: Mapping[int, Fault] | None = None) -> None:
        self.operations = 0
        self.without_power = False
        self.killed = False
        self.room_bytes: int | None = None  # how much more the files may grow altogether; None: without limit
        self.faults = dict(faults or {})
        self._random = random
        self._names: dict[Path, _File] = {}
        self._platter_names: dict[Path, _File] = {}
        self._unsynced_names: list[dict[Path, _File]] = []
        self._handles: dict[int, _File] = {}
        self._locks: dict[int, Path] = {}
        self._next_handle = 100

    # -- what happens to the machine

    def end_process(self) -> None:
        """The process ends, the machine goes on: handles and locks are gone, the cache stays."""
        self.killed = False
        self._handles.clear()
        self._locks.clear()

    def power_cut(self, outcome: Outcome) -> None:
        """The power goes and comes back: what was not synced is kept or lost as `outcome` says."""
        self.end_process()
        self.without_power = False
        kept = self._random.randint(0, len(self._unsynced_names))
        if outcome is Outcome.DROPPED:
            kept = 0
        elif outcome is Outcome.KEPT:
            kept = len(self._unsynced_names)
        if kept:
            self._platter_names = self._unsynced_names[kept - 1]
        self._names = dict(self._platter_names)
        self._unsynced_names.clear()
        for file in {id(file): file for file in self._names.values()}.values():
            self._lose(file, outcome)
            file.cache = bytearray(file.platter)

    def content(self, path: Path) -> bytes:
        """What programs see in a file; nothing if there is none."""
        file = self._names.get(path)
        return bytes(file.cache) if file else b""

    def put(self, path: Path, content: bytes) -> None:
        """Change a file behind everybody's back, durably."""
        file = self._names[path]
        file.platter, file.cache = bytearray(content), bytearray(content)
        file.unsynced.clear()

    def take_away(self, path: Path) -> bytes:
        """Remove a file behind everybody's back, durably; returns what it held."""
        self._platter_names.pop(path, None)
        return bytes(self._names.pop(path).cache)

    def put_back(self, path: Path, content: bytes) -> None:
        """Make a file behind everybody's back, durably."""
        self._names[path] = self._platter_names[path] = _File()
        self.put(path, content)

    def names(self) -> tuple[str, ...]:
        """The names that programs see."""
        return tuple(sorted(path.name for path in self._names))

    def _lose(self, file: _File, outcome: Outcome) -> None:
        unsynced, file.unsynced = file.unsynced, []
        if outcome in (Outcome.SECTORS_512, Outcome.SECTORS_4096):
            self._lose_out_of_order(file, unsynced, outcome)
            return
        whole = self._random.randint(0, len(unsynced))
        if outcome is Outcome.DROPPED:
            whole = 0
        elif outcome is Outcome.KEPT:
            whole = len(unsynced)
        for change in unsynced[:whole]:
            _apply(file.platter, change)
        for change in unsynced[whole : whole + 1]:
            if isinstance(change, _Write) and outcome is not Outcome.DROPPED:
                self._tear(file, change, outcome)

    def _lose_out_of_order(self, file: _File, unsynced: list[_Write | _Truncate], outcome: Outcome) -> None:
        """Let each change reach the platter, or not, or in part, whatever became of the ones before it."""
        for change in unsynced:
            match self._random.choice(("kept", "dropped", "torn")):
                case "kept":
                    _apply(file.platter, change)
                case "torn" if isinstance(change, _Write):
                    self._tear(file, change, outcome)

    def _tear(self, file: _File, change: _Write, outcome: Outcome) -> None:
        """Let a part of one write reach the platter."""
        end = change.position + len(change.content)
        if outcome is Outcome.CUT_ANYWHERE:
            _apply(file.platter, self._first_part(change, self._random.randint(change.position, end)))
            return
        sector = 4096 if outcome in (Outcome.CUT_AT_4096, Outcome.SECTORS_4096) else 512
        edges = [change.position, *range(change.position // sector * sector + sector, end, sector), end]
        if outcome in (Outcome.CUT_AT_512, Outcome.CUT_AT_4096):
            _apply(file.platter, self._first_part(change, self._random.choice(edges[:-1])))
            return
        file.platter.extend(bytes(max(0, end - len(file.platter))))
        for start, stop in pairwise(edges):
            if self._random.random() < 0.5:
                part = change.content[start - change.position : stop - change.position]
                _apply(file.platter, _Write(start, part))

    @staticmethod
    def _first_part(change: _Write, stop: int) -> _Write:
        return _Write(change.position, change.content[: stop - change.position])

    # -- the port

    def make_directory(self, path: Path) -> None:
        self._step()

    def list_directory(self, path: Path) -> tuple[str, ...]:
        self._require_power()
        return tuple(sorted(name.name for name in self._names if name.parent == path))

    def size(self, path: Path) -> int:
        self._require_power()
        if path not in self._names:
            raise FileNotFoundError(str(path))
        return len(self._names[path].cache)

    def create(self, path: Path) -> Handle:
        self._step()
        file = self._names.get(path)
        if file is None:
            file = _File()
            self._names[path] = file
            self._unsynced_names.append(dict(self._names))
        else:
            self._change(file, _Truncate(0))
        return self._handle(file)

    def open(self, path: Path) -> Handle:
        self._require_power()
        if path not in self._names:
            raise FileNotFoundError(str(path))
        return self._handle(self._names[path])

    def lock(self, path: Path) -> Handle | None:
        self._require_power()
        if path in self._locks.values():
            return None
        handle = self._handle(_File())
        self._locks[handle] = path
        return handle

    def close(self, handle: Handle) -> None:
        self._handles.pop(handle, None)
        self._locks.pop(handle, None)

    def read(self, handle: Handle, position: int, length: int) -> bytes:
        self._require_power()
        return bytes(self._handles[handle].cache[position : position + length])

    def write(self, handle: Handle, position: int, content: bytes) -> None:
        file = self._handles.get(handle) or _File()
        try:
            self._step()
            self._take_room(position + len(content) - len(file.cache))
        except OSError:
            some = self._random.randint(0, len(content))
            if self.room_bytes is not None:
                some = min(some, max(0, len(file.cache) - position))
            self._change(file, _Write(position, content[:some]))
            raise
        except PowerCutError:
            self._change(file, _Write(position, content))
            raise
        self._change(file, _Write(position, content))

    def sync(self, handle: Handle) -> None:
        file = self._handles.get(handle) or _File()
        try:
            self._step()
        except OSError:
            self._lose(file, self._random.choice(list(Outcome)))
            raise
        for change in file.unsynced:
            _apply(file.platter, change)
        file.unsynced.clear()

    def forget_cached(self, handle: Handle) -> None:
        file = self._handles[handle]
        if not file.unsynced:
            file.cache = bytearray(file.platter)

    def truncate(self, handle: Handle, size: int) -> None:
        self._step()
        self._give_room(len(self._handles[handle].cache) - size)
        self._change(self._handles[handle], _Truncate(size))

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        self._names[target] = self._names.pop(source)
        self._unsynced_names.append(dict(self._names))

    def remove(self, path: Path) -> None:
        self._step()
        self._give_room(len(self._names.pop(path).cache))
        self._unsynced_names.append(dict(self._names))

    def sync_directory(self, path: Path) -> None:
        self._step()
        self._platter_names = dict(self._names)
        self._unsynced_names.clear()

    def _take_room(self, more_bytes: int) -> None:
        if self.room_bytes is None or more_bytes <= 0:
            return
        if more_bytes > self.room_bytes:
            raise OSError(ENOSPC, strerror(ENOSPC))
        self.room_bytes -= more_bytes

    def _give_room(self, bytes_: int) -> None:
        if self.room_bytes is not None:
            self.room_bytes += max(0, bytes_)

    def _handle(self, file: _File) -> Handle:
        self._next_handle += 1
        self._handles[self._next_handle] = file
        return Handle(self._next_handle)

    def _change(self, file: _File, change: _Write | _Truncate) -> None:
        _apply(file.cache, change)
        file.unsynced.append(change)

    def _require_power(self) -> None:
        if self.without_power or self.killed:
            raise PowerCutError

    def _step(self) -> None:
        """Count an operation that changes something, and let happen to it what is planned."""
        self._require_power()
        self.operations += 1
        match self.faults.pop(self.operations, None):
            case Fault.POWER_CUT:
                self.without_power = True
                raise PowerCutError
            case Fault.KILLED:
                self.killed = True
                raise PowerCutError
            case Fault.NO_SPACE:
                raise OSError(ENOSPC, strerror(ENOSPC))
            case Fault.READ_ONLY:
                raise OSError(EROFS, strerror(EROFS))
            case Fault.IO_ERROR:
                raise OSError(EIO, strerror(EIO))
            case None:
                return


class DiskWithoutSync(SimulatedDisk):
    """Answers every fdatasync at once and does nothing: the ledger's proof must catch it."""

    def sync(self, handle: Handle) -> None:
        self._step()


class DiskWithoutDirectorySync(SimulatedDisk):
    """Forgets names unless they are lucky."""

    def sync_directory(self, path: Path) -> None:
        self._step()


class DiskWithoutForgetting(SimulatedDisk):
    """Shows from its cache what a failed sync never wrote."""

    def forget_cached(self, handle: Handle) -> None:
        self._require_power()


class DiskThatHidesFailedSyncs(SimulatedDisk):
    """Loses writes in a failed sync and says that all is well."""

    def sync(self, handle: Handle) -> None:
        try:
            super().sync(handle)
        except OSError:
            return
