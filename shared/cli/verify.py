"""`stallholder verify`: an independent look at a ledger's file, with the first bad record by name."""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from shared.money import format_minor
from shared.verify.fields import Fields, integer, objects
from shared.verify.proof import Proof, check_signature, read_proof
from shared.verify.report import ProblemFound, Report
from shared.verify.verify import SegmentSource, verify_segments

_BLOCK_BYTES = 256 * 1024
_SEGMENT = re.compile(r"(.+?)(?:\.([0-9]{5,}))?\.journal")
_SEAL = re.compile(r"(.+)\.([0-9]{5,})\.sealed")
_COLUMNS = ("entry", "at", "receipt_number", "sale_id", "business_date", "cashier", "currency", "sku", "name", "category",
            "quantity_milli", "unit_price_minor", "total_minor", "vat_rate_bp")  # fmt: skip
_SALE_FIELDS = ("receipt_number", "sale_id", "business_date", "cashier", "currency")
_LINE_FIELDS = ("sku", "name", "category", "quantity_milli", "unit_price_minor", "total_minor", "vat_rate_bp")

OnEntry = Callable[[bytes, Fields], None]


def verify(
    path: Annotated[
        Path, typer.Argument(help="A ledger's folder, or one of its .journal files.", exists=True)
    ],
    export: Annotated[
        Path | None,
        typer.Option(help="Folder that takes the good entries as JSON Lines and the sold lines as CSV."),
    ] = None,
    proof: Annotated[
        str | None, typer.Option(help="The text of a receipt's QR code: is this sale in the ledger?")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="The till's public key (`stallholder till signing-key`): did it sign the receipt?"),
    ] = None,
) -> None:
    """Check a ledger: framing, chain, numbers, totals, VAT, indexes. Says the first bad record and exits 1."""
    console = Console(soft_wrap=True)
    claim = _claim(console, proof, key)
    ledgers = ledger_files(path)
    if not ledgers:
        console.print(
            f"There is no ledger in {escape(str(path))}: name a .journal file or the till's data folder."
        )
        raise typer.Exit(2)
    reports = [_verify_one(console, journals, export, claim) for journals in ledgers]
    if claim:
        console.print(claim.words)
    if (claim and not claim.stands) or any(report.problem is not None for report in reports):
        raise typer.Exit(1)


def ledger_files(path: Path) -> list[list[Path]]:
    """Return the segments of each ledger, in order, also those that are missing.

    A file stands for the whole ledger that it belongs to. A seal says that its segment was there, and one after it.
    """
    if path.is_file():
        found = [(journal.parent, *_stem_and_number(journal)) for journal in path.parent.glob("*.journal")]
    else:
        found = [(journal.parent, *_stem_and_number(journal)) for journal in path.rglob("ledger-*.journal")]
    for seal in (path.parent if path.is_file() else path).rglob("ledger-*.sealed"):
        if match := _SEAL.fullmatch(seal.name):
            found.append((seal.parent, match[1], int(match[2]) + 1))
    segments = sorted(found)
    last: dict[tuple[Path, str], int] = {}
    for folder, stem, number in segments:
        last[folder, stem] = number
    ledgers = [[folder / _name(stem, n + 1) for n in range(count)] for (folder, stem), count in last.items()]
    return [journals for journals in ledgers if path.is_dir() or path in journals]


def _name(stem: str, number: int) -> str:
    return f"{stem}.journal" if number == 1 else f"{stem}.{number:05d}.journal"


def _stem_and_number(journal: Path) -> tuple[str, int]:
    match = _SEGMENT.fullmatch(journal.name)
    if match is None:
        return journal.stem, 1
    return match[1], int(match[2] or 1)


class _Claim:
    """What a receipt claims, looked for among the entries."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self.stands = False

    def look(self, line: bytes, fields: Fields) -> None:
        """Compare an entry with the claim."""
        proof = self._proof
        named = (proof.tenant, proof.source, proof.epoch, proof.seq)
        if (fields["tenant"], fields["source"], fields["epoch"], fields["seq"]) == named:
            self.stands = hashlib.sha256(line).hexdigest() == proof.hash

    @property
    def words(self) -> str:
        """The answer for the person who asked."""
        return f"The receipt {'stands' if self.stands else 'does not stand'} in this ledger as entry {self._proof.seq}."


def _claim(console: Console, text: str | None, key: Path | None) -> _Claim | None:
    """Read a receipt's proof and check its signature, if asked; ends the command if it is not good."""
    if text is None:
        return None
    try:
        claim = read_proof(text)
        if key is not None:
            check_signature(claim, key.read_bytes())
            console.print("The till signed this receipt.")
    except ProblemFound as found:
        console.print(escape(f"The receipt cannot be trusted: {found.words}."))
        raise typer.Exit(1) from found
    return _Claim(claim)


