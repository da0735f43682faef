"""A ledger of 1,000 sales with one byte changed: always detected, and the record named."""

from functools import cache
from random import Random

from device.adapters.ledger.errors import LedgerDamaged
from device.adapters.ledger.recovery import recover
from device.adapters.ledger.segment import OpenSegment, SealedSegment
from shared.verify.verify import SegmentSource, verify_segments
from tests.crash.market_day import DIRECTORY, MOVE_EVERY, open_ledger, segments_on
from tests.crash.simulated_disk import SimulatedDisk
from tests.crash.trials import every_flip_is_found, whole_day

SAMPLE = 150


@cache
def thousand_sales() -> SimulatedDisk:
    disk, _ = whole_day(1_000)
    return disk


def sealed_segments(disk: SimulatedDisk) -> tuple[SealedSegment, ...]:
    ledger = open_ledger(disk, Random(0))
    sealed = ledger._journal.sealed
    ledger.close()
    disk.end_process()
    return sealed


def test_every_byte_of_a_segment_checked_from_the_one_before_is_found_and_its_record_named() -> None:
    disk = thousand_sales()
    segment = sealed_segments(disk)[70]
    content = disk.content(segment.path)
    ends = [index for index, byte in enumerate(content) if byte == ord("\n")]
    assert len(content) > 4_000
    for position in range(len(content)):
        disk.put(
            segment.path,
            content[:position] + bytes([content[position] ^ 1 << position % 8]) + content[position + 1 :],
        )
        damage = damage_of(disk, segment)
        assert damage is not None, f"byte {position}"
        assert damage.seq == segment.first_seq + sum(end < position for end in ends)
    disk.put(segment.path, content)
    assert damage_of(disk, segment) is None


def damage_of(disk: SimulatedDisk, segment: SealedSegment) -> LedgerDamaged | None:
    handle = disk.open(segment.path)
    try:
        recover(disk, handle, segment.path, epoch=segment.name.epoch, before=segment.seal.before, stream=None,
                is_last=False, known_seq=lambda _: 0)  # fmt: skip
    except LedgerDamaged as damage:
        return damage
    finally:
        disk.close(handle)
    return None


def test_a_seeded_sample_of_bytes_over_the_whole_ledger_is_found_by_the_till_and_by_the_independent_reader() -> (
    None
):
    disk, random = thousand_sales(), Random(3)
    sources = segments_on(disk)
    for _ in range(SAMPLE):
        index = random.randrange(len(sources))
        content = disk.content(DIRECTORY / sources[index].name)
        position = random.randrange(len(content))
        changed = bytearray(content)
        changed[position] ^= 1 << random.randrange(8)
        around = [
            *sources[:index],
            SegmentSource(name=sources[index].name, chunks=(bytes(changed),)),
            *sources[index + 1 :],
        ]
        problem = verify_segments(around).problem
        assert problem is not None
        assert problem.file == sources[index].name
        assert problem.line == 1 + content[:position].count(b"\n")


def test_a_changed_byte_in_any_of_its_files_is_found_by_the_till() -> None:
    every_flip_is_found(200)


def test_segments_know_where_they_lie() -> None:
    ledger = open_ledger(thousand_sales(), Random(0))
    assert ledger.head.seq == 1_001 + 1_000 // MOVE_EVERY
    assert len(ledger._journal.sealed) > 100
    assert not any(isinstance(segment, OpenSegment) for segment in ledger._journal.sealed)
    ledger.close()
    thousand_sales().end_process()
