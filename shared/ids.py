"""Identifiers: what they look like, how they are checked, and how they are made from given randomness.

Ids that become levels of an MQTT topic use lower-case letters, digits and hyphens only: brokers disagree about the
rest. Randomness and time are arguments, so that everything here is reproducible.
"""

import re
import uuid
from typing import NewType

TenantId = NewType("TenantId", str)
SourceId = NewType("SourceId", str)
Epoch = NewType("Epoch", str)
SaleId = NewType("SaleId", str)
ParcelId = NewType("ParcelId", str)
Sku = NewType("Sku", str)

EPOCH_LENGTH = 6
_EPOCH_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: people read it from a receipt
_TOPIC_LEVEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")


class IdError(ValueError):
    """A text is not an id of its kind."""

    def __init__(self, kind: str, text: object, remedy: str) -> None:
        super().__init__(f"{kind} {text!r} is not valid: {remedy}")
        self.kind = kind
        self.text = text


def check_topic_level(kind: str, text: str) -> str:
    """Return `text` if it can be one level of a topic; raises IdError naming `kind` otherwise."""
    if not _TOPIC_LEVEL.fullmatch(text):
        raise IdError(kind, text, "use 1 to 48 lower-case letters, digits and hyphens")
    return text


def check_uuid(kind: str, text: str) -> str:
    """Return `text` if it is a UUID in its canonical lower-case form (RFC 9562); raises IdError otherwise."""
    try:
        is_canonical = str(uuid.UUID(text)) == text
    except (ValueError, AttributeError, TypeError):
        is_canonical = False
    if not is_canonical:
        raise IdError(kind, text, "send a UUID in lower case with hyphens")
    return text


def make_uuid7(unix_ms: int, randomness: bytes) -> str:
    """Return a UUID version 7 (RFC 9562, section 5.7) of a time in milliseconds and 10 random bytes."""
    if len(randomness) != 10:
        raise ValueError(f"a UUIDv7 needs 10 random bytes, got {len(randomness)}")
    value = (unix_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def make_epoch(randomness: bytes) -> Epoch:
    """Return a ledger epoch of 6 letters and digits from at least 6 random bytes.

    The epoch is drawn when a ledger file is born, so that a re-imaged card can never use a number again.
    """
    if len(randomness) < EPOCH_LENGTH:
        raise ValueError(f"an epoch needs {EPOCH_LENGTH} random bytes, got {len(randomness)}")
    letters = len(_EPOCH_ALPHABET)
    return Epoch("".join(_EPOCH_ALPHABET[byte % letters] for byte in randomness[:EPOCH_LENGTH]))


def format_receipt_number(epoch: Epoch, number: int) -> str:
    """Return the number printed on a receipt, such as `k7f3q2-00042`: gap-free within its ledger epoch."""
    return f"{epoch}-{number:05d}"
