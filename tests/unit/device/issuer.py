"""The cloud as far as a till sees it: a root key that signs documents."""

import json
from dataclasses import replace
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.domain.document_parts import Claim
from device.domain.identity import HubMembership
from shared.documents import EVERYONE, CatalogueContent, Content, document_hash, issue_document
from shared.products import ProductDetails
from shared.trust import SignedDocument, public_key_text
from tests.fakes import IDENTITY

ROOT = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
TILL = replace(
    IDENTITY,
    membership=replace(cast("HubMembership", IDENTITY.membership), root_public_key=public_key_text(ROOT)),
)


def issue(content: Content, version: int = 1, *, scope: str = EVERYONE, tenant: str = "demo",
          key: Ed25519PrivateKey = ROOT) -> SignedDocument:  # fmt: skip
    return issue_document(
        key,
        tenant=tenant,
        scope=scope,
        version=version,
        issued_at="2026-11-27T12:00:00+00:00",
        content=content,
    )


def text_of(signed: SignedDocument) -> bytes:
    return json.dumps(signed.to_json(), ensure_ascii=False, separators=(",", ":")).encode()


def claim_of(signed: SignedDocument, scope: str = EVERYONE) -> Claim:
    return Claim(kind=signed.kind, scope=scope, version=signed.version, hash=document_hash(signed), parts=1)


def catalogue(*products: ProductDetails, **covers: int) -> CatalogueContent:
    """A catalogue; `covers` are entries of the till in these tests, by the epoch of its ledger."""
    return CatalogueContent(
        products=products, covers={f"{TILL.device}/{epoch}": seq for epoch, seq in covers.items()}
    )
