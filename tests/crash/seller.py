"""A child process that sells on the real disk until it is killed: says each sale's id once it is confirmed.

`python -m tests.crash.seller DIRECTORY [ROOM_BYTES]`: with ROOM_BYTES the file may grow by no more than that until a line
arrives on standard input, as on a disk that is full until somebody makes room.
"""

import resource
import signal
import sys
from os import urandom
from pathlib import Path
from random import Random

from device.adapters.ledger.errors import LedgerFull
from device.adapters.ledger.ledger import Birth, JournalLedger
from shared.ids import SourceId, TenantId
from tests.crash.market_day import NOON, Sold, decide_sale, fold


def main(directory: Path, room_bytes: int | None) -> None:
    """Sell for ever."""
    ledger = open_real_ledger(directory)
    if room_bytes is not None:
        _limit(ledger.report.path.stat().st_size + room_bytes)
    random = Random()
    while True:
        sale_id = f"sale-{random.getrandbits(64)}"
        try:
            ledger.append_blocking(lambda sold, sale_id=sale_id: decide_sale(sold, sale_id))
        except LedgerFull as full:
            _say(f"refused {full.code}")
            sys.stdin.readline()
            _limit(resource.RLIM_INFINITY)
            continue
        _say(f"confirmed {sale_id}")


def open_real_ledger(directory: Path) -> JournalLedger[Sold]:
    """Open the ledger on the real disk."""
    return JournalLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="test"),
        initial=frozenset[str](),
        fold=fold,
        now=lambda: NOON,
        randomness=urandom,
    )


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _limit(size_bytes: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
