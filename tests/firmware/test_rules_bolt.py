"""Runs on CPython and on the board's MicroPython."""

from hub.firmware.bolt import CAP_MS, Bolt


def test_a_pulse_ends_after_its_length():
    bolt = Bolt(150)
    assert bolt.pulse(1000)
    assert not bolt.is_due(1149)
    assert bolt.is_due(1150)
    bolt.rest()
    assert not bolt.is_due(2000)


def test_a_pulse_under_way_is_never_made_longer():
    bolt = Bolt(150)
    assert bolt.pulse(1000)
    assert not bolt.pulse(1100)
    assert bolt.is_due(1150)


def test_a_pulse_longer_than_the_cap_cannot_be_asked_for():
    for pulse_ms in (0, -1, CAP_MS + 1):
        try:
            Bolt(pulse_ms)
        except ValueError:
            pass
        else:
            raise AssertionError(pulse_ms)


def test_a_coil_on_beyond_the_cap_is_overdue():
    bolt = Bolt(150)
    bolt.pulse(0)
    assert not bolt.is_overdue(CAP_MS)
    assert bolt.is_overdue(CAP_MS + 1)
    bolt.rest()
    assert not bolt.is_overdue(CAP_MS + 1)
