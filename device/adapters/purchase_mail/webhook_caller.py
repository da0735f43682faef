"""The `OrderCaller` port: one POST of JSON, signed, to a supplier's program."""

import asyncio
import hashlib
import hmac
import json
from typing import Final

import httpx

from device.ports.purchase import Carried, CarryOutcome, NotCarried, OrderCall, Unclear

CONNECT_S: Final = 10.0
ANSWER_S: Final = 20.0
ALL_S: Final = 60.0
_TRY_AGAIN: Final = frozenset({408, 425, 429})


class WebhookCaller:
    """Calls suppliers' programs with httpx; redirects are not followed: an order goes where somebody said, or nowhere."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    async def call(self, call: OrderCall) -> CarryOutcome:
        """Hand over an order. The answer's status is all that counts; its body is not read."""
        body = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": call.key,
            "Stallholder-Timestamp": str(call.at_s),
            "Stallholder-Signature": signature_of(call.secret, call.at_s, body),
        }
        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        try:
            async with (
                asyncio.timeout(ALL_S),
                httpx.AsyncClient(timeout=timeout, trust_env=False, transport=self._transport) as client,
                client.stream("POST", call.url, content=body, headers=headers) as answer,
            ):
                return _outcome(answer.status_code)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
            return NotCarried("the supplier's program cannot be reached")
        except (httpx.HTTPError, TimeoutError):
            return Unclear("the supplier's program was lost while it took the order")


def signature_of(secret: bytes, at_s: int, body: bytes) -> str:
    """Return `sha256=` and the HMAC (RFC 2104) of the time in seconds, a point and the body, in hex."""
    said = f"{at_s}.".encode() + body
    return "sha256=" + hmac.new(secret, said, hashlib.sha256).hexdigest()


def _outcome(status: int) -> CarryOutcome:
    if 200 <= status < 300:
        return Carried()
    lasting = status < 500 and status not in _TRY_AGAIN
    return NotCarried(f"the supplier's program answered {status}", lasting=lasting)
