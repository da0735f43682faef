"""The way to tills and boards over MQTT 3.1.1, QoS 1 (aiomqtt).

A fixed client id and a persistent session: what is sent while the hub is away waits at the broker. What arrives waits in a
bounded inbox, from which every source is heard in its turn, a few messages at a time; they are made durable by whoever
listens before any of them is acknowledged to the broker, so that a kill in between only brings them again. Answers to tills
wait in a bounded queue and may be lost; commands to boards go at once or not at all.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import aiomqtt

from hub.domain.errors import BrokerRefusedError, HubError, LinkDownError
from hub.domain.inbox import Bounds, Inbox
from hub.ports.world import Randomness
from shared.host.end_tasks import end_tasks
from shared.host.pinned_tls import pinned_context
from shared.ids import SourceId, TenantId
from shared.sync import batch
from shared.sync.batch import Message
from shared.wire import codec, topics
from shared.wire.hosts import Rotation

_log = logging.getLogger(__name__)

INBOX = Bounds(messages=1_000, opened_bytes=64 * 1024 * 1024)
"""Room for all that a broker delivers before the hub acknowledges; what is beyond it waits outside, unacknowledged too."""
AT_ONCE = Bounds(messages=64, opened_bytes=64 * 1024)
"""What shares a transaction, about 70 sales; a till's full batch has one of its own. A till whose sale arrives just after one
began waits for it, so it is to be short, and to be shared with as little as possible."""
ANSWERS_MAX = 2_000
SPEAKERS = 8
"""So many answers may be under way: the broker's word for one takes a moment, and the next must not wait for it."""
WAIT_FIRST_MS = 500
WAIT_MAX_MS = 2_000
KEEPALIVE_S = 10
CONNECT_WITHIN_S = 3
PUBLISH_WITHIN_S = 20
_REFUSED = 0x80

