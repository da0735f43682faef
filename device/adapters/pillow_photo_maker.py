"""Pictures made into photos of products by Pillow: square, small, and without what a camera writes beside the dots."""

import io

from PIL import Image, ImageOps

from device.domain.photos import PHOTO_BYTES_MAX, SIDE_PX

SIDE_MAX = 6_000
_TRIES = ((1, 80), (1, 70), (1, 55), (1, 35), (2, 50), (3, 30), (4, 10))
"""By what the side is divided, and the quality: noise fits at the last."""


class PillowPhotoMaker:
    """The `PhotoMaker` port."""

    def make(self, file: bytes) -> bytes | None:
        """Return the middle square of a JPEG, PNG or WebP, turned as the camera was held, as a WebP of at most 40 kB."""
        try:
            return _encoded(_square(file))
        except Exception:  # noqa: BLE001 - a decoder stumbles over strange bytes in more ways than it documents
            return None


def _square(file: bytes) -> Image.Image:
    """Read the dots alone: a picture made anew on white carries neither places nor names."""
    with Image.open(io.BytesIO(file), formats=("JPEG", "PNG", "WEBP")) as picture:
        if max(picture.size) > SIDE_MAX:
            raise ValueError("the picture is too large")
        turned = ImageOps.exif_transpose(picture).convert("RGBA")
    side = min(SIDE_PX, *turned.size)
    fitted = ImageOps.fit(turned, (side, side))
    on_white = Image.new("RGBA", fitted.size, "white")
    on_white.alpha_composite(fitted)
    return on_white.convert("RGB")


def _encoded(photo: Image.Image) -> bytes:
    """Give up quality, then size, until it fits."""
    for divisor, quality in _TRIES:
        out = io.BytesIO()
        side = max(1, photo.width // divisor)
        photo.resize((side, side)).save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= PHOTO_BYTES_MAX:
            return out.getvalue()
    raise ValueError("the picture does not get small enough")
