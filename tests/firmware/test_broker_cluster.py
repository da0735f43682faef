"""Three nats-servers as one broker: the node that leads is killed, and nothing that was acknowledged is lost."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from device.adapters.mqtt_hub_link import MqttHubLink
from device.domain.identity import BrokerAccess
from device.ports.hub import LinkPayload
from hub.adapters.mqtt_link import MqttLink, MqttSignIn
from hub.adapters.system_randomness import SystemRandomness
from hub.broker.errors import BrokerUserError
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials
from shared.ids import SourceId, TenantId
from shared.sync import batch
from shared.wire import topics
from shared.wire.messages import make
from tests.fakes import FakeRandomness
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import signed_in
from tests.free_ports import free_port

TENANT, HUB, TILL, OTHER = TenantId("demo"), SourceId("hub-dock"), SourceId("till-a"), SourceId("till-b")
PATIENCE_S = 100
NODES = 3
_LEADS = re.compile(r"\] (\S+ \S+) \[INF\] JetStream cluster new stream leader for '\$G > \$MQTT_msgs'")


def broker_command(node: BrokerProcess, *words: str, said: str = "") -> str:
    """Run a command of the broker on a node's directory, as a person does; return what it prints."""
    command = [sys.executable, "-c", "from hub.broker.cli import app; app()", *words]
    done = subprocess.run(
        [*command, "--data-dir", str(node.directory)], input=said, capture_output=True, text=True, timeout=60,
        check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[BrokerProcess]]:
    meeting = [free_port() for _ in range(NODES)]
    cluster = ",".join(f"127.0.0.1:{port}" for port in meeting)
    nodes = [
        BrokerProcess(
            tmp_path / f"node-{number}",
            settings={"TLS": "on", "NODE": f"node-{number}", "CLUSTER": cluster, "CLUSTER_PORT": str(port)},
        )
        for number, port in enumerate(meeting)
    ]
    broker_command(nodes[0], "write-config")
    bundle = broker_command(nodes[0], "export-node", "127.0.0.1")
    for node in nodes[1:]:
        broker_command(node, "import", said=bundle)
    try:
        for node in nodes:
            node.spawn()
        for node in nodes:
            node.await_ready()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


class Hub:
    """The hub's end: keeps what each device says, then acknowledges to the till how far it has its numbers."""

    def __init__(self, sign_in: MqttSignIn) -> None:
        self.link = MqttLink(sign_in, tenant=TENANT, hub=HUB, randomness=SystemRandomness())
        self.kept: dict[str, set[bytes]] = {TILL: set(), OTHER: set()}

    async def take(self, messages: Sequence[tuple[str, bytes]]) -> None:
        for topic, payload in messages:
            _, _, source, channel = topics.split_topic(topic)
            if channel == topics.ENTRIES:
                self.kept[source].add(payload)
        await self.link.answer(TILL, make("ack", epoch="e", receiver_seq=len(self.kept[TILL]), onward_seq=0))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.link.run(self.take))
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not self.link.connected:
                    await asyncio.sleep(0.05)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Till:
    """The till's end: says a number until the hub has acknowledged it, as the sync protocol does."""

    def __init__(self, access: BrokerAccess) -> None:
        self.link = MqttHubLink(
            access=access, tenant=TENANT, hub=HUB, device=TILL, software="0", randomness=FakeRandomness()
        )
        self.acked = 0

    async def sell(self, until: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.acked < until:
                self.link.send(b"%d" % (self.acked + 1))
                await self._hear(within_s=2)

    async def _hear(self, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                event = await self.link.next_event()
        except TimeoutError:
            return
        if isinstance(event, LinkPayload):
            self.acked = max(self.acked, int(str(batch.unpack(event.payload).message["receiver_seq"])))


def leader_of(nodes: list[BrokerProcess]) -> BrokerProcess:
    """Return the node that leads the stream of messages, by the last one that said so in its log."""
    said = []
    for node in nodes:
        said += [(when, node.port) for when in _LEADS.findall((node.directory / "nats.log").read_text())]
    port = max(said)[1]
    return next(node for node in nodes if node.port == port)


async def test_a_till_goes_on_and_nothing_acknowledged_is_lost_when_the_leader_is_killed(
    nodes: list[BrokerProcess],
) -> None:
    users = BrokerUsersFile(nodes[0].directory)
    till_known, other_known = (users.add(name, "till", TENANT, HUB, name) for name in (TILL, OTHER))
    fresh = broker_command(nodes[0], "export-users")
    for node in nodes[1:]:
        broker_command(node, "import", said=fresh)
    leader = leader_of(nodes)
    follower = next(node for node in nodes if node is not leader)
    order = [leader, follower, *(node for node in nodes if node not in (leader, follower))]
    hub, till = Hub(hub_sign_in(nodes[0], order)), Till(till_access(nodes[0], order, till_known))
    running = asyncio.create_task(till.link.run())
    try:
        async with hub.running():
            await till.sell(20)
        async with signed_in(follower.port, other_known, authority=nodes[0].authority()) as other:
            for number in range(30):  # the hub is away, and the cluster answers for it
                await other.publish(topics.topic(TENANT, HUB, OTHER, topics.ENTRIES), b"%d" % number, qos=1)
        os.kill(leader.program_pid(), signal.SIGKILL)
        async with hub.running():
            await till.sell(40)
            async with asyncio.timeout(PATIENCE_S):
                while len(hub.kept[OTHER]) < 30:
                    await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert {b"%d" % number for number in range(1, till.acked + 1)} <= hub.kept[TILL]
    assert {b"%d" % number for number in range(30)} == hub.kept[OTHER]


def hub_sign_in(known: BrokerProcess, order: list[BrokerProcess]) -> MqttSignIn:
    hub = known.hub()
    return MqttSignIn(
        hosts=tuple(("127.0.0.1", node.port) for node in order), username=hub.username, password=hub.password,
        client_id=hub.client_id, tls=True, authority=known.authority(),
    )  # fmt: skip


def till_access(known: BrokerProcess, order: list[BrokerProcess], till: BrokerCredentials) -> BrokerAccess:
    return BrokerAccess(
        host="127.0.0.1", port=order[0].port, hosts=tuple(f"127.0.0.1:{node.port}" for node in order),
        username=till.username, password=till.password, client_id=till.client_id, tls=True,
        authority=known.authority(),
    )  # fmt: skip


def test_a_node_that_is_a_copy_adds_nobody_and_the_hubs_own_node_imports_nothing(tmp_path: Path) -> None:
    first, second = BrokerProcess(tmp_path / "first"), BrokerProcess(tmp_path / "second")
    broker_command(first, "write-config")
    broker_command(second, "import", said=broker_command(first, "export-users"))
    with pytest.raises(BrokerUserError, match="hub's node"):
        second.add(TILL, "till")
    for node, words, said, told in (
        (first, ["import"], broker_command(first, "export-users"), "users of its own"),
        (second, ["import"], "{}", "no bundle"),
        (second, ["export-users"], "", "a copy"),
    ):
        with pytest.raises(AssertionError, match=told):
            broker_command(node, *words, said=said)
    assert {user.username for user in BrokerUsersFile(second.directory).all()} == {HUB}
