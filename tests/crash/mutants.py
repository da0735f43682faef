"""`make mutants`: takes the ledger's safeguards away one by one and shows that the proof catches each.

`python -m tests.crash.mutants` runs them all, each in a process of its own, and prints the table; with a number it is that
process: it changes one piece of the ledger's source while it is imported, then runs the trials until one fails.
"""

import importlib.abc
import importlib.machinery
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.table import Table

PACKAGE = "device.adapters.ledger"
ROOT = Path(__file__).parents[2]
CAUGHT, SURVIVED = 0, 3
SEEDS = 1_500
TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard taken away: in `module`, `old` becomes `new`."""

    what: str
    module: str
    old: str
    new: str


MUTANTS = (
    Mutant("no fdatasync after a write", "journal",
           "            self.disk.sync(growing.handle)\n        except OSError as error:\n            raise self._fail(\"make a write",
           "            pass\n        except OSError as error:\n            raise self._fail(\"make a write"),
    Mutant("a failed fdatasync is forgotten", "journal", "raise self._fail(\"make a write durable\", error) from error", "pass"),
    Mutant("after a failure the journal goes on", "journal", "        self._failure = failure\n", "        self._failure = None\n"),
    Mutant("an interrupted write is not remembered", "journal",
           "        self._failure = LedgerFailed(self.path, \"write\", \"it was interrupted\")  # until", "        # until"),
    Mutant("a refused write is not taken back", "journal",
           "            self.disk.truncate(growing.handle, growing.notes.end)\n", "            pass\n"),
    Mutant("taking back is not made durable", "journal",
           "            self.disk.sync(growing.handle)\n        except OSError as error:\n            raise self._fail(\"take back",
           "            pass\n        except OSError as error:\n            raise self._fail(\"take back"),
    Mutant("a write begins one byte too early", "journal",
           "self.disk.write(growing.handle, growing.notes.end, content)", "self.disk.write(growing.handle, growing.notes.end - 1, content)"),
    Mutant("the view grows before the write", "journal",
           "        written = frame([entry.line for entry in entries])\n",
           "        written = frame([entry.line for entry in entries])\n        self._head = entries[-1].head\n"),
    Mutant("the reserve is never released", "journal", "if may_use_reserve and", "if False and"),
    Mutant("a new segment is not synced before it gets its name", "journal",
           "        disk.sync(handle)\n        disk.rename(unborn, path)\n", "        disk.rename(unborn, path)\n"),
    Mutant("a new segment gets its name before its content", "journal",
           "        disk.write(handle, 0, content)\n        disk.sync(handle)\n        disk.rename(unborn, path)\n",
           "        disk.rename(unborn, path)\n        disk.write(handle, 0, content)\n        disk.sync(handle)\n"),
    Mutant("a new segment is written under its own name at once", "journal",
           "    unborn = path.with_name(path.name + UNBORN_SUFFIX)\n    handle = disk.create(unborn)", "    unborn = path\n    handle = disk.create(unborn)"),
    Mutant("a new segment's name is not synced", "journal",
           "            self.disk.sync_directory(self._directory)\n        except OSError as error:  # the new part", "            pass\n        except OSError as error:  # the new part"),
    Mutant("a full segment is not cut to its length", "journal", "        self._take_back()  # of the old one", "        # of the old one"),
    Mutant("answers are given before the write", "ledger",
           "            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull",
           "            batch.succeed()\n            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull"),
    Mutant("the state is published before the write", "ledger",
           "            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull",
           "            if batch.entries:\n                self._published = _Published(batch.entries[-1].head, batch.state)\n                self._database.entries.append(batch.entries)\n        except LedgerFull"),
    Mutant("a failed write is answered as a success", "batch", "        for request in self.requests:\n            request.refuse(error)\n", "        for request in self.requests:\n            request.answer(())\n"),
    Mutant("a decision does not see the one before it", "batch",
           "        self._head, self.state, self.bytes = head, state, self.bytes + size", "        self._head, self.bytes = head, self.bytes + size"),
    Mutant("checksums are not compared", "framing", "if content[:8] != b\"%08x\" % crc32(content[8:]):", "if False:"),
    Mutant("damage at the end counts as torn", "framing", "        elif not _cut_explains(line, position, position + len(tail)):", "        elif False:"),
    Mutant("a whole write after a torn one counts as torn", "framing", "            if record.begins_write:", "            if False:"),
    Mutant("what a killed process left is not synced", "recovery",
           "    disk.sync(handle)\n    disk.sync_directory(path.parent)\n    disk.forget", "    disk.sync_directory(path.parent)\n    disk.forget"),
    Mutant("names found at the start are not synced", "recovery",
           "    disk.sync_directory(path.parent)\n    disk.forget", "    disk.forget"),
    Mutant("the cache is believed after a failed sync", "recovery", "    disk.forget_cached(handle)\n", ""),
    Mutant("the chain is not followed", "recovery", "        if (entry.seq, entry.prev) != (head.seq + 1, head.hash):", "        if False:"),
    Mutant("what hub and cloud know is not asked", "recovery", "    if is_last and known_seq(chain.stream) > chain.notes.head.seq:", "    if False:"),
    Mutant("a torn end is not kept", "recovery", "        replace_file(disk, aside, tail)\n    except", "        pass\n    except"),
    Mutant("what was set aside is not synced", "sealing", "            disk.sync(handle)\n", ""),
    Mutant("the name of what was set aside is not synced", "sealing",
           "    disk.sync_directory(target.parent)\n", ""),
    Mutant("a torn end is left in the journal", "recovery",
           "    disk.truncate(handle, position)\n    disk.sync(handle)  # else", "    disk.sync(handle)  # else"),
    Mutant("the lock is not asked", "opening", "    if lock is None:\n        raise LedgerLocked(directory)\n", "    if lock is None:\n        lock = disk.create(directory / LOCK_NAME)\n"),
    Mutant("a missing segment is not noticed", "opening", "        self._require_no_gap(segments, names)\n", ""),
    Mutant("seals are believed without their checksum", "sealing", "return read_seal(content) if is_whole(content) else None", "return read_seal(content)"),
    Mutant("sealed bytes are not compared in the background", "background", "    if (position, digest.hexdigest()) == (seal.size_bytes, seal.sha256):", "    if True:"),
    Mutant("a snapshot is used whatever the ledger says", "snapshot", "    return hash_line(journal.read_lines(head.seq, head.seq)[0]) == head.hash", "    return True"),
)  # fmt: skip


class _Mutating(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = f"{PACKAGE}.{mutant.module}"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        source = source_of(self._mutant).replace(self._mutant.old, self._mutant.new)
        exec(compile(source, f"<{self._mutant.what}>", "exec"), module.__dict__)  # our own source, changed


def source_of(mutant: Mutant) -> str:
    """Return the source that a mutant changes."""
    return (ROOT.joinpath(*PACKAGE.split(".")) / f"{mutant.module}.py").read_text()


def _prove() -> str | None:
    """Run the trials; return what broke, or None if nothing did."""
    from tests.crash import trials  # noqa: PLC0415 - only now, so that the changed module is the one that is imported

    logging.disable(logging.CRITICAL)
    rows: list[tuple[str, Callable[[], object]]] = [(trial.__name__, trial) for trial in trials.SINGLE_TRIALS]
    rows += [
        ("every_flip_is_found", trials.every_flip_is_found),
        ("every_cut", lambda: _exhaust(trials.every_cut())),
        ("every_cut, 4 at once", lambda: _exhaust(trials.every_cut(at_once=4))),
        ("every_other_fault", lambda: _exhaust(trials.every_other_fault())),
    ]
    rows += [(f"seed {seed}", lambda seed=seed: trials.run_seeded(seed)) for seed in range(SEEDS)]  # type: ignore[misc]
    for name, trial in rows:
        try:
            trial()
        except Exception as error:  # noqa: BLE001 - whatever breaks, it was noticed
            return f"{name}: {error or type(error).__name__}"
    return None


def _exhaust(trials: Iterable[str]) -> None:
    for _ in trials:
        pass


def _run_one(number: int) -> int:
    sys.meta_path.insert(0, _Mutating(MUTANTS[number]))
    broke = _prove()
    sys.stdout.write(broke or "")
    sys.stdout.flush()
    os._exit(SURVIVED if broke is None else CAUGHT)  # a mutant's threads may hang


def _run_in_a_process(number: int) -> tuple[bool, str, float]:
    started = time.monotonic()
    child = [sys.executable, "-m", "tests.crash.mutants", str(number)]
    try:
        done = subprocess.run(child, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return True, "it hangs", time.monotonic() - started
    said = done.stdout or done.stderr.strip().rsplit("\n", 1)[-1]
    return done.returncode != SURVIVED, said[:110], time.monotonic() - started


def main() -> int:
    """Run all mutants and print the table; return 1 if one survives."""
    table = Table("#", "taken away", "caught", "by", "s")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(_run_in_a_process, range(len(MUTANTS))))
    for number, (mutant, (caught, by, seconds)) in enumerate(zip(MUTANTS, results, strict=True)):
        table.add_row(str(number), mutant.what, "yes" if caught else "NO", by, f"{seconds:.0f}")
    survived = sum(not caught for caught, _, _ in results)
    Console(soft_wrap=True, width=200).print(table, f"{len(MUTANTS) - survived} of {len(MUTANTS)} caught.")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(_run_one(int(sys.argv[1])) if len(sys.argv) > 1 else main())
