"""The broker's own certificate authority, and the certificates that the broker's listeners show.

Devices pin the authority, so that no other one in the world can vouch for a broker. All certificates are valid from
1970 on: a board has no clock to trust and a till may start with a wrong one, and neither may be locked out by it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from shared import authority as certificates
from shared.authority import SERVER_AND_PEER, Pair, Term, hosts_of, is_issued_by, term_of

AUTHORITY_LIFE = timedelta(days=30 * 365)
CERTIFICATE_LIFE = timedelta(days=5 * 365)
RENEW_BEFORE = timedelta(days=2 * 365)
_BORN = datetime(1970, 1, 1, tzinfo=UTC)


def make_authority(name: str, now: datetime) -> Pair:
    """Return a new authority called `name`; it signs brokers' certificates and nothing else."""
    term = Term(begins=_BORN, ends=now + AUTHORITY_LIFE)
    return certificates.make_authority(f"Stallholder broker authority of {name}", term)


def issue(authority: Pair, hosts: Iterable[str], now: datetime) -> Pair:
    """Return a certificate, signed by the authority, for a broker that is reached under `hosts` (names or addresses).

    Nodes of a cluster show it to one another from both sides.

    Raises:
        AuthorityError: the authority's files are damaged.
    """
    term = Term(begins=_BORN, ends=now + CERTIFICATE_LIFE)
    return certificates.issue(authority, hosts, term, purposes=SERVER_AND_PEER)


def must_renew(certificate: bytes, authority: bytes, hosts: Iterable[str], now: datetime) -> bool:
    """Say whether a certificate lacks a host, is of another authority, or ends before long; raises AuthorityError."""
    if not is_issued_by(certificate, authority):
        return True
    return not set(hosts) <= hosts_of(certificate) or term_of(certificate).ends - now < RENEW_BEFORE
