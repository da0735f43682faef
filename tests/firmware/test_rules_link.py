"""Packets, outbox and watchdog. Runs on CPython and on the board's MicroPython."""

from hub.firmware import packets
from hub.firmware.outbox import ACK_TIMEOUT_MS, IN_FLIGHT_MAX, TRIES_MAX, WAITING_MAX, Outbox
from hub.firmware.watchdog import LINK_SILENCE_MS, TICK_SILENCE_MS, Vigil


def drained(outbox, now_ms=0):
    taken = []
    while True:
        one = outbox.take(now_ms)
        if one is None:
            return taken
        taken.append(one)


def test_a_sign_in_carries_a_clean_session_and_a_retained_will():
    packet = packets.connect("board", "user", "word", 10, "t/s", b"gone")
    assert packet == (
        b"\x10\x28\x00\x04MQTT\x04\xee\x00\x0a\x00\x05board\x00\x03t/s\x00\x04gone\x00\x04user\x00\x04word"
    )


def test_a_long_packet_states_its_length_in_seven_bits_a_byte():
    packet = packets.publish(7, "t", b"x" * 200, retain=False)
    assert packet[:3] == b"\x32\xcd\x01"
    assert len(packet) == 3 + 205


def test_a_publish_is_taken_apart_as_it_was_made():
    packet = packets.publish(513, "a/b", b"payload", retain=True)
    body = packet[2:]
    topic, packet_id, start = packets.split_publish(packet[0] & 0x0F, body)
    assert (topic, packet_id, body[start:]) == ("a/b", 513, b"payload")


def test_a_publish_cut_short_is_an_error_and_not_a_crash():
    for body in (b"", b"\x00", b"\x00\x05ab", b"\x00\x02ab\x01"):
        try:
            packets.split_publish(0x02, body)
        except ValueError:
            pass
        else:
            raise AssertionError(body)


def test_what_waits_is_bounded_and_what_goes_is_counted():
    outbox = Outbox()
    for number in range(WAITING_MAX + 3):
        outbox.put("t", b"%d" % number, retain=False)
    assert outbox.discarded == 3
    assert drained(outbox)[0][2] == b"3"


def test_only_so_many_are_in_flight():
    outbox = Outbox()
    for number in range(IN_FLIGHT_MAX + 1):
        outbox.put("t", b"%d" % number, retain=False)
    first = drained(outbox)
    assert len(first) == IN_FLIGHT_MAX
    outbox.taken(first[0][0])
    assert len(drained(outbox)) == 1


def test_what_was_not_taken_is_sent_again_in_its_order_after_a_reconnect():
    outbox = Outbox()
    for payload in (b"a", b"b", b"c"):
        outbox.put("t", payload, retain=False)
    sent = drained(outbox)
    outbox.taken(sent[1][0])
    outbox.put("t", b"d", retain=False)
    outbox.reconnected()
    assert [one[2] for one in drained(outbox)] == [b"a", b"c", b"d"]


def test_a_message_is_given_up_after_so_many_tries():
    outbox = Outbox()
    outbox.put("t", b"a", retain=False)
    for _ in range(TRIES_MAX):
        assert len(drained(outbox)) == 1
        outbox.reconnected()
    assert drained(outbox) == []
    assert outbox.discarded == 1


def test_a_silent_broker_is_noticed():
    outbox = Outbox()
    assert not outbox.is_stalled(10**6)
    outbox.put("t", b"a", retain=False)
    drained(outbox, now_ms=0)
    assert not outbox.is_stalled(ACK_TIMEOUT_MS)
    assert outbox.is_stalled(ACK_TIMEOUT_MS + 1)


def test_packet_ids_wrap_and_skip_those_in_flight():
    outbox = Outbox()
    outbox.put("t", b"a", retain=False)
    packet_id = drained(outbox)[0][0]
    lowest, highest = 65536, 0
    for _ in range(65535):
        other = outbox.next_id()
        assert other != packet_id
        lowest, highest = min(lowest, other), max(highest, other)
    assert (lowest, highest) == (2, 65535)


def test_the_watchdog_is_fed_only_while_everything_lives():
    vigil = Vigil(0)
    assert vigil.may_feed(TICK_SILENCE_MS, coils_safe=True)
    assert not vigil.may_feed(TICK_SILENCE_MS, coils_safe=False)
    assert not vigil.may_feed(TICK_SILENCE_MS + 1, coils_safe=True)
    vigil.saw_tick(LINK_SILENCE_MS + 1)
    assert not vigil.may_feed(LINK_SILENCE_MS + 1, coils_safe=True)
    vigil.saw_link(LINK_SILENCE_MS + 1)
    assert vigil.may_feed(LINK_SILENCE_MS + 1, coils_safe=True)
