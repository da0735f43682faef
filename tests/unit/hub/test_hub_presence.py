"""Who is there: births, wills, and what people call a stall."""

from datetime import UTC, datetime

import pytest

from hub.services.presence import NAME_MAX, Presence
from shared.ids import SourceId
from shared.wire.messages import make

TILL = SourceId("till-harbour")
NOW = datetime(2026, 5, 2, 10, tzinfo=UTC)


def test_a_birth_brings_a_till_online_with_the_name_of_its_stall() -> None:
    presence = Presence()

    came = presence.hear(TILL, make("birth", session="a", software="1", name="Harbour Market"), NOW)

    seen = presence.of(TILL)
    assert came
    assert seen is not None
    assert (seen.online, seen.name) == (True, "Harbour Market")


def test_a_birth_of_an_older_till_has_no_name_and_a_wild_one_is_cut_or_ignored() -> None:
    presence = Presence()
    for name, kept in ((None, ""), (7, ""), ("x" * 1_000, "x" * NAME_MAX)):
        message = make("birth", session="a", software="1")
        presence.hear(TILL, message if name is None else message | {"name": name}, NOW)
        seen = presence.of(TILL)
        assert seen is not None
        assert seen.name == kept


def test_a_late_will_of_an_earlier_birth_changes_nothing() -> None:
    presence = Presence()
    presence.hear(TILL, make("birth", session="new", software="1"), NOW)

    went = presence.hear(TILL, make("death", session="old"), NOW)

    seen = presence.of(TILL)
    assert not went
    assert seen is not None
    assert seen.online


HELLO = {"epoch": "k7f3q2", "head_seq": 0, "head_hash": "0" * 64}
ENTRIES = {"epoch": "k7f3q2", "first_seq": 1, "count": 0, "last_hash": ""}


def there(presence: Presence) -> bool:
    seen = presence.of(TILL)
    return seen is not None and seen.online


@pytest.mark.parametrize(
    "said",
    [
        make("hello", session="new", **HELLO),
        make("entries", session="new", **ENTRIES),
        make("lease-wanted", session="new", epoch="k7f3q2", wanted=20),
    ],
)
def test_a_till_that_speaks_is_there_though_the_broker_kept_only_an_older_will(
    said: dict[str, object],
) -> None:
    presence = Presence()
    presence.hear(TILL, make("death", session="old"), NOW)
    assert not there(presence)

    came = presence.hear(TILL, said, NOW)

    assert came
    presence.hear(TILL, make("death", session="old"), NOW)
    assert there(presence), "a will that comes even later does not undo it"
    presence.hear(TILL, make("death", session="new"), NOW)
    assert not there(presence)


def test_what_a_till_said_before_it_went_does_not_bring_it_back_when_it_is_heard_late() -> None:
    presence = Presence()
    presence.hear(TILL, make("birth", session="a", software="1"), NOW)
    presence.hear(TILL, make("death", session="a"), NOW)
    for said in (
        make("hello", session="a", **HELLO),
        make("entries", session="a", **ENTRIES),
        make("entries", **ENTRIES),
    ):
        presence.hear(TILL, said, NOW)
    assert not there(presence)


def test_an_older_till_that_does_not_name_its_session_with_entries_is_there_until_its_will_comes() -> None:
    presence = Presence()
    presence.hear(TILL, make("entries", **ENTRIES), NOW)
    assert there(presence)
    presence.hear(TILL, make("death", session="whichever"), NOW)
    assert not there(presence)


def test_a_batch_of_an_earlier_connection_does_not_tie_a_till_to_it_again() -> None:
    presence = Presence()
    presence.hear(TILL, make("birth", session="new", software="1"), NOW)
    presence.hear(TILL, make("entries", session="old", **ENTRIES), NOW)
    presence.hear(TILL, make("death", session="old"), NOW)
    assert there(presence)
