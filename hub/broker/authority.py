"""The broker's own certificate authority: makes itself and the certificates that the broker's listeners show.

Devices pin the authority, so that no other one in the world can vouch for a broker. All certificates are valid from
1970 on: a board has no clock to trust and a till may start with a wrong one, and neither may be locked out by it.
Keys are ECDSA P-256, which the boards' mbedTLS speaks as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE = timedelta(days=30 * 365)
CERTIFICATE_LIFE = timedelta(days=5 * 365)
RENEW_BEFORE = timedelta(days=2 * 365)
_BORN = datetime(1970, 1, 1, tzinfo=UTC)


class AuthorityError(ValueError):
    """A key or certificate of the broker cannot be read; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pair:
    """A certificate and its key, both as PEM; no repr, so no log."""

    certificate: bytes
    key: bytes


def make_authority(name: str, now: datetime) -> Pair:
    """Return a new authority called `name`; it signs brokers' certificates and nothing else."""
    key = generate_private_key(SECP256R1())
    subject = _name(f"Stallholder broker authority of {name}")
    builder = (
        _builder(subject, subject, key, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return Pair(certificate=builder.sign(key, SHA256()).public_bytes(Encoding.PEM), key=_key_pem(key))


def issue(authority: Pair, hosts: Iterable[str], now: datetime) -> Pair:
    """Return a certificate, signed by the authority, for a broker that is reached under `hosts` (names or addresses).

    Raises:
        AuthorityError: the authority's files are damaged.
    """
    hosts = list(hosts)
    signer, issuer = _read_key(authority.key), _read_certificate(authority.certificate)
    key = generate_private_key(SECP256R1())
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = (
        _builder(_name(hosts[0]), issuer.subject, key, now + CERTIFICATE_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(known, critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        # Nodes of a cluster show it to one another from both sides.
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
    )
    return Pair(certificate=builder.sign(signer, SHA256()).public_bytes(Encoding.PEM), key=_key_pem(key))


def hosts_of(certificate: bytes) -> set[str]:
    """Return the names and addresses that a certificate is good for; raises AuthorityError."""
    try:
        names = _read_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in names.value}


def must_renew(certificate: bytes, authority: bytes, hosts: Iterable[str], now: datetime) -> bool:
    """Say whether a certificate lacks a host, is of another authority, or ends before long; raises AuthorityError."""
    shown = _read_certificate(certificate)
    try:
        shown.verify_directly_issued_by(_read_certificate(authority))
    except (ValueError, TypeError, InvalidSignature):
        return True
    return not set(hosts) <= hosts_of(certificate) or shown.not_valid_after_utc - now < RENEW_BEFORE


def ends_at(certificate: bytes) -> datetime:
    """Return when a certificate ends; raises AuthorityError."""
    return _read_certificate(certificate).not_valid_after_utc


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BORN)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read_key(pem: bytes) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise AuthorityError(f"the authority's key is damaged ({error})") from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise AuthorityError("the authority's key is of another kind than this version makes")
    return key


def _read_certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise AuthorityError(f"a certificate is damaged ({error})") from error
