"""Boxes for customers' own words: one key per customer, in a store of its own beside the ledger.

The ledger, the hub and the cloud hold the boxes for ever; without the key they are noise. Forgetting a customer is
forgetting the key: the store is written anew without it. A box is AES-256-GCM (NIST SP 800-38D) with a nonce of 96 random
bits, bound to its customer and base64-encoded.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tinydb import TinyDB, where

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.documents import DocumentStorage
from device.domain.customer import Customer

_KEY_BYTES = 32
_NONCE_BYTES = 12


class CustomerKeys:
    """The `Concealer` port."""

    def __init__(self, path: Path, randomness: Callable[[int], bytes], disk: Disk | None = None) -> None:
        """Open the store of keys; raises as `DocumentStorage` does."""
        self._storage = DocumentStorage(path, disk=disk)
        self._keys = TinyDB(storage=lambda: self._storage).table("keys")
        self._randomness = randomness
        self._lock = Lock()

    def conceal(self, customer: Customer) -> str:
        """Return a customer's words as a box; the key is durable before this returns."""
        words = {"name": customer.name, "phone": customer.phone, "note": customer.note}
        if customer.consent_version:
            words |= {"consent_version": customer.consent_version, "consent_at": customer.consent_at}
        nonce = self._randomness(_NONCE_BYTES)
        with self._lock:
            key = self._key_of(customer.customer_id) or self._new_key(customer.customer_id)
        text = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
        return b64encode(nonce + AESGCM(key).encrypt(nonce, text, customer.customer_id.encode())).decode()

    def reveal(self, customer_id: str, box: str) -> Customer | None:
        """Return what a box holds, or None if the customer was forgotten or the box is not this customer's."""
        with self._lock:
            key = self._key_of(customer_id)
        if key is None:
            return None
        try:
            content = b64decode(box, validate=True)
            text = AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], customer_id.encode())
        except (InvalidTag, Base64Error, ValueError):
            return None
        return Customer(customer_id=customer_id, **json.loads(text))

    def forget(self, customer_id: str) -> bool:
        """Destroy a customer's key, in the file too; returns whether there was one."""
        with self._lock:
            removed = self._keys.remove(where("customer") == customer_id)
            self._storage.forget()
        return bool(removed)

    def close(self) -> None:
        """Release the store."""
        self._storage.close()

    def _key_of(self, customer_id: str) -> bytes | None:
        found = self._keys.get(where("customer") == customer_id)
        return b64decode(cast("dict[str, str]", found)["key"]) if found else None

    def _new_key(self, customer_id: str) -> bytes:
        key = self._randomness(_KEY_BYTES)
        self._keys.insert({"customer": customer_id, "key": b64encode(key).decode()})
        return key
