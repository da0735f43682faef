"""The proxy between a real client and a real server of TCP."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.chaos.fault_proxy import CONNECTIONS_MAX, HOST, FaultProxy, Line
from tests.chaos.line_fault import HELD, PASSING, REFUSED, Ending, Way, half_open, partition

PATIENT_S = 30.0
SHORTLY_S = 0.3
MORE_THAN_BUFFERS = 64 * 1024 * 1024


class _Echo(socketserver.BaseRequestHandler):
    """Sends back what comes, and keeps what came for the test to see."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, EchoServer)
        with suppress(OSError):
            while piece := self.request.recv(4_096):
                server.heard += piece
                self.request.sendall(piece)
            server.ends += 1


class EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Echo)
        self.heard = b""
        self.ends = 0


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    with EchoServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(PATIENT_S)


@pytest.fixture
def line(echo: EchoServer) -> Iterator[Line]:
    with FaultProxy() as proxy:
        yield proxy.line("till", echo.server_address[1])


def connect(line: Line) -> socket.socket:
    return socket.create_connection((HOST, line.port), timeout=PATIENT_S)


def says(client: socket.socket, words: bytes) -> bytes:
    client.sendall(words)
    return hear(client, len(words))


def hear(client: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        piece = client.recv(size - len(heard))
        assert piece, "the connection ended"
        heard += piece
    return heard


def is_silent(client: socket.socket) -> bool:
    client.settimeout(SHORTLY_S)
    try:
        client.recv(1)
    except TimeoutError:
        return True
    finally:
        client.settimeout(PATIENT_S)
    return False


def wait_until(seen) -> None:
    give_up = time.monotonic() + PATIENT_S
    while not seen():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_good_line_passes_everything_both_ways_and_counts_it(line: Line) -> None:
    with connect(line) as client:
        sent = b"0123456789" * 20_000
        threading.Thread(target=client.sendall, args=(sent,), daemon=True).start()
        assert hear(client, len(sent)) == sent
    wait_until(lambda: line.delivered == {Way.UP: len(sent), Way.DOWN: len(sent)})


def test_the_end_of_a_connection_is_told_to_the_other_side(line: Line, echo: EchoServer) -> None:
    with connect(line) as client:
        assert says(client, b"hello") == b"hello"
    wait_until(lambda: echo.ends == 1)


def test_a_cut_resets_what_is_connected_and_lets_a_new_connection_in(line: Line) -> None:
    with connect(line) as client:
        assert says(client, b"hello") == b"hello"
        line.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with connect(line) as client:
        assert says(client, b"again") == b"again"


def test_a_refusing_line_keeps_its_port_and_opens_there_again(line: Line) -> None:
    line.set_fault(REFUSED)
    with pytest.raises(ConnectionRefusedError):
        connect(line)
    line.set_fault(PASSING)
    with connect(line) as client:
        assert says(client, b"hello") == b"hello"


def test_what_is_held_arrives_when_the_line_is_healed(line: Line, echo: EchoServer) -> None:
    with connect(line) as client:
        assert says(client, b"one") == b"one"
        line.set_fault(HELD)
        client.sendall(b"two")
        assert is_silent(client)
        assert echo.heard == b"one"
        line.set_fault(PASSING)
        assert hear(client, 3) == b"two"


def test_a_partition_keeps_the_connection_swallows_all_and_ends_with_a_reset(
    line: Line, echo: EchoServer
) -> None:
    with connect(line) as client:
        assert says(client, b"one") == b"one"
        line.set_fault(partition())
        client.sendall(b"two")
        assert is_silent(client)
        wait_until(lambda: line.swallowed[Way.UP] == 3)
        line.set_fault(PASSING)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert echo.heard == b"one"


def test_a_connection_with_a_gap_may_stay_mute_for_ever(line: Line, echo: EchoServer) -> None:
    with connect(line) as client:
        assert says(client, b"one") == b"one"
        line.set_fault(partition(Ending.MUTE))
        client.sendall(b"two")
        wait_until(lambda: line.swallowed[Way.UP] == 3)
        line.set_fault(PASSING)
        client.sendall(b"three")
        assert is_silent(client)
    with connect(line) as client:
        assert says(client, b"four") == b"four"
    assert echo.heard == b"onefour"


def test_half_open_upwards_the_server_hears_nothing_and_downwards_the_client(
    line: Line, echo: EchoServer
) -> None:
    with connect(line) as client:
        line.set_fault(half_open(Way.DOWN))
        client.sendall(b"one")
        assert is_silent(client)
        assert echo.heard == b"one"
        line.set_fault(half_open(Way.UP))
        client.sendall(b"two")
        assert is_silent(client)
        assert echo.heard == b"one"


def test_a_connection_made_in_a_partition_reaches_nobody(line: Line, echo: EchoServer) -> None:
    line.set_fault(partition())
    with connect(line) as client:
        client.sendall(b"hello")
        assert is_silent(client)
        line.set_fault(PASSING)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert echo.heard == b""


def test_a_slow_line_delivers_everything_in_order(line: Line) -> None:
    line.set_fault(PASSING.slowed(delay_ms=5, bytes_per_s=200_000))
    with connect(line) as client:
        sent = bytes(range(256)) * 100
        threading.Thread(target=client.sendall, args=(sent,), daemon=True).start()
        assert hear(client, len(sent)) == sent


def test_a_server_that_is_not_there_is_told_by_a_reset(line: Line) -> None:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        line.target_port = nobody.getsockname()[1]
        with pytest.raises(ConnectionResetError), connect(line) as client:
            client.recv(1)


def test_more_connections_than_a_line_takes_are_reset(line: Line) -> None:
    kept = []
    for _ in range(CONNECTIONS_MAX):
        kept.append(connect(line))
        assert says(kept[-1], b"x") == b"x"
    with pytest.raises(ConnectionResetError), connect(line) as one_more:
        one_more.recv(1)
    for client in kept:
        client.close()


def test_a_held_line_takes_no_more_than_its_buffers(line: Line, echo: EchoServer) -> None:
    with connect(line) as client:
        assert says(client, b"x") == b"x"
        line.set_fault(HELD)
        client.settimeout(SHORTLY_S)
        with pytest.raises(TimeoutError):
            client.sendall(b"y" * MORE_THAN_BUFFERS)
        assert echo.heard == b"x"
