"""Checking the proof on a receipt: which entry it names, whether the ledger has it, whether the till signed it.

A proof is `STALLHOLDER1:tenant/source/epoch/entry/hash`, on a till that signs followed by `/` and the signature of
all that stands before it: ECDSA on P-256 with SHA-256, r and s of 32 bytes each, base64url without padding.
"""

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared.verify.report import ProblemFound

_FIELDS = 5
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a receipt claims; `signature` is None where the till does not sign."""

    tenant: str
    source: str
    epoch: str
    seq: int
    hash: str
    signed: bytes
    signature: bytes | None


def read_proof(text: str) -> Proof:
    """Read the text of a receipt's QR code; raises ProblemFound if it is no proof."""
    _, colon, rest = text.strip().partition(":")
    fields = rest.split("/")
    if not colon or len(fields) not in (_FIELDS, _FIELDS + 1) or not fields[3].isdecimal():
        raise ProblemFound("this is not the proof of a receipt")
    tenant, source, epoch, seq, hash_ = fields[:_FIELDS]
    signed = "/".join(text.strip().split("/")[:_FIELDS]).encode()
    signature = _signature(fields[_FIELDS]) if len(fields) > _FIELDS else None
    return Proof(
        tenant=tenant,
        source=source,
        epoch=epoch,
        seq=int(seq),
        hash=hash_,
        signed=signed,
        signature=signature,
    )


def check_signature(proof: Proof, public_key_pem: bytes) -> None:
    """Raise ProblemFound unless the till with this key signed the proof."""
    if proof.signature is None:
        raise ProblemFound("the receipt carries no signature")
    try:
        key = serialization.load_pem_public_key(public_key_pem)
    except ValueError as error:
        raise ProblemFound("the key cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ProblemFound("the key is of another kind than a till's")
    half = _SIGNATURE_BYTES // 2
    r, s = (int.from_bytes(part, "big") for part in (proof.signature[:half], proof.signature[half:]))
    try:
        key.verify(encode_dss_signature(r, s), proof.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise ProblemFound("this till did not sign the receipt") from error


def _signature(text: str) -> bytes:
    try:
        signature = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ProblemFound("its signature cannot be read") from error
    if len(signature) != _SIGNATURE_BYTES:
        raise ProblemFound("its signature has another length")
    return signature
