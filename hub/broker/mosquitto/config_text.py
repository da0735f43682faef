"""The configuration of mosquitto 2, as text. Pure.

`mosquitto.conf` holds what a start decides; the password and the ACL file hold the users, and a reload (SIGHUP) takes
those two over without dropping anybody. mosquitto's own defaults lose everything at a kill: the settings here make it
write its store whenever something changed, before it turns to the next packets.
"""

from collections.abc import Iterable
from pathlib import Path

from hub.broker.program import Start, TlsFiles
from hub.broker.users import BrokerUser, permissions_of

PASSWORD_FILE = "mosquitto.passwd"  # noqa: S105  # the file's name
ACL_FILE = "mosquitto.acl"
STORE_DIRECTORY = "mosquitto-store"
_QUEUED_MESSAGES = 1000
_QUEUED_BYTES = 32 * 1024 * 1024  # for each device that is away; the whole store is written at each change


def config_text(start: Start, run_as: str) -> str:
    """Return `mosquitto.conf`: nobody anonymous, everything bounded, and what was acknowledged on disk.

    Args:
        start: where it listens and keeps its files.
        run_as: the user whose files they are; only a mosquitto that root starts changes to it.

    Raises:
        ValueError: a path has a line break.
    """
    folder = start.directory
    return f"""\
per_listener_settings false
user {run_as}
allow_anonymous false
password_file {_line(folder / PASSWORD_FILE)}
acl_file {_line(folder / ACL_FILE)}
allow_zero_length_clientid false
persistence true
persistence_location {_line(folder / STORE_DIRECTORY)}/
autosave_on_changes true
autosave_interval 1
persistent_client_expiration 60d
set_tcp_nodelay true
max_packet_size {start.payload_bytes + 1024}
max_inflight_messages 100
max_queued_messages {_QUEUED_MESSAGES}
max_queued_bytes {_QUEUED_BYTES}
memory_limit {start.store_bytes}
queue_qos0_messages false
sys_interval 0
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
{_listeners(start)}"""


def password_text(users: Iterable[BrokerUser]) -> str:
    """Return the password file: a line for each user who has a hash that mosquitto can check."""
    return "".join(
        f"{user.username}:{user.password_pbkdf2}\n" for user in _sorted(users) if user.password_pbkdf2
    )


def acl_text(users: Iterable[BrokerUser]) -> str:
    """Return the ACL file: each user with its own topics and no others."""
    return "\n".join(_acl_of(user) for user in _sorted(users))


def _acl_of(user: BrokerUser) -> str:
    allowed = permissions_of(user)
    publish = "".join(f"topic write {topic}\n" for topic in allowed.publish)
    subscribe = "".join(f"topic read {topic}\n" for topic in allowed.subscribe)
    return f"user {user.username}\n{publish}{subscribe}"


def _listeners(start: Start) -> str:
    listeners = _listener(start, start.port, start.bind, start.tls)
    if start.plain_port:
        listeners += _listener(start, start.plain_port, "127.0.0.1", None)
    return listeners


def _listener(start: Start, port: int, bind: str, tls: TlsFiles | None) -> str:
    text = f"listener {port} {_line(bind)}\nmax_connections {start.connections}\n"
    # Whoever comes under another's client id would take over that session; so the user's name is the id.
    text += "use_username_as_clientid true\n"
    if tls is not None:
        text += (
            f"certfile {_line(tls.certificate)}\nkeyfile {_line(tls.key)}\ntls_version tlsv1.2\n"  # and newer
        )
    return text


def _sorted(users: Iterable[BrokerUser]) -> list[BrokerUser]:
    return sorted(users, key=lambda user: user.username)


def _line(value: Path | str) -> str:
    text = str(value)
    if not text.isprintable():
        raise ValueError(f"{text!r} cannot stand in mosquitto.conf: choose a name without line breaks")
    return text
