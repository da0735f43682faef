"""A link that shows one receipt to whoever has it, and to nobody else. Nothing is stored: the link proves itself.

A token is the sale's id and the first 128 bits of an HMAC-SHA-256 (RFC 2104) of it, under a key that is derived from the
till's own secret. Guessing one takes 2^127 tries on average; knowing one helps to find no other.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from shared.ids import SaleId

_PURPOSE: Final = b"stallholder receipt link 1"
_ID_BYTES: Final = 16
_MAC_BYTES: Final = 16
TOKEN_LETTERS: Final = 43


def receipt_token(secret: bytes, sale_id: SaleId) -> str:
    """Return the token of a sale's receipt; `secret` is the till's, at least 32 bytes."""
    id_bytes = UUID(sale_id).bytes
    return urlsafe_b64encode(id_bytes + _mac(secret, id_bytes)).rstrip(b"=").decode()


def sale_of_token(secret: bytes, token: str) -> SaleId | None:
    """Return the sale that a token is for, or None if the till did not make it."""
    if len(token) != TOKEN_LETTERS or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "=")
    except ValueError:
        return None
    id_bytes, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
    return SaleId(str(UUID(bytes=id_bytes))) if hmac.compare_digest(mac, _mac(secret, id_bytes)) else None


def _mac(secret: bytes, id_bytes: bytes) -> bytes:
    key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
    return hmac.digest(key, id_bytes, hashlib.sha256)[:_MAC_BYTES]