def _verify_one(console: Console, journals: list[Path], export: Path | None, claim: _Claim | None) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with (
        ExitStack() as files,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        size = sum(journal.stat().st_size for journal in journals if journal.exists())
        task = progress.add_task(f"Verifying {escape(journals[0].name)}", total=size)
        on_entry = _each(
            _exporter(export, journals[0], files) if export else None,
            claim.look if claim else None,
        )
        report = verify_segments([_source(journal, progress, task) for journal in journals], on_entry)
    for sentence in _sentences(journals[0], report):
        console.print(escape(sentence))
    if export:
        console.print(escape(f"The good entries are in {export}, as .jsonl and .csv."))
    return report


def seal_of(journal: Path) -> Path:
    """Return where a segment's seal lies."""
    stem, number = _stem_and_number(journal)
    return journal.with_name(f"{stem}.{number:05d}.sealed")


def _each(*visitors: OnEntry | None) -> OnEntry | None:
    wanted = [visit for visit in visitors if visit is not None]

    def visit_all(line: bytes, fields: Fields) -> None:
        for visit in wanted:
            visit(line, fields)

    return visit_all if wanted else None


def _source(journal: Path, progress: Progress, task: TaskID) -> SegmentSource:
    seal = seal_of(journal)
    return SegmentSource(
        name=journal.name,
        chunks=_blocks(journal, progress, task),
        seal=seal.read_bytes() if seal.exists() else None,
    )


def _blocks(journal: Path, progress: Progress, task: TaskID) -> Iterator[bytes]:
    if not journal.exists():
        return  # the reader says that there is no entry in it
    with journal.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
            progress.advance(task, len(block))


def _exporter(folder: Path, journal: Path, files: ExitStack) -> OnEntry:
    """Return what writes each entry: its exact bytes as a line of JSON, each line of a sale or refund as a row of CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = files.enter_context((folder / f"{journal.stem}.jsonl").open("wb"))
    table = files.enter_context((folder / f"{journal.stem}.csv").open("w", encoding="utf-8", newline=""))
    rows = csv.writer(table)
    rows.writerow(_COLUMNS)

    def write(line: bytes, fields: Fields) -> None:
        lines.write(line + b"\n")
        if fields["kind"] == "SaleRecorded":
            rows.writerows(_rows(fields))
        elif fields["kind"] == "SaleRefunded":
            rows.writerows(_rows_back(fields))

    return write


def _rows(fields: Fields) -> Iterator[list[object]]:
    body = cast("Fields", fields["body"])
    for line in objects(body, "lines"):
        cells = [fields["seq"], fields["at"], *(body[name] for name in _SALE_FIELDS)]
        yield [_cell(cell) for cell in (*cells, *(line[name] for name in _LINE_FIELDS))]


def _rows_back(fields: Fields) -> Iterator[list[object]]:
    """What came back stands below zero, so that the table's sums are what was earned."""
    body = cast("Fields", fields["body"])
    named = {**body, "sale_id": body["refund_id"]}
    for line in objects(body, "lines"):
        back = {**line, "unit_price_minor": ""}
        for name in ("quantity_milli", "total_minor"):
            back[name] = -integer(line, name)
        cells = [fields["seq"], fields["at"], *(named[name] for name in _SALE_FIELDS)]
        yield [_cell(cell) for cell in (*cells, *(back[name] for name in _LINE_FIELDS))]


def _cell(value: object) -> object:
    """Return a cell that a spreadsheet takes as text, never as a formula."""
    if isinstance(value, str):
        return "'" + value if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
    return value if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _sentences(journal: Path, report: Report) -> Iterator[str]:
    totals = ", ".join(
        f"{currency} {format_minor(minor, currency)}"
        for currency, minor in sorted(report.total_minor.items())
    )
    counted = f"{report.entries} entries, {report.sales} sales"
    counted += f", {report.refunds} refunds" if report.refunds else ""
    counted += f", {totals}" if totals else ""
    if report.problem is None:
        yield f"{journal}: all well. {counted}."
        yield f"Ledger {report.source} {report.epoch}, last entry {report.head_seq}, hash {report.head_hash}."
        return
    where = journal.with_name(report.problem.file)
    if report.problem.in_seal:
        yield f"{seal_of(where)}: {report.problem.words}. The entries are good: this file is made anew from them."
        yield f"Intact up to here: {counted}. Start the till: it makes a bad seal anew. Then verify again."
        return
    yield f"{where}: line {report.problem.line} is bad: {report.problem.words}."
    yield f"Intact before it: {counted}. Keep the files, and have them repaired: stallholder repair."
