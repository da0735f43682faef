"""Phones at the stall: let them in, pair one, send one away."""

from datetime import datetime
from typing import Annotated, assert_never

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from device.adapters.http.phone_gate import came_through_door, phone_cookie, phone_of
from device.adapters.http.qr import qr_svg
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.explain_phones import explain_phones
from device.domain.phones import (
    BadPhoneName,
    NoPairing,
    Phone,
    PhoneRefusal,
    TooManyPhones,
    UnknownPhone,
    WrongPairingCode,
)
from shared.http.problem import problem
from shared.http.sessions import TOKEN_BYTES, token_sha256


class WelcomeBody(BaseModel):
    """Whether phones may come."""

    welcome: bool


class PairBody(BaseModel):
    """What a phone says to be paired."""

    code: str = Field(max_length=40, repr=False)
    name: str = Field(max_length=200)


def phones_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes for managers."""
    router = APIRouter(prefix="/api/phones")
    managers_only = [Depends(seat.manager)]

    @router.get("", dependencies=managers_only)
    async def phones(request: Request) -> dict[str, object]:
        return _phones_json(till, request)

    @router.post("/welcome", dependencies=managers_only)
    async def welcome(body: WelcomeBody, request: Request) -> dict[str, object]:
        till.phones.welcome(welcome=body.welcome)
        return _phones_json(till, request)

    @router.post("/offer")
    async def offer(manager: Annotated[str, Depends(seat.manager)]) -> Response:
        door = till.phones.door.status
        if not door.doorstep:
            return problem(409, "door-shut", door.fault or "Phones may not come in yet.",
                           door.remedy or "Let phones in first, then try again.")  # fmt: skip
        made = till.phones.offer(manager)
        url = f"{door.doorstep}/#{made.code}"
        said = {"code": made.code, "left_s": till.phones.offer_left_s(), "url": url,
                "qr_svg": qr_svg(url, "Link that pairs a phone")}  # fmt: skip
        return JSONResponse(said, status_code=201)

    @router.post("/{phone_id}/unpair", dependencies=managers_only)
    async def unpair(phone_id: str, request: Request) -> Response:
        refusal = till.phones.unpair(phone_id)
        return refused_phone(refusal) if refusal else JSONResponse(_phones_json(till, request))

    return router


def pairing_router(till: TillServices) -> APIRouter:
    """Return the routes for a phone that is not paired yet; they answer behind the door for phones alone."""
    router = APIRouter(prefix="/api/phones")

    @router.get("/here")
    async def here() -> Response:
        """Tell a page of another origin that this phone trusts the till's certificate: it sees an answer, and nothing of it."""
        return Response(status_code=204, headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    @router.post("/pair")
    async def pair(body: PairBody, request: Request) -> Response:
        """Try a code in the event loop, one after the other: tries that come at once are all counted."""
        if not came_through_door(request):
            return problem(409, "not-a-phone", "This is the till's own screen; it needs no pairing.",
                           "Open the address under the code on the phone.")  # fmt: skip
        token = till.randomness.bytes(TOKEN_BYTES).hex()
        answer = till.phones.pair(body.code, body.name, token_sha256=token_sha256(token))
        if not isinstance(answer, Phone):
            return refused_phone(answer)
        return JSONResponse(
            {"name": answer.name}, status_code=201, headers={"Set-Cookie": phone_cookie(token)}
        )

    return router


def refused_phone(refusal: PhoneRefusal) -> JSONResponse:
    """Return the answer to a refused request."""
    told = explain_phones(refusal)
    return problem(_status(refusal), told.code, told.message, told.remedy)


def _status(refusal: PhoneRefusal) -> int:
    match refusal:
        case WrongPairingCode() | NoPairing():
            return 403
        case TooManyPhones():
            return 409
        case BadPhoneName():
            return 422
        case UnknownPhone():
            return 404
        case other:
            assert_never(other)


def _phones_json(till: TillServices, request: Request) -> dict[str, object]:
    door = till.phones.door.status
    signed_in = {kept.phone_id: kept.cashier for kept in till.settings.current.signed_in}
    own = phone_of(request)
    return {
        "welcome": till.phones.are_welcome,
        "door": {"address": door.address, "doorstep": door.doorstep, "fingerprint": door.fingerprint,
                 "fault": door.fault, "remedy": door.remedy},
        "offer_left_s": till.phones.offer_left_s(),
        "phones": [_phone_json(one, signed_in.get(one.phone_id), own=own) for one in till.phones.paired],
    }  # fmt: skip


def _phone_json(phone: Phone, cashier: str | None, *, own: str) -> dict[str, object]:
    times: dict[str, datetime] = {"paired_at": phone.paired_at, "seen_at": phone.seen_at}
    return {
        "phone_id": phone.phone_id, "name": phone.name, "paired_by": phone.paired_by, "cashier": cashier,
        "is_this": phone.phone_id == own, **{key: time.isoformat() for key, time in times.items()},
    }  # fmt: skip
