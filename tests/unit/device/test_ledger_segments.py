"""Segments: rotated, sealed, found by index, restored from a snapshot that may be missing, read again in the background."""

from pathlib import Path

import pytest

from device.adapters.ledger.errors import LedgerDamaged, LedgerLocked
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded
from shared.verify.verify import verify_segments
from tests.unit.device.segmented_ledger import (
    SALES,
    Folding,
    fill,
    open_till_ledger,
    sale_id,
    segments,
    sell,
    sources,
)


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    fill(tmp_path)
    return tmp_path


def test_a_full_segment_is_sealed_and_never_written_again(sold: Path) -> None:
    paths = segments(sold)
    assert len(paths) > 5
    assert len(list(sold.glob("*.sealed"))) == len(paths) - 1
    before = [path.read_bytes() for path in paths[:-1]]
    ledger = open_till_ledger(sold)
    sell(ledger, SALES + 1, SALES + 40)
    ledger.close()
    assert [path.read_bytes() for path in paths[:-1]] == before
    report = verify_segments(sources(sold))
    assert (report.problem, report.sales) == (None, SALES + 40)


def test_any_sale_is_found_by_id_and_by_receipt_and_any_stretch_is_read(sold: Path) -> None:
    ledger = open_till_ledger(sold)
    for number in range(1, SALES + 1):
        seq = ledger.find_sale(sale_id(number))
        assert seq == ledger.find_receipt(number) == number + 2
        sale = read_event(parse_entry(ledger.read_lines(seq, seq)[0]))
        assert isinstance(sale, SaleRecorded)
        assert sale.sale_id == sale_id(number)
    assert ledger.find_sale(sale_id(SALES + 1)) is None
    assert ledger.find_sale("0197f3a2-0000-7000-8000-00000000000x") is None
    assert ledger.find_receipt(0) is None
    assert ledger.find_receipt(SALES + 1) is None
    lines = ledger.read_lines(1, ledger.head.seq)
    assert [parse_entry(line).seq for line in lines] == list(range(1, SALES + 3))
    assert ledger.read_lines(20, 90) == lines[19:90]
    assert len(ledger.entries.search(lambda entry: entry["kind"] == "SaleRecorded")) == SALES
    ledger.close()


def test_opening_folds_only_what_came_after_the_snapshot(sold: Path) -> None:
    folding = Folding()
    ledger = open_till_ledger(sold, folding)
    last = len(segments(sold)[-1].read_bytes().splitlines())
    assert folding.entries <= last
    assert (ledger.state.sales, ledger.state.last_receipt_number) == (SALES, SALES)
    ledger.close()


@pytest.mark.parametrize("harm", ["missing", "of another version", "cut", "changed", "of another ledger"])
def test_a_snapshot_that_is_not_good_costs_time_and_nothing_else(sold: Path, harm: str) -> None:
    snapshot = next(sold.glob("snapshot-*.json"))
    content = snapshot.read_bytes()
    match harm:
        case "missing":
            snapshot.unlink()
        case "cut":
            snapshot.write_bytes(content[:-50])
        case "changed":
            snapshot.write_bytes(content.replace(b'"sales":', b'"salez":'))
        case "of another ledger":
            other = open_till_ledger(sold.parent / "other")
            sell(other, 1, SALES)
            other.close()
            snapshot.write_bytes(next((sold.parent / "other").glob("snapshot-*.json")).read_bytes())
    folding = Folding()
    ledger = open_till_ledger(sold, folding, version="2" if harm == "of another version" else "1")
    assert folding.entries == SALES + 2
    assert ledger.state.sales == SALES
    ledger.close()


def test_seals_that_are_missing_or_changed_are_made_anew(sold: Path) -> None:
    seals = sorted(sold.glob("*.sealed"))
    before = [seal.read_bytes() for seal in seals]
    seals[0].unlink()
    seals[1].write_bytes(before[1][:-1] + b"x")
    seals[2].write_bytes(b"")
    open_till_ledger(sold).close()
    assert [seal.read_bytes() for seal in seals] == before


def test_a_missing_segment_is_named(sold: Path) -> None:
    for path in (segments(sold)[0], segments(sold)[3], segments(sold)[-1]):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(LedgerDamaged, match=f"the part {path.name} is missing"):
            open_till_ledger(sold)
        path.write_bytes(content)
    open_till_ledger(sold).close()


@pytest.mark.parametrize("left", ["a snapshot", "seals", "an unfinished write", "what hub and cloud know"])
def test_no_new_ledger_is_born_where_one_is_gone(sold: Path, left: str) -> None:
    ledger = open_till_ledger(sold)
    stream, head = ledger.stream, ledger.head
    ledger.close()
    kept = {"a snapshot": "snapshot-*", "seals": "*.sealed"}.get(left, "none")
    for path in sold.iterdir():
        if not path.match(kept):
            path.unlink()
    if left == "an unfinished write":
        (sold / "torn-1.bytes").write_bytes(b"rest")
    known = {stream.epoch: head.seq} if left == "what hub and cloud know" else {}
    with pytest.raises(LedgerDamaged, match=r"not there|is there and its ledger is not") as refused:
        open_till_ledger(sold, known_seqs=known)
    assert "stallholder repair" in refused.value.remedy
    assert not list(sold.glob("*.journal"))


def test_a_file_that_names_another_epoch_than_its_entries_is_refused(tmp_path: Path) -> None:
    ledger = open_till_ledger(tmp_path)
    sell(ledger, 1, 3)
    ledger.close()
    (path,) = segments(tmp_path)
    path.rename(tmp_path / "ledger-aaaaaa.journal")
    with pytest.raises(LedgerDamaged, match="belongs to another ledger"):
        open_till_ledger(tmp_path)
    problem = verify_segments(sources(tmp_path)).problem
    assert problem is not None
    assert "in this ledger it is aaaaaa" in problem.words


def test_a_second_writer_is_kept_out_also_when_the_lock_file_is_deleted(sold: Path) -> None:
    ledger = open_till_ledger(sold)
    (sold / "lock").unlink()
    with pytest.raises(LedgerLocked):
        open_till_ledger(sold)
    ledger.close()
    open_till_ledger(sold).close()


def test_a_sealed_segment_of_another_length_is_read_and_refused(sold: Path) -> None:
    path = segments(sold)[2]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LedgerDamaged):
        open_till_ledger(sold)


def test_a_changed_byte_in_a_sealed_segment_is_found_while_the_till_sells(sold: Path) -> None:
    path = segments(sold)[2]
    content = bytearray(path.read_bytes())
    content[5_000] ^= 4
    path.write_bytes(content)
    ledger = open_till_ledger(sold, check=True)
    assert ledger._check is not None
    assert ledger._check.done.wait(60)
    sell(ledger, SALES + 1, SALES + 1)
    (damage,) = ledger.damages
    assert f"damaged ({path.name}, entry {damage.seq}). Selling goes on" in ledger.damage_words
    ledger.close()
    assert damage.path == path
    assert damage.position <= 5_000
    report = verify_segments(sources(sold))
    assert report.problem is not None
    assert (report.problem.file, report.problem.seq) == (path.name, damage.seq)


def test_the_independent_reader_makes_every_seal_anew_and_compares(sold: Path) -> None:
    seal = sorted(sold.glob("*.sealed"))[1]
    content = seal.read_bytes()
    for changed in (content[:-1] + b"x", content.replace(b'"receipts":', b'"receiptz":'), content[:-12]):
        seal.write_bytes(changed)
        report = verify_segments(sources(sold))
        assert report.problem is not None
        assert "seal" in report.problem.words
