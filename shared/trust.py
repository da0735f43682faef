"""Keys, signed documents, signed requests and sealed boxes: who may say what, and who may read it.

One root key per deployment signs the hubs' certificates, a hub signs those of its tills and boards. Signatures are
Ed25519 (RFC 8032); sealed boxes are HPKE in base mode (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305.
Keys travel as unpadded base64url text.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.entry import Body, Json, encode_json

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
CERTIFICATE = "device-certificate"
ENROL_PATH = "/api/enrol"


class TrustError(ValueError):
    """A key, signature, certificate or sealed box is not what it claims to be; `reason` says which and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A versioned document; `payload` holds the exact bytes that `signature` covers."""

    kind: str
    version: int
    body: Body
    payload: bytes
    signature: str

    def to_json(self) -> dict[str, Json]:
        """Return the document as it travels: its exact payload as text, and the signature."""
        return {"payload": self.payload.decode(), "signature": self.signature}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What an issuer vouches for: this device of this tenant, in this role, holds this key."""

    tenant: str
    device: str
    role: str
    public_key: str


def encode_bytes(raw: bytes) -> str:
    """Return bytes as unpadded base64url text (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_bytes(text: str) -> bytes:
    """Return the bytes of unpadded base64url text; raises TrustError if it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise TrustError("a key or signature is not base64url text") from error


def private_key_text(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    """Return a private key as text, for a file that nobody else may read."""
    return encode_bytes(key.private_bytes_raw())


def public_key_text(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    """Return the public half of a key as text."""
    return encode_bytes(key.public_key().public_bytes_raw())


def signing_key(text: str) -> Ed25519PrivateKey:
    """Read a private signing key; raises TrustError."""
    try:
        return Ed25519PrivateKey.from_private_bytes(decode_bytes(text))
    except ValueError as error:
        raise TrustError("the signing key is damaged: enrol this device again") from error


def sealing_key(text: str) -> X25519PrivateKey:
    """Read a private sealing key; raises TrustError."""
    try:
        return X25519PrivateKey.from_private_bytes(decode_bytes(text))
    except ValueError as error:
        raise TrustError("the sealing key is damaged: enrol this device again") from error


def sign_document(key: Ed25519PrivateKey, *, kind: str, version: int, body: Body) -> SignedDocument:
    """Return a document signed over its exact bytes."""
    payload = encode_json({"kind": kind, "version": version, "body": body})
    return SignedDocument(
        kind=kind, version=version, body=body, payload=payload, signature=encode_bytes(key.sign(payload))
    )


def read_document(document: Mapping[str, object], *, signer_public_key: str, kind: str) -> SignedDocument:
    """Check a document's signature and kind, and return it; raises TrustError if it is not what it should be."""
    payload, signature = document.get("payload"), document.get("signature")
    if not isinstance(payload, str) or not isinstance(signature, str):
        raise TrustError("a signed document needs a payload and a signature")
    _require_signature(signer_public_key, signature, payload.encode(), f"the {kind} document")
    fields = json.loads(payload)
    if not isinstance(fields, dict) or fields.get("kind") != kind or not isinstance(fields.get("body"), dict):
        raise TrustError(f"the signed document is no {kind}")
    return SignedDocument(
        kind=kind,
        version=int(fields.get("version", 0)),
        body=fields["body"],
        payload=payload.encode(),
        signature=signature,
    )


def issue_certificate(key: Ed25519PrivateKey, certificate: Certificate) -> SignedDocument:
    """Vouch for a device's key."""
    body: dict[str, Json] = {
        "tenant": certificate.tenant, "device": certificate.device, "role": certificate.role,
        "public_key": certificate.public_key,
    }  # fmt: skip
    return sign_document(key, kind=CERTIFICATE, version=1, body=body)


def read_certificate(document: Mapping[str, object], *, issuer_public_key: str) -> Certificate:
    """Check a certificate against its issuer's key and return it; raises TrustError."""
    body = read_document(document, signer_public_key=issuer_public_key, kind=CERTIFICATE).body
    fields = {name: body.get(name) for name in ("tenant", "device", "role", "public_key")}
    if not all(isinstance(value, str) and value for value in fields.values()):
        raise TrustError("the certificate does not name tenant, device, role and key")
    return Certificate(**cast("dict[str, str]", fields))


def sign_request(key: Ed25519PrivateKey, *, method: str, path: str, body: bytes) -> str:
    """Return the signature of a request; what it asks must be idempotent, for it holds no time and no counter."""
    return encode_bytes(key.sign(_request_bytes(method, path, body)))


def verify_request(public_key: str, signature: str, *, method: str, path: str, body: bytes) -> None:
    """Check a request's signature; raises TrustError."""
    _require_signature(public_key, signature, _request_bytes(method, path, body), "the request")


def enrolment_wish(key: Ed25519PrivateKey, *, code: str, device: str) -> dict[str, str]:
    """Return what a device sends to be let in: its public key, signed with the other half, which never leaves it."""
    wish = _enrolment(code, device, public_key_text(key))
    signature = sign_request(key, method="POST", path=ENROL_PATH, body=encode_json(wish))
    return {**wish, "signature": signature}


def verify_enrolment(*, code: str, device: str, public_key: str, signature: str) -> None:
    """Check that whoever asks to be let in holds the key that it shows; raises TrustError."""
    body = encode_json(_enrolment(code, device, public_key))
    verify_request(public_key, signature, method="POST", path=ENROL_PATH, body=body)


def seal_to(public_key: str, plaintext: bytes, *, info: bytes) -> str:
    """Seal bytes so that only the holder of the key, given the same `info`, can read them; raises TrustError."""
    try:
        recipient = X25519PublicKey.from_public_bytes(decode_bytes(public_key))
    except ValueError as error:
        raise TrustError("the hub's sealing key is damaged: enrol this till again") from error
    return encode_bytes(_SUITE.encrypt(plaintext, recipient, info=info))


def open_sealed(key: X25519PrivateKey, sealed: str, *, info: bytes) -> bytes:
    """Return what was sealed to `key`; raises TrustError if it was sealed to another key or altered."""
    try:
        return _SUITE.decrypt(decode_bytes(sealed), key, info=info)
    except (InvalidTag, ValueError) as error:
        raise TrustError("the box was sealed to another key, or altered") from error


def _enrolment(code: str, device: str, public_key: str) -> dict[str, str]:
    return {"code": code, "device": device, "public_key": public_key}


def _request_bytes(method: str, path: str, body: bytes) -> bytes:
    return "\n".join((method.upper(), path, hashlib.sha256(body).hexdigest())).encode()


def _require_signature(public_key: str, signature: str, signed: bytes, what: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(decode_bytes(public_key)).verify(decode_bytes(signature), signed)
    except (InvalidSignature, ValueError) as error:
        raise TrustError(f"{what} is not signed by the key it should be") from error
