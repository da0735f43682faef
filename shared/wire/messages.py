"""The messages of the wire: one table of what each carries, and the check that holds a message to it.

Runs on CPython and on the board's MicroPython, so the table uses built-in types only (MicroPython reads annotations but does not
evaluate them). Every message is a JSON object
with `type` and `protocol`; a reader ignores fields that it does not know, so that a newer minor version can talk to an
older one. What an old reader may leave out without harm (a field, a type of message, a kind of entry) raises
PROTOCOL_MINOR; a change that it would misunderstand raises PROTOCOL_VERSION. See docs/protocol.md.
"""

PROTOCOL_VERSION = 1
PROTOCOL_MINOR = 1

# Sync, till <-> hub over MQTT and hub <-> cloud over HTTPS. `receiver_seq` is what the answering side has made durable,
# `onward_seq` what the side behind it has (for a till: hub and cloud).
_SYNC: dict[str, dict[str, type]] = {
    "hello": {"session": str, "epoch": str, "head_seq": int, "head_hash": str},
    "welcome": {"session": str, "epoch": str, "receiver_seq": int, "onward_seq": int},
    # Followed, in the same payload, by `count` entry lines with numbers from `first_seq`.
    "entries": {"epoch": str, "first_seq": int, "count": int, "last_hash": str},
    "ack": {"epoch": str, "receiver_seq": int, "onward_seq": int},
    "gap": {"epoch": str, "next_seq": int},
    "refused": {"epoch": str, "reason": str, "remedy": str},
    # Pick-up numbers that a till may give away without asking: asked for on `entries`, answered on `ack`. A `question`
    # comes back in its answer, so that an answer delivered twice is not taken for a new one.
    "lease-wanted": {"epoch": str, "wanted": int},
    "lease": {"epoch": str, "numbers": list},
}

# Down-sync, hub <-> till. A till says on `entries` which version of each document it runs, by `kind/scope`; the hub answers on
# `docs` with what is newer: one signed document, followed in the same payload by part `part` (from 1) of `parts` of its
# JSON text as one line. Nothing is retained: nobody depends on what the broker remembers.
_DOCUMENTS: dict[str, dict[str, type]] = {
    "documents-held": {"epoch": str, "held": dict},
    "document": {"document": str, "scope": str, "version": int, "hash": str, "part": int, "parts": int},
}

# Presence, on the retained `state` topic. A will may arrive after the next birth: both carry the session. A till's birth
# also says what people call its stall, in `name`.
_PRESENCE: dict[str, dict[str, type]] = {
    "birth": {"session": str, "software": str},
    "death": {"session": str},
    "alive": {"session": str, "ticks_ms": int},
}

# Hub <-> locker board. A session begins with the hub's greeting; commands name it, count up within it, and expire in
# the board's own milliseconds since it heard that greeting: the board has no clock to trust.
_LOCKER: dict[str, dict[str, type]] = {
    "greet": {"session": str},
    "ready": {"session": str, "ticks_ms": int, "doors": list},
    "open": {"session": str, "command": str, "counter": int, "compartment": int, "expires_ms": int},
    "outcome": {
        "session": str,
        "command": str,
        "compartment": int,
        "outcome": str,
        "door": str,
        "reason": str,
    },
    "door": {"compartment": int, "door": str},
}

FIELDS: dict[str, dict[str, type]] = {}
for _group in (_SYNC, _DOCUMENTS, _PRESENCE, _LOCKER):
    FIELDS.update(_group)

# Fields that came with a later minor version: who does not know them neither sends nor misses them, and one of a wrong type
# counts as not sent. `minor` says which minor version the sender speaks, for people and for logs. `session` on what follows a
# hello lets a hub tell a till that is there from the will of an earlier connection.
# - `standing` of a welcome or an ack, an object: `full`, whether the answering side's disk has no room; `onward`, why the
#   side behind it lacks something (a code of shared.sync.reasons), with `onward_for_s`, `onward_words`, `onward_remedy`;
#   `free`, how many compartments of each size a hub has free. A hub sends an ack that moves no mark when one of the first
#   two has changed.
# - `head_seq` of entries: where the sender's ledger ended when it sent them, so that the receiver knows what is to come.
# - `quarantined` of refused: true where the chain was set aside because it contradicts what is held.
OPTIONAL: dict[str, dict[str, type]] = {
    "hello": {"minor": int},
    "welcome": {"minor": int, "standing": dict},
    "entries": {"session": str, "head_seq": int},
    "ack": {"standing": dict},
    "refused": {"quarantined": bool},
    "lease-wanted": {"question": str, "session": str},
    "documents-held": {"session": str},
    "lease": {"question": str},
    "birth": {"minor": int, "name": str},
}

# What the board saw at the door after an open command. "unknown" is given by the hub alone: no answer came in time.
OPENED = "opened"
ALREADY_OPEN = "already-open"
JAMMED = "jammed"
REFUSED = "refused"
UNKNOWN = "unknown"
OUTCOMES = (OPENED, ALREADY_OPEN, JAMMED, REFUSED, UNKNOWN)

DOOR_OPEN = "open"
DOOR_SHUT = "shut"
DOORS = (DOOR_OPEN, DOOR_SHUT)


class WireError(ValueError):
    """A payload is not a message of this protocol; the text names the field and the remedy."""


class VersionError(WireError):
    """The other side speaks another major version; `theirs` is its number, the text says which side to update."""

    def __init__(self, theirs: object) -> None:
        newer = isinstance(theirs, int) and theirs > PROTOCOL_VERSION
        remedy = "update this side" if newer else "update the side that sent it"
        super().__init__(
            "protocol version %r is not spoken here, this side speaks %d: %s"
            % (theirs, PROTOCOL_VERSION, remedy)
        )
        self.theirs = theirs
        self.newer = newer


def make(kind: str, **fields: object) -> dict[str, object]:
    """Return a checked message of one type; raises WireError if a field is missing or of the wrong type."""
    message: dict[str, object] = {"type": kind, "protocol": PROTOCOL_VERSION}
    message.update(fields)
    check(message)
    return message


def check(message: object) -> None:
    """Hold a message to the table; raises WireError naming the first field that is wrong."""
    if not isinstance(message, dict):
        raise WireError("a message must be a JSON object")
    protocol = message.get("protocol")
    if not isinstance(protocol, int) or isinstance(protocol, bool):  # nonsense, not another version
        raise WireError("field protocol is %r, it must be the protocol's version" % (protocol,))
    if protocol != PROTOCOL_VERSION:
        raise VersionError(protocol)
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise WireError("message type %r is not known here: this side may be older" % (kind,))
    for name, expected in FIELDS[kind].items():
        value = message.get(name)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise WireError(
                "field %s of a %s message is %r, it must be %s" % (name, kind, value, expected.__name__)
            )


def optional(message: dict[str, object], name: str, default: object) -> object:
    """Return a field of OPTIONAL, or `default` where it was not sent or is of another type than `default`."""
    value = message.get(name)
    return value if type(value) is type(default) else default
