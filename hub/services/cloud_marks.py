"""What the cloud said of a chain, kept and told on: how far it is durable there, or why it is not taken."""

import logging
from dataclasses import dataclass, replace

from hub.domain.stream import StreamRecord
from hub.ports.links import TillLink
from hub.services.changes import Changed, Changes
from hub.services.cloud_watch import CloudWatch
from hub.services.desk import Desk, House
from shared.entry import StreamKey
from shared.sync.receiver import acknowledge
from shared.sync.standing import with_standing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudMarks:
    """Keeps the cloud's marks and refusals; must be used on the event loop's thread."""

    house: House
    tills: TillLink
    changes: Changes
    watch: CloudWatch

    async def keep_mark(self, key: StreamKey, cloud_seq: int) -> None:
        """Keep the cloud's mark, lower or higher, and tell the till whose chain it is."""

        def keep(desk: Desk) -> StreamRecord | None:
            stream = desk.uow.streams.find(key)
            if stream is None or (stream.cloud_seq == cloud_seq and not stream.cloud_refusal):
                return None
            kept = replace(stream, cloud_seq=cloud_seq, cloud_refusal="")
            desk.uow.streams.save(kept)
            return kept

        kept = await self.house.decide(keep)
        if kept is None:
            return
        self.watch.moved(key)
        self.changes.announce({Changed.SOURCES})
        if key.source != self.house.identity.hub:
            answer = acknowledge(key, kept.head, cloud_seq)
            self.watch.look_at(kept)
            standing = self.watch.standing(key, kept.head.seq, cloud_seq)
            await self.tills.answer(key.source, with_standing(answer, standing))

    async def keep_refusal(self, key: StreamKey, reason: str) -> None:
        """Keep why the cloud does not take a chain, for people to see."""

        def keep(desk: Desk) -> None:
            stream = desk.uow.streams.find(key)
            if stream is not None and stream.cloud_refusal != reason:
                desk.uow.streams.save(replace(stream, cloud_refusal=reason))

        _log.warning("the cloud refuses the chain of %s/%s: %s", key.source, key.epoch, reason)
        await self.house.decide(keep)
        self.changes.announce({Changed.SOURCES})
