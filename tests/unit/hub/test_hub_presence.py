"""Who is there: births, wills, and what people call a stall."""

from datetime import UTC, datetime

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
