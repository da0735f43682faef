"""A client of the till's own interface, for the commands on its own machine."""

import httpx
from fastapi import FastAPI

from device.adapters.http.seat import LOCAL_SCHEME

TIMEOUT_S = 30.0
LOOK_TIMEOUT_S = 5.0


def client_over_network(url: str, key: str) -> httpx.AsyncClient:
    """Return a client of a running till."""
    return httpx.AsyncClient(base_url=url, headers=_headers(key), timeout=TIMEOUT_S)


def client_in_process(app: FastAPI, key: str) -> httpx.AsyncClient:
    """Return a client of an app of this process, which listens nowhere."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(base_url="http://localhost", headers=_headers(key), transport=transport)


async def answers(url: str, key: str) -> bool:
    """Tell whether a till runs at an address and knows the key."""
    try:
        async with client_over_network(url, key) as client:
            return (await client.get("/api/compare", timeout=LOOK_TIMEOUT_S)).is_success
    except httpx.HTTPError:
        return False


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": LOCAL_SCHEME + key}
