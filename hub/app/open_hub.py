"""The hub's stores and credentials, opened together and closed together."""

import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator

from hub.adapters.broker_user_file import BrokerUserFile
from hub.adapters.cloud_client import HttpxCloudLink
from hub.adapters.identity_file import read_identity
from hub.adapters.mqtt_link import MqttSignIn
from hub.adapters.sqlite.store import SqliteStore
from hub.adapters.system_randomness import SystemRandomness
from hub.adapters.witness_file import WitnessFile
from hub.config import Config
from hub.domain.compartment import read_bank
from hub.domain.errors import (
    BrokerNotSetUpError,
)
from hub.domain.identity import HubIdentity
from hub.services.desk import House
from shared.host.pinned_tls import pinned_context
from shared.host.system_clock import SystemClock

log = logging.getLogger(__name__)


@contextlib.contextmanager
def opened(config: Config) -> Iterator[tuple[House, SqliteStore]]:
    """The hub's house and its store. Raises HubError: no identity, no such bank, or a database that cannot be opened."""
    bank = read_bank(" ".join(config.boards))
    identity = read_identity(config.data_dir)
    store = SqliteStore.open(config.data_dir / "hub.sqlite")
    try:
        yield (
            House(
                identity=identity,
                bank=bank,
                store=store,
                clock=SystemClock(),
                randomness=SystemRandomness(),
                witness=WitnessFile(config.data_dir / "hub.witness"),
            ),
            store,
        )
    finally:
        store.close()


@contextlib.asynccontextmanager
async def cloud_link(identity: HubIdentity) -> AsyncIterator[HttpxCloudLink]:
    """The way to the cloud, closed at the end."""
    cloud = HttpxCloudLink(identity)
    try:
        yield cloud
    finally:
        await cloud.close()


def broker_users(config: Config, identity: HubIdentity) -> BrokerUserFile:
    """The broker's users, which enrolling and revoking change."""
    return BrokerUserFile(
        config.broker_dir, tenant=identity.tenant, hub=identity.hub, hosts=config.public_brokers,
    )  # fmt: skip


def broker_sign_in(config: Config) -> MqttSignIn:
    """What the broker left for its hub. Raises BrokerNotSetUpError."""
    path = config.broker_dir / "hub-credentials.json"
    try:
        fields = json.loads(path.read_bytes())
        tls = bool(fields.get("tls"))
        vouched = fields.get("vouched_hosts")
        strange = [host for host, _ in config.public_brokers if vouched and host not in vouched]
        if strange:
            log.error(
                "The broker's certificate is not made for %s: devices will not believe it there. Set "
                "STALLHOLDER_BROKER_PUBLIC_HOSTS to it and start the broker again.", ", ".join(strange),
            )  # fmt: skip
        if tls:
            pinned_context(str(fields["authority"]))  # what cannot be believed is told now, not at each try
        return MqttSignIn(
            hosts=config.brokers, username=str(fields["username"]), password=str(fields["password"]),
            client_id=str(fields["client_id"]), tls=tls, authority=str(fields.get("authority", "")),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokerNotSetUpError(str(path), str(error)) from error
