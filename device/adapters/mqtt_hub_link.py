"""The way to the hub over MQTT 3.1.1, by aiomqtt: one fixed client id, a persistent session, and a loop that never ends.

What is handed over waits in a bounded queue and is dropped when the way closes: the ledger holds it all, and the sync
protocol sends it again. A publish that the broker takes means nothing; only the hub's own acknowledgement counts.
"""

import asyncio
import contextlib
import logging
import socket
import ssl

import aiomqtt

from device.domain.identity import BrokerAccess
from device.ports.hub import LinkEvent, LinkLost, LinkPayload, LinkUp
from device.ports.world import Randomness
from shared.host.end_tasks import end_tasks
from shared.host.pinned_tls import pinned_context
from shared.wire import codec, topics
from shared.wire.hosts import Rotation
from shared.wire.messages import PROTOCOL_MINOR, make

log = logging.getLogger(__name__)

QOS = 1
QUEUE_MAX = 128
INFLIGHT_MAX = 20
KEEP_ALIVE_S = 10
"""A way on which nothing comes back is given up after at most twice this time, so well within a minute's partition."""
CONNECT_WITHIN_S = 3
PUBLISH_WITHIN_S = 20
LEAVE_WITHIN_S = 1
BACK_OFF_FIRST_MS = 500
BACK_OFF_MAX_MS = 1_000
"""So that the first acknowledgement comes within seconds of the network; 200 tills then ask 200 times a second on the average."""
REFUSED_FROM = 0x80
PAYLOAD_BYTES_MAX = 1024 * 1024


class MqttHubLink:
    """The `HubLink` port; `run` it as a task beside the service that uses it."""

    def __init__(self, *, access: BrokerAccess, tenant: str, hub: str, device: str, software: str,
                 randomness: Randomness, name: str = "") -> None:  # fmt: skip
        self._access = access
        self._rotation = Rotation(access.addresses, BACK_OFF_FIRST_MS, BACK_OFF_MAX_MS)
        self._entries, self._ack, self._docs, self._state = (
            topics.topic(tenant, hub, device, channel)
            for channel in (topics.ENTRIES, topics.ACK, topics.DOCS, topics.STATE)
        )
        self._software = software
        self._name = name
        self._randomness = randomness
        self._events: asyncio.Queue[LinkEvent] = asyncio.Queue(maxsize=QUEUE_MAX)
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(maxsize=QUEUE_MAX)
        self._is_up = False

    async def next_event(self) -> LinkEvent:
        """Wait for what happens next on the link."""
        return await self._events.get()

    def send(self, payload: bytes) -> bool:
        """Hand over a payload; False if it was dropped."""
        if not self._is_up or len(payload) > PAYLOAD_BYTES_MAX:
            return False
        try:
            self._outgoing.put_nowait(payload)
        except asyncio.QueueFull:
            return False
        return True

    async def run(self) -> None:
        """Keep the way open until cancelled: after each failure the next host, the pause growing, with jitter."""
        told = ""
        while True:
            host, port = self._rotation.host
            reason = await self._stay_connected()
            if self._is_up or reason != told:  # also where it never was up: people want to know why
                self._is_up = False
                told = reason
                await self._events.put(LinkLost(reason))
            log.info("no way to the broker at %s:%d (%s), trying again", host, port, reason)
            await asyncio.sleep(self._rotation.failed() / 1000 * self._randomness.jitter())

    async def _stay_connected(self) -> str:
        """Connect and exchange messages for as long as it goes well; return why it ended."""
        session = self._randomness.new_id()
        try:
            async with self._client(session) as client:
                await self._greet(client, session)
                try:
                    await self._exchange(client)
                finally:
                    await self._take_leave(client, session)
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            return str(error)
        return "the connection ended"

    def _client(self, session: str) -> aiomqtt.Client:
        will = codec.encode(make("death", session=session))
        host, port = self._rotation.host
        return aiomqtt.Client(
            hostname=host,
            port=port,
            tls_context=self._tls(),
            username=self._access.username,
            password=self._access.password,
            identifier=self._access.client_id,
            clean_session=False,
            keepalive=KEEP_ALIVE_S,
            timeout=CONNECT_WITHIN_S,
            will=aiomqtt.Will(self._state, will, qos=QOS, retain=True),
            max_inflight_messages=INFLIGHT_MAX,
            max_queued_incoming_messages=QUEUE_MAX,
            max_queued_outgoing_messages=QUEUE_MAX,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )

    def _tls(self) -> ssl.SSLContext | None:
        """Return how the broker is believed, None where it speaks plainly; raises ValueError without an authority."""
        return pinned_context(self._access.authority) if self._access.tls else None

    async def _greet(self, client: aiomqtt.Client, session: str) -> None:
        granted = await client.subscribe([(self._ack, QOS), (self._docs, QOS)])
        codes = [code if isinstance(code, int) else code.value for code in granted]
        if any(code >= REFUSED_FROM for code in codes):
            raise aiomqtt.MqttError("the broker does not let this till listen to its hub: enrol it again")
        birth = codec.encode(
            make("birth", session=session, software=self._software, name=self._name, minor=PROTOCOL_MINOR)
        )
        await client.publish(self._state, birth, qos=QOS, retain=True)
        while not self._outgoing.empty():
            self._outgoing.get_nowait()  # of an earlier connection: the protocol sends it again
        self._is_up = True
        self._rotation.worked()
        await self._events.put(LinkUp(session))

    async def _take_leave(self, client: aiomqtt.Client, session: str) -> None:
        """Say what the will says: the broker keeps that to itself when a till goes in good order."""
        death = codec.encode(make("death", session=session))
        with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await client.publish(self._state, death, qos=QOS, retain=True)

    async def _exchange(self, client: aiomqtt.Client) -> None:
        """Send and receive until either ends; its error comes out."""
        tasks = [asyncio.create_task(self._send_all(client)), asyncio.create_task(self._receive_all(client))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end_tasks(tasks)

    async def _send_all(self, client: aiomqtt.Client) -> None:
        while True:
            payload = await self._outgoing.get()
            await client.publish(self._entries, payload, qos=QOS, timeout=PUBLISH_WITHIN_S)

    async def _receive_all(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes) and len(message.payload) <= PAYLOAD_BYTES_MAX:
                await self._events.put(LinkPayload(message.payload))
