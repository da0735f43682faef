"""`stallholder repair`: mends a damaged ledger from the exact bytes that hub or cloud keep. Changes nothing it cannot prove."""

import fcntl
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from shared.cli.verify import ledger_files, seal_of
from shared.verify.fields import read_fields, text
from shared.verify.repair import DamagedSegment, RepairPlan, Stretch, fits, last_seq_of, plan_repair
from shared.verify.report import ProblemFound
from shared.verify.verify import SegmentSource, verify_segments

_EPOCH = re.compile(r"[a-z0-9]+")


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
    try:
        _repair(console, path, _read_copies(copies), accept_loss=accept_loss)
    except ProblemFound as found:
        _refuse(console, f"{copies} does not hold a ledger's entries: {found.words}. Nothing was changed.")


def _repair(console: Console, path: Path, copies: list[bytes], *, accept_loss: bool) -> None:
    ledgers = ledger_files(path) or [_files_of_the_copy(console, path, copies)]
    if len(ledgers) != 1:
        _refuse(console, f"{path} holds {len(ledgers)} ledgers; name a folder that holds one.")
    with _locked(console, ledgers[0][0].parent):
        plan = plan_repair([_read_segment(journal) for journal in ledgers[0]], copies)
        _require_sound(console, plan, accept_loss=accept_loss)
        _say(console, plan, *_write(ledgers[0], plan))


def _files_of_the_copy(console: Console, path: Path, copies: list[bytes]) -> list[Path]:
    """Return the file that a folder without any gets: the copy's ledger, unless what is left there is of another."""
    epoch = text(read_fields(next(filter(None, copies), b"")), "epoch")
    if _EPOCH.fullmatch(epoch) is None:
        raise ProblemFound(f"its epoch is {epoch!r}")
    folder = path / "ledger" if (path / "ledger").is_dir() else path
    others = sorted(
        snapshot.name
        for snapshot in folder.glob("snapshot-*.json")
        if snapshot.name != f"snapshot-{epoch}.json"
    )
    if others:
        _refuse(console, f"The copy is of the ledger {epoch}, {folder} had another: {', '.join(others)}.")
    return [folder / f"ledger-{epoch}.journal"]


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
    """Hold what a running till holds: the folder itself, which nobody can delete without the ledger, and `lock`."""
    itself = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with (folder / "lock").open("ab") as lock:
            _give_to_the_owner(lock.fileno(), folder)
            try:
                fcntl.flock(itself, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _refuse(console, "The till is running. Stop it, then repair its ledger.")
            yield
    finally:
        os.close(itself)


def _require_sound(console: Console, plan: RepairPlan, *, accept_loss: bool) -> None:
    """End the command unless the repaired ledger is whole, by the independent reader's word."""
    if plan.branch_at is not None:
        _refuse(
            console,
            f"This copy is of another branch: entry {plan.branch_at} of the ledger does not follow what the copy has "
            "before it. A card was copied and both tills sold, or files of two tills were mixed. Nothing was changed. "
            "Keep the files, and try the copy at the cloud or at the hub.",
        )
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
    if plan.lost_tail and not accept_loss:
        _refuse(
            console,
            f"In no copy: {_listed(plan.lost_tail)}. Nothing was changed. If no copy has it, repair with "
            f"--accept-loss: bad bytes are kept in a file of their own, and the ledger ends at entry {plan.head_seq}.",
        )


def _write(journals: list[Path], plan: RepairPlan) -> tuple[list[str], list[str]]:
    """Set aside first, durably; then replace each changed segment whole.

    Returns:
        The names of the files that took what was set aside, and of the seals that were removed because they do not
        fit: the next start makes them anew, from what the segments hold now.
    """
    folder = journals[0].parent
    aside = [_set_aside(folder, stretch) for stretch in plan.stretches]
    for journal in journals:
        if journal.name in plan.changed:
            unborn = journal.with_name(journal.name + ".new")
            _write_durably(unborn, plan.contents[journal.name], like=journal if journal.exists() else folder)
            unborn.rename(journal)
            _sync_folder(folder)
    for journal in reversed(journals):  # from the end, so that a seal never promises more than there is
        if journal.name in plan.emptied:
            seal_of(journals[journals.index(journal) - 1]).unlink(missing_ok=True)  # that one grows again
            journal.unlink(missing_ok=True)
    unfit = [
        seal
        for journal in journals
        if (seal := seal_of(journal)).exists() and not _is_good(seal, journal, plan)
    ]
    for seal in unfit:
        seal.unlink()
    _sync_folder(folder)
    return aside, [seal.name for seal in unfit]


def _is_good(seal: Path, journal: Path, plan: RepairPlan) -> bool:
    return journal.name in plan.contents and fits(seal.read_bytes(), plan.contents[journal.name])


def _set_aside(folder: Path, stretch: Stretch) -> str:
    number = next(n for n in range(1, 1_000_000) if not (folder / f"damaged-{n}.bytes").exists())
    path = folder / f"damaged-{number}.bytes"
    _write_durably(path, stretch.content, like=folder)
    _sync_folder(folder)
    return path.name


def _write_durably(path: Path, content: bytes, *, like: Path) -> None:
    with path.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        _give_to_the_owner(file.fileno(), like)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _give_to_the_owner(handle: int, like: Path) -> None:
    """Let a file that root makes belong to the till, which could not open it otherwise."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _say(console: Console, plan: RepairPlan, aside: list[str], unfit: list[str]) -> None:
    if not plan.changed and not plan.emptied:
        console.print(f"Nothing is damaged: the ledger is whole up to entry {plan.head_seq}.")
    for stretch, name in zip(plan.stretches, aside, strict=True):
        where = f"{stretch.segment}, byte {stretch.position}"
        console.print(f"{len(stretch.content)} bad bytes ({where}) were set aside in {name}.")
    if plan.restored:
        console.print(f"{len(plan.restored)} entries came from the copy: {_ranges(plan.restored)}.")
    if unfit:
        console.print(
            f"These seals do not fit and were removed; the till makes them anew: {', '.join(unfit)}."
        )
    if plan.lost_tail:
        console.print(
            f"LOST: {_listed(plan.lost_tail)}, in no copy. Sales may have been confirmed there: compare the newest "
            "receipts with the ledger, and ring up again what is missing. Their receipt numbers are used once more."
        )
    elif plan.restored and plan.restored[-1] == plan.head_seq:
        console.print(f"The copy ends at entry {plan.head_seq}. Compare it with the newest receipt.")
    if plan.changed or plan.emptied:
        console.print(f"The ledger is whole up to entry {plan.head_seq}. Start the till.")


def _listed(phrases: list[str]) -> str:
    return " and ".join(phrases)


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
