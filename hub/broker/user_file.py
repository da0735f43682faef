"""The broker's users on disk: `users.json` is the truth, and from it is written what each make of broker reads.

All makes' files are written always: whoever enrols a device need not know which broker runs.
"""

import fcntl
import json
import os
import secrets
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub.broker.errors import BrokerUserError
from hub.broker.passwords import bcrypt_hash, make_password, pbkdf2_hash
from hub.broker.program import BrokerProgram
from hub.broker.programs import PROGRAMS
from hub.broker.users import BrokerCredentials, BrokerUser, Role
from shared.host.private_file import replace_private_file
from shared.ids import IdError

_CLIENT_ID_BYTES = 8


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
        password = make_password()
        try:
            user = BrokerUser(
                username=username, role=Role(role), tenant=tenant, hub=hub, device=device,
                # Secret, since a second client with the same id would take the session over.
                client_id=f"{device}-{secrets.token_hex(_CLIENT_ID_BYTES)}",
                password_hash=bcrypt_hash(password), password_pbkdf2=pbkdf2_hash(password),
            )  # fmt: skip
        except (IdError, ValueError) as error:
            raise BrokerUserError(username, str(error)) from error
        if self.are_a_copy and user.role is not Role.STEWARD:
            raise BrokerUserError(
                username, "this node's users are a copy: add it on the hub's node, then import"
            )
        with self._locked():
            self._write([*(other for other in self.all() if other.username != username), user])
        self.reload()
        return BrokerCredentials(username=username, password=password, client_id=user.client_id)

    def remove(self, username: str) -> None:
        """Take a user away; the running broker ends its connection at once. One that is not there is fine."""
        with self._locked():
            self._write([other for other in self.all() if other.username != username])
        self.reload()

    def replace_by_copy(self, users: Iterable[BrokerUser]) -> None:
        """Take over another node's users; this node's own steward stays. From now on users are added there only."""
        with self._locked():
            own = [user for user in self.all() if user.role is Role.STEWARD]
            self._write([*own, *(user for user in users if user.role is not Role.STEWARD)], are_a_copy=True)
        self.reload()

    def all(self) -> list[BrokerUser]:
        """Return every user; none if the broker never started here."""
        return read_users(self._rows().get("users", []))

    @property
    def are_a_copy(self) -> bool:
        """Whether the users come from another node."""
        return bool(self._rows().get("are_a_copy"))

    def reload(self) -> None:
        """Let the running broker read its users anew; nothing if none is running."""
        for program in PROGRAMS.values():
            pid = self._running_pid(program)
            if pid is not None:
                os.kill(pid, signal.SIGHUP)

    def _rows(self) -> dict[str, Any]:
        try:
            rows: dict[str, Any] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        return rows

    def _running_pid(self, program: BrokerProgram) -> int | None:
        """Return the server's process id, unless the file is left over and the number means another program now."""
        try:
            pid = int((self._directory / program.pid_file).read_text())
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid if name == program.name else None

    def _write(self, users: list[BrokerUser], *, are_a_copy: bool | None = None) -> None:
        kept = {"are_a_copy": self.are_a_copy if are_a_copy is None else are_a_copy}
        rows = {"users": [asdict(user) for user in users], **kept}
        replace_private_file(self._path, json.dumps(rows, indent=1).encode())
        for program in PROGRAMS.values():
            for name, text in program.user_files(users).items():
                replace_private_file(self._directory / name, text.encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._directory / "users.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def read_users(rows: Iterable[dict[str, Any]]) -> list[BrokerUser]:
    """Return users from their rows; raises IdError, ValueError or TypeError for a row that is none."""
    return [BrokerUser(**{**row, "role": Role(row["role"])}) for row in rows]
