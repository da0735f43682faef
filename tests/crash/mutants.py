"""The ledger's safeguards, each taken away once, and the trials that must catch it. `make mutants` runs them."""

import logging
from collections.abc import Callable, Iterable

from tests.mutants.mutant import Family, Mutant

SEEDS = 1_500
_BACKGROUND = "device.adapters.ledger.background"
_BATCH = "device.adapters.ledger.batch"
_FRAMING = "device.adapters.ledger.framing"
_JOURNAL = "device.adapters.ledger.journal"
_LEDGER = "device.adapters.ledger.ledger"
_OPENING = "device.adapters.ledger.opening"
_RECOVERY = "device.adapters.ledger.recovery"
_SEALING = "device.adapters.ledger.sealing"
_SNAPSHOT = "device.adapters.ledger.snapshot"

MUTANTS = (
    Mutant("no fdatasync after a write", _JOURNAL,
           "            self.disk.sync(growing.handle)\n        except OSError as error:\n            raise self._fail(\"make a write",
           "            pass\n        except OSError as error:\n            raise self._fail(\"make a write"),
    Mutant("a failed fdatasync is forgotten", _JOURNAL, "raise self._fail(\"make a write durable\", error) from error", "pass"),
    Mutant("after a failure the journal goes on", _JOURNAL, "        self._failure = failure\n", "        self._failure = None\n"),
    Mutant("an interrupted write is not remembered", _JOURNAL,
           "        self._failure = LedgerFailed(self.path, \"write\", \"it was interrupted\")  # until", "        # until"),
    Mutant("a refused write is not taken back", _JOURNAL,
           "            self.disk.truncate(growing.handle, growing.notes.end)\n", "            pass\n"),
    Mutant("taking back is not made durable", _JOURNAL,
           "            self.disk.sync(growing.handle)\n        except OSError as error:\n            raise self._fail(\"take back",
           "            pass\n        except OSError as error:\n            raise self._fail(\"take back"),
    Mutant("a write begins one byte too early", _JOURNAL,
           "self.disk.write(growing.handle, growing.notes.end, content)", "self.disk.write(growing.handle, growing.notes.end - 1, content)"),
    Mutant("the view grows before the write", _JOURNAL,
           "        written = frame([entry.line for entry in entries])\n",
           "        written = frame([entry.line for entry in entries])\n        self._head = entries[-1].head\n"),
    Mutant("the reserve is never released", _JOURNAL, "if may_use_reserve and", "if False and"),
    Mutant("a new segment is not synced before it gets its name", _JOURNAL,
           "        disk.sync(handle)\n        disk.rename(unborn, path)\n", "        disk.rename(unborn, path)\n"),
    Mutant("a new segment gets its name before its content", _JOURNAL,
           "        disk.write(handle, 0, content)\n        disk.sync(handle)\n        disk.rename(unborn, path)\n",
           "        disk.rename(unborn, path)\n        disk.write(handle, 0, content)\n        disk.sync(handle)\n"),
    Mutant("a new segment is written under its own name at once", _JOURNAL,
           "    unborn = path.with_name(path.name + UNBORN_SUFFIX)\n    handle = disk.create(unborn)", "    unborn = path\n    handle = disk.create(unborn)"),
    Mutant("a new segment's name is not synced", _JOURNAL,
           "            self.disk.sync_directory(self._directory)\n        except OSError as error:  # the new part", "            pass\n        except OSError as error:  # the new part"),
    Mutant("a full segment is not cut to its length", _JOURNAL, "        self._take_back()  # of the old one", "        # of the old one"),
    Mutant("answers are given before the write", _LEDGER,
           "            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull",
           "            batch.succeed()\n            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull"),
    Mutant("the state is published before the write", _LEDGER,
           "            if batch.entries:\n                self._database.entries.append(batch.entries)\n        except LedgerFull",
           "            if batch.entries:\n                self._published = _Published(batch.entries[-1].head, batch.state)\n                self._database.entries.append(batch.entries)\n        except LedgerFull"),
    Mutant("a failed write is answered as a success", _BATCH, "        for request in self.requests:\n            request.refuse(error)\n", "        for request in self.requests:\n            request.answer(())\n"),
    Mutant("a decision does not see the one before it", _BATCH,
           "        self._head, self.state, self.bytes = head, state, self.bytes + size", "        self._head, self.bytes = head, self.bytes + size"),
    Mutant("checksums are not compared", _FRAMING, "if content[:8] != b\"%08x\" % crc32(content[8:]):", "if False:"),
    Mutant("damage at the end counts as torn", _FRAMING, "        elif not _cut_explains(line, position, position + len(tail)):", "        elif False:"),
    Mutant("a whole write after a torn one counts as torn", _FRAMING, "            if record.begins_write:", "            if False:"),
    Mutant("what a killed process left is not synced", _RECOVERY,
           "    disk.sync(handle)\n    disk.sync_directory(path.parent)\n    disk.forget", "    disk.sync_directory(path.parent)\n    disk.forget"),
    Mutant("names found at the start are not synced", _RECOVERY,
           "    disk.sync_directory(path.parent)\n    disk.forget", "    disk.forget"),
    Mutant("the cache is believed after a failed sync", _RECOVERY, "    disk.forget_cached(handle)\n", ""),
    Mutant("the chain is not followed", _RECOVERY, "        if (entry.seq, entry.prev) != (head.seq + 1, head.hash):", "        if False:"),
    Mutant("what hub and cloud know is not asked", _RECOVERY, "    if is_last and known_seq(chain.stream) > chain.notes.head.seq:", "    if False:"),
    Mutant("a torn end is not kept", _RECOVERY, "        replace_file(disk, aside, tail)\n    except", "        pass\n    except"),
    Mutant("what was set aside is not synced", _SEALING, "            disk.sync(handle)\n", ""),
    Mutant("the name of what was set aside is not synced", _SEALING,
           "    disk.sync_directory(target.parent)\n", ""),
    Mutant("a torn end is left in the journal", _RECOVERY,
           "    disk.truncate(handle, position)\n    disk.sync(handle)  # else", "    disk.sync(handle)  # else"),
    Mutant("the lock is not asked", _OPENING, "    if lock is None:\n        raise LedgerLocked(directory)\n", "    if lock is None:\n        lock = disk.create(directory / LOCK_NAME)\n"),
    Mutant("a missing segment is not noticed", _OPENING, "        self._require_no_gap(segments, names)\n", ""),
    Mutant("seals are believed without their checksum", _SEALING, "return read_seal(content) if is_whole(content) else None", "return read_seal(content)"),
    Mutant("sealed bytes are not compared in the background", _BACKGROUND, "    if (position, digest.hexdigest()) == (seal.size_bytes, seal.sha256):", "    if True:"),
    Mutant("a snapshot is used whatever the ledger says", _SNAPSHOT, "    return hash_line(journal.read_lines(head.seq, head.seq)[0]) == head.hash", "    return True"),
)  # fmt: skip


def prove() -> str | None:
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


LEDGER = Family(title="The ledger", mutants=MUTANTS, prove=prove)
