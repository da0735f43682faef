"""Sound records in the wrong place, and an index that lies: nothing of another ledger or another entry is shown."""

from pathlib import Path

import pytest

from device.adapters.ledger.errors import LedgerDamaged
from shared.entry import parse_entry
from tests.crash.market_day import make_sale
from tests.unit.device.segmented_ledger import SALES, fill, open_till_ledger, sale_id, segments


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    fill(tmp_path / "ledger")
    return tmp_path / "ledger"


def two_of_one_length(directory: Path) -> tuple[Path, Path]:
    by_size: dict[int, Path] = {}
    for path in segments(directory)[1:-1]:
        if (size := path.stat().st_size) in by_size:
            return by_size[size], path
        by_size[size] = path
    raise AssertionError("no two segments have the same length")


def test_swapped_segments_are_not_shown_as_one_another(sold: Path) -> None:
    one, other = two_of_one_length(sold)
    first_seq = parse_entry(one.read_bytes().splitlines()[0][9:]).seq
    contents = one.read_bytes(), other.read_bytes()
    one.write_bytes(contents[1])
    other.write_bytes(contents[0])
    ledger = open_till_ledger(sold)
    with pytest.raises(LedgerDamaged, match=f"{one.name} is damaged"):
        ledger.read_lines(first_seq, first_seq)
    ledger.close()


def test_swapped_records_are_not_shown_as_one_another(sold: Path) -> None:
    path = segments(sold)[3]
    records = path.read_bytes().splitlines()
    first_seq = parse_entry(records[0][9:]).seq
    at = next(n for n in range(len(records) - 1) if len(records[n]) == len(records[n + 1]))
    records[at], records[at + 1] = records[at + 1], records[at]
    seq = first_seq + at
    path.write_bytes(b"\n".join(records) + b"\n")
    ledger = open_till_ledger(sold)
    with pytest.raises(LedgerDamaged, match=f"entry {seq}: entry {seq + 1} stands there"):
        ledger.read_lines(seq, seq)
    ledger.close()


def test_a_segment_of_another_till_is_not_shown(sold: Path) -> None:
    fill(sold.parent / "other")
    ours, theirs = segments(sold)[2], segments(sold.parent / "other")[2]
    first_seq = parse_entry(ours.read_bytes().splitlines()[0][9:]).seq
    ledger = open_till_ledger(sold)
    assert ours.stat().st_size == theirs.stat().st_size
    ours.write_bytes(theirs.read_bytes())
    with pytest.raises(LedgerDamaged, match="an entry of another ledger stands there"):
        ledger.read_lines(first_seq, first_seq)
    ledger.close()


def test_a_segment_of_a_copied_card_is_not_shown_and_does_not_fold(sold: Path) -> None:
    """The copy went on by itself: same ledger, same numbers, other entries."""
    copy = sold.parent / "copy"
    copy.mkdir()
    for path in sold.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    for directory, id_offset in ((sold, 1_000), (copy, 2_000)):
        ledger = open_till_ledger(directory)
        for number in range(SALES + 1, SALES + 91):
            sale = make_sale(sale_id(number + id_offset), number)
            ledger.append_blocking(lambda _, sale=sale: (sale,))
        ledger.close()
    swapped = segments(sold)[-2]
    assert (copy / swapped.name).stat().st_size == swapped.stat().st_size
    swapped.write_bytes((copy / swapped.name).read_bytes())
    ledger = open_till_ledger(sold, check=True)
    assert ledger._check is not None
    assert ledger._check.done.wait(60)
    seq = ledger._journal.sealed[-1].last_seq - 3
    with pytest.raises(LedgerDamaged, match="not what it was when it was sealed"):
        ledger.read_lines(seq, seq)
    ledger.close()
    next(sold.glob("snapshot-*.json")).unlink()
    with pytest.raises(LedgerDamaged, match="does not follow entry") as refused:
        open_till_ledger(sold)
    assert refused.value.path == swapped
