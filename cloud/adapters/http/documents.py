"""What hubs ask about documents: which are the newest, and one of them as it is signed."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud.adapters.http.devices import (
    REFUSED,
    SEQ_MAX,
    SIGNATURE,
    SourceName,
    not_recognised,
    signed_request,
)
from cloud.adapters.http.doors import Doors
from cloud.domain.enrolment import Device, Role
from cloud.services.issue_documents import HeldByHub
from cloud.services.recognise_device import NotRecognised, SignedRequest, recognise_device
from shared.documents import DocumentKind
from shared.http.problem import problem, words_of_validation

HELD_MAX = 10_000
VersionNumber = Annotated[int, Path(ge=1, le=SEQ_MAX)]


class HeldBody(BaseModel):
    """One document that a hub holds. A kind that this cloud does not know is of no matter here."""

    kind: str = Field(max_length=48)
    scope: SourceName
    version: int = Field(ge=0, le=SEQ_MAX)
    hash: Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{64})?$")] = ""


class DocumentsBody(BaseModel):
    """What a hub holds."""

    held: list[HeldBody] = Field(max_length=HELD_MAX)


_SIGNED: dict[str, object] = {"parameters": [SIGNATURE]}
_SIGNED_HELD: dict[str, object] = {
    "parameters": [SIGNATURE],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": DocumentsBody.model_json_schema()}},
    },
}


def document_routes(doors: Doors) -> APIRouter:
    """Return the routes of hubs' documents; requests are signed with the hub's key, and may be repeated."""
    routes = APIRouter(tags=["devices"])

    @routes.post(
        "/api/v1/documents", summary="Say which documents are held; hear which are the newest",
        openapi_extra=_SIGNED_HELD, responses=REFUSED,
    )  # fmt: skip
    async def documents(request: Request) -> Response:
        """Answer kind, scope, version, hash and bytes of the newest of every address of the hub's tenant."""
        signed = signed_request(request, await request.body())
        return await run_in_threadpool(_offer, doors, signed)

    @routes.get(
        "/api/v1/documents/{kind}/{scope}/{version}", summary="Fetch one version as it is signed",
        openapi_extra=_SIGNED, responses=REFUSED,
    )  # fmt: skip
    async def document(
        request: Request, kind: DocumentKind, scope: SourceName, version: VersionNumber
    ) -> Response:
        """Answer the signed document: its exact payload as text, and the signature."""
        signed = signed_request(request, await request.body())
        return await run_in_threadpool(_give, doors, signed, kind, scope, version)

    return routes


def _offer(doors: Doors, signed: SignedRequest) -> Response:
    device = _hub(doors, signed)
    if isinstance(device, Response):
        return device
    try:
        said = DocumentsBody.model_validate_json(signed.body)
    except ValidationError as error:
        words = words_of_validation([{**item, "loc": ("body", *item["loc"])} for item in error.errors()])
        return problem(422, "invalid-request", words, "Nothing was changed. Correct it and send it again.")
    known = set(DocumentKind)
    held = [
        HeldByHub(kind=DocumentKind(one.kind), scope=one.scope, version=one.version, hash=one.hash)
        for one in said.held
        if one.kind in known
    ]
    offered = doors.office.offer(device.tenant, held)
    return JSONResponse(
        [
            {"kind": one.kind.value, "scope": one.scope, "version": one.version, "hash": one.hash,
             "bytes": one.size_bytes}
            for one in offered
            if one.kept
        ]
    )  # fmt: skip


def _give(doors: Doors, signed: SignedRequest, kind: DocumentKind, scope: str, version: int) -> Response:
    device = _hub(doors, signed)
    if isinstance(device, Response):
        return device
    text = doors.office.signed(device.tenant, kind, scope, version)
    if text is None:
        return problem(
            404, "no-such-document", f"There is no version {version} of {kind.value} for {scope} here.",
            "Ask which versions there are: POST /api/v1/documents.",
        )  # fmt: skip
    return Response(text, media_type="application/json")


def _hub(doors: Doors, signed: SignedRequest) -> Device | Response:
    device = recognise_device(doors.registry, signed)
    if isinstance(device, NotRecognised):
        return not_recognised()
    if device.role is not Role.HUB:
        return problem(403, "not-a-hub", "Only a hub fetches documents.", "Ask the hub for them.")
    return device
