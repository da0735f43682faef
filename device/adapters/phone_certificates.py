"""The till's own certificate authority and the certificate that its door for phones shows: files of mode 0600."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from device.domain.errors import TillError
from device.domain.phone_door import reach_of_authority
from shared.authority import (
    AuthorityError,
    Pair,
    Term,
    der_of,
    fingerprint_of,
    hosts_of,
    is_issued_by,
    issue,
    make_authority,
    reach_of,
    term_of,
)
from shared.host.private_file import replace_private_file

AUTHORITY_TERM = Term(begins=datetime(2026, 1, 1, tzinfo=UTC), ends=datetime(2056, 1, 1, tzinfo=UTC))
"""Fixed, because a till may begin with a wrong clock; no phone that is used today is older."""
CERTIFICATE_LIFE = timedelta(days=397)
"""Phones refuse servers' certificates of more than 825 days, also of authorities that people installed themselves
(Apple, “Requirements for trusted certificates in iOS 13 and macOS 10.15”); 398 is what public ones may have."""
BACKDATED = timedelta(days=2)  # phones whose clock is a little behind
RENEW_BEFORE = timedelta(days=60)
_AUTHORITY, _AUTHORITY_KEY = "authority.pem", "authority.key"
_CERTIFICATE, _KEY = "till.pem", "till.key"


class PhoneCertificateError(TillError):
    """A file of the authority is damaged; phones stay outside, selling goes on."""

    def __init__(self, directory: Path, reason: str) -> None:
        super().__init__(
            f"The certificates for phones in {directory} cannot be used: {reason}.",
            "Put back a copy of the folder, or remove it: a new one is made, and each phone is paired anew.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What phones install: the certificate as DER, and its fingerprint as they show it."""

    certificate_der: bytes
    fingerprint: str


class PhoneCertificates:
    """Makes what is missing, renews in good time. Not for several threads at once."""

    def __init__(self, directory: Path, *, till: str, hosts: Sequence[str]) -> None:
        self._directory = directory
        self._till = till
        self._given_hosts = tuple(hosts)

    def authority(self) -> Authority:
        """Return the authority, made at the first call; raises PhoneCertificateError, OSError."""
        try:
            certificate = self._authority().certificate
            return Authority(certificate_der=der_of(certificate), fingerprint=fingerprint_of(certificate))
        except AuthorityError as error:
            raise PhoneCertificateError(self._directory, str(error)) from error

    def renew(self, hosts: Sequence[str], now: datetime) -> bool:
        """Make the server's certificate if it is missing, strange, lacks a host or ends before long; tell whether it did.

        A host beyond the authority's reach is left out. Raises PhoneCertificateError, OSError.
        """
        try:
            authority = self._authority()
            wanted = [host for host in hosts if _covers(authority, host)] or ["localhost"]
            if not self._must_renew(authority, wanted, now):
                return False
            term = Term(begins=now - BACKDATED, ends=now - BACKDATED + CERTIFICATE_LIFE)
            made = issue(authority, wanted, term)
        except AuthorityError as error:
            raise PhoneCertificateError(self._directory, str(error)) from error
        (self._directory / _CERTIFICATE).unlink(
            missing_ok=True
        )  # a kill in between leaves no mismatched pair
        replace_private_file(self._directory / _KEY, made.key)
        replace_private_file(self._directory / _CERTIFICATE, made.certificate)
        return True

    def covers(self, host: str) -> bool:
        """Tell whether phones believe the till under this name or address; raises PhoneCertificateError, OSError."""
        try:
            return _covers(self._authority(), host)
        except AuthorityError as error:
            raise PhoneCertificateError(self._directory, str(error)) from error

    def load_into(self, context: ssl.SSLContext) -> None:
        """Let a server show the certificate; connections that are open keep theirs. Raises PhoneCertificateError."""
        try:
            context.load_cert_chain(self._directory / _CERTIFICATE, self._directory / _KEY)
        except (ssl.SSLError, OSError) as error:
            raise PhoneCertificateError(
                self._directory, f"the till's pair does not load ({error})"
            ) from error

    def _authority(self) -> Pair:
        certificate, key = self._directory / _AUTHORITY, self._directory / _AUTHORITY_KEY
        if not key.exists():
            name = f"Stallholder {self._till}"
            made = make_authority(name, AUTHORITY_TERM, reach=reach_of_authority(self._given_hosts))
            replace_private_file(certificate, made.certificate)
            replace_private_file(key, made.key)  # last: without it the next start begins anew
        return Pair(certificate=certificate.read_bytes(), key=key.read_bytes())

    def _must_renew(self, authority: Pair, hosts: Sequence[str], now: datetime) -> bool:
        certificate, key = self._directory / _CERTIFICATE, self._directory / _KEY
        if not (certificate.exists() and key.exists()):
            return True
        shown = certificate.read_bytes()
        if not is_issued_by(shown, authority.certificate) or not set(hosts) <= hosts_of(shown):
            return True
        term = term_of(shown)
        return not term.begins <= now or term.ends - now < RENEW_BEFORE


def _covers(authority: Pair, host: str) -> bool:
    reach = reach_of(authority.certificate)
    return reach is None or reach.covers(host)
