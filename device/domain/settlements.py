"""Contradictions that the cloud settled and in which this till had a word: shown until somebody here has taken note."""

import hashlib
from dataclasses import astuple

from device.domain.documents import Documents
from shared.documents import Settlement

SEEN_MAX = 500


def settlement_key(settlement: Settlement) -> str:
    """Return what names a settlement."""
    return hashlib.sha256("\0".join(astuple(settlement)).encode()).hexdigest()[:16]


def settlements_of(documents: Documents, source: str) -> dict[str, Settlement]:
    """Return the settlements of the catalogue that counts in which a source had a word, by key."""
    content = documents.catalogue()
    concerning = (
        one for one in (content.settled if content else ()) if source in (one.kept_source, one.dropped_source)
    )
    return {settlement_key(one): one for one in concerning}


def note_seen(
    seen: tuple[str, ...], keys: tuple[str, ...], documents: Documents, source: str
) -> tuple[str, ...]:
    """Return the keys that somebody has taken note of; those that the catalogue no longer tells are forgotten."""
    told = settlements_of(documents, source)
    kept = dict.fromkeys(key for key in (*seen, *keys) if key in told)
    return tuple(kept)[-SEEN_MAX:]
