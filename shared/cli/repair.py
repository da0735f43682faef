"""`stallholder repair`: mends a damaged ledger from the exact bytes that hub or cloud keep. Changes nothing it cannot prove."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from shared.cli.verify import ledger_files, seal_of
from shared.verify.repair import DamagedSegment, RepairPlan, Stretch, fits, last_seq_of, plan_repair
from shared.verify.report import ProblemFound
from shared.verify.verify import SegmentSource, verify_segments


def repair(
    path: Annotated[Path, typer.Argument(help="The ledger's folder.", exists=True, file_okay=False)],
    copies: Annotated[
        Path,
        typer.Option(
            "--from",
            help="The entries as hub or cloud keep them: what `stallholder hub export-stream` or `stallholder cloud "
            "export-stream` wrote. - reads standard input.",
        ),
    ],
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="End the ledger before what is bad at its end and is in no copy."),
    ] = False,
) -> None:
    """Set damaged stretches of a ledger aside and put the exact bytes from a copy in their place."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    ledgers = ledger_files(path)
    if len(ledgers) != 1:
        _refuse(console, f"{path} holds {len(ledgers)} ledgers; name a folder that holds one.")
    with _locked(console, ledgers[0][0].parent):
        segments = [_read_segment(journal) for journal in ledgers[0]]
        try:
            plan = plan_repair(segments, _read_copies(copies))
        except ProblemFound as found:
            _refuse(
                console, f"{copies} does not hold a ledger's entries: {found.words}. Nothing was changed."
            )
        _require_sound(console, plan, accept_loss=accept_loss)
        _say(console, plan, _write(ledgers[0], plan))


def _read_segment(journal: Path) -> DamagedSegment:
    seal = seal_of(journal)
    return DamagedSegment(
        name=journal.name,
        content=journal.read_bytes() if journal.exists() else b"",
        last_seq=last_seq_of(seal.read_bytes()) if seal.exists() else None,
    )


def _read_copies(copies: Path) -> list[bytes]:
    content = sys.stdin.buffer.read() if str(copies) == "-" else copies.read_bytes()
    return content.split(b"\n")


@contextmanager
def _locked(console: Console, folder: Path) -> Iterator[None]:
    with (folder / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _refuse(console, "The till is running. Stop it, then repair its ledger.")
        yield


def _require_sound(console: Console, plan: RepairPlan, *, accept_loss: bool) -> None:
    """End the command unless the repaired ledger is whole, by the independent reader's word."""
    if plan.missing:
        first, last = plan.missing
        _refuse(
            console,
            f"Entries {first} to {last} are bad here and not in the copy. Nothing was changed. Keep the files, and "
            "try the copy at the cloud or at the hub.",
        )
    sources = [SegmentSource(name=name, chunks=(content,)) for name, content in plan.contents.items()]
    report = verify_segments(sources)
    if report.problem is not None:
        _refuse(
            console, f"The repaired ledger would not be sound: {report.problem.words}. Nothing was changed."
        )
    at_the_end = len(plan.stretches) > 0 and not plan.restored
    if at_the_end and not accept_loss:
        _refuse(
            console,
            f"The bad bytes after entry {plan.head_seq} are in no copy. Nothing was changed. If no copy has them, "
            "repair with --accept-loss: they are kept in a file of their own, and the ledger ends before them.",
        )


def _write(journals: list[Path], plan: RepairPlan) -> list[str]:
    """Set aside first, durably; then replace each changed segment whole. Returns the names of what was set aside."""
    folder = journals[0].parent
    aside = [_set_aside(folder, stretch) for stretch in plan.stretches]
    for journal in journals:
        if journal.name not in plan.changed:
            continue
        unborn = journal.with_name(journal.name + ".new")
        _write_durably(unborn, plan.contents[journal.name])
        unborn.rename(journal)
        seal = seal_of(journal)
        if seal.exists() and not fits(seal.read_bytes(), plan.contents[journal.name]):
            seal.unlink()  # made anew at the next start, from what the segment holds now
        _sync_folder(folder)
    for journal in journals:
        if journal.name in plan.emptied:
            journal.unlink(missing_ok=True)
            seal_of(journals[journals.index(journal) - 1]).unlink(
                missing_ok=True
            )  # it grows again, so it has none
    _sync_folder(folder)
    return aside


def _set_aside(folder: Path, stretch: Stretch) -> str:
    number = next(n for n in range(1, 1_000_000) if not (folder / f"damaged-{n}.bytes").exists())
    path = folder / f"damaged-{number}.bytes"
    _write_durably(path, stretch.content)
    _sync_folder(folder)
    return path.name


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _say(console: Console, plan: RepairPlan, aside: list[str]) -> None:
    if not plan.changed and not plan.emptied:
        console.print(f"Nothing is damaged: the ledger is whole up to entry {plan.head_seq}.")
        return
    for stretch, name in zip(plan.stretches, aside, strict=True):
        where = f"{stretch.segment}, byte {stretch.position}"
        console.print(f"{len(stretch.content)} bad bytes ({where}) were set aside in {name}.")
    if plan.restored:
        console.print(f"{len(plan.restored)} entries came from the copy: {_ranges(plan.restored)}.")
    console.print(f"The ledger is whole up to entry {plan.head_seq}. Start the till.")


def _ranges(numbers: list[int]) -> str:
    """Say 3, 4, 5, 9 as `3 to 5, 9`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join(" to ".join(str(end) for end in part) for part in parts)


def _refuse(console: Console, words: str) -> NoReturn:
    console.print(words)
    raise typer.Exit(1)
