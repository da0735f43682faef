"""A parcel promised at the hub, made without asking it: a leased number, and a secret that only the customer gets.

The secret is derived from the sale's id under a key that stands outside the ledger, so the same sale shows the same code
again without the code being stored anywhere.
"""

import hashlib
import hmac
from collections.abc import Mapping

from device.domain.till_state import TillState
from shared.ids import ParcelId, SaleId
from shared.wire.pickup_code import SECRET_DIGITS, SECRETS

KEY_BYTES = 32
LOW_WATER = 10
WANTED = 20
NUMBERS_MAX = 1_000


def pickup_secret(key: bytes, sale_id: SaleId) -> int:
    """Return the six secret digits of a sale as a number: HMAC-SHA256 (RFC 2104), reduced; the bias is below 2^-230."""
    digest = hmac.new(key, sale_id.encode(), hashlib.sha256).digest()
    secret: int = int.from_bytes(digest, "big") % SECRETS
    return secret


def secret_text(secret: int) -> bytes:
    """Return a secret as it is sealed to the hub: six digits."""
    return f"{secret:0{SECRET_DIGITS}d}".encode()


def seal_info(parcel_id: ParcelId) -> bytes:
    """Return what binds a sealed secret to its parcel (HPKE's `info`)."""
    return b"stallholder pickup 1 " + parcel_id.encode()


def free_numbers(state: TillState, leased_at: Mapping[int, int]) -> list[int]:
    """Return the leased numbers not given away since their lease, the longest leased first.

    `leased_at` maps each number to the ledger's head when it was leased; whether it was used since is the ledger's word
    alone, so no crash between the two stores can give a number away twice.
    """
    free = [number for number, seq in leased_at.items() if state.numbers_used_at.get(number, 0) <= seq]
    return sorted(free, key=lambda number: (leased_at[number], number))


def accept_lease(
    state: TillState, leased_at: Mapping[int, int], numbers: list[int], *, head_seq: int, hub_seq: int
) -> dict[int, int]:
    """Return the leases with those of a message added.

    A number that this till gave away is taken again only if the hub has that sale already: else the message is an old
    one come late.
    """
    fresh = {
        number: head_seq
        for number in numbers
        if 0 <= number < NUMBERS_MAX and state.numbers_used_at.get(number, 0) <= hub_seq
    }
    kept = {number: seq for number, seq in leased_at.items() if state.numbers_used_at.get(number, 0) <= seq}
    return {**fresh, **kept}
