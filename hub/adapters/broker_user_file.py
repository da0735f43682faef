"""The BrokerUsers port over the embedded broker's user file."""

import asyncio
from pathlib import Path

from hub.broker.user_file import BrokerUsersFile
from hub.ports import BrokerAccount
from shared.ids import SourceId, TenantId


class BrokerUserFile:
    """Makes accounts in the broker's data directory; the running broker learns of them at once."""

    def __init__(self, directory: Path, *, tenant: TenantId, hub: SourceId, host: str, port: int) -> None:
        self._users = BrokerUsersFile(directory)
        self._tenant = tenant
        self._hub = hub
        self._host = host
        self._port = port

    async def admit(self, device: SourceId, role: str) -> BrokerAccount:
        """Give a device an account of its own, or an existing one a new password."""
        made = await asyncio.to_thread(self._users.add, device, role, self._tenant, self._hub, device)
        return BrokerAccount(
            host=self._host, port=self._port,
            username=made.username, password=made.password, client_id=made.client_id,
        )  # fmt: skip

    async def dismiss(self, device: SourceId) -> None:
        """Take a device's account away and end its connection; one that has none is fine."""
        await asyncio.to_thread(self._users.remove, device)
