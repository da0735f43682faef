"""Signatures that a till's receipts can carry: ECDSA on P-256 with SHA-256, in software.

A security module in hardware, as some countries ask for, is another adapter of the same port.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from device.domain.errors import SigningKeyError

_COORDINATE_BYTES = 32


class EcdsaSigner:
    """The `Signer` port over a key in a file of its own, which only the till's user may read."""

    def __init__(self, path: Path) -> None:
        """Read the key, or make one, durable before it is used.

        Raises:
            SigningKeyError: the file is no P-256 key.
            OSError: it cannot be read or made.
        """
        if not path.exists():
            _make(path)
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise SigningKeyError(path.name) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise SigningKeyError(path.name)
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """Return r and s, 32 bytes each; the same for the same message (RFC 6979)."""
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._key.sign(message, algorithm))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def public_key_pem(self) -> str:
        """Return the key that others check with, as PEM."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(encoding, form).decode()


def _make(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unborn = path.with_name(path.name + ".new")
    with os.fdopen(os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unborn.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
