"""Which orders a board follows: those of its session, in order, in time, and each once. Pure.

The board has no clock to trust and forgets everything at a reset. So the hub greets it with a session; orders name that
session, count up within it, and expire in the board's own milliseconds since the greeting.
"""

RING = 16  # answers kept, so that a repeated command is answered and not followed again
FORMER_SESSIONS = 8

RETAINED = "retained"
STALE_SESSION = "stale session"
REPEATED_COUNTER = "repeated counter"
EXPIRED = "expired"
UNKNOWN_COMPARTMENT = "unknown compartment"
DOOR_BUSY = "door busy"


class Orders:
    """The session with the hub and what was done within it."""

    def __init__(self, compartments: int) -> None:
        self._compartments = compartments
        self.session = ""
        self._former: list[str] = []
        self._greeted_ms = 0
        self._counter = 0
        self._under_way: dict[str, int] = {}
        self._answers: list[dict[str, object]] = []

    def greet(self, session: str, now_ms: int) -> bool:
        """Begin a session, or go on with the same one; False for a former one, which could bring back old orders."""
        if session == self.session:
            return True
        if session in self._former:
            return False
        if self.session:
            self._former.append(self.session)
            self._former = self._former[-FORMER_SESSIONS:]
        self.session = session
        self._greeted_ms = now_ms
        self._counter = 0
        return True

    def ticks_ms(self, now_ms: int) -> int:
        """Return the milliseconds since the greeting."""
        return now_ms - self._greeted_ms

    def answer_to(self, command: str) -> dict[str, object] | None:
        """Return the answer already given to a command, if it is still known."""
        for answer in self._answers:
            if answer["command"] == command:
                return answer
        return None

    def is_under_way(self, command: str) -> bool:
        """Say whether this command is being followed: its answer will come."""
        return command in self._under_way

    def objection(
        self, session: str, counter: int, compartment: int, expires_ms: int, now_ms: int, *, retained: bool
    ) -> str:
        """Return why an order is refused, or an empty text; its counter is used up either way."""
        if retained:
            return RETAINED
        if not self.session or session != self.session:
            return STALE_SESSION
        if counter <= self._counter:
            return REPEATED_COUNTER
        self._counter = counter
        if self.ticks_ms(now_ms) > expires_ms:
            return EXPIRED
        if not 1 <= compartment <= self._compartments:
            return UNKNOWN_COMPARTMENT
        if compartment in self._under_way.values():
            return DOOR_BUSY
        return ""

    def begin(self, command: str, compartment: int) -> None:
        """Note that a command is being followed."""
        self._under_way[command] = compartment

    def finish(self, answer: dict[str, object]) -> None:
        """Keep the answer to a command; the oldest is forgotten beyond the ring."""
        self._under_way.pop(str(answer["command"]), None)
        self._answers.append(answer)
        if len(self._answers) > RING:
            self._answers.pop(0)
