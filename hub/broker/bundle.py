"""What travels from the hub's node of a cluster to the others: the users, and at the beginning keys as well.

One JSON text, for a pipe over ssh. A bundle with users holds only hashes; one that makes a node holds that node's key
and must be read by nobody else.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hub.broker.authority import issue
from hub.broker.config import Config
from hub.broker.errors import BrokerSetUpError
from hub.broker.set_up import keep_route_password, route_password
from hub.broker.tls_files import keep_given, read_or_make_authority
from hub.broker.user_file import BrokerUsersFile, read_users
from hub.broker.users import Role
from shared.authority import Pair
from shared.host.system_clock import SystemClock

_KIND = "stallholder-broker-bundle"
_VERSION = 1
_HERE = ("localhost", "127.0.0.1", "::1")


def export_users(config: Config) -> str:
    """Return all users but the steward, whom each node makes for itself; raises BrokerSetUpError on another node."""
    users = BrokerUsersFile(config.data_dir)
    if users.are_a_copy:
        raise BrokerSetUpError("this node's users are a copy: export them on the hub's node")
    rows = [asdict(user) for user in users.all() if user.role is not Role.STEWARD]
    return json.dumps({"kind": _KIND, "version": _VERSION, "users": rows})


def export_node(config: Config, hosts: Sequence[str]) -> str:
    """Return what a new node needs that devices and nodes reach under `hosts`; raises BrokerSetUpError."""
    now = SystemClock().now()
    authority = read_or_make_authority(config.data_dir, config.hub, now)
    made = issue(authority, [*hosts, *_HERE], now)
    keys = {
        "authority": authority.certificate.decode(), "certificate": made.certificate.decode(),
        "key": made.key.decode(), "cluster_password": route_password(config.data_dir),
    }  # fmt: skip
    return json.dumps({**json.loads(export_users(config)), "keys": keys})


def import_bundle(config: Config, text: str) -> int:
    """Take over a bundle; a running broker reads its users anew. Returns how many there are.

    Raises:
        BrokerSetUpError: the text is no bundle, or this is the hub's own node.
    """
    users = BrokerUsersFile(config.data_dir)
    if users.all() and not users.are_a_copy:
        raise BrokerSetUpError(
            f"{config.data_dir} has users of its own: import into a node's new directory, not into the hub's"
        )
    rows, keys = _read(text)
    try:
        known = read_users(rows)
        if keys:
            shown = Pair(certificate=keys["certificate"].encode(), key=keys["key"].encode())
            keep_given(config.data_dir, keys["authority"].encode(), shown)
            keep_route_password(config.data_dir, keys["cluster_password"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokerSetUpError(f"the bundle is not whole ({error!r}): export it again") from error
    users.replace_by_copy(known)
    return len(known)


def _read(text: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    try:
        bundle = json.loads(text)
        known = (bundle["kind"], bundle["version"]) == (_KIND, _VERSION)
        rows, keys = bundle["users"], bundle.get("keys", {})
    except (ValueError, TypeError, KeyError) as error:
        raise BrokerSetUpError(f"this is no bundle of a broker ({error!r}): export it again") from error
    if not known:
        raise BrokerSetUpError("this bundle is of another kind or version: run the same version on all nodes")
    return rows, keys
