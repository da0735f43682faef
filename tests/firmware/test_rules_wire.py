"""The wire's vectors, which the browser reads too. Runs on CPython and on the board's MicroPython."""

import json

from shared.wire import codec, pickup_code, topics
from shared.wire.messages import WireError


def vectors(section):
    with open(__file__.rsplit("/", 2)[0] + "/vectors/wire.json") as file:  # noqa: PTH123  # the board has no pathlib
        return json.load(file)[section]


def refuses(error, call, *arguments):
    try:
        call(*arguments)
    except error:
        return True
    return False


def test_a_topic_is_made_and_split_alike():
    for case in vectors("topics"):
        parts = (case["tenant"], case["hub"], case["source"], case["channel"])
        assert topics.topic(*parts) == case["topic"]
        assert topics.split_topic(case["topic"]) == parts


def test_what_is_no_topic_of_ours_is_refused():
    for text in vectors("topics_invalid"):
        assert refuses(ValueError, topics.split_topic, text), text


def test_a_message_survives_its_way_through_bytes():
    for case in vectors("messages"):
        message = codec.decode(case["payload"].encode())
        assert message == json.loads(case["payload"]), case["says"]
        assert codec.decode(codec.encode(message)) == message, case["says"]


def test_what_is_no_message_of_the_wire_is_refused():
    for case in vectors("messages_invalid"):
        assert refuses(WireError, codec.decode, case["payload"].encode()), case["says"]


def test_a_pick_up_code_is_printed_and_read_alike():
    for case in vectors("pickup_codes"):
        assert pickup_code.format_code(case["number"], case["secret"]) == case["code"]
    for case in vectors("pickup_codes_read"):
        assert pickup_code.parse_code(case["typed"]) == (case["number"], case["secret"])
    for text in vectors("pickup_codes_invalid"):
        assert refuses(ValueError, pickup_code.parse_code, text), text
