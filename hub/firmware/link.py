"""The board's own MQTT 3.1.1 client: one topic in, QoS 1 out, a will, and a connection that comes back by itself."""

import asyncio
import random
import struct

from hub.firmware import packets
from hub.firmware.config import Config
from hub.firmware.outbox import Outbox
from hub.firmware.secure import open_stream
from shared.wire.hosts import Rotation

KEEPALIVE_S = 10
CONNECT_TIMEOUT_S = 10
BODY_BYTES_MAX = 2304  # a message of the largest size with its topic
_BACK_OFF_MS = 250
_BACK_OFF_MAX_MS = 3000
_MIND_MS = 250
_SKIP_BYTES = 256


class LinkError(OSError):
    """The broker refused, fell silent, or spoke something else than MQTT."""


class Owner:
    """Whom a link works for; the board's program and the tests each have their own."""

    async def join_network(self) -> None:
        """Wait until there is a network to speak over."""
        raise NotImplementedError

    def hear(self, payload: bytes, *, retained: bool) -> None:
        """Take a message of the hub."""
        raise NotImplementedError

    def presence(self) -> tuple[str, bytes, bytes]:
        """Return (topic, will, birth) of a new connection."""
        raise NotImplementedError

    def now_ms(self) -> int:
        """Return milliseconds that only grow."""
        raise NotImplementedError

    def saw_link(self) -> None:
        """Note that the link lives, connected or trying."""
        raise NotImplementedError


class Link:
    """Keeps a connection to the broker. What is said meanwhile waits, bounded, in the outbox."""

    def __init__(self, config: Config, in_topic: str, owner: Owner) -> None:
        self._config = config
        self._in_topic = in_topic
        self._owner = owner
        self._rotation = Rotation(config.hosts, _BACK_OFF_MS, _BACK_OFF_MAX_MS)
        self._outbox = Outbox()
        self._wake = asyncio.Event()
        self._heard_ms = 0
        self.is_up = False
        self.dropped = 0  # messages from the hub that were too large to take

    @property
    def discarded(self) -> int:
        """How many messages of our own found no room or no taker."""
        return self._outbox.discarded

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at QoS 1, now or when the broker is back."""
        self._outbox.put(topic, payload, retain=retain)
        self._wake.set()

    async def run(self) -> None:
        """Connect, stay connected, and try the next host for ever; the pause grows and has jitter."""
        while True:
            self._owner.saw_link()
            try:
                await self._owner.join_network()
                await self._live()
            except Exception as error:  # whatever ended it, the answer is the same: try again
                print("the link ended:", repr(error))  # noqa: T201  # the board's console
            self.is_up = False
            pause_ms = self._rotation.failed()
            await asyncio.sleep_ms(pause_ms // 2 + random.getrandbits(16) % pause_ms)

    async def _live(self) -> None:
        host, port = self._rotation.host
        reader: asyncio.StreamReader
        writer: asyncio.StreamWriter
        opening = open_stream(host, port, self._config.authority)
        reader, writer = await asyncio.wait_for(opening, CONNECT_TIMEOUT_S)
        tasks = []
        try:
            await asyncio.wait_for(self._sign_in(reader, writer), CONNECT_TIMEOUT_S)
            self.is_up = True
            self._rotation.worked()
            for work in (self._listen(reader, writer), self._speak(writer), self._mind(writer)):
                tasks.append(asyncio.create_task(work))
            await asyncio.gather(*tasks)  # the first that fails ends the connection
        finally:
            for task in tasks:
                task.cancel()
            await _hang_up(writer)

    async def _sign_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config = self._config
        topic, will, birth = self._owner.presence()
        writer.write(
            packets.connect(config.client_id, config.username, config.password, KEEPALIVE_S, topic, will)
        )
        await writer.drain()
        kind, _, body = await self._read(reader)
        if kind != packets.CONNACK or len(body) != 2 or body[1] != 0:
            raise LinkError("the broker refused the sign-in")
        self._outbox.reconnected()
        wanted = self._outbox.next_id()
        writer.write(packets.subscribe(wanted, self._in_topic))
        await writer.drain()
        kind, _, body = await self._read(reader)
        if kind != packets.SUBACK or len(body) != 3 or body[2] > 1:
            raise LinkError("the broker refused the subscription")
        self.say(topic, birth, retain=True)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            kind, flags, body = await self._read(reader)
            if kind == packets.PUBLISH:
                topic, packet_id, start = packets.split_publish(flags, body)
                if topic == self._in_topic and len(body) < BODY_BYTES_MAX:
                    self._owner.hear(body[start:], retained=bool(flags & 1))
                if packet_id:
                    writer.write(packets.puback(packet_id))
                    await writer.drain()
            elif kind == packets.PUBACK and len(body) == 2:
                self._outbox.taken(struct.unpack(">H", body)[0])
                self._wake.set()

    async def _speak(self, writer: asyncio.StreamWriter) -> None:
        while True:
            taken = self._outbox.take(self._owner.now_ms())
            if taken is None:
                self._wake.clear()
                await self._wake.wait()
            else:
                packet_id, topic, payload, retain = taken
                writer.write(packets.publish(packet_id, topic, payload, retain=retain))
                await writer.drain()

    async def _mind(self, writer: asyncio.StreamWriter) -> None:
        """Keep the connection alive, and end it when the other side has fallen silent."""
        asked_ms = self._owner.now_ms()
        while True:
            await asyncio.sleep_ms(_MIND_MS)
            self._owner.saw_link()
            now_ms = self._owner.now_ms()
            if now_ms - self._heard_ms > KEEPALIVE_S * 1500 or self._outbox.is_stalled(now_ms):
                raise LinkError("the broker fell silent")
            if now_ms - asked_ms > KEEPALIVE_S * 500:
                asked_ms = now_ms
                writer.write(packets.PINGREQ)
                await writer.drain()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
        """Return (kind, flags, body) of the next packet; of one too large only the beginning, the rest is skipped."""
        first = (await reader.readexactly(1))[0]
        length = shift = 0
        while True:
            digit = (await reader.readexactly(1))[0]
            length |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                break
            if shift > 21:
                raise LinkError("the broker sent a length that is none")
        body = await reader.readexactly(min(length, BODY_BYTES_MAX)) if length else b""
        length -= len(body)
        if length > 0:
            self.dropped += 1
        while length > 0:
            length -= len(await reader.readexactly(min(length, _SKIP_BYTES)))
        self._heard_ms = self._owner.now_ms()
        return first >> 4, first & 0x0F, body


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the socket; on the board it is the waiting that closes it."""
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        pass  # it was broken: closed is closed
