"""What a monitor reads of the cloud: metrics of every tenant, and their status in words. The token is the operator's."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter
from prometheus_client.core import Metric
from starlette.concurrency import run_in_threadpool

from cloud.adapters.http.doors import Doors
from cloud.domain.fleet import FleetSource
from cloud.ports.dashboards import StreamTotals
from cloud.services.read_dashboard import FleetBoard
from shared.entry import Json
from shared.http.metrics import (
    Leg,
    Monitored,
    build_info,
    commit_seconds,
    counter,
    gauge,
    leg_metrics,
    monitored_routes,
)

PART = "cloud"
_ONE: Mapping[str, str] = {}


def metrics_routes(doors: Doors) -> APIRouter:
    """Return the routes for monitors."""

    async def metrics() -> Sequence[Metric]:
        return await run_in_threadpool(lambda: list(_metrics(doors)))

    async def status() -> Mapping[str, Json]:
        return await run_in_threadpool(_status, doors)

    return monitored_routes(Monitored(token=lambda: doors.metrics_token(), metrics=metrics, status=status))  # noqa: PLW0108 - asked when called


def _status(doors: Doors) -> dict[str, Json]:
    boards = {tenant: doors.dashboards.fleet(tenant) for tenant in doors.tenants()}
    full = doors.receiver.is_full()
    rows: list[Json] = [
        {
            "tenant": tenant, "source": row.source, "name": row.name, "online": row.online, "behind": row.behind,
            "behind_s": row.behind_s, "reason": row.reason, "alarm": row.alarm, "words": row.words,
        }
        for tenant, board in boards.items()
        for row in board.sources
    ]  # fmt: skip
    alarm = full or any(row.alarm for board in boards.values() for row in board.sources)
    quarantined = sum(len(board.quarantined) for board in boards.values())
    return {"sources": rows, "full": full, "quarantined": quarantined, "alarm": alarm or quarantined > 0}


def _metrics(doors: Doors) -> Iterator[Metric]:
    boards = {tenant: doors.dashboards.fleet(tenant) for tenant in doors.tenants()}
    totals = {tenant: doors.dashboards.totals(tenant) for tenant in boards}
    yield build_info(PART, doors.software)
    yield from leg_metrics(
        PART,
        [_leg(tenant, row) for tenant, board in boards.items() for row in board.sources if _is_chained(row)],
    )
    yield from _about_fleet(boards)
    yield from _about_tenants(boards, totals)
    yield from _about_work(doors)


def _is_chained(row: FleetSource) -> bool:
    return row.role != "board"  # a board keeps no ledger


def _leg(tenant: str, row: FleetSource) -> Leg:
    """One row of the fleet: everything between the till and this cloud."""
    return Leg(
        labels={"tenant": tenant, "source": row.source}, head=row.seq + row.behind, mark=row.seq,
        behind=row.behind, behind_s=row.behind_s if row.behind else 0, moved_s=row.moved_s,
        connected=row.online, reason=row.reason, alarm=row.alarm,
    )  # fmt: skip


def _about_fleet(boards: Mapping[str, FleetBoard]) -> Iterator[Metric]:
    rows = [(tenant, row) for tenant, board in boards.items() for row in board.sources]
    yield gauge(
        "stallholder_cloud_hub_silent_seconds", "Time since a hub was last heard, 0 while it is.",
        *(
            ({"tenant": tenant, "source": row.source}, 0.0 if row.online else float(row.behind_s))
            for tenant, row in rows
            if row.role == "hub"
        ),
    )  # fmt: skip
    yield gauge(
        "stallholder_cloud_boards_online", "Locker boards that answer.",
        *(
            ({"tenant": tenant}, float(sum(row.online for row in board.sources if row.role == "board")))
            for tenant, board in boards.items()
        ),
    )  # fmt: skip


def _about_tenants(
    boards: Mapping[str, FleetBoard], totals: Mapping[str, Sequence[StreamTotals]]
) -> Iterator[Metric]:
    yield counter(
        "stallholder_cloud_sales", "Sales that are durable here.",
        *(
            ({"tenant": tenant}, float(sum(stream.sales for stream in streams)))
            for tenant, streams in totals.items()
        ),
    )  # fmt: skip
    yield gauge(
        "stallholder_cloud_rejected", "Entries and payloads that are kept without being counted.",
        *(({"tenant": tenant}, float(board.rejected)) for tenant, board in boards.items()),
    )  # fmt: skip
    yield gauge(
        "stallholder_cloud_streams_quarantined", "Chains that were contradicted.",
        *(({"tenant": tenant}, float(len(board.quarantined))) for tenant, board in boards.items()),
    )  # fmt: skip


def _about_work(doors: Doors) -> Iterator[Metric]:
    heard = doors.receiver.tally
    yield gauge(
        "stallholder_cloud_disk_free_bytes", "Free room on the cloud's disk.", (_ONE, doors.disk.free_bytes())
    )
    yield counter("stallholder_cloud_batches_received", "Batches from hubs.", (_ONE, heard.messages))
    yield counter("stallholder_cloud_entries_received", "Entries that were new.", (_ONE, heard.entries))
    yield counter(
        "stallholder_cloud_batches_rejected", "Batches that could not be read.", (_ONE, heard.rejected)
    )
    yield commit_seconds(PART, heard.commits)
