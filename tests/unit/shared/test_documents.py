"""Documents from the cloud: read as they were issued, refused where anything is not as it should be."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.documents import (
    EVERYONE,
    CatalogueContent,
    Content,
    DocumentKind,
    ModelContent,
    PricesContent,
    QuotasContent,
    SettingsContent,
    Settlement,
    issue_document,
    read_issued,
)
from shared.ids import Sku
from shared.products import ProductChange, ProductDetails, changed_fields
from shared.trust import TrustError, public_key_text

ROOT = Ed25519PrivateKey.generate()
MUG = ProductDetails(sku=Sku("mug"), name="Mug", category="Pottery", price_minor=2_400, vat_rate_bp=1_900)
CONTENTS: dict[DocumentKind, Content] = {
    DocumentKind.CATALOGUE: CatalogueContent(
        products=(MUG,),
        covers={"till-a/k7f3q2": 12},
        settled=(
            Settlement(
                sku="mug", field="price_minor", kept_source="till-b", kept_value="2500",
                dropped_source="till-a", dropped_value="2400",
            ),
        ),
    ),
    DocumentKind.PRICES: PricesContent(prices_minor={"mug": 2_300}),
    DocumentKind.QUOTAS: QuotasContent(quota_milli={"mug": 5_000}),
    DocumentKind.SETTINGS: SettingsContent(stall="Harbour", market_weekdays=(4, 5)),
    DocumentKind.MODEL: ModelContent(card='{"loss":0.75}', onnx="AAAA"),
}  # fmt: skip


def issued(content: Content, version: int = 3, tenant: str = "mira") -> dict[str, object]:
    signed = issue_document(
        ROOT,
        tenant=tenant,
        scope=EVERYONE,
        version=version,
        issued_at="2026-11-25T10:00:00Z",
        content=content,
    )
    return dict(signed.to_json())


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_kind_is_read_as_it_was_issued(kind: DocumentKind) -> None:
    read = read_issued(issued(CONTENTS[kind]), root_public_key=public_key_text(ROOT), tenant="mira")
    assert (read.kind, read.version, read.scope, read.content) == (kind, 3, EVERYONE, CONTENTS[kind])


def test_what_another_key_signed_is_refused() -> None:
    stranger = public_key_text(Ed25519PrivateKey.generate())
    with pytest.raises(TrustError, match="not signed by the key"):
        read_issued(issued(PricesContent()), root_public_key=stranger, tenant="mira")


def test_a_changed_byte_is_refused() -> None:
    document = issued(PricesContent(prices_minor={"mug": 2_300}))
    document["payload"] = str(document["payload"]).replace("2300", "2200")
    with pytest.raises(TrustError):
        read_issued(document, root_public_key=public_key_text(ROOT), tenant="mira")


def test_another_tenants_document_is_refused() -> None:
    with pytest.raises(TrustError, match="another tenant"):
        read_issued(
            issued(PricesContent(), tenant="nobody"), root_public_key=public_key_text(ROOT), tenant="mira"
        )


@pytest.mark.parametrize(
    "document", [{}, {"payload": "[]"}, {"payload": '{"kind":"poem"}', "signature": "x"}]
)
def test_what_is_no_document_is_refused_in_words(document: dict[str, object]) -> None:
    with pytest.raises(TrustError, match=r"update it|payload and a signature"):
        read_issued(document, root_public_key=public_key_text(ROOT), tenant="mira")


def test_a_document_that_is_nested_too_deep_is_refused_before_its_signature_is_looked_at() -> None:
    deep = {"payload": "[" * 100_000, "signature": "x"}
    with pytest.raises(TrustError, match="update it"):
        read_issued(deep, root_public_key=public_key_text(ROOT), tenant="mira")


def test_a_change_knows_which_fields_it_touched() -> None:
    dearer = ProductDetails(
        sku=Sku("mug"), name="Mug", category="Pottery", price_minor=2_500, vat_rate_bp=1_900
    )
    assert changed_fields(ProductChange(before=MUG, after=dearer)) == ("price_minor",)
    assert "name" in changed_fields(ProductChange(before=None, after=MUG))
