"""The hub's identity on disk, and the key of an enrolment whose answer got lost."""

import pytest

from hub.adapters.identity_file import key_to_enrol, read_identity, write_identity
from hub.domain.errors import IdentityError, NotEnrolledError
from shared.trust import private_key_text
from tests.unit.hub.bench import identity


def test_an_enrolment_that_got_no_answer_is_asked_for_again_with_the_same_key(tmp_path):
    first, again = key_to_enrol(tmp_path), key_to_enrol(tmp_path)
    assert private_key_text(first) == private_key_text(again)
    assert (tmp_path / "identity.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotEnrolledError):
        read_identity(tmp_path)


def test_an_enrolled_hub_is_read_as_it_was_written_and_keeps_no_second_copy_of_its_key(tmp_path):
    key_to_enrol(tmp_path)
    write_identity(tmp_path, identity())
    read = read_identity(tmp_path)
    assert (read.hub, read.pickup_key) == (identity().hub, identity().pickup_key)
    assert private_key_text(read.signing_key) == private_key_text(identity().signing_key)
    assert [file.name for file in tmp_path.iterdir()] == ["identity.json"]


def test_a_damaged_key_is_named(tmp_path):
    (tmp_path / "identity.key").write_text("no key")
    with pytest.raises(IdentityError, match=r"identity\.key"):
        key_to_enrol(tmp_path)
