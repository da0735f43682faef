"""Recognise the device that signed a request.

`Authorization: Stallholder device=<tenant>/<device>,signature=<base64url>`; the signature is Ed25519 (RFC 8032) over
method, path and the body's SHA-256. Nobody is told whether the name or the signature is wrong.
"""

import re
from dataclasses import dataclass
from typing import Final

from cloud.domain.enrolment import Device
from cloud.ports.people import Registry
from shared.trust import TrustError, verify_request

_HEADER: Final = re.compile(
    r"Stallholder device=(?P<tenant>[a-z0-9-]{1,48})/(?P<device>[a-z0-9-]{1,48}),"
    r"signature=(?P<signature>[A-Za-z0-9_-]{1,128})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """What a device sent, and how it signed it."""

    authorization: str
    method: str
    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class NotRecognised:
    """The request is not signed by an enrolled device."""


def recognise_device(registry: Registry, request: SignedRequest) -> Device | NotRecognised:
    """Return the enrolled device whose key signed the request."""
    named = _HEADER.fullmatch(request.authorization)
    if named is None:
        return NotRecognised()
    device = registry.find_device(named["tenant"], named["device"])
    if device is None:
        return NotRecognised()
    try:
        verify_request(
            device.public_key, named["signature"], method=request.method, path=request.path, body=request.body
        )
    except TrustError:
        return NotRecognised()
    return device
