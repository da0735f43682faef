from pathlib import Path

import pytest

from hub.broker.nats.config_text import server_text, stream_bytes, users_text
from hub.broker.program import Start
from hub.broker.users import BrokerUser, Role, permissions_of
from shared.ids import IdError


def user(role: Role, device: str = "till-a") -> BrokerUser:
    return BrokerUser(
        username=device,
        role=role,
        tenant="demo",
        hub="dock",
        device=device,
        client_id=f"{device}-1234",
        password_hash="$2b$06$hash",
    )


def test_a_till_may_say_its_entries_and_state_and_hear_its_answers_and_documents() -> None:
    allowed = permissions_of(user(Role.TILL))
    own = "stallholder/v1/demo/dock/till-a"
    assert allowed.publish == (f"{own}/entries", f"{own}/state")
    assert allowed.subscribe == (f"{own}/ack", f"{own}/docs", f"{own}/docs/#")


def test_a_board_may_say_its_outcomes_and_state_and_hear_its_commands() -> None:
    allowed = permissions_of(user(Role.BOARD, "board-1"))
    own = "stallholder/v1/demo/dock/board-1"
    assert allowed.publish == (f"{own}/outcome", f"{own}/state")
    assert allowed.subscribe == (f"{own}/cmd",)


def test_a_hub_has_everything_of_its_own_hub_and_nothing_else() -> None:
    allowed = permissions_of(user(Role.HUB, "dock"))
    assert allowed.publish == allowed.subscribe == ("stallholder/v1/demo/dock/#",)


@pytest.mark.parametrize("device", ["", "#", "+", "till/../x", "till.a", "Till", "till a", "-till"])
def test_a_name_that_could_reach_beyond_its_topics_is_refused(device: str) -> None:
    with pytest.raises(IdError):
        user(Role.TILL, device)


def test_a_wildcard_at_the_end_also_names_its_parent_for_the_server() -> None:
    text = users_text([user(Role.TILL)])
    assert '"stallholder.v1.demo.dock.till-a.docs", "stallholder.v1.demo.dock.till-a.docs.>"' in text


def test_only_the_steward_may_use_another_protocol_than_mqtt() -> None:
    text = users_text([user(Role.HUB, "dock"), user(Role.TILL), user(Role.BOARD, "board-1")])
    assert text.count('allowed_connection_types: ["MQTT"]') == 3
    assert "STANDARD" not in text
    assert "$MQTT" not in text
    assert "STANDARD" in users_text([user(Role.STEWARD, "steward")])


def test_the_servers_file_keeps_the_native_port_on_loopback_and_mqtt_where_asked() -> None:
    text = server_text(Start(directory=Path("/var/lib/broker"), bind="0.0.0.0", port=1883))
    assert text.startswith('server_name: "stallholder"\nhost: "127.0.0.1"\nport: -1\n')
    assert 'mqtt {\n  host: "0.0.0.0"\n  port: 1883\n' in text


def test_the_messages_never_fill_the_whole_store() -> None:
    start = Start(directory=Path("x"), bind="127.0.0.1", port=1, store_bytes=1000)
    assert stream_bytes(start) < start.store_bytes


def test_everybody_who_may_connect_may_also_listen_on_several_topics() -> None:
    text = server_text(Start(directory=Path("x"), bind="127.0.0.1", port=1, connections=500))
    assert "limits { default_max_consumers: 2000 }" in text


def test_text_with_quotes_stays_inside_its_quotes() -> None:
    start = Start(directory=Path('/data/a"b'), bind="127.0.0.1", port=1)
    assert 'store_dir: "/data/a\\"b"' in server_text(start)
