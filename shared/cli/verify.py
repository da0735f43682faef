"""`stallholder verify`: an independent look at a ledger's file, with the first bad record by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from shared.money import format_minor
from shared.verify.report import Report
from shared.verify.verify import verify_journal

_BLOCK_BYTES = 256 * 1024


def verify(
    path: Annotated[Path, typer.Argument(help="A journal file, or a folder that holds some.", exists=True)],
) -> None:
    """Check a ledger: framing, chain, numbers, totals and VAT. Says the first bad record and exits 1."""
    console = Console(soft_wrap=True)
    journals = _journals(path)
    if not journals:
        console.print(
            f"There is no ledger in {escape(str(path))}: name a .journal file or the till's data folder."
        )
        raise typer.Exit(2)
    reports = [_verify_one(console, journal) for journal in journals]
    if any(report.problem is not None for report in reports):
        raise typer.Exit(1)


def _journals(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.journal"))


def _verify_one(console: Console, journal: Path) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"Verifying {escape(journal.name)}", total=journal.stat().st_size)
        report = verify_journal(_blocks(journal, progress, task))
    for sentence in _sentences(journal, report):
        console.print(escape(sentence))
    return report


def _blocks(journal: Path, progress: Progress, task: TaskID) -> Iterator[bytes]:
    with journal.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
            progress.advance(task, len(block))


def _sentences(journal: Path, report: Report) -> Iterator[str]:
    totals = ", ".join(
        f"{currency} {format_minor(minor, currency)}"
        for currency, minor in sorted(report.total_minor.items())
    )
    counted = f"{report.entries} entries, {report.sales} sales" + (f", {totals}" if totals else "")
    if report.problem is None:
        yield f"{journal}: all well. {counted}."
        yield f"Ledger {report.source} {report.epoch}, last entry {report.head_seq}, hash {report.head_hash}."
        return
    yield f"{journal}: line {report.problem.line} is bad: {report.problem.words}."
    yield f"Intact before it: {counted}. Keep the file, and have it repaired from the copy at the hub."
