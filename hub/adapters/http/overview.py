"""What the staff page looks at: parcels, the bank, the sources, and the figures to compare with the till's and the cloud's."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.adapters.http.counter import Counter
from hub.domain.device import Device, DeviceRole
from hub.domain.parcel import Parcel, ParcelState
from hub.domain.source import REMOVED, UNHEARD, words_of_board, words_of_cloud, words_of_source
from hub.domain.stream import StreamRecord, behind_of
from hub.ports.store import UnitOfWork
from hub.services.standings import SourceStanding, words_of_standing
from shared.entry import Json
from shared.ids import SourceId
from shared.wire.messages import UNKNOWN
from shared.wire.pickup_code import NUMBER_DIGITS

GONE_SHOWN = 50


def overview_routes(counter: Counter) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/staff")

    @routes.get("/parcels")
    async def parcels(request: Request) -> Response:
        await counter.require_staff(request)
        return JSONResponse({"parcels": await counter.house.store.read(_parcels)})

    @routes.get("/bank")
    async def bank(request: Request) -> Response:
        await counter.require_staff(request)
        live = await counter.house.store.read(lambda uow: uow.parcels.live())
        return JSONResponse({"boards": [_board(counter, name, live) for name in counter.boards.names()]})

    @routes.get("/sources")
    async def sources(request: Request) -> Response:
        await counter.require_staff(request)
        return JSONResponse(await look_at_sources(counter))

    @routes.get("/compare")
    async def compare(request: Request) -> Response:
        await counter.require_staff(request)
        streams = await counter.house.store.read(lambda uow: uow.streams.all())
        return JSONResponse({"streams": [_figures(stream) for stream in streams]})

    return routes


def _parcels(uow: UnitOfWork) -> list[dict[str, Json]]:
    return [_parcel(uow, parcel) for parcel in (*uow.parcels.live(), *uow.parcels.newest_gone(GONE_SHOWN))]


def _parcel(uow: UnitOfWork, parcel: Parcel) -> dict[str, Json]:
    command = uow.door_commands.find(parcel.command_id) if parcel.state is ParcelState.OPENING else None
    return {
        "parcel_id": parcel.parcel_id,
        "number": f"{parcel.number:0{NUMBER_DIGITS}d}",
        "till": parcel.till,
        "state": parcel.state.value,
        "unclear": command is not None and command.outcome == UNKNOWN,
        "compartment": parcel.place.compartment if parcel.place else None,
        "board": parcel.place.board if parcel.place else None,
        "receipt_number": parcel.receipt_number,
        "items": parcel.items,
        "since": parcel.since.isoformat(),
        "locked": parcel.grant.locked,
        "given_back": parcel.is_given_back,
        "total_minor": parcel.total_minor,
        "currency": parcel.currency,
    }


def _board(counter: Counter, name: SourceId, live: list[Parcel]) -> dict[str, Json]:
    board, seen = counter.boards.get(name), counter.presence.of(name)
    by_place = {parcel.place: parcel for parcel in live}
    compartments: list[Json] = []
    for one in counter.house.bank:
        if one.place.board == name:
            parcel = by_place.get(one.place)
            compartments.append(
                {
                    "compartment": one.place.compartment,
                    "size": one.size.value,
                    "door": board.door(one.place.compartment),
                    "state": parcel.state.value if parcel else "free",
                    "parcel_id": parcel.parcel_id if parcel else None,
                }
            )
    since = seen.since.isoformat() if seen else None
    return {"board": name, "online": counter.boards.ready(name), "since": since, "compartments": compartments}


async def look_at_sources(counter: Counter) -> dict[str, Json]:
    """Return where every source and the cloud stand, and what could not be taken."""
    streams = await counter.house.store.read(lambda uow: uow.streams.all())
    standings = counter.standings.look(streams)
    return await counter.house.store.read(lambda uow: _sources(counter, uow, streams, standings))


def _sources(
    counter: Counter,
    uow: UnitOfWork,
    streams: Sequence[StreamRecord],
    standings: Mapping[SourceId, SourceStanding],
) -> dict[str, Json]:
    devices = {device.device: device for device in uow.devices.all()}
    names = sorted({*standings, *devices})
    rows = [_source(counter, name, devices.get(name), streams, standings.get(name)) for name in names]
    return {
        "sources": [*rows],
        "cloud": _cloud(counter, sum(stream.behind for stream in streams), standings),
        "broker": {"connected": counter.broker.connected, "since": counter.broker.since.isoformat()},
        "full": counter.standings.to_cloud.is_full(),
        "alarm": any(row["alarm"] for row in rows)
        or counter.standings.to_cloud.is_full()
        or not counter.broker.connected,
    }


def _cloud(counter: Counter, behind: int, standings: Mapping[SourceId, SourceStanding]) -> dict[str, Json]:
    view = counter.forwarding.view
    words = words_of_cloud(
        reachable=view.reachable, ever_reached=view.since is not None, reason=view.reason, behind=behind
    )
    to_cloud = [one.to_cloud for one in standings.values() if one.to_cloud]
    waits = [progress.behind_since for progress in to_cloud if progress.behind_since]
    return {
        "reachable": view.reachable,
        "since": view.since.isoformat() if view.since else None,
        "reason": view.reason,
        "behind": behind,
        "behind_since": min(waits, key=lambda moment: moment.ms).at.isoformat() if waits else None,
        "words": words,
    }


def _source(
    counter: Counter, name: SourceId, device: Device | None, streams: Sequence[StreamRecord],
    standing: SourceStanding | None,
) -> dict[str, Json]:  # fmt: skip
    stream = next((stream for stream in reversed(streams) if stream.key.source == name), None)
    own, seen = name == counter.house.identity.hub, counter.presence.of(name)
    online = own or (seen is not None and seen.online)
    now_ms = counter.house.clock.monotonic_ms()
    return {
        "source": name,
        "role": "hub" if own else device.role.value if device else None,
        "removed": _is_removed(device),
        "epoch": stream.key.epoch if stream else "",
        "seq": stream.head.seq if stream else 0,
        "cloud_seq": stream.cloud_seq if stream else 0,
        "behind": behind_of(name, streams),
        "last_seen": seen.last_seen.isoformat() if seen else None,
        "heard": own or seen is not None,
        "online": online,
        "progress": standing.to_json(now_ms) if standing else None,
        "alarm": standing is not None and standing.alarm and not _is_removed(device),
        "words": _words(
            device,
            standing,
            online=online,
            heard=own or seen is not None,
            audible=own or counter.broker.connected,
            now_ms=now_ms,
        ),
    }


def _is_removed(device: Device | None) -> bool:
    return device is not None and device.removed_at is not None


def _words(
    device: Device | None,
    standing: SourceStanding | None,
    *,
    online: bool,
    heard: bool,
    audible: bool,
    now_ms: int,
) -> str:
    if _is_removed(device):
        return REMOVED
    if not audible:
        return UNHEARD
    if device is not None and device.role is DeviceRole.BOARD:
        return words_of_board(online=online)
    return words_of_source(online=online, ever_seen=heard, standing=words_of_standing(standing, now_ms))


def _figures(stream: StreamRecord) -> dict[str, Json]:
    return {
        "source": stream.key.source,
        "epoch": stream.key.epoch,
        "seq": stream.head.seq,
        "hash": stream.head.hash,
        "sales": stream.sales,
        "total_minor": stream.total_minor,
    }
