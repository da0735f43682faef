"""Who this hub is, and its keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shared.entry import Json
from shared.ids import SourceId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HubIdentity:
    """Names and keys, as enrolment gave them. `pickup_key` keys the hashes of pick-up secrets; no repr, so no log."""

    tenant: TenantId
    hub: SourceId
    cloud_url: str
    signing_key: Ed25519PrivateKey
    sealing_key: X25519PrivateKey
    pickup_key: bytes
    certificate: Mapping[str, Json]
    root_public_key: str
