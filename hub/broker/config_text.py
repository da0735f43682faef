"""The configuration of nats-server, as text. Pure.

The server's own file holds what a start decides (addresses, limits) and includes a second one with the users, so that
enrolling a device rewrites only the users and a reload (SIGHUP) takes them over without dropping anybody. A broker of
another make is another module beside this one: `users.permissions_of` says what it must hold to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from hub.broker.users import BrokerUser, Role, permissions_of

STREAM = "$MQTT_msgs"  # where nats-server keeps published messages until every subscriber has them
STREAM_INFO = f"$JS.API.STREAM.INFO.{STREAM}"
STREAM_UPDATE = f"$JS.API.STREAM.UPDATE.{STREAM}"
INBOX = "_INBOX.steward"
USERS_FILE = "users.conf"
_LOG_BYTES = 1024 * 1024
_MEMORY_STORE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """What a start of the server decides; sizes in bytes."""

    data_dir: str
    bind: str
    port: int
    store_bytes: int = 256 * 1024 * 1024
    payload_bytes: int = 1024 * 1024
    connections: int = 1024

    @property
    def stream_bytes(self) -> int:
        """The messages' share of the store: a full store would refuse every CONNECT, the hub's too."""
        return self.store_bytes * 3 // 4


def server_text(options: ServerOptions) -> str:
    """Return `nats.conf`: MQTT where asked, the native port on loopback only, JetStream on disk.

    The native port cannot be turned off; it is a random one, and the users' file lets only the steward in.
    """
    folder = options.data_dir
    return f"""\
server_name: "stallholder"
host: "127.0.0.1"
port: -1
ports_file_dir: {_quote(folder)}
pid_file: {_quote(folder + "/nats.pid")}
log_file: {_quote(folder + "/nats.log")}
logfile_size_limit: {_LOG_BYTES}
logfile_max_num: 2
max_payload: {options.payload_bytes}
max_connections: {options.connections}
jetstream {{
  store_dir: {_quote(folder)}
  max_memory_store: {_MEMORY_STORE_BYTES}
  max_file_store: {options.store_bytes}
}}
mqtt {{
  host: {_quote(options.bind)}
  port: {options.port}
  ack_wait: "30s"
  max_ack_pending: 100
}}
include {USERS_FILE}
"""


def users_text(users: Iterable[BrokerUser]) -> str:
    """Return `users.conf`: each user with a hashed password and its own subjects; nobody anonymous."""
    blocks = [_user_block(user) for user in sorted(users, key=lambda user: user.username)]
    return "authorization {\n  timeout: 5\n  users: [\n" + "\n".join(blocks) + "\n  ]\n}\n"


def _user_block(user: BrokerUser) -> str:
    allowed = permissions_of(user)
    publish = [subject for topic in allowed.publish for subject in _subjects(topic)]
    subscribe = [subject for topic in allowed.subscribe for subject in _subjects(topic)]
    connections = ["MQTT"]
    if user.role is Role.STEWARD:
        publish, subscribe = [STREAM_INFO, STREAM_UPDATE], [INBOX]
        connections = ["STANDARD", "MQTT"]
    return (
        f"    {{ user: {_quote(user.username)}, password: {_quote(user.password_hash)},\n"
        f"      allowed_connection_types: {json.dumps(connections)},\n"
        f"      permissions: {{ publish: {{ allow: {json.dumps(publish)} }}, "
        f"subscribe: {{ allow: {json.dumps(subscribe)} }} }} }}"
    )


def _subjects(topic: str) -> list[str]:
    """Return the NATS subjects of an MQTT filter; `a/#` also means `a` itself, which NATS wants said."""
    if topic.endswith("/#"):
        parent = topic.removesuffix("/#")
        return [*_subjects(parent), *(subject + ".>" for subject in _subjects(parent))]
    return [topic.replace("+", "*").replace("/", ".")]


def _quote(text: str) -> str:
    return json.dumps(text)
