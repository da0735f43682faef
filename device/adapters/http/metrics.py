"""What a monitor reads of the till: metrics, and its status in words."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter
from prometheus_client.core import Metric

from device.adapters.http.shapes import state_json
from device.adapters.http.till_services import TillServices
from device.services.tell import StateStrip
from shared.entry import Json
from shared.http.metrics import (
    Leg,
    Monitored,
    build_info,
    counter,
    gauge,
    leg_metrics,
    leg_of,
    monitored_routes,
)

PART = "till"
_ONE: Mapping[str, str] = {}


def metrics_router(till: TillServices) -> APIRouter:
    """Return the routes for monitors."""

    async def metrics() -> Sequence[Metric]:
        return list(_metrics(till))

    async def status() -> Mapping[str, Json]:
        return state_json(till.tell.state(), till.sign.software)

    return monitored_routes(Monitored(token=till.metrics_token, metrics=metrics, status=status))


def _metrics(till: TillServices) -> Iterator[Metric]:
    strip, sent = till.tell.state(), till.tally
    yield build_info(PART, till.sign.software)
    yield gauge("stallholder_till_ledger_entries", "Entries in the ledger.", (_ONE, strip.entries.till))
    yield counter("stallholder_till_sales", "Sales in the ledger.", (_ONE, till.ledger.state.sales))
    yield gauge("stallholder_till_disk_free_bytes", "Free room on the till's disk.", (_ONE, strip.free_bytes))
    yield from leg_metrics(PART, _legs(strip))
    yield counter(
        "stallholder_till_sync_batches_sent", "Batches handed to the broker's client.", (_ONE, sent.batches)
    )
    yield counter("stallholder_till_sync_entries_sent", "Entries in them.", (_ONE, sent.entries))
    yield counter(
        "stallholder_till_sync_entries_resent",
        "Entries that had been sent before.",
        (_ONE, sent.entries_again),
    )
    yield counter("stallholder_till_sync_sent_bytes", "Bytes of their payloads.", (_ONE, sent.payload_bytes))


def _legs(strip: StateStrip) -> list[Leg]:
    if strip.travelled is None:
        return []
    legs = {"hub": strip.travelled.hub, "cloud": strip.travelled.cloud}
    return [leg_of(progress, strip.now_ms, {"leg": leg}) for leg, progress in legs.items()]
