"""Tells tills why the cloud lacks part of their ledgers, when the reason has become another; losing it is harmless."""

from hub.domain.stream import StreamRecord
from hub.ports.links import TillLink
from hub.services.cloud_watch import CloudWatch, CloudWay
from hub.services.desk import House
from shared.entry import StreamKey
from shared.sync.receiver import acknowledge
from shared.sync.standing import Standing, with_standing

LOOK_EVERY_MS = 5_000


class TillNews:
    """What each till was told last, so that it is told once; every answer to a till says it as well."""

    def __init__(self, *, house: House, tills: TillLink, watch: CloudWatch) -> None:
        self._house = house
        self._tills = tills
        self._watch = watch
        self._told: dict[StreamKey, tuple[str, bool]] = {}
        self._looked_ms: int | None = None
        self._looked_way: CloudWay | None = None

    async def tell(self) -> None:
        """Look whether there is news, unless nothing can have changed since the last look."""
        now_ms = self._house.clock.monotonic_ms()
        is_due = self._looked_ms is None or now_ms - self._looked_ms >= LOOK_EVERY_MS
        if not is_due and self._looked_way is self._watch.way:
            return
        self._looked_ms, self._looked_way = now_ms, self._watch.way
        for stream in await self._house.store.read(lambda uow: uow.streams.all()):
            await self._tell(stream)

    async def _tell(self, stream: StreamRecord) -> None:
        key = stream.key
        self._watch.look_at(stream)
        standing = self._watch.standing(key, stream.head.seq, stream.cloud_seq)
        if key.source == self._house.identity.hub or not (stream.behind or standing.full):
            self._told.pop(key, None)
        elif self._told.get(key) != _news(standing):
            self._told[key] = _news(standing)
            said = acknowledge(key, stream.head, stream.cloud_seq)
            await self._tills.answer(key.source, with_standing(said, standing))


def _news(standing: Standing) -> tuple[str, bool]:
    return standing.onward.hub_code if standing.onward else "", standing.full
