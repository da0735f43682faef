"""Where the hub looks for its broker, and what it tells devices of it."""

import asyncio
import json
from pathlib import Path

import pytest

from hub.adapters.broker_user_file import BrokerUserFile
from hub.config import Config
from shared.host.private_file import replace_private_file
from shared.ids import SourceId, TenantId
from shared.settings import SettingsError


def test_the_single_settings_still_work() -> None:
    config = Config(broker_host="0.0.0.0", broker_port=1884)
    assert config.brokers == config.public_brokers == (("127.0.0.1", 1884),)
    assert Config(broker_public_host="hub").public_brokers == (("hub", 1883),)


def test_lists_come_first_and_a_host_without_a_port_has_the_usual_one() -> None:
    config = Config(
        broker_port=8883, broker_hosts=("a", "b:1"), broker_public_hosts=("x:2",), broker_public_host="y"
    )
    assert config.brokers == (("a", 8883), ("b", 1))
    assert config.public_brokers == (("x", 2),)


@pytest.mark.parametrize("key", ["broker_hosts", "broker_public_hosts"])
def test_a_host_that_is_none_is_named_with_its_setting(key: str) -> None:
    with pytest.raises(SettingsError, match=f"{key}.*hub:x"):
        Config(**{key: ("hub:x",)})


def test_a_device_is_told_whom_to_believe_as_the_broker_left_it(tmp_path: Path) -> None:
    hosts = (("hub", 8883), ("node2", 8883))
    users = BrokerUserFile(tmp_path, tenant=TenantId("demo"), hub=SourceId("hub-dock"), hosts=hosts)
    left = {"tls": True, "authority": "a certificate"}
    replace_private_file(tmp_path / "hub-credentials.json", json.dumps(left).encode())
    account = asyncio.run(users.admit(SourceId("till-a"), "till"))
    assert (account.hosts, account.tls, account.authority) == (hosts, True, "a certificate")


def test_nobody_is_let_in_plainly_because_the_brokers_word_is_missing(tmp_path: Path) -> None:
    users = BrokerUserFile(
        tmp_path, tenant=TenantId("demo"), hub=SourceId("hub-dock"), hosts=(("hub", 1883),)
    )
    with pytest.raises(FileNotFoundError):
        asyncio.run(users.admit(SourceId("till-a"), "till"))
