"""Prepares a broker's directory for a start: its configuration, keys, and the hub's own sign-in."""

import json
import logging
import secrets
import socket
from dataclasses import asdict
from pathlib import Path

from hub.broker.config import Config, is_loopback
from hub.broker.program import Cluster, Start, TlsFiles
from hub.broker.programs import PROGRAMS
from hub.broker.tls_files import ready_files
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerUser, Role
from shared.host.private_file import replace_private_file
from shared.host.system_clock import SystemClock

_LOG = logging.getLogger(__name__)
_HERE = ("localhost", "127.0.0.1", "::1")
_WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104  # compared, not bound
_ROUTE_PASSWORD_FILE = "cluster.secret"  # noqa: S105  # the file's name


def set_up(config: Config) -> Start:
    """Write everything that a start needs and return what it decides; raises BrokerError."""
    directory = config.data_dir.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = PROGRAMS[config.program]
    tls = _tls(config, directory)
    start = Start(
        directory=directory, bind=config.bind, port=config.port, plain_port=config.plain_port,
        store_bytes=config.store_bytes, tls=tls if config.uses_tls else None, cluster=_cluster(config, directory, tls) if tls else None,
    )  # fmt: skip
    for name, text in program.config(start).items():
        replace_private_file(directory / name, text.encode())
    _keep_hub_credentials(config, start)
    _tell_who_cannot_sign_in(config, directory)
    if not config.uses_tls and not is_loopback(config.bind):
        _LOG.warning("TLS is off: whoever is in this network can read passwords and sales, and change them")
    return start


def reachable(bind: str) -> str:
    """Return the address under which this machine itself reaches a listener."""
    return "127.0.0.1" if bind in _WILDCARDS else bind


def hosts_of(config: Config) -> list[str]:
    """Return the names and addresses that the broker's certificate is made for, the most public one first."""
    own = [] if config.bind in _WILDCARDS else [config.bind]
    machine = socket.gethostname().lower()
    guessed = [] if config.public_hosts or own else [machine, f"{machine}.local"]
    return list(dict.fromkeys((*config.public_hosts, *own, *guessed, *_HERE)))


def route_password(directory: Path) -> str:
    """Return the password with which the nodes of a cluster meet, a new one if there is none."""
    path = directory / _ROUTE_PASSWORD_FILE
    if not path.exists():
        replace_private_file(path, secrets.token_urlsafe(24).encode())
    return path.read_text(encoding="ascii")


def keep_route_password(directory: Path, password: str) -> None:
    """Keep the password that the hub's node gave."""
    replace_private_file(directory / _ROUTE_PASSWORD_FILE, password.encode())


def _tls(config: Config, directory: Path) -> TlsFiles | None:
    if not config.uses_tls and not config.cluster:
        return None
    return ready_files(directory, hosts_of(config), config.hub, SystemClock().now())


def _cluster(config: Config, directory: Path, tls: TlsFiles) -> Cluster | None:
    if not config.cluster:
        return None
    return Cluster(
        name=f"{config.tenant}-{config.hub}", node=config.node, bind=config.bind, port=config.cluster_port,
        routes=config.cluster, password=route_password(directory), tls=tls,
    )  # fmt: skip


def _can_sign_in(user: BrokerUser, config: Config) -> bool:
    """Say whether there is a hash of the password that this broker can check."""
    return bool(user.password_pbkdf2) or config.program != "mosquitto"


def _tell_who_cannot_sign_in(config: Config, directory: Path) -> None:
    shut_out = [user.username for user in BrokerUsersFile(directory).all() if not _can_sign_in(user, config)]
    if shut_out:
        _LOG.warning("enrolled before mosquitto was known here, enrol again: %s", ", ".join(shut_out))


def _keep_hub_credentials(config: Config, start: Start) -> None:
    """Make the hub's own sign-in at the first start, and keep its address true at every later one.

    A node whose users are a copy has none: the hub signs in with what its own node made.
    """
    users = BrokerUsersFile(start.directory)
    if users.are_a_copy:
        return
    path = start.directory / "hub-credentials.json"
    kept: dict[str, object] = json.loads(path.read_bytes()) if path.exists() else {}
    known = {(user.username, user.tenant, user.hub) for user in users.all() if _can_sign_in(user, config)}
    if (kept.get("username"), config.tenant, config.hub) not in known:
        made = users.add(config.hub, Role.HUB, config.tenant, config.hub, config.hub)
        kept = {**asdict(made), "tenant": config.tenant, "hub": config.hub}
    address = {
        "host": reachable(config.bind), "port": config.port, "tls": start.tls is not None,
        "authority": start.tls.authority.read_text() if start.tls else "",
        # In a cluster each node vouches for itself alone.
        "vouched_hosts": hosts_of(config) if start.tls and not start.cluster else [],
    }  # fmt: skip
    replace_private_file(path, json.dumps({**kept, **address}, indent=1).encode())
