"""What devices ask: to be enrolled, to deliver entries, to report who is there."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud.adapters.http.doors import Doors
from cloud.domain.enrolment import Device, Refusal
from cloud.domain.fleet import Presence
from cloud.domain.plain_text import plain_text
from cloud.domain.said_progress import SaidLeg, SaidProgress
from cloud.services.receive_stream import Answer, Delivery, Malformed, NotYours, OtherVersion
from cloud.services.recognise_device import NotRecognised, SignedRequest, recognise_device
from shared.entry import Json
from shared.http.problem import problem, words_of_validation
from shared.sync.batch import pack
from shared.sync.reasons import CODES

OCTETS = "application/octet-stream"
SEQ_MAX = 2**53

DOCUMENTS_MAX = 100
_DOCUMENT = re.compile(r"[a-z0-9-]{1,48}(?:/[a-z0-9-]{1,48})?")
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$")]

_REFUSALS: dict[Refusal, tuple[int, str, str]] = {
    Refusal.UNKNOWN_CODE: (403, "This code is not known here.", "Check the code, or ask for a new one."),
    Refusal.CODE_USED: (403, "This code was used already.", "Ask for a new code: each works once."),
    Refusal.CODE_EXPIRED: (403, "This code is older than a day.", "Ask for a new code."),
    Refusal.OTHER_DEVICE: (403, "This code was made for another device.", "Ask for a code for this device."),
    Refusal.BAD_KEY: (422, "The public key cannot be read.", "Send 32 bytes as base64url text."),
    Refusal.NOT_SIGNED: (
        403,
        "This is not signed by the key that it shows. Nothing was changed.",
        "Enrol from the device itself, with the version that this cloud has.",
    ),
}


class EnrolBody(BaseModel):
    """A device's wish to be let in."""

    code: str = Field(max_length=200)
    device: str = Field(default="", max_length=48)
    public_key: str = Field(max_length=200)
    signature: str = Field(default="", max_length=200)


class LegBody(BaseModel):
    """How far a hub says that a source is behind on one way, and why; a reason that is not known here is none."""

    behind: int = Field(default=0, ge=0, le=SEQ_MAX)
    behind_for_s: int = Field(default=0, ge=0, le=SEQ_MAX)
    reason: str = Field(default="", max_length=48)
    for_s: int = Field(default=0, ge=0, le=SEQ_MAX)
    words: str = Field(default="", max_length=500)
    remedy: str = Field(default="", max_length=500)

    def to_leg(self) -> SaidLeg:
        """Return it as it counts here."""
        usual = "on-the-way" if self.behind else "nothing-behind"
        return SaidLeg(
            behind=self.behind, behind_for_s=self.behind_for_s, for_s=self.for_s,
            reason=self.reason if self.reason in CODES else usual,
            words=plain_text(self.words, 500), remedy=plain_text(self.remedy, 500),
        )  # fmt: skip


class ProgressBody(BaseModel):
    """Both ways of a source."""

    hub: LegBody | None = None
    cloud: LegBody | None = None

    def to_progress(self) -> SaidProgress:
        """Return it as it counts here."""
        return SaidProgress(
            hub=self.hub.to_leg() if self.hub else None, cloud=self.cloud.to_leg() if self.cloud else None
        )


class PresentBody(BaseModel):
    """What a hub says about one source."""

    source: SourceName
    role: Annotated[str, StringConstraints(pattern=r"^(hub|till|board)$")]
    online: bool
    last_seen: datetime | None = None
    seq: int = Field(default=0, ge=0, le=SEQ_MAX)
    name: str = Field(default="", max_length=200)
    behind: int | None = Field(default=None, ge=0, le=SEQ_MAX)
    documents: dict[str, int] = Field(default_factory=dict, max_length=1_000)
    progress: ProgressBody | None = None


class PresenceBody(BaseModel):
    """A hub's report."""

    sources: list[PresentBody] = Field(max_length=1_000)


SIGNATURE: dict[str, object] = {
    "name": "Authorization",
    "in": "header",
    "required": True,
    "description": "`Stallholder device=TENANT/DEVICE,signature=BASE64URL`: Ed25519 over method, path and the body's SHA-256.",
    "schema": {"type": "string"},
}
_PAYLOAD: dict[str, object] = {"schema": {"type": "string", "format": "binary"}}
_SIGNED_PAYLOAD: dict[str, object] = {
    "parameters": [SIGNATURE],
    "requestBody": {"required": True, "content": {OCTETS: _PAYLOAD}},
}
_SIGNED_PRESENCE: dict[str, object] = {
    "parameters": [SIGNATURE],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": PresenceBody.model_json_schema()}},
    },
}
REFUSED: dict[int | str, dict[str, object]] = {
    401: {"description": "Not signed by a device that is enrolled here."},
    403: {"description": "The device may not say this."},
}
_ANSWERED: dict[int | str, dict[str, object]] = {
    200: {"description": "A payload of the protocol.", "content": {OCTETS: _PAYLOAD}},
    400: {
        "description": "Not of the protocol, or of another major version; it was kept for people to look at."
    },
    **REFUSED,
}
_ENROLLED: dict[int | str, dict[str, object]] = {
    200: {"description": "The device's certificate and the deployment's root key."},
    403: {
        "description": "The code is unknown, used, too old or another device's, or the wish is not signed."
    },
}


