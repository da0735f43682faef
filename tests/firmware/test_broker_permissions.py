"""Who may say and hear what at the real broker, asked by clients that are not ours."""

import asyncio
import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiomqtt
import pytest

from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import signed_in

_PREFIX = "stallholder/v1/demo/hub-dock"
_TIMEOUT_S = 30


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    process = BrokerProcess(tmp_path_factory.mktemp("broker"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def tills(broker: BrokerProcess) -> dict[str, BrokerCredentials]:
    return {name: broker.add(name, "till") for name in ("till-a", "till-b")}


def mosquitto_sub(broker: BrokerProcess, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [
        "mosquitto_sub",
        "-h",
        "127.0.0.1",
        "-p",
        str(broker.port),
        "-V",
        "mqttv311",
        "-W",
        "2",
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)


def sign_in_options(who: BrokerCredentials) -> list[str]:
    return ["-u", who.username, "-P", who.password, "-i", who.client_id]


async def heard_by_the_hub(broker: BrokerProcess, till: BrokerCredentials, topic: str) -> list[str]:
    """Let a till publish on a topic and then on its own; return the topics that the hub hears."""
    own = f"{_PREFIX}/{till.username}/entries"
    async with signed_in(broker.port, broker.hub()) as hub:
        await hub.subscribe(f"{_PREFIX}/#", qos=1)
        async with signed_in(broker.port, till) as client:
            await client.publish(topic, b"forged", qos=1)
            await client.publish(own, b"own", qos=1)
        heard = []
        async with asyncio.timeout(_TIMEOUT_S):
            async for message in hub.messages:
                heard.append(str(message.topic))
                if heard[-1] == own:
                    break
        return heard


def test_nobody_gets_in_without_a_password(broker: BrokerProcess) -> None:
    for options in (
        [],
        ["-u", "hub-dock"],
        ["-u", "hub-dock", "-P", "hub-dock"],
        ["-u", "steward", "-P", ""],
    ):
        refused = mosquitto_sub(broker, "-t", "#", *options)
        assert refused.returncode != 0
        assert "refused" in (refused.stderr + refused.stdout).lower()


async def test_a_foreign_client_with_a_tills_sign_in_hears_that_tills_answers(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials]
) -> None:
    topic = f"{_PREFIX}/till-a/ack"
    till = tills["till-a"]
    asked = asyncio.create_task(
        asyncio.to_thread(
            mosquitto_sub, broker, "-t", topic, "-q", "1", "-C", "1", "-W", "20", *sign_in_options(till)
        )
    )
    async with signed_in(broker.port, broker.hub()) as hub:
        while not asked.done():
            await hub.publish(topic, b"seen", qos=1)
            await asyncio.sleep(0.05)
    assert (await asked).stdout.splitlines() == ["seen"]


@pytest.mark.parametrize(
    "wanted",
    [
        f"{_PREFIX}/till-b/ack",
        f"{_PREFIX}/till-a/entries",
        f"{_PREFIX}/+/ack",
        f"{_PREFIX}/#",
        "#",
        "$MQTT/sub/#",
        "$JS/#",
    ],
)
async def test_a_till_cannot_subscribe_beyond_its_own_topics(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials], wanted: str
) -> None:
    async with signed_in(broker.port, tills["till-a"]) as client:
        granted = await client.subscribe(wanted, qos=1)
    assert [getattr(code, "value", code) for code in granted] == [0x80]


@pytest.mark.parametrize(
    "channel", ["till-b/entries", "till-a/ack", "till-a/cmd", "hub-dock/state", "board-1/cmd"]
)
async def test_what_a_till_publishes_beyond_its_own_topics_reaches_nobody(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials], channel: str
) -> None:
    heard = await heard_by_the_hub(broker, tills["till-a"], f"{_PREFIX}/{channel}")
    assert heard == [f"{_PREFIX}/till-a/entries"]


async def test_a_device_enrolled_while_the_broker_runs_gets_in_and_drops_nobody(
    broker: BrokerProcess,
) -> None:
    async with signed_in(broker.port, broker.hub()) as hub:
        await hub.subscribe(f"{_PREFIX}/till-new/entries", qos=1)
        async with signed_in(broker.port, broker.add("till-new", "till")) as till:
            await till.publish(f"{_PREFIX}/till-new/entries", b"hello", qos=1)
        async with asyncio.timeout(_TIMEOUT_S):
            message = await anext(aiter(hub.messages))
    assert message.payload == b"hello"


async def test_an_enrolment_made_anew_ends_the_old_password(broker: BrokerProcess) -> None:
    old = broker.add("till-again", "till")
    async with signed_in(broker.port, broker.add("till-again", "till")):
        pass
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(
            "127.0.0.1", broker.port, username=old.username, password=old.password, identifier=old.client_id
        ):
            pass


