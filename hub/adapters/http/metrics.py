"""What a monitor reads of the hub: metrics, and its status in words."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter
from prometheus_client.core import Metric

from hub.adapters.http.counter import Counter
from hub.adapters.http.overview import look_at_sources
from hub.domain.device import Device, DeviceRole
from hub.domain.parcel import ParcelState
from hub.domain.stream import StreamRecord
from hub.ports.store import UnitOfWork
from hub.services.standings import SourceStanding
from shared.entry import Json
from shared.http.metrics import (
    Leg,
    Monitored,
    build_info,
    commit_seconds,
    gauge,
    leg_metrics,
    leg_of,
    monitored_routes,
)
from shared.http.metrics import (
    counter as counted,
)
from shared.ids import SourceId
from shared.wire.messages import UNKNOWN

PART = "hub"
_ONE: Mapping[str, str] = {}


def metrics_routes(counter: Counter) -> APIRouter:
    """Return the routes for monitors."""

    async def metrics() -> Sequence[Metric]:
        return list(await _metrics(counter))

    async def status() -> Mapping[str, Json]:
        return await look_at_sources(counter)

    return monitored_routes(Monitored(token=lambda: counter.metrics_token(), metrics=metrics, status=status))  # noqa: PLW0108 - asked when called


async def _metrics(counter: Counter) -> list[Metric]:
    streams, devices, doors_unknown = await counter.house.store.read(_read)
    standings = counter.standings.look(streams)
    return [
        build_info(PART, counter.software),
        *leg_metrics(PART, _legs(counter, standings)),
        *_about_sources(counter, streams, devices),
        *_about_ways(counter),
        *_about_work(counter, doors_unknown),
    ]


def _read(uow: UnitOfWork) -> tuple[list[StreamRecord], list[Device], int]:
    opening = [parcel for parcel in uow.parcels.live() if parcel.state is ParcelState.OPENING]
    commands = [uow.door_commands.find(parcel.command_id) for parcel in opening]
    unknown = sum(command is not None and command.outcome == UNKNOWN for command in commands)
    return uow.streams.all(), uow.devices.all(), unknown


def _legs(counter: Counter, standings: Mapping[SourceId, SourceStanding]) -> list[Leg]:
    now_ms = counter.house.clock.monotonic_ms()
    return [
        leg_of(progress, now_ms, {"source": source, "leg": leg})
        for source, standing in standings.items()
        for leg, progress in standing.ways.items()
    ]


def _about_sources(
    counter: Counter, streams: Sequence[StreamRecord], devices: Sequence[Device]
) -> Iterator[Metric]:
    by_source: dict[str, int] = {}
    for stream in streams:
        by_source[stream.key.source] = by_source.get(stream.key.source, 0) + stream.sales
    yield counted(
        "stallholder_hub_sales", "Sales that are durable here.",
        *(({"source": source}, float(sales)) for source, sales in by_source.items()),
    )  # fmt: skip
    yield gauge(
        "stallholder_hub_source_online", "1 while a till is connected.",
        *(
            ({"source": device.device}, float(_is_online(counter, device)))
            for device in devices
            if device.role is DeviceRole.TILL and device.removed_at is None
        ),
    )  # fmt: skip
    quarantined = sum(bool(stream.quarantine) for stream in streams)
    yield gauge("stallholder_hub_streams_quarantined", "Chains that were set aside.", (_ONE, quarantined))


def _is_online(counter: Counter, device: Device) -> bool:
    seen = counter.presence.of(device.device)
    return seen is not None and seen.online


def _about_ways(counter: Counter) -> Iterator[Metric]:
    ready = sum(counter.boards.ready(name) for name in counter.boards.names())
    yield gauge(
        "stallholder_hub_cloud_reachable",
        "1 while the cloud answers.",
        (_ONE, counter.forwarding.view.reachable),
    )
    yield gauge(
        "stallholder_hub_broker_connected", "1 while the broker is there.", (_ONE, counter.broker.connected)
    )
    yield gauge("stallholder_hub_boards_online", "Locker boards that are ready.", (_ONE, ready))
    yield gauge("stallholder_hub_boards", "Locker boards of the bank.", (_ONE, len(counter.boards.names())))
    yield gauge(
        "stallholder_hub_disk_free_bytes", "Free room on the hub's disk.", (_ONE, counter.disk.free_bytes())
    )


def _about_work(counter: Counter, doors_unknown: int) -> Iterator[Metric]:
    heard, sent = counter.tally, counter.forwarding.tally
    yield gauge(
        "stallholder_hub_doors_unknown", "Parcels whose door's outcome nobody saw.", (_ONE, doors_unknown)
    )
    yield counted(
        "stallholder_hub_messages_received", "Messages from tills and boards.", (_ONE, heard.messages)
    )
    yield counted(
        "stallholder_hub_entries_received", "Entries in them, also repeated ones.", (_ONE, heard.entries)
    )
    yield counted(
        "stallholder_hub_messages_rejected", "Messages that could not be taken.", (_ONE, heard.rejected)
    )
    yield commit_seconds(PART, heard.commits)
    yield counted("stallholder_hub_forward_batches_sent", "Batches sent to the cloud.", (_ONE, sent.batches))
    yield counted("stallholder_hub_forward_entries_sent", "Entries in them.", (_ONE, sent.entries))
    yield counted(
        "stallholder_hub_forward_entries_resent",
        "Entries that had been sent before.",
        (_ONE, sent.entries_again),
    )
    yield counted("stallholder_hub_forward_sent_bytes", "Bytes of those entries.", (_ONE, sent.payload_bytes))
