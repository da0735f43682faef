"""What mosquitto is told."""

from pathlib import Path

import pytest

from hub.broker.errors import BrokerSetUpError
from hub.broker.mosquitto.config_text import acl_text, config_text, password_text
from hub.broker.mosquitto.program import Mosquitto
from hub.broker.nats.program import NatsServer
from hub.broker.passwords import pbkdf2_hash
from hub.broker.program import Cluster, Start, TlsFiles
from hub.broker.users import BrokerUser, Role

FILES = TlsFiles(
    authority=Path("/b/authority.pem"), certificate=Path("/b/broker.pem"), key=Path("/b/broker.key")
)


def user(role: Role, device: str, password_pbkdf2: str = "$7$101$c2FsdA==$aGFzaA==") -> BrokerUser:
    return BrokerUser(
        username=device, role=role, tenant="demo", hub="dock", device=device, client_id="c",
        password_hash="$2b$06$hash", password_pbkdf2=password_pbkdf2,
    )  # fmt: skip


def test_nobody_is_anonymous_and_what_was_acknowledged_is_written_at_once() -> None:
    lines = config_text(
        Start(directory=Path("/b"), bind="0.0.0.0", port=8883, tls=FILES), "mira"
    ).splitlines()
    for line in (
        "allow_anonymous false", "per_listener_settings false", "persistence true", "autosave_on_changes true",
        "autosave_interval 1", "set_tcp_nodelay true", "user mira",
    ):  # fmt: skip
        assert line in lines


def test_each_listener_binds_the_client_id_to_the_user_and_only_the_public_one_is_behind_tls() -> None:
    start = Start(directory=Path("/b"), bind="0.0.0.0", port=8883, plain_port=1883, tls=FILES)
    listeners = config_text(start, "mira").split("listener ")[1:]
    assert [listener.splitlines()[0] for listener in listeners] == ["8883 0.0.0.0", "1883 127.0.0.1"]
    assert all("use_username_as_clientid true" in listener for listener in listeners)
    assert ["tls_version tlsv1.2" in listener for listener in listeners] == [True, False]


def test_a_path_with_a_line_break_cannot_add_a_setting() -> None:
    with pytest.raises(BrokerSetUpError, match="line breaks"):
        Mosquitto().config(Start(directory=Path("/b\nallow_anonymous true"), bind="127.0.0.1", port=1))


def test_each_user_has_its_own_topics() -> None:
    text = acl_text([user(Role.TILL, "till-a"), user(Role.HUB, "dock"), user(Role.STEWARD, "steward")])
    own = "stallholder/v1/demo/dock"
    assert text == (
        f"user dock\ntopic write {own}/#\ntopic read {own}/#\n\nuser steward\n\nuser till-a\n"
        f"topic write {own}/till-a/entries\ntopic write {own}/till-a/state\ntopic read {own}/till-a/ack\n"
        f"topic read {own}/till-a/docs\ntopic read {own}/till-a/docs/#\n"
    )


def test_a_user_whose_password_it_cannot_check_is_left_out() -> None:
    text = password_text([user(Role.TILL, "till-old", ""), user(Role.TILL, "till-new")])
    assert text == "till-new:$7$101$c2FsdA==$aGFzaA==\n"


def test_a_password_is_kept_salted() -> None:
    first, second = pbkdf2_hash("word"), pbkdf2_hash("word")
    assert first != second
    assert first.startswith("$7$101$")


def test_what_a_make_cannot_do_is_refused_with_the_other_makes_name() -> None:
    cluster = Cluster(
        name="x", node="n", bind="h", port=1, routes=("a:1", "b:1", "c:1"), password="p", tls=FILES
    )
    with pytest.raises(BrokerSetUpError, match="nats-server"):
        Mosquitto().config(Start(directory=Path("/b"), bind="h", port=1, cluster=cluster))
    with pytest.raises(BrokerSetUpError, match="mosquitto"):
        NatsServer().config(Start(directory=Path("/b"), bind="h", port=1, plain_port=2))


@pytest.mark.parametrize("tls", [FILES, None])
def test_a_node_shows_the_others_its_certificate_and_wants_theirs(tls: TlsFiles | None) -> None:
    cluster = Cluster(
        name="x", node="n1", bind="10.0.0.1", port=6222, routes=("a:1", "b:1", "c:1"), password="p", tls=FILES
    )
    start = Start(directory=Path("/b"), bind="10.0.0.1", port=8883, tls=tls, cluster=cluster)
    text = NatsServer().config(start)["nats.conf"]
    meeting = text[text.index("cluster {") :]
    assert "verify: true" in meeting
    assert 'ca_file: "/b/authority.pem"' in meeting
    assert "stream_replicas: 3" in text
