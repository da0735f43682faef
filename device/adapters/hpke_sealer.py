"""Boxes that only the hub can open, as `shared.trust` makes them."""

from shared.trust import seal_to


class HpkeSealer:
    """The `Sealer` port over HPKE (RFC 9180)."""

    def seal(self, public_key: str, plaintext: bytes, *, info: bytes) -> str:
        """Seal bytes to a key; raises TrustError if the key is damaged."""
        return seal_to(public_key, plaintext, info=info)
