"""A certificate authority of one's own: makes itself and certificates for servers that only its own people reach.

Pure but for the keys it draws. Keys are ECDSA P-256 with SHA-256 (RFC 5480, RFC 5758), which browsers, phones and the boards'
mbedTLS all speak; certificates are X.509 version 3 (RFC 5280).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

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
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier


class AuthorityError(ValueError):
    """A key or certificate cannot be read; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pair:
    """A certificate and its key, both as PEM; no repr, so no log."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when until when a certificate is good; both times with their zone."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom an authority may vouch for at most (name constraints, RFC 5280, section 4.2.1.10).

    `domains` stand for themselves and all names below them.
    """

    domains: tuple[str, ...]
    networks: tuple[IPv4Network | IPv6Network, ...]

    def covers(self, host: str) -> bool:
        """Tell whether a name or address lies within."""
        try:
            address = ip_address(host)
        except ValueError:
            name = host.lower()
            return any(name == domain or name.endswith("." + domain) for domain in self.domains)
        return any(address in network for network in self.networks)


SERVER_ONLY = (ExtendedKeyUsageOID.SERVER_AUTH,)
SERVER_AND_PEER = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


def make_authority(name: str, term: Term, *, reach: Reach | None = None) -> Pair:
    """Return a new authority called `name`; it signs servers' certificates and nothing else."""
    key = generate_private_key(SECP256R1())
    subject = _name(name)
    builder = (
        _builder(subject, subject, key, term)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    if reach is not None:
        builder = builder.add_extension(_constraints(reach), critical=True)
    return Pair(certificate=builder.sign(key, SHA256()).public_bytes(Encoding.PEM), key=_key_pem(key))


def issue(
    authority: Pair, hosts: Iterable[str], term: Term, *, purposes: tuple[ObjectIdentifier, ...] = SERVER_ONLY
) -> Pair:
    """Return a certificate, signed by the authority, for a server that is reached under `hosts` (names or addresses).

    Raises:
        AuthorityError: the authority's files are damaged.
    """
    hosts = list(hosts)
    signer, issuer = _read_key(authority.key), _read_certificate(authority.certificate)
    key = generate_private_key(SECP256R1())
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = (
        _builder(_name(hosts[0]), issuer.subject, key, term)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(known, critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    )
    return Pair(certificate=builder.sign(signer, SHA256()).public_bytes(Encoding.PEM), key=_key_pem(key))


def hosts_of(certificate: bytes) -> set[str]:
    """Return the names and addresses that a certificate is good for; raises AuthorityError."""
    try:
        names = _read_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in names.value}


def is_issued_by(certificate: bytes, authority: bytes) -> bool:
    """Tell whether an authority signed a certificate; raises AuthorityError."""
    shown, issuer = _read_certificate(certificate), _read_certificate(authority)
    try:
        shown.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def term_of(certificate: bytes) -> Term:
    """Return from when until when a certificate is good; raises AuthorityError."""
    read = _read_certificate(certificate)
    return Term(begins=read.not_valid_before_utc, ends=read.not_valid_after_utc)


def reach_of(authority: bytes) -> Reach | None:
    """Return whom an authority may vouch for; None if for everybody. Raises AuthorityError."""
    try:
        found = _read_certificate(authority).extensions.get_extension_for_class(x509.NameConstraints)
    except x509.ExtensionNotFound:
        return None
    permitted = found.value.permitted_subtrees or []
    return Reach(
        domains=tuple(name.value for name in permitted if isinstance(name, x509.DNSName)),
        networks=tuple(
            name.value
            for name in permitted
            if isinstance(name, x509.IPAddress) and isinstance(name.value, IPv4Network | IPv6Network)
        ),
    )


def der_of(certificate: bytes) -> bytes:
    """Return a certificate as DER, which is what phones install; raises AuthorityError."""
    return _read_certificate(certificate).public_bytes(Encoding.DER)


def fingerprint_of(certificate: bytes) -> str:
    """Return a certificate's SHA-256 in upper-case hex, as phones show it; raises AuthorityError."""
    return _read_certificate(certificate).fingerprint(SHA256()).hex().upper()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, term: Term
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(term.begins)
        .not_valid_after(term.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _constraints(reach: Reach) -> x509.NameConstraints:
    permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in reach.domains]
    permitted += [x509.IPAddress(network) for network in reach.networks]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


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
