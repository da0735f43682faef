"""The board's program on its VM, over the real broker, against simulated doors."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.broker.authority import make_authority
from hub.firmware.bolt import CAP_MS
from hub.sim.vm import Interpreter, choose_interpreter
from shared.wire.messages import make
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import BOARD, TIMEOUT_S, Stand, signed_in, stand

pytestmark = pytest.mark.firmware

_BACK_ONLINE_S = 15  # the goal is 5; a loaded machine is given more
_BUSY_MS = (
    400  # what a busy machine may add to a pulse as the simulator sees it; the rule itself has no slack
)
_MORE_THAN_A_WINDOW = 250  # the broker leaves 100 messages unacknowledged, then it waits
_HERE = choose_interpreter(Interpreter.AUTO)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    process = BrokerProcess(tmp_path_factory.mktemp("broker"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
async def board(broker: BrokerProcess, tmp_path: Path) -> AsyncIterator[Stand]:
    async with stand(tmp_path, broker, _HERE) as built:
        yield built
        assert all(pulse.length_ms <= CAP_MS + _BUSY_MS for pulse in built.simulator.pulses)
        assert built.simulator.coils_on() == []


@pytest.mark.parametrize("interpreter", sorted({_HERE, Interpreter.CPYTHON}))
async def test_a_greeted_board_opens_the_door_it_is_told_to(
    broker: BrokerProcess, tmp_path: Path, interpreter: Interpreter
) -> None:
    async with stand(tmp_path, broker, interpreter) as board, board.hub() as hub:
        ready = await hub.greet("s-opens")
        outcome = await hub.open("c1", 3)
        await hub.wait("door", compartment=3, door="open")
        board.simulator.push(3)
        await hub.wait("door", compartment=3, door="shut")
    assert ready["doors"] == ["shut"] * 8
    assert (outcome["outcome"], outcome["door"], outcome["compartment"]) == ("opened", "open", 3)
    assert [pulse.compartment for pulse in board.simulator.pulses] == [3]
    assert all(pulse.length_ms <= CAP_MS + _BUSY_MS for pulse in board.simulator.pulses)


@pytest.mark.parametrize(
    ("program", "interpreter"), [("nats-server", _HERE), ("mosquitto", Interpreter.CPYTHON)]
)
async def test_a_board_works_over_tls_and_believes_no_other_authority(
    tmp_path: Path, program: str, interpreter: Interpreter
) -> None:
    broker = BrokerProcess(tmp_path / "broker", program=program, settings={"TLS": "on"})
    broker.start()
    try:
        async with stand(tmp_path / "board", broker, interpreter) as board, board.hub() as hub:
            await hub.greet("s-secret")
            assert (await hub.open("c1", 3))["outcome"] == "opened"
            deceive(board, make_authority("somebody", datetime(2026, 1, 1, tzinfo=UTC)).certificate.decode())
            board.machine.reset()
            await hub.wait("death")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3):
                    await hub.wait("birth")
            deceive(board, broker.authority())
            board.machine.reset()
            await hub.wait("birth")
    finally:
        broker.stop()


def deceive(board: Stand, authority: str) -> None:
    """Let a board's settings name another authority."""
    settings = json.loads(board.machine.settings.read_text())
    settings["mqtt"]["authority"] = authority
    board.machine.settings.write_text(json.dumps(settings))


