"""What lets others check a sale or refund: the entry's place and hash, and the till's signature if it signs."""

from base64 import urlsafe_b64encode

from device.domain.proof_text import PROOF
from device.ports.ledger import Signer
from shared.entry import Entry


def proof_of(entry: Entry, signer: Signer | None) -> str:
    """Return the proof as a text for a QR code; signing takes a millisecond or two."""
    stream = entry.stream
    proof = f"{PROOF}:{stream.tenant}/{stream.source}/{stream.epoch}/{entry.seq}/{entry.hash}"
    if signer is None:
        return proof
    signature = urlsafe_b64encode(signer.sign(proof.encode())).rstrip(b"=").decode()
    return f"{proof}/{signature}"
