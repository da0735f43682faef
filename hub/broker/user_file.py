"""The broker's users on disk: `users.json` is the truth, `users.conf` what the server reads of it."""

import fcntl
import json
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import bcrypt

from hub.broker.config_text import USERS_FILE, users_text
from hub.broker.errors import BrokerUserError
from hub.broker.users import BrokerUser, Role
from shared.host.private_file import replace_private_file
from shared.ids import IdError

# A password of 192 random bits needs no slow hash; a hub with many tills that come back at once does need a fast one.
_BCRYPT_COST = 6
_PASSWORD_BYTES = 24
_CLIENT_ID_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerCredentials:
    """What a device needs to sign in; the password exists only here, the broker keeps its hash."""

    username: str
    password: str
    client_id: str


class BrokerUsersFile:
    """The users in a broker's data directory; several processes may add at once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / "users.json"

    def add(self, username: str, role: str, tenant: str, hub: str, device: str) -> BrokerCredentials:
        """Add a user, or give an existing one a new password and client id; the running broker learns of it at once.

        Raises:
            BrokerUserError: a name cannot be part of a topic, or the role is none.
        """
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        try:
            user = BrokerUser(
                username=username,
                role=Role(role),
                tenant=tenant,
                hub=hub,
                device=device,
                # Secret, since a second client with the same id would take the session over.
                client_id=f"{device}-{secrets.token_hex(_CLIENT_ID_BYTES)}",
                password_hash=bcrypt.hashpw(password.encode(), bcrypt.gensalt(_BCRYPT_COST)).decode(),
            )
        except (IdError, ValueError) as error:
            raise BrokerUserError(username, str(error)) from error
        with self._locked():
            self._write([*(other for other in self.all() if other.username != username), user])
        self.reload()
        return BrokerCredentials(username=username, password=password, client_id=user.client_id)

    def remove(self, username: str) -> None:
        """Take a user away; the running broker ends its connection at once. One that is not there is fine."""
        with self._locked():
            self._write([other for other in self.all() if other.username != username])
        self.reload()

    def all(self) -> list[BrokerUser]:
        """Return every user; none if the broker never started here."""
        try:
            rows = json.loads(self._path.read_bytes())["users"]
        except FileNotFoundError:
            return []
        return [BrokerUser(**{**row, "role": Role(row["role"])}) for row in rows]

    def reload(self) -> None:
        """Let the running broker read its users anew; nothing if none is running."""
        pid = self._running_pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)

    def _running_pid(self) -> int | None:
        """Return the server's process id, unless the file is left over and the number means another program now."""
        try:
            pid = int((self._directory / "nats.pid").read_text())
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid if name == "nats-server" else None

    def _write(self, users: list[BrokerUser]) -> None:
        replace_private_file(
            self._path, json.dumps({"users": [asdict(user) for user in users]}, indent=1).encode()
        )
        replace_private_file(self._directory / USERS_FILE, users_text(users).encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._directory / "users.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
