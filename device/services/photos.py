"""Photos of products: taken in, handed out, and let go when no product has shown them for long."""

import asyncio

from device.domain.photos import (
    PHOTOS_MAX,
    SENT_BYTES_MAX,
    BadPhoto,
    PhotoRefusal,
    TooManyPhotos,
    is_photo_name,
    name_of,
    photos_to_let_go,
    shown_photos,
)
from device.ports.photos import PhotoMaker, PhotoStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment

TIDY_EVERY_S = 24 * 60 * 60.0


class Photos:
    """The service behind `/api/photos`."""

    def __init__(
        self, *, store: PhotoStore, maker: PhotoMaker, assortment: CurrentAssortment, clock: Clock
    ) -> None:
        self._store = store
        self._maker = maker
        self._assortment = assortment
        self._clock = clock

    def has(self, name: str) -> bool:
        """Tell whether a photo can be shown here: one that was taken at another till cannot."""
        return self._store.has(name)

    async def take(self, file: bytes) -> str | PhotoRefusal:
        """Keep a picture as a photo, durable before this answers its name. Raises DiskFullError."""
        if len(file) > SENT_BYTES_MAX:
            return BadPhoto(f"the file is larger than {SENT_BYTES_MAX // 1024} kB")
        photo = await asyncio.to_thread(self._maker.make, file)
        if photo is None:
            return BadPhoto("the file is no picture that the till can read")
        name = name_of(photo)
        if not self._store.has(name) and await self._is_full():
            return TooManyPhotos(PHOTOS_MAX)
        await asyncio.to_thread(self._store.keep, name, photo, self._clock.now())
        return name

    async def read(self, name: str) -> bytes | None:
        """Return a photo, or None."""
        if not is_photo_name(name) or not self._store.has(name):
            return None
        return await asyncio.to_thread(self._store.read, name)

    async def run(self) -> None:
        """Let go of photos once a day, until cancelled."""
        while True:
            await asyncio.to_thread(self.tidy)
            await asyncio.sleep(TIDY_EVERY_S)

    def tidy(self) -> None:
        """Let go of what no product has shown for long. What is shown is marked first, so that a wrong clock loses nothing."""
        now, shown = self._clock.now(), shown_photos(self._assortment.now().catalogue.products)
        self._store.mark_shown(shown, now)
        self._store.let_go(photos_to_let_go(self._store.last_shown(), shown, now))

    async def _is_full(self) -> bool:
        return len(await asyncio.to_thread(self._store.last_shown)) >= PHOTOS_MAX
