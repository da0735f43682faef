"""The route where tills and boards are let in."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.adapters.http.counter import Counter, address_of
from hub.services.changes import Changed
from hub.services.enrol import CodeRefused, Enrolled, enrol
from shared.entry import Json
from shared.http.problem import problem
from shared.trust import TrustError, decode_bytes, public_key_text, verify_enrolment
from shared.wire.hosts import format_host

_KEY_BYTES = 32


class EnrolBody(BaseModel):
    """A device's wish to be let in."""

    code: str = Field(max_length=200)
    device: str = Field(default="", max_length=48)
    public_key: str = Field(max_length=200)
    signature: str = Field(default="", max_length=200)


def enrolment_routes(counter: Counter) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.post("/api/enrol")
    async def let_in(wish: EnrolBody, request: Request) -> Response:
        who = f"enrol {address_of(request)}"
        counter.require_patience(who)
        if not _is_key(wish.public_key):
            return problem(
                422, "bad-key", "The public key cannot be read.", "Send 32 bytes as base64url text."
            )
        try:
            verify_enrolment(**wish.model_dump())
        except TrustError:
            return problem(
                403,
                "not-signed",
                "This is not signed by the key that it shows. Nothing was changed.",
                "Enrol from the device itself, with the version that this hub has.",
            )
        answer = await enrol(
            counter.house, counter.users, code=wish.code, device=wish.device, public_key=wish.public_key
        )
        match answer:
            case CodeRefused():
                counter.back_offs.missed(who)
                return problem(
                    403,
                    "code-refused",
                    "This code does not open this hub: it is unknown, used, older than a day, or for another device.",
                    "Make a new one with `stallholder hub enrol-code`.",
                )
            case Enrolled():
                counter.told({Changed.SOURCES})
                return JSONResponse(_welcome(counter, answer))

    return routes


def _welcome(counter: Counter, enrolled: Enrolled) -> dict[str, Json]:
    identity, account = counter.house.identity, enrolled.account
    host, port = account.hosts[0]  # for devices that know no list
    return {
        "tenant": identity.tenant,
        "hub": identity.hub,
        "device": enrolled.device.device,
        "certificate": enrolled.certificate.to_json(),
        "hub_certificate": dict(identity.certificate),
        "root_public_key": identity.root_public_key,
        "sealing_public_key": public_key_text(identity.sealing_key),
        "mqtt": {
            "host": host, "port": port, "hosts": [format_host(*one) for one in account.hosts],
            "username": account.username, "password": account.password, "client_id": account.client_id,
            "tls": account.tls, "authority": account.authority,
        },
    }  # fmt: skip


def _is_key(text: str) -> bool:
    try:
        return len(decode_bytes(text)) == _KEY_BYTES
    except TrustError:
        return False
