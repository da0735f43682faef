"""What comes down from the cloud: versioned documents, signed by the deployment's root key, each known by its hash.

A document is addressed by kind and scope: EVERYONE, or one source. Of each address the newest version counts; an older one
or one that is not signed by the root is refused. To go back, the cloud issues a new version with the old content.
What is changed on a till goes up as entries (`ProductsChanged`) and comes back in the next version of the catalogue, which
says up to which entry of each chain it includes them (`covers`) and how contradictions were settled (`settled`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TypeAlias, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError

from shared.entry import Body
from shared.products import ProductDetails
from shared.trust import SignedDocument, TrustError, read_document, sign_document

EVERYONE = "everyone"
VOUCHER_KEY_MIN = 16
DOCUMENT_BYTES_MAX = 4 * 1024 * 1024
"""The most that the exact payload of a document may be."""
SIGNED_BYTES_MAX = 2 * DOCUMENT_BYTES_MAX + 1024
"""The most that its text is as it travels: the payload quoted as JSON (a mark before each quote), and the signature."""


class DocumentKind(StrEnum):
    """What a document is about."""

    CATALOGUE = "catalogue"
    PRICES = "prices"
    QUOTAS = "quotas"
    SETTINGS = "settings"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Two sources changed the same field of a product without knowing of each other: whose word counts, and whose does not.

    Values are as text for people (`24.00` is said by the page, `2400` stands here).
    """

    sku: str
    field: str
    kept_source: str
    kept_value: str
    dropped_source: str
    dropped_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueContent:
    """All products; `covers` maps `source/epoch` to the last entry whose changes are included."""

    products: tuple[ProductDetails, ...] = ()
    covers: Mapping[str, int] = field(default_factory=dict)
    settled: tuple[Settlement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesContent:
    """Prices that differ from the catalogue's, by sku, for the scope's tills; gross minor units."""

    prices_minor: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotasContent:
    """How much of each sku a till may promise away (thousandths), counted from the entry that `counted_from` names."""

    quota_milli: Mapping[str, int] = field(default_factory=dict)
    counted_from: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsContent:
    """What the maker sets for tills from afar; None leaves a till's own setting.

    `voucher_key` is what the deployment's tills share so that they know one another's vouchers offline (at least
    VOUCHER_KEY_MIN characters that nobody else knows); without it each till takes only those that it sold.
    """

    stall: str | None = None
    receipt_footer: str | None = None
    market_weekdays: tuple[int, ...] | None = None
    voucher_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelContent:
    """A forecast model: its card as JSON text, and the ONNX file as base64."""

    card: str
    onnx: str


Content: TypeAlias = CatalogueContent | PricesContent | QuotasContent | SettingsContent | ModelContent

_CLASSES: dict[DocumentKind, type[Content]] = {
    DocumentKind.CATALOGUE: CatalogueContent,
    DocumentKind.PRICES: PricesContent,
    DocumentKind.QUOTAS: QuotasContent,
    DocumentKind.SETTINGS: SettingsContent,
    DocumentKind.MODEL: ModelContent,
}
_ADAPTERS: dict[DocumentKind, TypeAdapter[Content]] = {
    kind: TypeAdapter(cls) for kind, cls in _CLASSES.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document whose signature was checked."""

    kind: DocumentKind
    tenant: str
    scope: str
    version: int
    issued_at: str
    content: Content
    hash: str


def kind_of_content(content: Content) -> DocumentKind:
    """Return the kind whose content this is."""
    return next(kind for kind, cls in _CLASSES.items() if isinstance(content, cls))


def read_content(kind: DocumentKind, text: str) -> Content:
    """Read a kind's content from JSON that a person wrote; raises ValueError that names the field.

    An unknown field is refused: a misspelt one would be issued as if nothing had been said.
    """
    try:
        return _ADAPTERS[kind].validate_json(text, extra="forbid")
    except ValidationError as error:
        raise ValueError(_words(kind, error)) from error


def document_text(payload: bytes, signature: str) -> bytes:
    """Return a signed document as it travels: JSON on one line."""
    said = {"payload": payload.decode(), "signature": signature}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def issue_document(
    key: Ed25519PrivateKey, *, tenant: str, scope: str, version: int, issued_at: str, content: Content
) -> SignedDocument:
    """Sign a content as a version of its address."""
    kind = kind_of_content(content)
    body = {"tenant": tenant, "scope": scope, "issued_at": issued_at,
            "content": _ADAPTERS[kind].dump_python(content, mode="json")}  # fmt: skip
    return sign_document(key, kind=kind.value, version=version, body=cast("Body", body))


def document_hash(signed: SignedDocument) -> str:
    """Return the SHA-256 of a document's exact payload, in hexadecimal."""
    return hashlib.sha256(signed.payload).hexdigest()


def read_issued(document: Mapping[str, object], *, root_public_key: str, tenant: str) -> Document:
    """Check a document that travelled as JSON; raises TrustError: not signed by the root, another tenant's, unreadable."""
    kind = _kind_of(document)
    signed = read_document(document, signer_public_key=root_public_key, kind=kind.value)
    said = {name: signed.body.get(name) for name in ("tenant", "scope", "issued_at")}
    if not all(isinstance(value, str) and value for value in said.values()) or signed.version < 1:
        raise TrustError(f"the {kind} document does not say tenant, scope, time and version")
    if said["tenant"] != tenant:
        raise TrustError(f"the {kind} document is for another tenant, {said['tenant']}")
    try:
        content = _ADAPTERS[kind].validate_python(signed.body.get("content"))
    except ValidationError as error:
        raise TrustError(_words(kind, error)) from error
    return Document(
        kind=kind, tenant=tenant, scope=str(said["scope"]), version=signed.version,
        issued_at=str(said["issued_at"]), content=content, hash=document_hash(signed),
    )  # fmt: skip


def _words(kind: DocumentKind, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = ", ".join(one.name for one in fields(_CLASSES[kind]))
        return f"the {kind} document has no field {where}; its fields are {known}"
    field_name = f"field {where} of the" if where else "the"
    return f"{field_name} {kind} document: {first['msg']}"


def _kind_of(document: Mapping[str, object]) -> DocumentKind:
    """Look into the payload before its signature is checked, only to know which kind it claims to be."""
    try:
        return DocumentKind(json.loads(str(document.get("payload")))["kind"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrustError("the document is of no kind that this version knows: update it") from error
