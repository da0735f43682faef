import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.trust import (
    Certificate,
    TrustError,
    decode_bytes,
    encode_bytes,
    issue_certificate,
    open_sealed,
    private_key_text,
    public_key_text,
    read_certificate,
    read_document,
    seal_to,
    sealing_key,
    sign_document,
    sign_request,
    signing_key,
    verify_request,
)

ROOT, HUB = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
BOX = X25519PrivateKey.generate()


@given(st.binary(max_size=100))
def test_bytes_travel_as_text(raw: bytes) -> None:
    assert decode_bytes(encode_bytes(raw)) == raw


def test_keys_are_kept_as_text() -> None:
    assert public_key_text(signing_key(private_key_text(ROOT))) == public_key_text(ROOT)
    assert public_key_text(sealing_key(private_key_text(BOX))) == public_key_text(BOX)
    for damaged in ("", "AAAA", "not base64!"):
        for read in (signing_key, sealing_key):
            with pytest.raises(TrustError):
                read(damaged)


def test_a_chain_of_certificates_holds_and_another_root_breaks_it() -> None:
    hub = Certificate(tenant="demo", device="hub-dock", role="hub", public_key=public_key_text(HUB))
    signed = issue_certificate(ROOT, hub).to_json()
    assert read_certificate(signed, issuer_public_key=public_key_text(ROOT)) == hub
    with pytest.raises(TrustError):
        read_certificate(signed, issuer_public_key=public_key_text(HUB))


def test_an_altered_document_or_one_of_another_kind_is_refused() -> None:
    document = sign_document(ROOT, kind="prices", version=3, body={"bowl": 1850}).to_json()
    signer = public_key_text(ROOT)
    assert read_document(document, signer_public_key=signer, kind="prices").version == 3
    altered = {**document, "payload": str(document["payload"]).replace("1850", "1")}
    for wrong in (altered, {}, {**document, "signature": "AAAA"}, {**document, "signature": 5}):
        with pytest.raises(TrustError):
            read_document(wrong, signer_public_key=signer, kind="prices")
    with pytest.raises(TrustError):
        read_document(document, signer_public_key=signer, kind="device-certificate")


@given(st.sampled_from(("method", "path", "body")))
def test_a_requests_signature_covers_method_path_and_body(part: str) -> None:
    asked = {"method": "POST", "path": "/api/v1/presence", "body": b"{}"}
    signature = sign_request(HUB, method="POST", path="/api/v1/presence", body=b"{}")
    verify_request(public_key_text(HUB), signature, method="post", path="/api/v1/presence", body=b"{}")
    other = {**asked, part: b"[]" if part == "body" else "/other"}
    with pytest.raises(TrustError):
        verify_request(
            public_key_text(HUB), signature, method=str(other["method"]), path=str(other["path"]),
            body=bytes(other["body"]) if isinstance(other["body"], bytes) else b"",
        )  # fmt: skip


def test_a_sealed_box_opens_for_its_key_and_its_parcel_alone() -> None:
    sealed = seal_to(public_key_text(BOX), b"123456", info=b"parcel 1")
    assert open_sealed(BOX, sealed, info=b"parcel 1") == b"123456"
    assert sealed != seal_to(public_key_text(BOX), b"123456", info=b"parcel 1")
    for key, text, info in (
        (BOX, sealed, b"parcel 2"),
        (X25519PrivateKey.generate(), sealed, b"parcel 1"),
        (BOX, sealed[:-4] + "AAAA", b"parcel 1"),
        (BOX, "", b"parcel 1"),
    ):
        with pytest.raises(TrustError):
            open_sealed(key, text, info=info)
    with pytest.raises(TrustError, match="damaged"):
        seal_to("AAAA", b"123456", info=b"")
