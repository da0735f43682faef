"""The BrokerUsers port over the broker's user file."""

import asyncio
import json
from pathlib import Path

from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials
from hub.ports.links import BrokerAccount
from shared.ids import SourceId, TenantId


class BrokerUserFile:
    """Makes accounts in the broker's data directory; the running broker learns of them at once."""

    def __init__(
        self, directory: Path, *, tenant: TenantId, hub: SourceId, hosts: tuple[tuple[str, int], ...]
    ) -> None:
        self._directory = directory
        self._users = BrokerUsersFile(directory)
        self._tenant = tenant
        self._hub = hub
        self._hosts = hosts

    async def admit(self, device: SourceId, role: str) -> BrokerAccount:
        """Give a device an account of its own, or an existing one a new password."""
        made = await asyncio.to_thread(self._users.add, device, role, self._tenant, self._hub, device)
        return await asyncio.to_thread(self._account, made)

    async def dismiss(self, device: SourceId) -> None:
        """Take a device's account away and end its connection; one that has none is fine."""
        await asyncio.to_thread(self._users.remove, device)

    def _account(self, made: BrokerCredentials) -> BrokerAccount:
        """Add what the broker said of itself at its last start: whether it speaks TLS, and whom to believe."""
        said = json.loads((self._directory / "hub-credentials.json").read_bytes())
        return BrokerAccount(
            hosts=self._hosts, username=made.username, password=made.password, client_id=made.client_id,
            tls=bool(said.get("tls")), authority=str(said.get("authority", "")),
        )  # fmt: skip
