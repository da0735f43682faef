"""The running hub: its links, its services and its server; started and ended together."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from hub.adapters.cloud_client import HttpxCloudLink
from hub.adapters.http.counter import Counter, Pages
from hub.adapters.http.server import make_server
from hub.adapters.mqtt_link import MqttLink
from hub.app.open_hub import broker_sign_in, broker_users, cloud_link, opened
from hub.app.software import SOFTWARE
from hub.config import Config
from hub.domain.errors import (
    LinkDownError,
)
from hub.services.answer_door import settle_after_restart
from hub.services.back_off import BackOffs
from hub.services.begin_anew import begin_anew_if_older
from hub.services.boards import Boards
from hub.services.changes import Changes
from hub.services.desk import Desk, House, open_own_stream
from hub.services.fetch_documents import FetchDocuments
from hub.services.forward import Forwarding
from hub.services.hand_documents import HandDocuments
from hub.services.hear import Heard, Hearing
from hub.services.lookout import BrokerView, Lookout
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.promise_parcel import seat_waiting
from hub.services.read_again import read_again_after_update
from hub.services.standings import make_standings
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.end_tasks import end_tasks
from shared.host.statvfs_disk_gauge import StatvfsDiskGauge
from shared.host.token_file import metrics_token_in
from shared.http.serving import Server, announce, open_socket

log = logging.getLogger(__name__)

GREET_LOOK_EVERY_S = 0.25
_HERE = Path(__file__).parent.parent
_PAGES = Pages(own=_HERE / "web", shared=_HERE.parent / "shared" / "web")


async def serve(config: Config) -> None:
    """Run the hub until it is told to end; raises HubError if it cannot start."""
    with opened(config) as (house, _), open_socket(config.bind, config.port) as listener:
        async with cloud_link(house.identity) as cloud:
            await _run(config, house, cloud, listener)


async def _run(config: Config, house: House, cloud: HttpxCloudLink, listener: socket.socket) -> None:
    await _begin_day(house, config)
    identity = house.identity
    link = MqttLink(
        broker_sign_in(config), tenant=identity.tenant, hub=identity.hub, randomness=house.randomness
    )
    names = dict.fromkeys(one.place.board for one in house.bank)
    boards = Boards(names, link=link, clock=house.clock, randomness=house.randomness)
    changes, presence, appended = Changes(), Presence(), asyncio.Event()
    doors, disk = Doors(house, boards), StatvfsDiskGauge(config.data_dir)
    standings = make_standings(house.identity, presence=presence, clock=house.clock, disk=disk)
    handing = HandDocuments(house=house, tills=link, presence=presence)
    fetching = FetchDocuments(house=house, cloud=cloud, changes=changes, on_newer=handing.offer_all)
    forwarding = Forwarding(
        house=house, cloud=cloud, tills=link, presence=presence, changes=changes, standings=standings,
        appended=appended, fetching=fetching,
    )  # fmt: skip
    hearing = Hearing(
        house=house, boards=boards, doors=doors, presence=presence, changes=changes, tills=link, handing=handing,
        from_tills=standings.from_tills, to_cloud=standings.to_cloud, on_appended=appended,
    )  # fmt: skip
    broker = BrokerView(lambda: link.connected, house.clock)
    lookout = Lookout(store=house.store, standings=standings, broker=broker, changes=changes)
    counter = Counter(
        house=house, boards=boards, doors=doors, presence=presence, changes=changes, forwarding=forwarding,
        back_offs=BackOffs(house.clock), users=broker_users(config, identity), hasher=Argon2Hasher(),
        appended=appended, standings=standings, broker=broker, disk=disk, tally=hearing.tally, software=SOFTWARE,
        metrics_token=metrics_token_in(config.data_dir).read,
    )  # fmt: skip
    pages = make_server(counter, _PAGES, bind=config.bind, extra_hosts=config.extra_hosts)

    async def take(arrived: Sequence[tuple[str, bytes]]) -> None:
        await hearing.hear([Heard(topic, payload) for topic, payload in arrived])

    async with asyncio.TaskGroup() as tasks:
        background = [
            tasks.create_task(link.run(take)),
            tasks.create_task(forwarding.run()),
            tasks.create_task(handing.run()),
            tasks.create_task(_keep_greeting(boards)),
            tasks.create_task(_read_again(house, hearing)),
            tasks.create_task(lookout.keep_looking()),
        ]
        await Server(pages, on_ready=lambda: announce(listener)).serve_until_told(listener)
        await end_tasks(background)


async def _read_again(house: House, hearing: Hearing) -> None:
    """What an older version could not read must not keep this one from serving."""
    try:
        await read_again_after_update(house, hearing, SOFTWARE)
    except Exception:
        log.exception("what could not be read before was not read again; it is tried again at the next start")


async def _keep_greeting(boards: Boards) -> None:
    while True:
        with contextlib.suppress(LinkDownError):
            await boards.greet_due()
        await asyncio.sleep(GREET_LOOK_EVERY_S)


async def _begin_day(house: House, config: Config) -> None:
    witnessed = house.witness.read()
    if await house.decide(lambda desk: begin_anew_if_older(desk, witnessed)):
        log.error(
            "this hub's database is an older copy: its own chain begins anew, codes of parcels are locked"
        )
    await house.decide(lambda desk: _begin(desk, config.currency))


def _begin(desk: Desk, currency: str) -> None:
    open_own_stream(desk, currency=currency, software=SOFTWARE)
    seat_waiting(desk)  # the bank may have grown while the hub was off
    unclear = settle_after_restart(desk)
    if unclear:
        log.warning("%d door commands had no answer when the hub ended: staff has to look", unclear)


def describe(config: Config) -> dict[str, object]:
    """Return the OpenAPI description of the interface; routes ask their counter only when they are called."""
    return make_server(cast("Counter", None), _PAGES, bind=config.bind).openapi()
