"""The CloudLink port over HTTPS: signed requests, packed payloads, and one kind of error."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from hub.domain.errors import CloudUnreachableError, EnrolmentRefusedError
from hub.domain.held_document import DocumentMark
from hub.domain.identity import HubIdentity
from shared.documents import SIGNED_BYTES_MAX, DocumentKind
from shared.entry import Json
from shared.ids import SourceId
from shared.sync import batch
from shared.sync.batch import Message
from shared.trust import ENROL_PATH, enrolment_wish, sign_request
from shared.wire.messages import WireError

TIMEOUT_S = 20.0
ANSWER_BYTES_MAX = 4 * 1024 * 1024
DOCUMENTS_MAX = 10_000
_OCTETS = "application/octet-stream"
_JSON = "application/json"


class HttpxCloudLink:
    """Requests to the cloud as one hub; `close` it last."""

    def __init__(self, identity: HubIdentity, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._identity = identity
        self._http = httpx.AsyncClient(
            base_url=identity.cloud_url, timeout=TIMEOUT_S, trust_env=False, transport=transport
        )

    async def hello(self, source: SourceId, message: Message) -> Message:
        """Offer a chain and return the cloud's answer."""
        return await self._exchange(f"/api/v1/streams/{source}/hello", batch.pack(message))

    async def entries(self, source: SourceId, message: Message, lines: Sequence[bytes]) -> Message:
        """Send a batch and return the cloud's answer."""
        return await self._exchange(f"/api/v1/streams/{source}/entries", batch.pack(message, lines))

    async def presence(self, sources: Sequence[Mapping[str, Json]]) -> None:
        """Tell who is there."""
        body = json.dumps({"sources": list(sources)}, separators=(",", ":")).encode()
        await self._post("/api/v1/presence", body, _JSON)

    async def documents(self, held: Sequence[DocumentMark]) -> list[DocumentMark]:
        """Tell which documents are held here and return the newest of every address that the cloud has."""
        rows = [
            {"kind": mark.kind.value, "scope": mark.scope, "version": mark.version, "hash": mark.hash}
            for mark in held
        ]
        answer = await self._post("/api/v1/documents", json.dumps({"held": rows}).encode(), _JSON)
        try:
            said = _OFFERED.validate_json(answer)
        except ValidationError as error:
            raise CloudUnreachableError("its list of documents cannot be read", answered=True) from error
        return [one.mark(kind) for one in said if (kind := _known_kind(one.kind)) is not None]

    async def document(self, mark: DocumentMark) -> Mapping[str, object]:
        """Fetch one version as it is signed; nothing about it is checked yet."""
        path = f"/api/v1/documents/{mark.kind.value}/{mark.scope}/{mark.version}"
        answer = await self._send("GET", path, b"", _JSON, bytes_max=SIGNED_BYTES_MAX)
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise CloudUnreachableError("its document cannot be read", answered=True) from error
        return said if isinstance(said, dict) else {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _exchange(self, path: str, body: bytes) -> Message:
        answer = await self._post(path, body, _OCTETS)
        try:
            return batch.unpack(answer).message
        except WireError as error:
            raise CloudUnreachableError(f"its answer cannot be read: {error}") from error

    async def _post(self, path: str, body: bytes, content_type: str) -> bytes:
        return await self._send("POST", path, body, content_type)

    async def _send(
        self, method: str, path: str, body: bytes, content_type: str, *, bytes_max: int = ANSWER_BYTES_MAX
    ) -> bytes:
        headers = {"Content-Type": content_type, "Authorization": self._authorization(method, path, body)}
        try:
            async with self._http.stream(method, path, content=body, headers=headers) as answer:
                content = await _read_bounded(answer, bytes_max)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CloudUnreachableError(str(error) or type(error).__name__) from error
        if not answer.is_success:
            words = _words(httpx.Response(answer.status_code, content=content))
            raise CloudUnreachableError(
                f"it said {answer.status_code}: {words}", answered=_is_about_this_one(answer.status_code)
            )
        return content

    def _authorization(self, method: str, path: str, body: bytes) -> str:
        identity = self._identity
        signature = sign_request(identity.signing_key, method=method, path=path, body=body)
        return f"Stallholder device={identity.tenant}/{identity.hub},signature={signature}"


def enrol_at_cloud(
    cloud_url: str,
    *,
    code: str,
    device: str,
    key: Ed25519PrivateKey,
    transport: httpx.BaseTransport | None = None,
) -> Mapping[str, object]:
    """Spend a one-time code at the cloud and return its answer; raises EnrolmentRefusedError."""
    body = enrolment_wish(key, code=code, device=device)
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False, transport=transport) as client:
            answer = client.post(cloud_url.rstrip("/") + ENROL_PATH, json=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise EnrolmentRefusedError(
            f"The cloud at {cloud_url} does not answer ({error}): is the address right?"
        ) from error
    if not answer.is_success:
        raise EnrolmentRefusedError(f"The cloud did not take the code. {_words(answer)}")
    said = answer.json()
    if not isinstance(said, dict):
        raise EnrolmentRefusedError(f"{cloud_url} is no Stallholder cloud: check the address.")
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """One document that the cloud has, as it says so."""

    kind: str
    scope: Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$")]
    version: Annotated[int, Field(ge=1, le=2**53)]
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]

    def mark(self, kind: DocumentKind) -> DocumentMark:
        return DocumentMark(
            kind=kind, scope=self.scope, version=self.version, hash=self.hash, size_bytes=self.bytes
        )


_OFFERED = TypeAdapter(Annotated[list[_Offered], Field(max_length=DOCUMENTS_MAX)])


def _known_kind(kind: str) -> DocumentKind | None:
    """A newer cloud may have kinds that this version does not know: they are for a newer hub."""
    return DocumentKind(kind) if kind in set(DocumentKind) else None


async def _read_bounded(answer: httpx.Response, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > bytes_max:
            raise CloudUnreachableError(f"its answer has more than {bytes_max} bytes", answered=True)
    return b"".join(parts)


def _is_about_this_one(status: int) -> bool:
    """Tell whether a status speaks of this request alone, not of this hub, its haste, or a cloud that is away."""
    return status == 500 or (400 <= status < 500 and status not in {401, 408, 429})


def _words(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return answer.text[:200]
    if isinstance(said, dict) and "message" in said:
        return f"{said['message']} {said.get('remedy', '')}".strip()
    return str(said)[:200]
