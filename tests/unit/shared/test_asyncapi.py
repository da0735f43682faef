"""docs/asyncapi.yaml says what the code sends and takes: every message, every field, every topic."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from shared.wire import topics
from shared.wire.messages import FIELDS, OPTIONAL, PROTOCOL_MINOR, PROTOCOL_VERSION, make

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "docs" / "asyncapi.yaml").read_text(encoding="utf-8")
)
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
TYPES = {str: "string", int: "integer", list: "array", dict: "object", bool: "boolean"}
EXAMPLES = {str: "x", int: 1, list: [], dict: {}}
HUB_SENDS = {topics.ACK, topics.DOCS, topics.CMD}


def resolved(reference: str) -> Any:
    found: Any = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in references(value)]
    return [found for value in part for found in references(value)] if isinstance(part, list) else []


def test_it_is_asyncapi_3_of_this_version_and_every_reference_leads_somewhere() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"]["version"] == f"{PROTOCOL_VERSION}.{PROTOCOL_MINOR}.0"
    found = references(DOCUMENT)
    assert len(found) > 30
    assert all(resolved(reference) is not None for reference in found)


def test_it_has_every_message_and_no_other() -> None:
    assert set(MESSAGES) == set(FIELDS)
    carried = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert carried == set(FIELDS), "each message belongs to a channel"


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_message_has_the_fields_of_the_code_with_their_types(kind: str) -> None:
    schema = MESSAGES[kind]["payload"]
    Draft7Validator.check_schema(schema)
    optional = OPTIONAL.get(kind, {})
    assert schema["required"] == ["type", "protocol", *FIELDS[kind]]
    assert set(schema["properties"]) == {"type", "protocol", *FIELDS[kind], *optional}
    assert schema["properties"]["type"] == {"const": kind}
    assert schema["properties"]["protocol"] == {"const": PROTOCOL_VERSION}
    for name, of in {**FIELDS[kind], **optional}.items():
        assert schema["properties"][name]["type"] == TYPES[of], name
        assert schema["properties"][name]["description"], name
    assert schema["additionalProperties"] is True, "unknown fields are ignored"


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_what_the_code_makes_is_valid_and_what_it_refuses_is_not(kind: str) -> None:
    validator = Draft7Validator(MESSAGES[kind]["payload"])
    message = make(kind, **{name: EXAMPLES[of] for name, of in FIELDS[kind].items()})
    assert validator.is_valid(message)
    assert validator.is_valid({**message, "of_a_newer_version": 1})
    for name in FIELDS[kind]:
        assert not validator.is_valid({key: value for key, value in message.items() if key != name}), name
    assert not validator.is_valid({**message, "protocol": PROTOCOL_VERSION + 1})


def test_the_channels_are_the_topics_of_the_code_and_only_state_is_retained() -> None:
    channels = DOCUMENT["channels"]
    assert tuple(sorted(channels)) == tuple(sorted(topics.CHANNELS))
    for name, channel in channels.items():
        levels = ("{tenant}", "{hub}", "{source}")
        assert channel["address"] == topics.topic(*levels, name)
        assert set(channel["parameters"]) == {"tenant", "hub", "source"}
    operations = {
        operation["channel"]["$ref"].rsplit("/", 1)[-1]: operation
        for operation in DOCUMENT["operations"].values()
    }
    assert set(operations) == set(topics.CHANNELS)
    for name, operation in operations.items():
        assert operation["action"] == ("send" if name in HUB_SENDS else "receive"), name
        said = operation["bindings"]["mqtt"]
        assert (said["qos"], said["retain"]) == (1, name == topics.STATE)
