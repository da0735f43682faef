"""Photos of products: what one may be, how it is named, and when one that no product shows any more is let go."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from device.domain.catalogue import Product

SIDE_PX = 480
PHOTO_BYTES_MAX = 40_000
SENT_BYTES_MAX = 512 * 1024
"""What a page may send: it makes photos small itself, and one that could not is made small here."""
PHOTOS_MAX = 2_000
KEPT_UNUSED = timedelta(days=30)
"""How long a photo that no product shows is kept: somebody may want it back, or a file may bring its product back."""
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BadPhoto:
    """What was sent is no picture that can be shown; `reason` says why, in words."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooManyPhotos:
    """There are PHOTOS_MAX photos here already."""

    kept: int


PhotoRefusal: TypeAlias = BadPhoto | TooManyPhotos


def name_of(photo: bytes) -> str:
    """Return a photo's name: the SHA-256 of its bytes, in hex. So a name never means another picture."""
    return hashlib.sha256(photo).hexdigest()


def is_photo_name(name: str) -> bool:
    """Tell whether a text may name a photo; nothing else becomes the name of a file."""
    return _NAME.fullmatch(name) is not None


def shown_photos(products: Iterable[Product]) -> frozenset[str]:
    """Return the names of the photos that products show, retired ones among them: they may be offered again."""
    return frozenset(product.photo for product in products if product.photo)


def photos_to_let_go(
    last_shown: Mapping[str, datetime], shown: frozenset[str], now: datetime
) -> frozenset[str]:
    """Return the photos that no product has shown for KEPT_UNUSED; `last_shown` says when each was known to be shown."""
    return frozenset(name for name, at in last_shown.items() if name not in shown and now - at > KEPT_UNUSED)
