"""What the board has to say and nobody has taken yet: bounded, in order, each resent a few times. Pure."""

WAITING_MAX = 24
IN_FLIGHT_MAX = 8
TRIES_MAX = 5
ACK_TIMEOUT_MS = 10000


class Outbox:
    """Messages at QoS 1 until the broker has taken them; beyond its bound the oldest goes, and is counted."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, bytes, bool, int]] = []  # topic, payload, retain, tries so far
        self._in_flight: dict[
            int, tuple[str, bytes, bool, int, int]
        ] = {}  # by packet id; the last is when sent
        self._last_id = 0
        self.discarded = 0

    def put(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Take a message to be sent."""
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.pop(0)
            self.discarded += 1
        self._waiting.append((topic, payload, retain, 0))

    def take(self, now_ms: int) -> tuple[int, str, bytes, bool] | None:
        """Return (packet id, topic, payload, retain) of the next one to send, or None while enough are in flight."""
        if not self._waiting or len(self._in_flight) >= IN_FLIGHT_MAX:
            return None
        topic, payload, retain, tries = self._waiting.pop(0)
        packet_id = self.next_id()
        self._in_flight[packet_id] = (topic, payload, retain, tries + 1, now_ms)
        return packet_id, topic, payload, retain

    def taken(self, packet_id: int) -> None:
        """Note the broker's PUBACK; an unknown one is ignored."""
        self._in_flight.pop(packet_id, None)

    def is_stalled(self, now_ms: int) -> bool:
        """Say whether a PUBACK is overdue, so that the connection must be made anew."""
        return any(now_ms - entry[4] > ACK_TIMEOUT_MS for entry in self._in_flight.values())

    def reconnected(self) -> None:
        """Let everything in flight be sent again, in its old order; what was tried too often is given up."""
        again = []
        for packet_id in sorted(self._in_flight):
            topic, payload, retain, tries, _ = self._in_flight[packet_id]
            if tries < TRIES_MAX:
                again.append((topic, payload, retain, tries))
            else:
                self.discarded += 1
        self._in_flight = {}
        self._last_id = 0
        self._waiting = again + self._waiting

    def next_id(self) -> int:
        """Return a packet id that is not in flight (MQTT 3.1.1, 2.3.1: 1 to 65535)."""
        while True:
            self._last_id = self._last_id % 65535 + 1
            if self._last_id not in self._in_flight:
                return self._last_id
