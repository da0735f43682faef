"""The CloudLink port over HTTPS: signed requests, packed payloads, and one kind of error."""

import json
from collections.abc import Mapping, Sequence

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.domain.errors import CloudUnreachableError, EnrolmentRefusedError
from hub.domain.identity import HubIdentity
from shared.entry import Json
from shared.ids import SourceId
from shared.sync import batch
from shared.sync.batch import Message
from shared.trust import ENROL_PATH, enrolment_wish, sign_request
from shared.wire.messages import WireError

TIMEOUT_S = 20.0
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
        headers = {"Content-Type": content_type, "Authorization": self._authorization(path, body)}
        try:
            answer = await self._http.post(path, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CloudUnreachableError(str(error) or type(error).__name__) from error
        if not answer.is_success:
            reason = f"it said {answer.status_code}: {_words(answer)}"
            raise CloudUnreachableError(reason, answered=_is_about_this_one(answer.status_code))
        return answer.content

    def _authorization(self, path: str, body: bytes) -> str:
        identity = self._identity
        signature = sign_request(identity.signing_key, method="POST", path=path, body=body)
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