@pytest.mark.parametrize("who", ["till-a", "hub-dock"])
def test_a_device_is_refused_on_the_brokers_native_port(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials], who: str
) -> None:
    known = tills.get(who) or broker.hub()
    (ports,) = broker.directory.glob("nats-server_*.ports")
    port = int(json.loads(ports.read_text())["nats"][0].rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as connection:
        hello = {"verbose": True, "user": known.username, "pass": known.password}
        connection.sendall(b"CONNECT " + json.dumps(hello).encode() + b"\r\nSUB > 1\r\nPING\r\n")
        answer = b""
        while received := connection.recv(4096):
            answer += received
    assert b"Authorization Violation" in answer
    assert b"+OK" not in answer


def test_the_brokers_files_are_for_its_owner_alone_and_hold_no_password(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials]
) -> None:
    assert broker.directory.stat().st_mode & 0o777 == 0o700
    for name in ("nats.conf", "users.json", "users.conf", "hub-credentials.json"):
        assert (broker.directory / name).stat().st_mode & 0o777 == 0o600, name
    text = (broker.directory / "users.json").read_text() + (broker.directory / "users.conf").read_text()
    assert not any(till.password in text for till in tills.values())


async def test_a_full_store_lets_the_hub_in_to_drain_it(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path, store_bytes=4 * 1024 * 1024)
    broker.start()
    try:
        hub, till = broker.hub(), broker.add("till-a", "till")
        topic = f"{_PREFIX}/till-a/entries"
        async with persistent(broker, hub) as first:
            await first.subscribe(topic, qos=1)  # from here on the broker keeps messages for the hub
        taken = await fill(broker, till, topic)
        heard = 0
        async with persistent(broker, hub) as back, asyncio.timeout(_TIMEOUT_S):
            async for _ in back.messages:
                heard += 1
                if heard == taken:
                    break
        async with signed_in(broker.port, till) as client:
            await client.publish(topic, b"room again", qos=1)
    finally:
        broker.stop()
    assert taken > 10


def persistent(broker: BrokerProcess, who: BrokerCredentials) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        broker.port,
        username=who.username,
        password=who.password,
        identifier=who.client_id,
        clean_session=False,
    )


async def fill(broker: BrokerProcess, till: BrokerCredentials, topic: str) -> int:
    """Publish until the broker takes no more; return how many it took."""
    taken = 0
    try:
        async with signed_in(broker.port, till) as client:
            for _ in range(200):
                await client.publish(topic, b"x" * 64 * 1024, qos=1, timeout=3)
                taken += 1
    except aiomqtt.MqttError:
        return taken
    raise AssertionError("the broker took more than its store")


def test_the_broker_dies_with_its_parent_and_starts_again_with_its_users(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path)
    broker.start()
    kept, pid = broker.hub(), broker.program_pid()
    broker.kill()
    broker.start()  # would find its port taken if the old server lived
    try:
        assert broker.program_pid() != pid
        assert broker.hub() == kept
        assert {user.username for user in BrokerUsersFile(tmp_path).all()} == {"hub-dock", "steward"}
    finally:
        status = broker.stop()
    assert status == 0


def test_a_second_broker_on_the_same_port_says_that_it_is_taken(
    broker: BrokerProcess, tmp_path: Path
) -> None:
    second = BrokerProcess(tmp_path, port=broker.port)
    with pytest.raises(AssertionError):
        second.start()
    assert second.process is not None
    assert second.process.wait(_TIMEOUT_S) == 1
    assert second.process.stdout is not None
    second.process.stdout.close()


async def listen_while(broker: BrokerProcess, who: BrokerCredentials, done: Callable[[], None]) -> None:
    async with signed_in(broker.port, who) as client, asyncio.timeout(_TIMEOUT_S):
        done()
        await anext(client.messages)


async def test_a_removed_till_is_disconnected_at_once_and_comes_in_no_more(broker: BrokerProcess) -> None:
    lost, kept = broker.add("till-lost", "till"), broker.add("till-kept", "till")
    async with signed_in(broker.port, kept) as other:
        await other.subscribe(f"{_PREFIX}/till-kept/ack", qos=1)
        with pytest.raises(aiomqtt.MqttError):
            await listen_while(broker, lost, lambda: BrokerUsersFile(broker.directory).remove("till-lost"))
        with pytest.raises(aiomqtt.MqttError):
            await listen_while(broker, lost, lambda: None)
        await other.publish(f"{_PREFIX}/till-kept/entries", b"still here", qos=1)
    assert "till-lost" not in {user.username for user in BrokerUsersFile(broker.directory).all()}
