"""mosquitto, the broker that many know: a single node."""

import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub.broker.errors import BrokerMissingError, BrokerSetUpError
from hub.broker.mosquitto.config_text import (
    ACL_FILE,
    PASSWORD_FILE,
    STORE_DIRECTORY,
    acl_text,
    config_text,
    password_text,
)
from hub.broker.program import Start
from hub.broker.users import BrokerCredentials, BrokerUser
from shared.host.private_file import replace_private_file

_CONFIG_FILE = "mosquitto.conf"
_MORE_PLACES = ("/usr/sbin", "/usr/local/sbin")  # Debian installs it where only root's PATH looks
_REMEDY = "sudo apt-get install mosquitto, then sudo systemctl disable --now mosquitto (Debian starts one of its own)"
_VERSION_TIMEOUT_S = 30.0


class Mosquitto:
    """The `BrokerProgram` over mosquitto 2."""

    name = "mosquitto"
    pid_file = "mosquitto.pid"

    def find(self) -> Path:
        """Return the mosquitto on PATH or in Debian's place; raises BrokerMissingError if none of version 2 is there."""
        found = shutil.which(self.name, path=os.pathsep.join((os.environ.get("PATH", ""), *_MORE_PLACES)))
        if found is None:
            raise BrokerMissingError(self.name, _REMEDY)
        # `-h` ends with status 3 and says the version first.
        said = subprocess.run(
            [found, "-h"], capture_output=True, text=True, check=False, timeout=_VERSION_TIMEOUT_S
        )
        version = re.search(r"version (\d+)\.", said.stdout + said.stderr)
        if version is None or int(version[1]) < 2:
            raise BrokerMissingError(
                self.name, "version 2 or newer is needed, Debian 12 has it", "is too old here"
            )
        return Path(found)

    def config(self, start: Start) -> Mapping[str, str]:
        """Return `mosquitto.conf`; several mosquittos cannot be one broker."""
        if start.cluster is not None:
            raise BrokerSetUpError(
                "mosquitto has no cluster: leave cluster out, or choose program = nats-server"
            )
        try:
            return {_CONFIG_FILE: config_text(start, pwd.getpwuid(os.getuid()).pw_name)}
        except ValueError as error:
            raise BrokerSetUpError(str(error)) from error

    def user_files(self, users: Iterable[BrokerUser]) -> Mapping[str, str]:
        """Return the password and the ACL file."""
        kept = list(users)
        return {PASSWORD_FILE: password_text(kept), ACL_FILE: acl_text(kept)}

    def arguments(self, start: Start) -> Sequence[str | Path]:
        """Return its command line, once its store has a place; a process id left over from a kill is forgotten."""
        (start.directory / STORE_DIRECTORY).mkdir(mode=0o700, exist_ok=True)
        (start.directory / self.pid_file).unlink(missing_ok=True)
        return ["-c", start.directory / _CONFIG_FILE]

    def settle(self, start: Start, pid: int, steward: BrokerCredentials) -> None:  # noqa: ARG002  # the seam's
        """Write down that it may be sent SIGHUP from now on, and send one: somebody may have been added meanwhile."""
        replace_private_file(start.directory / self.pid_file, f"{pid}\n".encode())
        os.kill(pid, signal.SIGHUP)
