"""The right to open one parcel's door: a secret of six digits, kept only as a keyed hash.

Five misses lock it: against 40 parcels a thief's chance is 40 x 5 / 10^6. The hash is BLAKE2b (RFC 7693) keyed with a
key that is not in the database, so that a stolen database does not tell a million guesses apart.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from enum import Enum

from shared.ids import ParcelId

MISSES_MAX = 5
_NO_HASH = bytes(32)


class SecretCheck(Enum):
    """What a typed secret is."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupGrant:
    """The keyed hash of the secret (empty if the hub never learned it) and how often it was missed."""

    secret_hash: bytes
    misses: int = 0

    @property
    def locked(self) -> bool:
        """Whether the code opens nothing until staff renews it."""
        return self.misses >= MISSES_MAX or not self.secret_hash


def hash_secret(key: bytes, parcel_id: ParcelId, secret: int) -> bytes:
    """Return the keyed hash under which a parcel's secret is kept."""
    return hashlib.blake2b(f"{parcel_id} {secret:06d}".encode(), key=key, digest_size=32).digest()


def matches(grant: PickupGrant, key: bytes, parcel_id: ParcelId, secret: int) -> bool:
    """Return whether the secret is the right one, in constant time."""
    given = hash_secret(key, parcel_id, secret)
    return hmac.compare_digest(given, grant.secret_hash or _NO_HASH) and bool(grant.secret_hash)


def check_secret(
    grant: PickupGrant, key: bytes, parcel_id: ParcelId, secret: int
) -> tuple[SecretCheck, PickupGrant]:
    """Return what the secret is, and the grant afterwards: a miss counts, a locked grant does not count on."""
    right = matches(grant, key, parcel_id, secret)
    if grant.locked:
        return SecretCheck.LOCKED, grant
    if right:
        return SecretCheck.RIGHT, grant
    return SecretCheck.WRONG, replace(grant, misses=grant.misses + 1)
