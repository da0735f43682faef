"""`stallholder repair`: what is damaged is set aside, what a copy has is put back byte for byte, nothing else is touched."""

import hashlib
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from device.adapters.ledger.errors import LedgerDamaged
from device.domain.till_state import TillState
from shared.cli.main import build
from shared.events.sale import SaleRecorded
from shared.verify.verify import verify_segments
from tests.crash.market_day import make_sale
from tests.unit.device.segmented_ledger import (
    SALES,
    fill,
    open_till_ledger,
    sale_id,
    segments,
    sell,
    sources,
)


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


def flip_each(paths: list[Path], position: int) -> None:
    for path in paths:
        flip(path, position)


def remove(*paths: Path) -> None:
    for path in paths:
        path.unlink()


HARMS: dict[str, Callable[[list[Path]], object]] = {
    "a bit in the middle of a sealed segment": lambda paths: flip(paths[2], 7_000),
    "bits in several segments": lambda paths: flip_each(paths[1:5], 3_000),
    "a bit in the very first record": lambda paths: flip(paths[0], 30),
    "a bit in the last record": lambda paths: flip(paths[-1], paths[-1].stat().st_size - 40),
    "a line's end": lambda paths: flip(paths[0], paths[0].read_bytes().index(b"\n")),
    "a missing segment in the middle": lambda paths: paths[3].unlink(),
    "a missing first segment": lambda paths: paths[0].unlink(),
    "a missing last segment": lambda paths: paths[-1].unlink(),
    "an emptied last segment": lambda paths: paths[-1].write_bytes(b""),
    "no segment at all": lambda paths: remove(*paths),
    "zeros behind a sealed segment": lambda paths: (
        paths[1].write_bytes(paths[1].read_bytes() + bytes(100))
    ),
    "a file without bytes": lambda paths: paths[1].write_bytes(b""),
    "a file cut short": lambda paths: paths[2].write_bytes(paths[2].read_bytes()[:9_000]),
    "a stretch of zeros": lambda paths: (
        paths[1].write_bytes(paths[1].read_bytes()[:4_000] + bytes(5_000) + paths[1].read_bytes()[9_000:])
    ),
    "an older copy of the last segment": lambda paths: (
        paths[-1].write_bytes(b"".join(paths[-1].read_bytes().splitlines(keepends=True)[:2]))
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_ledger_is_again_what_it_was_byte_for_byte(
    sold: Path, copy: Path, harm: Callable[[list[Path]], object]
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


def test_a_lost_end_is_named_also_when_an_entry_before_it_was_restored(sold: Path) -> None:
    short = export(sold, sold.parent / "short.jsonl", last=SALES + 1)
    last = segments(sold)[-1]
    record = last.read_bytes().splitlines(keepends=True)[-1]
    flip(segments(sold)[2], 7_000)
    flip(last, last.stat().st_size - 40)
    damaged = journals(sold)
    refused = repair(sold, short)
    assert refused.exit_code == 1
    assert f"In no copy: {len(record)} bytes after entry {SALES + 1}" in refused.output
    assert journals(sold) == damaged
    told = repair(sold, short, "--accept-loss")
    assert told.exit_code == 0
    assert f"LOST: {len(record)} bytes after entry {SALES + 1}" in told.output


def test_an_end_that_a_copy_has_only_in_part_is_a_loss(sold: Path) -> None:
    short = export(sold, sold.parent / "short.jsonl", last=SALES + 1)
    last = segments(sold)[-1]
    flip(last, last.stat().st_size - 40)
    flip(last, last.stat().st_size - 40 - len(last.read_bytes().splitlines(keepends=True)[-1]))
    refused = repair(sold, short)
    assert refused.exit_code == 1
    assert "In no copy" in refused.output


@pytest.mark.parametrize("harm", ["deleted", "emptied"])
def test_a_last_segment_that_is_gone_is_given_up_only_when_told_to(sold: Path, harm: str) -> None:
    short, path = export(sold, sold.parent / "short.jsonl", last=30), segments(sold)[-1]
    if harm == "deleted":
        path.unlink()
    else:
        path.write_bytes(b"")
    with pytest.raises(LedgerDamaged):
        open_till_ledger(sold)
    said = CliRunner().invoke(build(), ["verify", str(sold)])
    assert said.exit_code == 1
    assert f"{path.name}: line 1 is bad: there is no entry in it" in said.output
    refused = repair(sold, short)
    assert refused.exit_code == 1
    assert f"all that was in {path.name}" in refused.output
    assert repair(sold, short, "--accept-loss").exit_code == 0
    assert not path.exists()
    open_till_ledger(sold).close()
    assert verify_segments(sources(sold)).problem is None


def test_a_clone_that_sold_on_takes_no_sale_of_the_till_away(tmp_path: Path) -> None:
    sold, clone = tmp_path / "ledger", tmp_path / "clone"
    sell_in(sold, 1, 10)
    shutil.copytree(sold, clone)
    sell_in(sold, 11, 16)
    sell_in(clone, 101, 115, receipt=11)
    copy = export(clone, tmp_path / "clone.jsonl")
    path = segments(sold)[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    flip(path, sum(map(len, lines[:11])) + 200)  # the first that only this till has
    damaged = journals(sold)
    said = repair(sold, copy, "--accept-loss")
    assert said.exit_code == 1
    assert "This copy is of another branch: entry 13" in said.output
    assert journals(sold) == damaged


def _the(sale: SaleRecorded, _: TillState) -> tuple[SaleRecorded, ...]:
    return (sale,)


def sell_in(ledger: Path, first: int, last: int, receipt: int | None = None) -> None:
    opened = open_till_ledger(ledger)
    for number in range(first, last + 1):
        sale = make_sale(sale_id(number), number if receipt is None else receipt + number - first)
        opened.append_blocking(partial(_the, sale))
    opened.close()


def test_a_seal_that_does_not_fit_is_named_as_a_seal_and_made_anew(sold: Path, copy: Path) -> None:
    seal = sorted(sold.glob("*.sealed"))[1]
    before = seal.read_bytes()
    flip(seal, len(before) - 3)
    verified = CliRunner().invoke(build(), ["verify", str(sold)])
    assert verified.exit_code == 1
    assert f"{seal.name}: the seal's checksum" in verified.output
    assert "Start the till" in verified.output
    said = repair(sold, copy)
    assert said.exit_code == 0
    assert f"removed; the till makes them anew: {seal.name}" in said.output
    open_till_ledger(sold).close()
    assert seal.read_bytes() == before


def test_what_the_copy_of_another_epoch_holds_is_not_put_into_a_ledger_or_beside_its_rests(
    sold: Path,
) -> None:
    fill(sold.parent / "other")
    other = export(sold.parent / "other", sold.parent / "other.jsonl")
    for path in (*segments(sold)[1:], *sold.glob("*.sealed")):
        path.unlink()
    (first,) = segments(sold)
    first.write_bytes(b"")
    assert "in this ledger it is" in repair(sold, other).output
    assert first.read_bytes() == b""
    first.unlink()
    assert "had another: snapshot-" in repair(sold, other).output
    assert not list(sold.glob("*.journal"))


def test_two_missing_segments_are_made_again_also_without_any_seal(sold: Path, copy: Path) -> None:
    before = journals(sold)
    remove(segments(sold)[2], segments(sold)[3], *sold.glob("*.sealed"))
    assert repair(sold, copy).exit_code == 0
    assert b"".join(journals(sold).values()) == b"".join(
        before.values()
    )  # cut elsewhere, for no seal says where
    assert journals(sold).keys() == before.keys()
    open_till_ledger(sold).close()
    assert verify_segments(sources(sold)).problem is None


def test_a_ledger_whose_files_are_gone_is_made_anew_from_the_copy_alone(sold: Path, copy: Path) -> None:
    whole = b"".join(journals(sold).values())
    remove(*sold.iterdir())
    assert repair(sold, copy).exit_code == 0
    ledger = open_till_ledger(sold)
    assert ledger.state.sales == SALES
    ledger.close()
    assert b"".join(journals(sold).values()) == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_repairs_still_belongs_to_the_till(sold: Path, copy: Path) -> None:
    flip(segments(sold)[2], 7_000)
    (sold / "lock").unlink()
    for path in (sold, *sold.iterdir()):
        os.chown(path, 1_234, 1_234)
    assert repair(sold, copy).exit_code == 0
    assert {path.stat().st_uid for path in sold.iterdir()} == {1_234}


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
    (sold / "lock").unlink()
    assert "The till is running" in repair(sold, copy).output
    ledger.close()
    assert "Nothing is damaged" in repair(sold, copy).output
