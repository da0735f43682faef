"""Rows of a file that could not be taken, in the reader's language."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Protocol, cast

from shared.entry import Json
from shared.http.spoken import Say


class Refused(Protocol):
    """A row that was refused, a dataclass; `reason` says why in English."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def reason(self) -> str:
        """Why, without a full stop."""


def refused_json(rows: Sequence[Refused], say: Say, *, most: int) -> list[Json]:
    """Return the first `most` rows as they are told."""
    return [cast("Json", {**asdict(row), "reason": say(row.reason)}) for row in rows[:most]]
