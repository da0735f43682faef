"""`stallholder repair`: what is damaged is set aside, what a copy has is put back byte for byte, nothing else is touched."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from device.adapters.ledger.errors import LedgerDamaged
from shared.cli.main import build
from shared.verify.verify import verify_segments
from tests.unit.device.segmented_ledger import SALES, fill, open_till_ledger, segments, sell, sources


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    fill(tmp_path / "ledger")
    return tmp_path / "ledger"


@pytest.fixture
def copy(sold: Path) -> Path:
    """What hub and cloud keep: the exact bytes of all entries."""
    return export(sold, sold.parent / "copy.jsonl")


def export(ledger: Path, to: Path, last: int | None = None) -> Path:
    opened = open_till_ledger(ledger)
    to.write_bytes(b"".join(line + b"\n" for line in opened.read_lines(1, last or opened.head.seq)))
    opened.close()
    return to


def repair(ledger: Path, copy: Path, *options: str) -> Result:
    return CliRunner().invoke(build(), ["repair", str(ledger), "--from", str(copy), *options])


def journals(ledger: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in segments(ledger)}


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << position % 8
    path.write_bytes(content)


HARMS: dict[str, Callable[[list[Path]], None]] = {
    "a bit in the middle of a sealed segment": lambda paths: flip(paths[2], 7_000),
    "bits in several segments": lambda paths: [flip(path, 3_000) for path in paths[1:5]] and None,  # type: ignore[func-returns-value]
    "a bit in the very first record": lambda paths: flip(paths[0], 30),
    "a bit in the last record": lambda paths: flip(paths[-1], paths[-1].stat().st_size - 40),
    "a line's end": lambda paths: flip(paths[0], paths[0].read_bytes().index(b"\n")),
    "a missing segment in the middle": lambda paths: paths[3].unlink(),
    "a missing first segment": lambda paths: paths[0].unlink(),
    "a file without bytes": lambda paths: paths[1].write_bytes(b"") and None,
    "a file cut short": lambda paths: paths[2].write_bytes(paths[2].read_bytes()[:9_000]) and None,
    "a stretch of zeros": lambda paths: (
        paths[1].write_bytes(paths[1].read_bytes()[:4_000] + bytes(5_000) + paths[1].read_bytes()[9_000:]) and None
    ),
    "an older copy of the last segment": lambda paths: (
        paths[-1].write_bytes(b"".join(paths[-1].read_bytes().splitlines(keepends=True)[:2])) and None
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_ledger_is_again_what_it_was_byte_for_byte(
    sold: Path, copy: Path, harm: Callable[[list[Path]], None]
) -> None:
    before = journals(sold)
    harm(segments(sold))
    damaged = journals(sold)
    said = repair(sold, copy)
    assert said.exit_code == 0, said.output
    assert journals(sold) == before
    assert f"ledger is whole up to entry {SALES + 2}" in said.output
    set_aside = [path.read_bytes() for path in sold.glob("damaged-*.bytes")]
    assert all(any(part in content for content in damaged.values()) for part in set_aside)
    ledger = open_till_ledger(sold)
    assert ledger.state.sales == SALES
    sell(ledger, SALES + 1, SALES + 1)
    ledger.close()
    assert verify_segments(sources(sold)).problem is None


def test_any_single_changed_byte_is_repaired(sold: Path, copy: Path) -> None:
    before, random = journals(sold), Random(1)
    for _ in range(40):
        path = random.choice(segments(sold))
        flip(path, random.randrange(path.stat().st_size))
        assert repair(sold, copy).exit_code == 0
        assert journals(sold) == before


def test_what_no_copy_has_is_named_and_nothing_is_changed(sold: Path) -> None:
    short = export(sold, sold.parent / "short.jsonl", last=30)
    flip(segments(sold)[4], 5_000)
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in sold.iterdir()}
    said = repair(sold, short)
    assert said.exit_code == 1
    assert "are bad here and not in the copy. Nothing was changed" in said.output
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in sold.iterdir()} == before


def test_a_bad_last_record_that_no_copy_has_is_given_up_only_when_told_to(sold: Path) -> None:
    short = export(sold, sold.parent / "short.jsonl", last=30)
    path = segments(sold)[-1]
    last = path.read_bytes().splitlines(keepends=True)[-1]
    flip(path, path.stat().st_size - 40)
    with pytest.raises(LedgerDamaged):
        open_till_ledger(sold)
    refused = repair(sold, short)
    assert refused.exit_code == 1
    assert "--accept-loss" in refused.output
    assert repair(sold, short, "--accept-loss").exit_code == 0
    assert len((sold / "damaged-1.bytes").read_bytes()) == len(last)
    ledger = open_till_ledger(sold)
    assert ledger.state.sales == SALES - 1
    ledger.close()


def test_a_bad_record_that_was_alone_in_the_last_segment_leaves_no_empty_segment(sold: Path) -> None:
    short, path = export(sold, sold.parent / "short.jsonl", last=30), segments(sold)[-1]
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    flip(path, 300)
    assert repair(sold, short, "--accept-loss").exit_code == 0
    assert not path.exists()
    ledger = open_till_ledger(sold)
    sales = ledger.state.sales
    sell(ledger, sales + 1, sales + 1)
    ledger.close()
    assert verify_segments(sources(sold)).problem is None


def test_a_copy_of_another_ledger_repairs_nothing(sold: Path) -> None:
    fill(sold.parent / "other")
    other = export(sold.parent / "other", sold.parent / "other.jsonl")
    flip(segments(sold)[2], 7_000)
    assert repair(sold, other).exit_code == 1
    (sold.parent / "text").write_text("no entry\n")
    assert "does not hold a ledger's entries" in repair(sold, sold.parent / "text").output


def test_a_running_till_is_not_repaired_and_a_whole_ledger_is_left_alone(sold: Path, copy: Path) -> None:
    ledger = open_till_ledger(sold)
    assert "The till is running" in repair(sold, copy).output
    ledger.close()
    assert "Nothing is damaged" in repair(sold, copy).output
