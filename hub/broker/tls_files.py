"""The broker's keys and certificates on disk (mode 0600): made when missing, renewed in good time, at each start."""

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hub.broker.authority import issue, make_authority, must_renew
from hub.broker.errors import BrokerSetUpError
from hub.broker.program import TlsFiles
from shared.authority import AuthorityError, Pair, term_of
from shared.host.private_file import replace_private_file

_LOG = logging.getLogger(__name__)
_AUTHORITY, _AUTHORITY_KEY = "authority.pem", "authority.key"
_CERTIFICATE, _KEY = "broker.pem", "broker.key"


def ready_files(directory: Path, hosts: Sequence[str], name: str, now: datetime) -> TlsFiles:
    """Return the files of a broker that is reached under `hosts`, made or renewed where need be.

    On a node that was given its certificate by another one there is no authority's key, and so no renewal.

    Raises:
        BrokerSetUpError: a file is damaged, or a node's certificate has ended.
    """
    files = TlsFiles(
        authority=directory / _AUTHORITY, certificate=directory / _CERTIFICATE, key=directory / _KEY
    )
    try:
        if _is_given(directory):
            _hold_given(files, now)
        else:
            _renew(files, read_or_make_authority(directory, name, now), hosts, now)
    except AuthorityError as error:
        raise BrokerSetUpError(f"in {directory}: {error}: put back a copy of the file") from error
    return files


def read_or_make_authority(directory: Path, name: str, now: datetime) -> Pair:
    """Return the authority of this broker, a new one if it has none yet; raises BrokerSetUpError on a node without."""
    certificate, key = directory / _AUTHORITY, directory / _AUTHORITY_KEY
    if _is_given(directory):
        raise BrokerSetUpError(
            f"{directory} is another node's copy: the authority's key is on the hub's node"
        )
    if not key.exists():
        made = make_authority(name, now)
        replace_private_file(certificate, made.certificate)
        replace_private_file(key, made.key)  # last: without it the next start begins anew
    return Pair(certificate=certificate.read_bytes(), key=key.read_bytes())


def keep_given(directory: Path, authority: bytes, shown: Pair) -> None:
    """Keep what the hub's node made for this one."""
    replace_private_file(directory / _AUTHORITY, authority)
    replace_private_file(directory / _KEY, shown.key)
    replace_private_file(directory / _CERTIFICATE, shown.certificate)


def _is_given(directory: Path) -> bool:
    return (directory / _CERTIFICATE).exists() and not (directory / _AUTHORITY_KEY).exists()


def _renew(files: TlsFiles, authority: Pair, hosts: Sequence[str], now: datetime) -> None:
    if files.certificate.exists() and files.key.exists():
        shown = files.certificate.read_bytes()
        if not must_renew(shown, authority.certificate, hosts, now):
            return
        _LOG.info("the broker's certificate is made anew for %s", ", ".join(hosts))
    made = issue(authority, hosts, now)
    files.certificate.unlink(missing_ok=True)  # a kill in between leaves no certificate with another's key
    replace_private_file(files.key, made.key)
    replace_private_file(files.certificate, made.certificate)


def _hold_given(files: TlsFiles, now: datetime) -> None:
    """Hold to what the hub's node made: only that one can renew it."""
    shown = files.certificate.read_bytes()
    if term_of(shown).ends <= now:
        raise BrokerSetUpError(
            f"{files.certificate} has ended: make a new one on the hub's node with "
            "`stallholder broker export-node`, and import it here"
        )
    if must_renew(shown, files.authority.read_bytes(), (), now):
        _LOG.warning("%s ends before long: export-node on the hub's node makes a new one", files.certificate)
