"""Who may say and hear what at the real broker, asked by clients that are not ours."""

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from hub.broker.authority import make_authority
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import signed_in

_PREFIX = "stallholder/v1/demo/hub-dock"
_TIMEOUT_S = 30


PROGRAMS = ("nats-server", "mosquitto")


@pytest.fixture(scope="module", params=PROGRAMS)
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrokerProcess]:
    process = BrokerProcess(tmp_path_factory.mktemp("broker"), program=request.param, settings={"TLS": "on"})
    process.start()
    yield process
    process.stop()


def entered(
    broker: BrokerProcess, who: BrokerCredentials, *, clean: bool = True
) -> AbstractAsyncContextManager[aiomqtt.Client]:
    """Sign in over TLS."""
    return signed_in(broker.port, who, clean=clean, authority=broker.authority())


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
        *(() if "--cafile" in options else ("--cafile", str(broker.directory / "authority.pem"))),
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)


def sign_in_options(who: BrokerCredentials) -> list[str]:
    return ["-u", who.username, "-P", who.password, "-i", who.client_id]


async def heard_by_the_hub(broker: BrokerProcess, till: BrokerCredentials, topic: str) -> list[str]:
    """Let a till publish on a topic and then on its own; return the topics that the hub hears."""
    own = f"{_PREFIX}/{till.username}/entries"
    async with entered(broker, broker.hub()) as hub:
        await hub.subscribe(f"{_PREFIX}/#", qos=1)
        async with entered(broker, till) as client:
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
        assert (
            "refused" in (refused.stderr + refused.stdout).lower()
            or "not authorised" in refused.stderr.lower()
        )


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
    async with entered(broker, broker.hub()) as hub:
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
async def test_a_till_cannot_hear_beyond_its_own_topics(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials], wanted: str
) -> None:
    """nats-server refuses the subscription; mosquitto grants it and lets nothing through."""
    own, others = f"{_PREFIX}/till-a/ack", [f"{_PREFIX}/till-b/ack", f"{_PREFIX}/till-a/entries"]
    async with entered(broker, broker.hub()) as hub, entered(broker, tills["till-a"]) as client:
        (code,) = await client.subscribe(wanted, qos=1)
        if getattr(code, "value", code) == 0x80:
            return
        await client.subscribe(own, qos=1)
        for topic in (*others, own):
            await hub.publish(topic, b"not for everybody", qos=1)
        async with asyncio.timeout(_TIMEOUT_S):
            first = await anext(aiter(client.messages))
    assert str(first.topic) == own


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
    async with entered(broker, broker.hub()) as hub:
        await hub.subscribe(f"{_PREFIX}/till-new/entries", qos=1)
        async with entered(broker, broker.add("till-new", "till")) as till:
            await till.publish(f"{_PREFIX}/till-new/entries", b"hello", qos=1)
        async with asyncio.timeout(_TIMEOUT_S):
            message = await anext(aiter(hub.messages))
    assert message.payload == b"hello"


async def test_an_enrolment_made_anew_ends_the_old_password(broker: BrokerProcess) -> None:
    old = broker.add("till-again", "till")
    async with entered(broker, broker.add("till-again", "till")):
        pass
    with pytest.raises(aiomqtt.MqttError):
        async with once(broker, old):
            pass


@pytest.mark.parametrize("broker", ["nats-server"], indirect=True)
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
    files = [path for path in broker.directory.iterdir() if path.is_file() and path.suffix != ".ports"]
    secret = [path for path in files if path.name not in {"users.lock", "nats.log"}]
    assert {"users.json", "users.conf", "mosquitto.passwd", "authority.key", "broker.key"} < {
        path.name for path in secret
    }
    assert {path.name: path.stat().st_mode & 0o777 for path in secret if path.stat().st_mode & 0o077} == {}
    text = "".join(path.read_text() for path in files if path.name != "hub-credentials.json")
    assert not any(till.password in text for till in tills.values())


async def test_a_full_store_lets_the_hub_in_to_drain_it(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path, store_bytes=4 * 1024 * 1024)
    broker.start()
    try:
        hub, till = broker.hub(), broker.add("till-a", "till")
        topic = f"{_PREFIX}/till-a/entries"
        async with entered(broker, hub, clean=False) as first:
            await first.subscribe(topic, qos=1)  # from here on the broker keeps messages for the hub
        taken = await fill(broker, till, topic)
        heard = 0
        async with entered(broker, hub, clean=False) as back, asyncio.timeout(_TIMEOUT_S):
            async for _ in back.messages:
                heard += 1
                if heard == taken:
                    break
        async with entered(broker, till) as client:
            await client.publish(topic, b"room again", qos=1)
    finally:
        broker.stop()
    assert taken > 10


def once(broker: BrokerProcess, who: BrokerCredentials) -> aiomqtt.Client:
    """A client that does not try again: for one that is to be refused."""
    return aiomqtt.Client(
        "127.0.0.1",
        broker.port,
        username=who.username,
        password=who.password,
        identifier=who.client_id,
        clean_session=False,
        tls_context=ssl.create_default_context(cadata=broker.authority()) if broker.authority() else None,
    )


