"""The till's name and key in `identity.json`, readable by its owner alone."""

import json
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from device.domain.errors import IdentityError
from device.domain.identity import Identity
from shared.host.private_file import replace_private_file

_IDENTITY = TypeAdapter(Identity)


class IdentityFile:
    """The `IdentityStore` port over a JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key_path = path.with_suffix(".key")

    def load(self) -> Identity | None:
        """Return the identity, or None before there is one; raises IdentityError if it is damaged."""
        try:
            return _IDENTITY.validate_python(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, ValidationError) as error:
            raise IdentityError(
                f"The till's identity in {self._path} is damaged.",
                "Put back a copy of the file. The sales are not touched.",
            ) from error

    def save(self, identity: Identity) -> None:
        """Keep an identity, durable before this returns."""
        fields = _IDENTITY.dump_python(identity, mode="json")
        replace_private_file(self._path, json.dumps(fields, ensure_ascii=False, indent=1).encode())
        self._key_path.unlink(missing_ok=True)

    def key_to_enrol(self, make_key: Callable[[], str]) -> str:
        """Return the key of an enrolment that got no answer, or keep a new one, durable before this returns."""
        if not self._key_path.exists():
            replace_private_file(self._key_path, make_key().encode())
        return self._key_path.read_text(encoding="ascii")
