"""The text in a receipt's QR code, and the number printed beside it, as somebody scans or types them."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.ids import EPOCH_LENGTH, Epoch, SourceId, TenantId

PROOF: Final = "STALLHOLDER1"
_PROOF_TEXT = re.compile(
    r"STALLHOLDER1:([a-z0-9-]+)/([a-z0-9-]+)/([a-z0-9]+)/([1-9][0-9]{0,14})/([0-9a-f]{64})(?:/.*)?"
)
_NUMBER = re.compile(rf"(?:([a-z0-9]{{{EPOCH_LENGTH}}})[ -]*)?([0-9]{{1,15}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedProof:
    """What a proof claims: which entry of which till a receipt is, and that entry's hash."""

    tenant: TenantId
    source: SourceId
    epoch: Epoch
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A receipt's number; without an epoch it is one of this till's own."""

    epoch: Epoch | None
    number: int


Pointer: TypeAlias = ScannedProof | TypedNumber


def read_pointer(text: str) -> Pointer | None:
    """Read what was scanned or typed; None if it is neither a proof nor a number."""
    text = text.strip()
    proof = _PROOF_TEXT.fullmatch(text)
    if proof is not None:
        tenant, source, epoch, seq, hash_ = proof.groups()
        return ScannedProof(
            tenant=TenantId(tenant), source=SourceId(source), epoch=Epoch(epoch), seq=int(seq), hash=hash_
        )
    number = _NUMBER.fullmatch(text.lower())
    if number is None or int(number[2]) == 0:
        return None
    return TypedNumber(Epoch(number[1]) if number[1] else None, int(number[2]))
