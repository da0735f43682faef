"""The root key of this deployment, in a file that only its owner can read."""

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.domain.errors import RootKeyError
from shared.documents import Content, issue_document
from shared.host.private_file import sync_directory
from shared.trust import (
    Certificate,
    SignedDocument,
    TrustError,
    issue_certificate,
    private_key_text,
    public_key_text,
    signing_key,
)


class RootKeyFile:
    """Bears the port Authority."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> str:
        """The public half, which every device trusts."""
        return public_key_text(self._key)

    def certify(self, certificate: Certificate) -> SignedDocument:
        """Vouch for a device."""
        return issue_certificate(self._key, certificate)

    def issue(
        self, *, tenant: str, scope: str, version: int, issued_at: str, content: Content
    ) -> SignedDocument:
        """Sign a version of a document."""
        return issue_document(
            self._key, tenant=tenant, scope=scope, version=version, issued_at=issued_at, content=content
        )


def make_root_key(path: Path) -> bool:
    """Make the key once, durably; False if there is one already."""
    text = json.dumps({"private_key": private_key_text(Ed25519PrivateKey.generate())})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    sync_directory(path.parent)
    return True


def load_root_key(path: Path) -> RootKeyFile:
    """Load the key; raises RootKeyError if it is missing or damaged."""
    try:
        fields = json.loads(path.read_text())
        return RootKeyFile(signing_key(fields["private_key"]))
    except FileNotFoundError as error:
        raise RootKeyError(str(path), "is missing") from error
    except (ValueError, KeyError, TypeError, TrustError) as error:
        raise RootKeyError(str(path), "is damaged") from error
