"""Looks again and again at what changes without a message: the broker's connection, and streams that stand still."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from hub.ports.store import Store
from hub.ports.world import Clock
from hub.services.changes import Changed, Changes
from hub.services.standings import Standings
from shared.ids import SourceId

BROKER_LOOK_EVERY_S = 1.0
STREAMS_LOOK_EVERY = 5
"""So many looks at the broker for one at the streams."""


class BrokerView:
    """Whether this hub is connected to its broker, and since when."""

    def __init__(self, is_connected: Callable[[], bool], clock: Clock) -> None:
        self._is_connected = is_connected
        self._clock = clock
        self.connected = False
        self.since: datetime = clock.now()

    def look(self) -> bool:
        """Look now; return whether it has changed."""
        connected = self._is_connected()
        changed = connected != self.connected
        if changed:
            self.connected, self.since = connected, self._clock.now()
        return changed


class Lookout:
    """Tells whoever watches when something has changed by itself; must be used on the event loop's thread."""

    def __init__(self, *, store: Store, standings: Standings, broker: BrokerView, changes: Changes) -> None:
        self._store = store
        self._standings = standings
        self._broker = broker
        self._changes = changes
        self._alarms: frozenset[SourceId] = frozenset()

    async def look(self) -> None:
        """Look at every stream now."""
        standings = self._standings.look(await self._store.read(lambda uow: uow.streams.all()))
        alarms = frozenset(source for source, standing in standings.items() if standing.alarm)
        if alarms != self._alarms:
            self._alarms = alarms
            self._changes.announce({Changed.SOURCES})

    async def keep_looking(self) -> None:
        """Look for ever."""
        while True:
            for _ in range(STREAMS_LOOK_EVERY):
                if self._broker.look():
                    self._changes.announce({Changed.SOURCES})
                await asyncio.sleep(BROKER_LOOK_EVERY_S)
            await self.look()