async def test_a_retained_command_is_refused_when_the_board_comes_back(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-retained")
        await hub.send(hub.order("kept", 2), retain=True)
        # Live subscribers see a message without the flag, so that this first one is an order like any other.
        assert (await hub.wait("outcome", command="kept"))["outcome"] == "opened"
        board.simulator.push(2)
        board.machine.reset()  # the board forgets everything and hears the retained order at its next subscription
        refusal = await hub.wait("outcome", command="kept")
        await hub.client.publish(f"stallholder/v1/demo/hub-dock/{BOARD}/cmd", b"", qos=1, retain=True)
    assert (refusal["outcome"], refusal["reason"]) == ("refused", "retained")
    assert len(board.simulator.pulses) == 1


async def test_what_is_stale_repeated_expired_or_unknown_is_refused_and_moves_nothing(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-refuses")
        reasons = [
            (await hub.open("stale", 1, session="s-other"))["reason"],
            (await hub.open("expired", 1, expires_ms=-1))["reason"],
            (await hub.open("repeated", 1, counter=1))["reason"],
            (await hub.open("unknown", 9))["reason"],
        ]
    assert reasons == ["stale session", "expired", "repeated counter", "unknown compartment"]
    assert list(board.simulator.pulses) == []


async def test_a_repeated_command_is_answered_again_and_not_followed_again(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-repeats")
        order = hub.order("twice", 5)
        await hub.send(order)
        first = await hub.wait("outcome", command="twice")
        board.simulator.push(5)
        await hub.wait("door", compartment=5, door="shut")
        await hub.send(order)
        second = await hub.wait("outcome", command="twice")
    assert first == second
    assert first["outcome"] == "opened"
    assert len(board.simulator.pulses) == 1
    assert not board.door(5).is_open


async def test_a_jammed_door_is_told_and_an_open_one_not_pulsed(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-jams")
        board.simulator.jam(4, is_jammed=True)
        jammed = await hub.open("c1", 4)
        board.simulator.jam(4, is_jammed=False)
        opened = await hub.open("c2", 4)
        again = await hub.open("c3", 4)
    assert [one["outcome"] for one in (jammed, opened, again)] == ["jammed", "opened", "already-open"]
    assert len(board.simulator.pulses) == 2


async def test_a_message_that_is_none_is_ignored_and_the_board_goes_on(board: Stand) -> None:
    topic = f"stallholder/v1/demo/hub-dock/{BOARD}/cmd"
    async with board.hub() as hub:
        await hub.greet("s-noise")
        for payload in (b"", b"{", b"[" * 1500, b'{"type":"open"}', b"\xff" * 100, b"x" * 9000):
            await hub.client.publish(topic, payload, qos=1)
        await hub.client.publish(topic, b'{"type":"open","protocol":1}', qos=0)
        outcome = await hub.open("c1", 6)
    assert outcome["outcome"] == "opened"
    assert board.machine.starts == 1


async def test_a_board_comes_back_after_the_broker_was_killed(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-before")
        old, sockets = hub.birth["session"], open_files(board)
        board.broker.kill()
    board.broker.start()
    async with asyncio.timeout(_BACK_ONLINE_S), board.hub() as hub:
        while (await hub.wait("birth"))["session"] == old:
            pass
        await hub.send(make("greet", session="s-after"))
        await hub.wait("ready", session="s-after")
        hub.session, hub.counter = "s-after", 0
        outcome = await hub.open("c1", 7)
        assert open_files(board) <= sockets
    assert outcome["outcome"] == "opened"
    assert board.machine.starts == 1


def open_files(board: Stand) -> int:
    """Return how many files and sockets the board's program holds; a board has only a handful to hold."""
    assert board.machine._process is not None
    return len(list(Path(f"/proc/{board.machine._process.pid}/fd").iterdir()))


async def test_a_board_acknowledges_so_that_the_broker_never_stops_sending(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-many")
        outcomes = [await hub.open(f"c{number}", 1) for number in range(_MORE_THAN_A_WINDOW)]
    assert [one["outcome"] for one in outcomes] == ["opened"] + ["already-open"] * (_MORE_THAN_A_WINDOW - 1)


async def test_an_outcome_that_the_broker_did_not_take_is_told_again_when_it_is_back(board: Stand) -> None:
    frozen = board.broker.program_pid()
    async with board.hub("hub-lasting") as hub:
        await hub.greet("s-frozen")
        board.simulator.on_edge = lambda _compartment, on: os.kill(frozen, signal.SIGSTOP) if on else None
        await hub.send(hub.order("c1", 3), qos=0)
        async with asyncio.timeout(TIMEOUT_S):
            while not board.door(3).is_open:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # lets the board send into the void; it holds without it too
        board.simulator.on_edge = lambda _compartment, _on: None
        board.broker.kill()
    board.broker.start()
    async with board.hub("hub-lasting") as hub:
        outcome = await hub.wait("outcome", command="c1")
    assert outcome["outcome"] == "opened"
    assert len(board.simulator.pulses) == 1


async def test_a_board_whose_program_dies_lets_go_of_its_coils_and_leaves_a_will(board: Stand) -> None:
    async with board.hub() as hub:
        await hub.greet("s-dies")
        board.simulator.on_edge = lambda _compartment, on: board.machine.reset() if on else None
        await hub.send(hub.order("c1", 8))
        await hub.wait("death")
        await hub.wait("birth")
    assert len(board.simulator.pulses) == 1
    assert board.machine.starts == 2


async def test_a_board_cannot_hear_or_speak_for_another(board: Stand) -> None:
    other = board.broker.add("board-dock-2", "board")
    async with board.hub() as hub:
        await hub.greet("s-alone")
        async with signed_in(board.broker.port, other) as stranger:
            forged = hub.order("forged", 1)
            await stranger.publish(f"stallholder/v1/demo/hub-dock/{BOARD}/cmd", str(forged).encode(), qos=1)
        assert (await hub.open("c2", 2))["outcome"] == "opened"
    assert [pulse.compartment for pulse in board.simulator.pulses] == [2]
