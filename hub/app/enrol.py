"""The hub made known to its cloud."""

from typing import cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.adapters.cloud_client import enrol_at_cloud
from hub.adapters.identity_file import PICKUP_KEY_BYTES, key_to_enrol, read_identity, write_identity
from hub.adapters.system_randomness import SystemRandomness
from hub.config import Config
from hub.domain.errors import (
    EnrolmentRefusedError,
    NotEnrolledError,
)
from hub.domain.identity import HubIdentity
from shared.ids import SourceId, TenantId
from shared.trust import TrustError, public_key_text, read_certificate


def enrol(config: Config, *, cloud_url: str, code: str) -> HubIdentity:
    """Enrol this hub at its cloud and keep its identity; keys that it has already stay. Raises HubError."""
    try:
        before: HubIdentity | None = read_identity(config.data_dir)
    except NotEnrolledError:
        before = None
    signing = before.signing_key if before else key_to_enrol(config.data_dir)
    said = enrol_at_cloud(cloud_url, code=code, device=before.hub if before else config.hub, key=signing)
    try:
        certificate = cast("dict[str, object]", said["certificate"])
        root = str(said["root_public_key"])
        vouched = read_certificate(certificate, issuer_public_key=root)
    except (KeyError, TypeError, AttributeError, TrustError) as error:
        raise EnrolmentRefusedError(f"The cloud's answer cannot be trusted: {error}") from error
    if vouched.public_key != public_key_text(signing) or vouched.role != "hub":
        raise EnrolmentRefusedError("The cloud's certificate is for another hub. Make a new code there.")
    identity = HubIdentity(
        tenant=TenantId(vouched.tenant), hub=SourceId(vouched.device), cloud_url=cloud_url.rstrip("/"),
        signing_key=signing,
        sealing_key=before.sealing_key if before else X25519PrivateKey.generate(),
        pickup_key=before.pickup_key if before else SystemRandomness().draw(PICKUP_KEY_BYTES),
        certificate=cast("dict[str, str]", certificate), root_public_key=root,
    )  # fmt: skip
    write_identity(config.data_dir, identity)
    return identity