def device_routes(doors: Doors) -> APIRouter:
    """Return the devices' routes."""
    routes = APIRouter(tags=["devices"])

    @routes.post("/api/enrol", summary="Enrol a device by its one-time code", responses=_ENROLLED)
    def enrol(wish: EnrolBody) -> Response:
        return _enrol(doors, wish)

    @routes.post(
        "/api/v1/streams/{source}/hello", summary="Offer a chain of entries", openapi_extra=_SIGNED_PAYLOAD,
        responses=_ANSWERED,
    )  # fmt: skip
    async def hello(request: Request, source: SourceName) -> Response:
        """Take a `hello` of docs/protocol.md; the answer is a `welcome` or a `refused`."""
        return await _deliver(doors, request, source, doors.receiver.hello)

    @routes.post(
        "/api/v1/streams/{source}/entries", summary="Deliver a batch of entries", openapi_extra=_SIGNED_PAYLOAD,
        responses=_ANSWERED,
    )  # fmt: skip
    async def entries(request: Request, source: SourceName) -> Response:
        """Take an `entries` of docs/protocol.md; the answer is an `ack` (it is durable), a `gap` or a `refused`."""
        return await _deliver(doors, request, source, doors.receiver.entries)

    @routes.post(
        "/api/v1/presence", summary="Say who is there", openapi_extra=_SIGNED_PRESENCE, responses=REFUSED
    )
    async def presence(request: Request) -> Response:
        """Take a hub's word about itself, its tills and its boards."""
        signed = signed_request(request, await request.body())
        return await run_in_threadpool(_report, doors, signed)

    return routes


def _enrol(doors: Doors, wish: EnrolBody) -> Response:
    answer = doors.enrolment.enrol(**wish.model_dump())
    if isinstance(answer, Refusal):
        status, message, remedy = _REFUSALS[answer]
        return problem(status, answer.value, message, remedy)
    body: dict[str, Json] = {
        "tenant": answer.device.tenant,
        "device": answer.device.device,
        "certificate": answer.certificate.to_json(),
        "root_public_key": answer.root_public_key,
    }
    return JSONResponse(body)


async def _deliver(
    doors: Doors, request: Request, source: str, receive: Callable[[Delivery], Answer]
) -> Response:
    signed = signed_request(request, await request.body())

    def receive_signed() -> Response:
        device = recognise_device(doors.registry, signed)
        if isinstance(device, NotRecognised):
            return not_recognised()
        return _say(receive(Delivery(device=device, source=source, payload=signed.body)))

    return await run_in_threadpool(receive_signed)


def _say(answer: Answer) -> Response:
    match answer:
        case Malformed():
            remedy = "The payload was kept for people to look at. Send it as this version speaks it."
            return problem(
                400, "malformed-payload", f"The payload could not be read: {answer.reason}.", remedy
            )
        case OtherVersion(reason, remedy):
            return problem(400, "other-version", f"Not taken: {reason}.", remedy)
        case NotYours():
            return problem(403, "not-your-source", answer.reason, "Send it as the hub that it belongs to.")
        case _:
            return Response(pack(answer), media_type=OCTETS)


def _report(doors: Doors, signed: SignedRequest) -> Response:
    device = recognise_device(doors.registry, signed)
    if isinstance(device, NotRecognised):
        return not_recognised()
    try:
        said = PresenceBody.model_validate_json(signed.body)
    except ValidationError as error:
        words = words_of_validation([{**item, "loc": ("body", *item["loc"])} for item in error.errors()])
        return problem(422, "invalid-request", words, "Nothing was changed. Correct it and send it again.")
    progress = {item.source: item.progress.to_progress() for item in said.sources if item.progress}
    if not doors.presence.take(device, [_presence(item, device) for item in said.sources], progress):
        return problem(403, "not-a-hub", "Only a hub reports who is there.", "Send it as a hub.")
    return JSONResponse({"taken": len(said.sources)})


def _presence(said: PresentBody, hub: Device) -> Presence:
    seen = said.last_seen
    if seen is not None and seen.tzinfo is None:
        seen = seen.replace(tzinfo=UTC)
    return Presence(
        source=said.source,
        role=said.role,
        hub=hub.device,
        online=said.online,
        last_seen=seen.isoformat(timespec="seconds") if seen else "",
        last_seen_ms=int(seen.timestamp() * 1_000) if seen else 0,
        seq=said.seq,
        heard_at_ms=0,
        name=said.name,
        behind=said.behind,
        documents=_running(said.documents),
    )


def _running(said: Mapping[str, int]) -> dict[str, int]:
    """What a till says it runs, as far as it makes sense: nonsense of one till must not lose the report about all."""
    sound = [
        (name, version)
        for name, version in said.items()
        if _DOCUMENT.fullmatch(name) and 0 <= version <= SEQ_MAX
    ]
    return dict(sound[:DOCUMENTS_MAX])


def signed_request(request: Request, body: bytes) -> SignedRequest:
    """Return what a device sent, to be recognised by its signature."""
    return SignedRequest(
        authorization=request.headers.get("authorization", ""),
        method=request.method,
        path=request.url.path,
        body=body,
    )


def not_recognised() -> Response:
    """Return the answer to whoever is not enrolled."""
    return problem(
        401,
        "not-recognised",
        "The request is not signed by a device that is enrolled here. Nothing was changed.",
        "Enrol the device with a new code.",
    )
