"""Whether an entry that was read is the one that was asked for: a sound record may lie in the wrong place. Pure."""

import re

from shared.entry import EntryError, parse_entry
from shared.ids import Epoch

_OPENING = re.compile(rb'\{"v":1,"tenant":"[^"\\]*","source":"[^"\\]*","epoch":"([^"\\]*)","seq":([0-9]+),')


def is_misplaced(line: bytes, epoch: Epoch, seq: int) -> str:
    """Say what stands there instead of entry `seq` of a ledger; nothing if it is that entry."""
    opening = _OPENING.match(line)  # as nearly every entry begins; one written otherwise is read as a whole
    if opening is not None:
        found_epoch, found_seq = opening[1].decode(), int(opening[2])
    else:
        try:
            entry = parse_entry(line)
        except EntryError as error:
            return error.reason
        found_epoch, found_seq = entry.stream.epoch, entry.seq
    if found_epoch != epoch:
        return f"an entry of another ledger stands there, {found_epoch}"
    return f"entry {found_seq} stands there" if found_seq != seq else ""
