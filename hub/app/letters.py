"""What the hub could not read: listed, written out, taken off the list."""

from collections.abc import Iterator
from functools import partial

from hub.app.open_hub import opened
from hub.config import Config
from hub.domain.dead_letter import DeadLetter
from hub.domain.errors import (
    UnknownLetterError,
)
from hub.services.dead_letters import BEGINNING, Place, dismiss, export_some, list_letters

LETTERS_LISTED = 1_000


def dead_letters(config: Config) -> list[DeadLetter]:
    """Return what this hub could not read; raises HubError."""
    with opened(config) as (_, store):
        return store.read_now(lambda uow: list_letters(uow, LETTERS_LISTED))


def export_dead_letters(config: Config) -> Iterator[bytes]:
    """Yield all of it as JSON Lines; raises HubError."""
    place: Place | None = BEGINNING
    with opened(config) as (_, store):
        while place is not None:
            lines, place = store.read_now(partial(export_some, place=place))
            yield from lines


def dismiss_dead_letter(config: Config, letter_id: str) -> None:
    """Take one off the list; raises HubError."""
    with opened(config) as (_, store):
        if not store.write_now(lambda uow: dismiss(uow, letter_id)):
            raise UnknownLetterError(letter_id)