async def fill(broker: BrokerProcess, till: BrokerCredentials, topic: str) -> int:
    """Publish until the broker takes no more; return how many it took."""
    taken = 0
    try:
        async with entered(broker, till) as client:
            for _ in range(200):
                await client.publish(topic, b"x" * 64 * 1024, qos=1, timeout=3)
                taken += 1
    except aiomqtt.MqttError:
        return taken
    raise AssertionError("the broker took more than its store")


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_broker_dies_with_its_parent_and_starts_again_with_its_users(
    tmp_path: Path, program: str
) -> None:
    broker = BrokerProcess(tmp_path, program=program)
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
    async with entered(broker, who) as client, asyncio.timeout(_TIMEOUT_S):
        done()
        await anext(client.messages)


async def test_a_removed_till_is_disconnected_at_once_and_comes_in_no_more(broker: BrokerProcess) -> None:
    lost, kept = broker.add("till-lost", "till"), broker.add("till-kept", "till")
    async with entered(broker, kept) as other:
        await other.subscribe(f"{_PREFIX}/till-kept/ack", qos=1)
        with pytest.raises(aiomqtt.MqttError):
            await listen_while(broker, lost, lambda: BrokerUsersFile(broker.directory).remove("till-lost"))
        with pytest.raises(aiomqtt.MqttError):
            await listen_while(broker, lost, lambda: None)
        await other.publish(f"{_PREFIX}/till-kept/entries", b"still here", qos=1)
    assert "till-lost" not in {user.username for user in BrokerUsersFile(broker.directory).all()}


def test_nobody_is_believed_whom_another_authority_vouches_for(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials], tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(make_authority("somebody", datetime(2026, 1, 1, tzinfo=UTC)).certificate)
    heard = mosquitto_sub(broker, "-t", "#", "--cafile", str(other), *sign_in_options(tills["till-a"]))
    assert heard.returncode != 0
    assert "tls" in (heard.stderr + heard.stdout).lower()


async def test_who_speaks_plainly_to_a_listener_with_tls_is_not_heard(
    broker: BrokerProcess, tills: dict[str, BrokerCredentials]
) -> None:
    till = tills["till-a"]
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(
            "127.0.0.1", broker.port, username=till.username, password=till.password, timeout=3
        ):
            pass


async def test_another_tills_client_id_gives_nothing_of_its_session(broker: BrokerProcess) -> None:
    mine, theirs = broker.add("till-mine", "till"), broker.add("till-theirs", "till")
    topic = f"{_PREFIX}/till-mine/ack"
    async with entered(broker, mine, clean=False) as till:
        await till.subscribe(topic, qos=1)
    async with entered(broker, broker.hub()) as hub:
        await hub.publish(topic, b"for till-mine", qos=1)
    heard = []
    with suppress(aiomqtt.MqttError, TimeoutError):
        async with once(broker, replace(theirs, client_id=mine.client_id)) as thief, asyncio.timeout(1.5):
            async for message in thief.messages:
                heard.append(message.payload)
    assert heard == []


async def test_enrolling_during_traffic_drops_nobody_and_loses_nothing(broker: BrokerProcess) -> None:
    tills = [broker.add(f"till-busy-{number}", "till") for number in range(3)]
    enrolled = asyncio.Event()
    sent: set[bytes] = set()

    async def sell(till: BrokerCredentials) -> None:
        async with entered(broker, till) as client:  # one connection: losing it would end this with an error
            while not enrolled.is_set():
                payload = f"{till.username} {len(sent)}".encode()
                await client.publish(f"{_PREFIX}/{till.username}/entries", payload, qos=1)
                sent.add(payload)

    async with entered(broker, broker.hub()) as hub:
        await hub.subscribe(f"{_PREFIX}/+/entries", qos=1)
        selling = [asyncio.create_task(sell(till)) for till in tills]
        for number in range(10):
            new = await asyncio.to_thread(broker.add, f"till-fresh-{number}", "till")
        async with entered(broker, new):
            enrolled.set()
        await asyncio.gather(*selling)
        heard: set[bytes] = set()
        async with asyncio.timeout(_TIMEOUT_S):
            async for message in hub.messages:
                heard.add(bytes(message.payload))
                if sent <= heard:
                    break
    assert len(sent) > len(tills)


@pytest.mark.parametrize("program", PROGRAMS)
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, program: str) -> None:
    """The last acknowledgement shows that everything before it was written: mosquitto writes once for each turn."""
    broker = BrokerProcess(tmp_path, program=program)
    broker.start()
    try:
        hub, till = broker.hub(), broker.add("till-a", "till")
        topic = f"{_PREFIX}/till-a/entries"
        async with entered(broker, hub, clean=False) as first:
            await first.subscribe(topic, qos=1)
        async with entered(broker, till) as client:
            for number in range(40):
                await client.publish(topic, b"%d" % number, qos=1)
            await client.publish(topic, b"40", qos=1)
            broker.kill()
        broker.start()
        heard: list[int] = []
        async with entered(broker, hub, clean=False) as back, asyncio.timeout(_TIMEOUT_S):
            async for message in back.messages:
                heard.append(int(message.payload))
                if heard[-1] >= 39:
                    break
    finally:
        broker.stop()
    assert sorted(set(heard)) == list(range(max(heard) + 1))


def test_a_program_that_is_not_installed_is_named_with_its_remedy(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from hub.broker.cli import app; app()", "serve", "--mosquitto"]
    hidden = "import hub.broker.mosquitto.program as m; m._MORE_PLACES = (); "
    command[2] = hidden + command[2]
    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/nowhere"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "sudo apt-get install mosquitto" in done.stderr