Listener = Callable[[Sequence[tuple[str, bytes]]], Awaitable[None]]
"""Makes a batch of (topic, payload) durable; what it raises leaves the batch unacknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MqttSignIn:
    """Where the broker is and who the hub is there; no repr, so no log.

    `hosts` are tried in turn. With `tls` the broker must show a certificate of `authority` (PEM).
    """

    hosts: tuple[tuple[str, int], ...]
    username: str
    password: str
    client_id: str
    tls: bool = False
    authority: str = ""


class MqttLink:
    """The hub's connection to its broker; implements TillLink and BoardLink."""

    def __init__(
        self, sign_in: MqttSignIn, *, tenant: TenantId, hub: SourceId, randomness: Randomness
    ) -> None:
        self._sign_in = sign_in
        self._rotation = Rotation(list(sign_in.hosts), WAIT_FIRST_MS, WAIT_MAX_MS)
        self._tenant = tenant
        self._hub = hub
        self._randomness = randomness
        self._client: aiomqtt.Client | None = None
        self._answers: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(ANSWERS_MAX)

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client is not None

    async def run(self, listener: Listener) -> None:
        """Stay connected for ever: after each failure the next host; waits grow, with jitter, to 2 s: many wait for a hub."""
        while True:
            host, port = self._rotation.host
            try:
                await self._live(listener)
            except (aiomqtt.MqttError, HubError, OSError) as error:
                _log.warning("no connection to the broker at %s:%d: %s", host, port, error)
            except Exception:  # noqa: BLE001 - nothing was acknowledged: it comes again, after the wait
                _log.exception("a batch could not be kept; the broker will send it again")
            finally:
                self._client = None
            await asyncio.sleep(self._rotation.failed() / 1000 * self._randomness.factor())

    async def answer(self, till: SourceId, message: Message) -> None:
        """Send an answer to a till soon; dropped while nobody can be reached, for tills ask again."""
        if self._client is None or self._answers.full():
            return
        self._answers.put_nowait((self._topic(till, topics.ACK), batch.pack(message)))

    async def hand(self, till: SourceId, message: Message, part: bytes) -> None:
        """Send a part of a document now and wait until the broker has it; raises LinkDownError. Never retained."""
        payload = await asyncio.to_thread(batch.pack, message, (part,))
        client = (
            self._client
        )  # as it is now: packing takes a while, and the connection may have ended meanwhile
        if client is None:
            raise LinkDownError
        try:
            topic = self._topic(till, topics.DOCS)
            await client.publish(topic, payload, qos=1, timeout=PUBLISH_WITHIN_S)
        except aiomqtt.MqttError as error:
            raise LinkDownError from error

    async def command(self, board: SourceId, message: Message) -> None:
        """Send to a board now; raises LinkDownError if it certainly was not sent. Never retained."""
        if self._client is None:
            raise LinkDownError
        try:
            topic, payload = self._topic(board, topics.CMD), codec.encode(message)
            await self._client.publish(topic, payload, qos=1, timeout=PUBLISH_WITHIN_S)
        except aiomqtt.MqttError as error:
            # It may have left or not: only the board's answer tells, or its silence.
            _log.warning("a %s to %s may not have arrived: %s", message["type"], board, error)

    async def _live(self, listener: Listener) -> None:
        client = self._make_client()
        async with client:
            await self._subscribe(client)
            self._drop_old_answers()
            self._client = client
            self._rotation.worked()
            _log.info("connected to the broker at %s:%d", *self._rotation.host)
            await _until_one_ends(
                *(self._speak(client) for _ in range(SPEAKERS)), *self._listen(client, listener)
            )

    def _make_client(self) -> aiomqtt.Client:
        sign_in, (host, port) = self._sign_in, self._rotation.host
        client = aiomqtt.Client(
            host, port, username=sign_in.username, password=sign_in.password,
            identifier=sign_in.client_id, clean_session=False, keepalive=KEEPALIVE_S,
            timeout=CONNECT_WITHIN_S,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            tls_context=pinned_context(sign_in.authority) if sign_in.tls else None,
        )  # fmt: skip
        _paho_of(client).manual_ack_set(on=True)
        return client

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        for channel in (topics.ENTRIES, topics.STATE, topics.OUTCOME):
            wanted = topics.filter_all_sources(self._tenant, self._hub, channel)
            granted = await client.subscribe(wanted, qos=1)
            if _REFUSED in [int(getattr(code, "value", code)) for code in granted]:
                raise BrokerRefusedError(wanted)

    def _listen(self, client: aiomqtt.Client, listener: Listener) -> Sequence[Coroutine[None, None, None]]:
        """Return what listens to one connection; message numbers belong to it, so the inbox goes with it."""
        inbox: Inbox[aiomqtt.Message] = Inbox(INBOX)
        changed = asyncio.Condition()
        return self._take_in(client, inbox, changed), self._hear(client, inbox, changed, listener)

    async def _take_in(
        self, client: aiomqtt.Client, inbox: Inbox[aiomqtt.Message], changed: asyncio.Condition
    ) -> None:
        async for message in client.messages:
            source = str(message.topic).rpartition("/")[0]  # one queue for all channels of a source
            size = batch.opened_bytes(_bytes(message.payload))
            async with changed:
                await changed.wait_for(lambda: inbox.put(source, message, size))  # noqa: B023 - awaited here
                changed.notify_all()

    async def _hear(
        self,
        client: aiomqtt.Client,
        inbox: Inbox[aiomqtt.Message],
        changed: asyncio.Condition,
        listener: Listener,
    ) -> None:
        paho = _paho_of(client)
        while True:
            async with changed:
                await changed.wait_for(lambda: len(inbox) > 0)
                messages = inbox.take(AT_ONCE)
                changed.notify_all()
            await listener([(str(message.topic), _bytes(message.payload)) for message in messages])
            for message in messages:
                paho.ack(message.mid, message.qos)

    async def _speak(self, client: aiomqtt.Client) -> None:
        while True:
            topic, payload = await self._answers.get()
            await client.publish(topic, payload, qos=1, timeout=PUBLISH_WITHIN_S)

    def _drop_old_answers(self) -> None:
        while not self._answers.empty():
            self._answers.get_nowait()

    def _topic(self, source: SourceId, channel: str) -> str:
        return topics.topic(self._tenant, self._hub, source, channel)


async def _until_one_ends(*works: Coroutine[None, None, None]) -> None:
    """Do several things at once for as long as all go on; the error of the first to end comes out."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end_tasks(tasks)


class _Acknowledging(Protocol):
    """The part of paho's client (2.1 and newer) that acknowledges when the work is done, not before."""

    def manual_ack_set(self, on: bool) -> None: ...  # noqa: FBT001 - paho's own signature

    def ack(self, mid: int, qos: int) -> int: ...


def _paho_of(client: aiomqtt.Client) -> _Acknowledging:
    """Return the paho client below aiomqtt, which has no way of its own to acknowledge late."""
    return cast("_Acknowledging", client._client)  # noqa: SLF001 - as said above


def _bytes(payload: object) -> bytes:
    return payload if isinstance(payload, bytes) else b""
