"""The server on a real socket: whoever keeps it waiting is sent away, whoever is being answered is not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from shared.http.serving import PunctualProtocol, Server, open_socket

LONG_S = 30.0


class HurriedProtocol(PunctualProtocol):
    """Looks often, so that the test need not wait."""

    look_every_s = 0.02


def make_app() -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> StreamingResponse:
        async def drops() -> AsyncIterator[bytes]:
            for _ in range(20):
                await asyncio.sleep(HurriedProtocol.look_every_s)
                yield b"."

        return StreamingResponse(drops())

    @app.post("/echo")
    async def echo(body: dict[str, int]) -> dict[str, int]:
        return body

    return app


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[int]:
    ready = asyncio.Event()
    with contextlib.closing(open_socket("127.0.0.1", 0)) as listener:
        server = Server(make_app(), ready.set, HurriedProtocol)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await ready.wait()
        yield listener.getsockname()[1]
        server.end()
        await task


async def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes and return everything that comes until the server closes the connection."""
    async with asyncio.timeout(LONG_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /slow HT",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{",
    ],
)
async def test_a_connection_on_which_no_request_arrives_is_closed(sent: bytes) -> None:
    async with serving() as port:
        assert b"200 OK" not in await exchange(port, sent)


async def test_a_long_answer_is_not_cut_short() -> None:
    async with serving() as port:
        answer = await exchange(port, b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.count(b".\r\n") == 20
