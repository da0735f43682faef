"""What the hub does with a till's batches, without MQTT: open, check, read, commit. `python -m tests.bench.commit_alone SALES`.

The hub's own code from payload to commit, on a database of its own, in transactions as large as its inbox makes them.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hub.adapters.mqtt_link import AT_ONCE
from hub.domain.inbox import Inbox
from hub.services.hear import Heard
from shared.entry import EMPTY_HEAD, StreamKey, hash_line
from shared.events.event import seal_event
from shared.host.system_clock import SystemClock
from shared.ids import Epoch
from shared.sync import batch
from shared.sync.sender import SenderLimits
from shared.wire import topics
from shared.wire.messages import make
from tests.bench.sales import make_sale
from tests.unit.hub.bench import HUB, TENANT, TILL, Bench

STREAM = StreamKey(tenant=TENANT, source=TILL, epoch=Epoch("abcdef"))
TOPIC = topics.topic(TENANT, HUB, TILL, topics.ENTRIES)


def entry_lines(sales: int) -> list[bytes]:
    """Return the exact bytes of that many entries, each of one sale."""
    head, lines = EMPTY_HEAD, []
    for number in range(sales):
        entry = seal_event(stream=STREAM, head=head, at=SystemClock().now(), event=make_sale(number))
        head = entry.head
        lines.append(entry.line)
    return lines


def payloads_of(lines: Sequence[bytes], batch_entries: int) -> list[bytes]:
    """Return the payloads in which a till would send these entries."""
    payloads = []
    for first in range(0, len(lines), batch_entries):
        part = lines[first : first + batch_entries]
        message = make("entries", epoch=STREAM.epoch, first_seq=first + 1, count=len(part), last_hash=hash_line(part[-1]),
                       session="0" * 36)  # fmt: skip
        payloads.append(batch.pack(message, part))
    return payloads


async def _commit_all(payloads: Sequence[bytes], folder: Path) -> tuple[float, float]:
    hub = Bench(folder / "hub.sqlite")
    inbox: Inbox[bytes] = Inbox(AT_ONCE)
    waiting = list(reversed(payloads))
    started, cpu = time.perf_counter(), time.process_time()
    while waiting or len(inbox):
        while waiting and inbox.put(TILL, waiting[-1], batch.opened_bytes(waiting[-1])):
            waiting.pop()
        await hub.hearing.hear([Heard(TOPIC, payload) for payload in inbox.take(AT_ONCE)])
    took = time.perf_counter() - started, time.process_time() - cpu
    held = hub.look(lambda uow: uow.streams.find(STREAM))
    hub.store.close()
    if held is None or held.sales == 0:
        raise AssertionError("nothing was kept")
    return took


def main() -> None:
    """Commit and print the seconds it took, by the clock and of this process's own time."""
    payloads = payloads_of(entry_lines(int(sys.argv[1])), SenderLimits().batch_entries)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-sync-") as folder:
        seconds, cpu_s = asyncio.run(_commit_all(payloads, Path(folder)))
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_s": cpu_s}))


if __name__ == "__main__":
    main()
