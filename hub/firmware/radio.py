"""Joins the wireless network."""

import asyncio

import network

JOIN_TIMEOUT_MS = 20000
_LOOK_AGAIN_MS = 100


async def join(name: str, password: str) -> bool:
    """Join a network; False if it did not come up in time."""
    radio = network.WLAN(network.STA_IF)
    radio.active(True)  # noqa: FBT003  # the board's own interface
    if not radio.isconnected():
        radio.connect(name, password)
    waited_ms = 0
    while not radio.isconnected():
        if waited_ms >= JOIN_TIMEOUT_MS:
            return False
        await asyncio.sleep_ms(_LOOK_AGAIN_MS)
        waited_ms += _LOOK_AGAIN_MS
    return True
