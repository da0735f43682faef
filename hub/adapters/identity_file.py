"""The hub's identity on disk: one JSON file that only its owner can read, replaced in one step."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.domain.errors import IdentityError, NotEnrolledError
from hub.domain.identity import HubIdentity
from shared.entry import Json
from shared.host.private_file import replace_private_file
from shared.ids import IdError, SourceId, TenantId, check_topic_level
from shared.trust import TrustError, decode_bytes, encode_bytes, private_key_text, sealing_key, signing_key

FILE_NAME = "identity.json"
_PENDING_KEY = "identity.key"
PICKUP_KEY_BYTES = 32


def read_identity(directory: Path) -> HubIdentity:
    """Read the identity; raises NotEnrolledError if there is none, IdentityError if it is damaged."""
    path = directory / FILE_NAME
    try:
        fields = json.loads(path.read_bytes())
        return HubIdentity(
            tenant=TenantId(check_topic_level("tenant", fields["tenant"])),
            hub=SourceId(check_topic_level("hub", fields["hub"])),
            cloud_url=str(fields["cloud_url"]),
            signing_key=signing_key(fields["signing_key"]),
            sealing_key=sealing_key(fields["sealing_key"]),
            pickup_key=decode_bytes(fields["pickup_key"]),
            certificate=cast("Mapping[str, Json]", fields["certificate"]),
            root_public_key=str(fields["root_public_key"]),
        )
    except FileNotFoundError as error:
        raise NotEnrolledError from error
    except (ValueError, KeyError, TypeError, IdError, TrustError, OSError) as error:
        raise IdentityError(str(path), str(error)) from error


def write_identity(directory: Path, identity: HubIdentity) -> None:
    """Keep the identity durably, in one step, readable by its owner alone."""
    fields = {
        "tenant": identity.tenant, "hub": identity.hub, "cloud_url": identity.cloud_url,
        "signing_key": private_key_text(identity.signing_key),
        "sealing_key": private_key_text(identity.sealing_key),
        "pickup_key": encode_bytes(identity.pickup_key),
        "certificate": identity.certificate, "root_public_key": identity.root_public_key,
    }  # fmt: skip
    replace_private_file(directory / FILE_NAME, json.dumps(fields, indent=1).encode())
    (directory / _PENDING_KEY).unlink(missing_ok=True)


def key_to_enrol(directory: Path) -> Ed25519PrivateKey:
    """Return the key of an enrolment that got no answer, or keep a new one durably; raises IdentityError."""
    path = directory / _PENDING_KEY
    if not path.exists():
        replace_private_file(path, private_key_text(Ed25519PrivateKey.generate()).encode())
    try:
        return signing_key(path.read_text(encoding="ascii"))
    except (ValueError, OSError) as error:
        raise IdentityError(str(path), str(error)) from error
