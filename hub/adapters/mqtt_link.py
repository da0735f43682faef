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

from hub.domain.errors import BrokerRefusedError, HubError, InboxFullError, LinkDownError
from hub.domain.inbox import Bounds, Inbox
from hub.ports import Randomness
from shared.ids import SourceId, TenantId
from shared.sync import batch
from shared.sync.batch import Message
from shared.wire import codec, topics

_log = logging.getLogger(__name__)

INBOX = Bounds(messages=1_000, opened_bytes=64 * 1024 * 1024)
"""More than a broker may deliver before the hub acknowledges: up to 100 on each of three subscriptions."""
AT_ONCE = Bounds(messages=64, opened_bytes=256 * 1024)
"""What shares a transaction, about 350 sales: its length is what a till waits for whose sale arrives just after it began."""
ANSWERS_MAX = 2_000
SPEAKERS = 8
"""So many answers may be under way: the broker's word for one takes a moment, and the next must not wait for it."""
WAIT_FIRST_S = 0.25
WAIT_MAX_S = 2.0
KEEPALIVE_S = 10
CONNECT_WITHIN_S = 3
PUBLISH_WITHIN_S = 20
_REFUSED = 0x80

Listener = Callable[[Sequence[tuple[str, bytes]]], Awaitable[None]]
"""Makes a batch of (topic, payload) durable; what it raises leaves the batch unacknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MqttSignIn:
    """Where the broker is and who the hub is there; no repr, so no log."""

    host: str
    port: int
    username: str
    password: str
    client_id: str


class MqttLink:
    """The hub's connection to its broker; implements TillLink and BoardLink."""

    def __init__(
        self, sign_in: MqttSignIn, *, tenant: TenantId, hub: SourceId, randomness: Randomness
    ) -> None:
        self._sign_in = sign_in
        self._tenant = tenant
        self._hub = hub
        self._randomness = randomness
        self._client: aiomqtt.Client | None = None
        self._answers: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(ANSWERS_MAX)
        self._failures = 0

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client is not None

    async def run(self, listener: Listener) -> None:
        """Stay connected for ever; waits between tries double, with jitter, up to 2 s: a hub is one, and many wait for it."""
        while True:
            try:
                await self._live(listener)
            except (aiomqtt.MqttError, HubError, OSError) as error:
                self._failures += 1
                _log.warning(
                    "no connection to the broker at %s:%d: %s", self._sign_in.host, self._sign_in.port, error
                )
            except Exception:  # noqa: BLE001 - nothing was acknowledged: it comes again, after the wait
                self._failures += 1
                _log.exception("a batch could not be kept; the broker will send it again")
            finally:
                self._client = None
            wait_s = min(WAIT_FIRST_S * 2 ** min(self._failures, 16), WAIT_MAX_S)
            await asyncio.sleep(wait_s * self._randomness.factor())

    async def answer(self, till: SourceId, message: Message) -> None:
        """Send an answer to a till soon; dropped while nobody can be reached, for tills ask again."""
        if self._client is None or self._answers.full():
            return
        self._answers.put_nowait((self._topic(till, topics.ACK), batch.pack(message)))

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
            self._failures = 0
            _log.info("connected to the broker at %s:%d", self._sign_in.host, self._sign_in.port)
            await _until_one_ends(
                *(self._speak(client) for _ in range(SPEAKERS)), *self._listen(client, listener)
            )

    def _make_client(self) -> aiomqtt.Client:
        sign_in = self._sign_in
        client = aiomqtt.Client(
            sign_in.host, sign_in.port, username=sign_in.username, password=sign_in.password,
            identifier=sign_in.client_id, clean_session=False, keepalive=KEEPALIVE_S,
            timeout=CONNECT_WITHIN_S,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
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
        arrived = asyncio.Event()
        return self._take_in(client, inbox, arrived), self._hear(client, inbox, arrived, listener)

    async def _take_in(
        self, client: aiomqtt.Client, inbox: Inbox[aiomqtt.Message], arrived: asyncio.Event
    ) -> None:
        async for message in client.messages:
            source = str(message.topic).rpartition("/")[
                0
            ]  # whatever it is called: all its channels, one queue
            if not inbox.put(source, message, batch.opened_bytes(_bytes(message.payload))):
                raise InboxFullError(len(inbox))
            arrived.set()

    async def _hear(
        self,
        client: aiomqtt.Client,
        inbox: Inbox[aiomqtt.Message],
        arrived: asyncio.Event,
        listener: Listener,
    ) -> None:
        paho = _paho_of(client)
        while True:
            await arrived.wait()
            messages = inbox.take(AT_ONCE)
            if not len(inbox):
                arrived.clear()
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
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Acknowledging(Protocol):
    """The part of paho's client (2.1 and newer) that acknowledges when the work is done, not before."""

    def manual_ack_set(self, on: bool) -> None: ...  # noqa: FBT001 - paho's own signature

    def ack(self, mid: int, qos: int) -> int: ...


def _paho_of(client: aiomqtt.Client) -> _Acknowledging:
    """Return the paho client below aiomqtt, which has no way of its own to acknowledge late."""
    return cast("_Acknowledging", client._client)  # noqa: SLF001 - as said above


def _bytes(payload: object) -> bytes:
    return payload if isinstance(payload, bytes) else b""
