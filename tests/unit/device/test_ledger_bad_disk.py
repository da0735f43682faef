"""A disk that cannot read some file: caches are made anew, one entry that cannot be read ends nothing."""

import errno
import os
from pathlib import Path

import pytest

from device.adapters.ledger.disk import Handle
from device.adapters.ledger.errors import LedgerUnreadable
from device.adapters.ledger.os_disk import OsDisk
from device.app.build_services import ledger_answers
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded
from tests.unit.device.segmented_ledger import (
    SALES,
    Folding,
    fill,
    open_till_ledger,
    sale_id,
    segments,
    sell,
)


class DiskWithABadFile(OsDisk):
    """Cannot read the files whose names hold `bad`."""

    def __init__(self, bad: str = "nothing of that name") -> None:
        super().__init__()
        self.bad = bad
        self._names: dict[int, str] = {}

    def open(self, path: Path) -> Handle:
        handle = super().open(path)
        self._names[handle] = path.name
        return handle

    def read(self, handle: Handle, position: int, length: int) -> bytes:
        if self.bad in self._names.get(handle, ""):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(handle, position, length)


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    fill(tmp_path)
    return tmp_path


@pytest.mark.parametrize("bad", ["snapshot-", "00002.sealed"])
def test_a_cache_that_the_disk_cannot_read_is_done_without(
    sold: Path, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = open_till_ledger(sold, disk=DiskWithABadFile(bad))
    assert ledger.state.sales == SALES
    assert "cannot be read" in caplog.text
    sell(ledger, SALES + 1, SALES + 1)
    ledger.close()


def test_an_index_that_cannot_be_read_any_more_is_made_anew_from_its_segment(sold: Path) -> None:
    disk = DiskWithABadFile()
    ledger = open_till_ledger(sold, disk=disk)
    disk.bad = "00002.sealed"
    seq = ledger.find_receipt(25)
    assert seq == ledger.find_sale(sale_id(25)) == 27
    assert parse_entry(ledger.read_lines(27, 27)[0]).seq == 27
    ledger.close()


@pytest.mark.parametrize("table", [0, 1, 2], ids=["places", "receipts", "sales"])
def test_a_changed_index_finds_what_the_sound_one_found(sold: Path, table: int) -> None:
    ledger = open_till_ledger(sold)
    sealed = ledger._journal.sealed[1]
    path = sealed.path.with_name(sealed.name.sealed)
    lengths = (4 * (sealed.seal.entries + 1), 4 * sealed.seal.receipts, 12 * sealed.seal.ids)
    start = sealed.seal.line_bytes + sum(lengths[:table])
    content = bytearray(path.read_bytes())
    for position in range(start, start + lengths[table], 4):
        content[position] ^= 1
    path.write_bytes(content)
    first = sealed.seal.first_receipt
    for number in range(first, first + sealed.seal.receipts):
        assert ledger.find_receipt(number) == ledger.find_sale(sale_id(number)) == number + 2
        sale = read_event(parse_entry(ledger.read_lines(number + 2, number + 2)[0]))
        assert isinstance(sale, SaleRecorded)
        assert sale.receipt_number == number
    ledger.close()


def test_an_entry_that_cannot_be_read_ends_neither_the_ledger_nor_the_till(sold: Path) -> None:
    disk = DiskWithABadFile()
    ledger = open_till_ledger(sold, disk=disk)
    disk.bad = segments(sold)[1].name
    with pytest.raises(LedgerUnreadable, match=r"cannot read entry 30 .* Selling goes on") as unread:
        ledger.read_lines(30, 30)
    ended: list[str] = []
    answers = ledger_answers(lambda: ended.append("the till"))
    assert answers.words(unread.value)[0] == "entry-unreadable"
    assert next(status for kind, status in answers.statuses if isinstance(unread.value, kind)) == 503
    assert ended == []
    sell(ledger, SALES + 1, SALES + 1)
    assert parse_entry(ledger.read_lines(1, 1)[0]).seq == 1
    ledger.close()


def test_a_snapshot_that_was_folded_anew_is_there_for_the_next_start(sold: Path) -> None:
    next(sold.glob("snapshot-*.json")).unlink()
    open_till_ledger(sold).close()
    folding = Folding()
    open_till_ledger(sold, folding).close()
    assert folding.entries == 0


def test_a_full_segment_that_cannot_be_read_is_sealed_later_and_holds_up_no_other(sold: Path) -> None:
    disk = DiskWithABadFile()
    ledger = open_till_ledger(sold, disk=disk)
    disk.bad = segments(sold)[-1].name
    sell(ledger, 500, 650)
    ledger.append_blocking(lambda _: ())
    ledger.append_blocking(lambda _: ())
    number = segments(sold).index(sold / disk.bad) + 1
    assert not list(sold.glob(f"*.{number:05d}.sealed"))
    assert list(sold.glob(f"*.{number + 1:05d}.sealed"))
    disk.bad = "nothing of that name"
    sell(ledger, 700, 820)
    ledger.append_blocking(lambda _: ())
    ledger.append_blocking(lambda _: ())
    assert list(sold.glob(f"*.{number:05d}.sealed"))
    assert ledger.damages == ()
    ledger.close()
