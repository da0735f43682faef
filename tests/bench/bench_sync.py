"""Sync from till to hub, with the real broker and hub: how fast a backlog drains, how soon a sale is acknowledged, and what a
partition costs. See `hub_stand` and `light_tills` for what is real and what is light."""

from tests.bench import sync_drain, sync_latency, sync_partition
from tests.bench.__main__ import Row


def run() -> list[Row]:
    """Return the figures."""
    return [*sync_drain.run(), *sync_latency.run(), *sync_partition.run()]
