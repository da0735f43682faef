"""Where a broker is, and which host is next. Runs on CPython and on the board's MicroPython."""

from shared.wire.hosts import Rotation, format_host, parse_host


def test_a_host_is_read_with_its_port_or_the_usual_one():
    assert parse_host("hub.local") == ("hub.local", 1883)
    assert parse_host("hub.local", 8883) == ("hub.local", 8883)
    assert parse_host("10.0.0.7:1884") == ("10.0.0.7", 1884)
    assert parse_host("[fd00::7]:1884") == ("fd00::7", 1884)
    assert parse_host("fd00::7") == ("fd00::7", 1883)


def test_a_host_is_read_as_it_was_written():
    for address in (("hub", 1883), ("fd00::7", 1), ("10.0.0.7", 65535)):
        assert parse_host(format_host(*address)) == address


def test_what_is_no_host_is_named():
    for text in ("", ":1883", "hub:x", "hub:0", "hub:65536", "[fd00::7]1883", "a b"):
        said = None
        try:
            parse_host(text)
        except ValueError as error:
            said = str(error)
        assert said is not None and text in said, text  # noqa: PT018  # it runs where there is no pytest


def test_it_stays_on_what_works():
    rotation = Rotation([("a", 1), ("b", 2)], 500, 15000)
    assert rotation.host == ("a", 1)
    rotation.worked()
    assert rotation.host == ("a", 1)


def test_every_host_is_tried_once_before_the_pause_grows():
    rotation = Rotation([("a", 1), ("b", 2), ("c", 3)], 500, 15000)
    tried, pauses = [], []
    for _ in range(7):
        tried.append(rotation.host[0])
        pauses.append(rotation.failed())
    assert "".join(tried) == "abcabca"
    assert pauses == [500, 500, 500, 1000, 1000, 1000, 2000]


def test_the_pause_has_an_end_and_begins_anew_once_a_host_worked():
    rotation = Rotation([("a", 1)], 500, 15000)
    pauses = [rotation.failed() for _ in range(100)]
    assert pauses[:3] == [500, 1000, 2000]
    assert max(pauses) == pauses[-1] == 15000
    rotation.worked()
    assert rotation.failed() == 500


def test_a_list_without_hosts_is_none():
    try:
        Rotation([], 1, 2)
    except ValueError:
        pass
    else:
        raise AssertionError
