"""The configuration of nats-server, as text. Pure.

The server's own file holds what a start decides (addresses, limits) and includes a second one with the users, so that
enrolling a device rewrites only the users and a reload (SIGHUP) takes them over without dropping anybody.
"""

import json
from collections.abc import Iterable

from hub.broker.program import Cluster, Start, TlsFiles
from hub.broker.users import BrokerUser, Role, permissions_of

STREAM = "$MQTT_msgs"  # where nats-server keeps published messages until every subscriber has them
STREAM_INFO = f"$JS.API.STREAM.INFO.{STREAM}"
STREAM_UPDATE = f"$JS.API.STREAM.UPDATE.{STREAM}"
_LOG_BYTES = 1024 * 1024
_CONSUMERS_A_CONNECTION = 4
"""Each filter that a device listens on is a consumer here; by itself the server takes 1,000, which are 500 tills."""
_MEMORY_STORE_BYTES = 16 * 1024 * 1024
_HANDSHAKE_TIMEOUT_S = 10  # a board's handshake takes seconds
_ROUTE_USER = "route"
REPLICAS = 3


def inbox_of(client_id: str) -> str:
    """Return where the steward of that client id hears answers; in a cluster each node has one of its own."""
    return f"_INBOX.{client_id}"


def stream_bytes(start: Start) -> int:
    """Return the messages' share of the store: a full store would refuse every CONNECT, the hub's too."""
    return start.store_bytes * 3 // 4


def server_text(start: Start) -> str:
    """Return `nats.conf`: MQTT where asked, the native port on loopback only, JetStream on disk.

    The native port cannot be turned off; it is a random one, and the users' file lets only the steward in.
    """
    folder, cluster = str(start.directory), start.cluster
    return f"""\
server_name: {_quote(cluster.node if cluster else "stallholder")}
host: "127.0.0.1"
port: -1
ports_file_dir: {_quote(folder)}
pid_file: {_quote(folder + "/nats.pid")}
log_file: {_quote(folder + "/nats.log")}
logfile_size_limit: {_LOG_BYTES}
logfile_max_num: 2
max_payload: {start.payload_bytes}
max_connections: {start.connections}
jetstream {{
  store_dir: {_quote(folder)}
  max_memory_store: {_MEMORY_STORE_BYTES}
  max_file_store: {start.store_bytes}
  limits {{ default_max_consumers: {_CONSUMERS_A_CONNECTION * start.connections} }}
}}
mqtt {{
  host: {_quote(start.bind)}
  port: {start.port}
  ack_wait: "30s"
  max_ack_pending: 100
{_replicas_text(cluster)}{_tls_text(start.tls)}}}
{_cluster_text(cluster)}include users.conf
"""


def _replicas_text(cluster: Cluster | None) -> str:
    """Keep sessions, messages and what each session has not heard yet on several nodes; one may be lost."""
    if cluster is None:
        return ""
    return f"  stream_replicas: {REPLICAS}\n"


def _tls_text(files: TlsFiles | None, *, both_sides: bool = False) -> str:
    if files is None:
        return ""
    verify = f"    ca_file: {_quote(str(files.authority))}\n    verify: true\n" if both_sides else ""
    return (
        f"  tls {{\n    cert_file: {_quote(str(files.certificate))}\n    key_file: {_quote(str(files.key))}\n"
        f'{verify}    min_version: "1.2"\n    timeout: {_HANDSHAKE_TIMEOUT_S}\n  }}\n'
    )


def _cluster_text(cluster: Cluster | None) -> str:
    """Return where the nodes meet: each shows the others a certificate of the same authority, and the password."""
    if cluster is None:
        return ""
    sign_in = f"{_ROUTE_USER}:{cluster.password}"
    routes = json.dumps([f"nats://{sign_in}@{address}" for address in cluster.routes])
    return f"""\
cluster {{
  name: {_quote(cluster.name)}
  host: {_quote(cluster.bind)}
  port: {cluster.port}
  authorization {{ user: {_ROUTE_USER}, password: {_quote(cluster.password)}, timeout: {_HANDSHAKE_TIMEOUT_S} }}
  routes: {routes}
  no_advertise: true
{_tls_text(cluster.tls, both_sides=True)}}}
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
        publish, subscribe = [STREAM_INFO, STREAM_UPDATE], [inbox_of(user.client_id)]
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
