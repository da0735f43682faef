"""Documents from the cloud, a file each: they may be megabytes, and the settings file is written anew at every change.

A file is replaced as a whole, so after a power cut the old document counts or the new one. Each file holds the signed text
as it travelled, and its signature is checked again whenever the till starts: one that was altered or damaged is left out,
told in the log, and asked for again.
"""

import errno
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from device.domain.documents import Accepted, Documents, judge
from device.domain.errors import DiskFullError
from device.domain.identity import Identity
from shared.documents import EVERYONE, DocumentKind, read_issued
from shared.host.private_file import replace_private_file
from shared.ids import Sku
from shared.trust import TrustError

log = logging.getLogger(__name__)
MODEL_BEFORE: Final = "model.before.json"
"""The model that counted before; it counts no more, and is there to be compared with."""


class DocumentFiles:
    """The `DocumentStore` port. A till that belongs to no hub trusts no root, and has no documents."""

    def __init__(self, directory: Path, identity: Identity) -> None:
        self._directory = directory
        self._writing = threading.Lock()
        self._current = Documents()
        if identity.membership is not None:
            root = identity.membership.root_public_key
            for path in (self._path(kind, scope) for kind in DocumentKind for scope in _scopes(identity)):
                self._load(path, identity, root)
            self._load_model_before(identity, root)

    @property
    def current(self) -> Documents:
        """The documents that are on the disk, as one value."""
        return self._current

    def keep(self, signed: bytes, accepted: Accepted) -> Documents:
        """Replace the document of an address, durable before this returns; raises DiskFullError, OSError."""
        fields = {
            "accepted_at": accepted.accepted_at.isoformat(),
            "sold_before_milli": dict(accepted.sold_before_milli),
            "signed": signed.decode(),
        }
        path = self._path(*accepted.address)
        with self._writing:
            try:
                if self._current.with_accepted(accepted).model_before != self._current.model_before:
                    replace_private_file(self._directory / MODEL_BEFORE, path.read_bytes())
                replace_private_file(path, json.dumps(fields).encode())
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise DiskFullError("a document from the cloud") from error
                raise
            self._current = self._current.with_accepted(accepted)
            return self._current

    def _path(self, kind: DocumentKind, scope: str) -> Path:
        return self._directory / f"{kind.value}.{'everyone' if scope == EVERYONE else 'own'}.json"

    def _load(self, path: Path, identity: Identity, root: str) -> None:
        try:
            accepted = _read(path.read_bytes(), root, identity.tenant)
            fault = judge(self._current, accepted.document, source=identity.device)
            if fault is not None or self._path(*accepted.address) != path:
                raise TrustError("it is not the document of this place")
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s is left out and asked for again: %s", path, error)
            return
        self._current = self._current.with_accepted(accepted)

    def _load_model_before(self, identity: Identity, root: str) -> None:
        path = self._directory / MODEL_BEFORE
        try:
            before = _read(path.read_bytes(), root, identity.tenant)
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s is left out: %s", path, error)
            return
        if before.document.kind is DocumentKind.MODEL:
            self._current = replace(self._current, model_before=before)


def _scopes(identity: Identity) -> tuple[str, str]:
    return EVERYONE, identity.device


def _read(content: bytes, root: str, tenant: str) -> Accepted:
    fields = json.loads(content)
    sold_before = cast("Mapping[str, int]", fields["sold_before_milli"])
    return Accepted(
        document=read_issued(json.loads(fields["signed"]), root_public_key=root, tenant=tenant),
        accepted_at=datetime.fromisoformat(fields["accepted_at"]),
        sold_before_milli={Sku(sku): int(milli) for sku, milli in sold_before.items()},
    )
