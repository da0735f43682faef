"""Enrolment at a hub over HTTP."""

import json

import httpx
from pydantic import BaseModel

from device.domain.errors import EnrolmentError
from device.domain.identity import BrokerAccess, HubMembership
from device.ports.hub import EnrolmentAnswer
from shared.host.pinned_tls import pinned_context
from shared.ids import SourceId, TenantId, check_topic_level
from shared.trust import ENROL_PATH, Certificate, TrustError, enrolment_wish, read_certificate, signing_key

TIMEOUT_S = 20.0
_ASK_AGAIN = "Check the hub's address and that it is on, make a new code there, then try again."


class _Broker(BaseModel):
    host: str
    port: int
    username: str
    password: str
    client_id: str
    hosts: tuple[str, ...] = ()
    tls: bool = False
    authority: str = ""

    def access(self) -> BrokerAccess:
        """Return it as the till keeps it; raises ValueError for hosts or an authority that are none."""
        access = BrokerAccess(**self.model_dump())
        if not access.addresses:
            raise ValueError("it names no broker")
        if access.tls:
            pinned_context(access.authority)
        return access


class _Answer(BaseModel):
    tenant: str
    hub: str
    device: str
    certificate: dict[str, object]
    hub_certificate: dict[str, object]
    root_public_key: str
    sealing_public_key: str
    mqtt: _Broker


class HttpxEnrolment:
    """The `Enrolment` port. The chain root → hub → till is checked before anything is believed."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    async def enrol(self, hub_url: str, *, code: str, device: str, key: str) -> EnrolmentAnswer:
        """Spend a one-time code and show that this till holds the signing key `key`; raises EnrolmentError."""
        wish = enrolment_wish(signing_key(key), code=code, device=device)
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
                response = await client.post(hub_url.rstrip("/") + ENROL_PATH, json=wish)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EnrolmentError(f"The hub at {hub_url} did not answer ({error}).", _ASK_AGAIN) from error
        if not response.is_success:
            raise _refused(response)
        try:
            return _checked(_Answer.model_validate_json(response.content), wish["public_key"])
        except ValueError as error:  # what cannot be read, and what is not vouched for
            raise EnrolmentError(f"The hub's answer cannot be trusted ({error}).", _ASK_AGAIN) from error


def _checked(answer: _Answer, public_key: str) -> EnrolmentAnswer:
    hub = read_certificate(answer.hub_certificate, issuer_public_key=answer.root_public_key)
    till = read_certificate(answer.certificate, issuer_public_key=hub.public_key)
    wanted = Certificate(tenant=hub.tenant, device=answer.device, role="till", public_key=public_key)
    if till != wanted or hub.role != "hub" or (hub.tenant, hub.device) != (answer.tenant, answer.hub):
        raise TrustError("its certificates name another hub or another till")
    return EnrolmentAnswer(
        tenant=TenantId(check_topic_level("tenant", answer.tenant)),
        device=SourceId(check_topic_level("device", answer.device)),
        membership=HubMembership(
            hub=SourceId(check_topic_level("hub", answer.hub)),
            certificate=json.dumps(answer.certificate),
            hub_certificate=json.dumps(answer.hub_certificate),
            root_public_key=answer.root_public_key,
            sealing_public_key=answer.sealing_public_key,
            broker=answer.mqtt.access(),
        ),
    )


def _refused(response: httpx.Response) -> EnrolmentError:
    try:
        said = response.json()
        return EnrolmentError(str(said["message"]), str(said.get("remedy") or _ASK_AGAIN))
    except (ValueError, KeyError, TypeError, AttributeError):
        return EnrolmentError(f"The hub answered {response.status_code}.", _ASK_AGAIN)
