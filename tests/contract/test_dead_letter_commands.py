"""What a person types about dead letters, at a hub and at a cloud; and what a hub is told after a whole disk came back."""

import base64
import json

import pytest
from typer.testing import CliRunner

from cloud.cli import app as cloud_command
from cloud.services.receive_stream import Delivery
from hub.adapters.identity_file import write_identity
from hub.adapters.sqlite.store import SqliteStore
from hub.cli import app as hub_command
from hub.domain.stream import Rejected, StreamRecord
from hub.services.desk import append_own
from shared.entry import StreamKey
from shared.events.sale import LedgerOpened
from shared.ids import Epoch
from tests.unit.cloud.cloud_deployment import enrol_hub, running_cloud
from tests.unit.hub.bench import HUB, NOON, TENANT, identity


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def hub_settings(tmp_path):
    data = tmp_path / "hub"
    write_identity(data, identity())
    store = SqliteStore.open(data / "hub.sqlite")
    key = StreamKey(tenant=TENANT, source=HUB, epoch=Epoch("first1"))

    def begin(uow):
        uow.streams.save(StreamRecord(key=key))
        append_own(uow, StreamRecord(key=key), LedgerOpened(currency="EUR", software="t"), NOON)
        uow.refusals.reject(
            Rejected(
                at=NOON,
                topic="stallholder/v1/demo/hub-dock/till-x/entries",
                reason="no JSON",
                payload=b"\xff",
            )
        )

    store.write_now(begin)
    store.close()
    file = tmp_path / "hub.toml"
    file.write_text(f'data_dir = "{data}"\n')
    return file


def test_a_hubs_dead_letters_are_listed_saved_and_taken_off_the_list(tmp_path, hub_settings):
    listed = run(hub_command, "dead-letters", "--config", hub_settings)
    assert "message/1  till-x  1x since" in listed.stdout
    assert "no JSON" in listed.stdout
    saved = tmp_path / "letters.jsonl"
    assert run(hub_command, "dead-letters", "--export", saved, "--config", hub_settings).exit_code == 0
    (line,) = saved.read_text().splitlines()
    assert base64.b64decode(json.loads(line)["payload"]) == b"\xff"
    assert run(hub_command, "dead-letters", "--dismiss", "message/1", "--config", hub_settings).exit_code == 0
    assert "There are none" in run(hub_command, "dead-letters", "--config", hub_settings).stdout
    again = run(hub_command, "dead-letters", "--dismiss", "message/1", "--config", hub_settings)
    assert (again.exit_code, "lists them" in again.stderr) == (1, True)


def test_a_hub_that_is_told_that_it_was_restored_begins_its_chain_anew(hub_settings):
    said = run(hub_command, "restored", "--config", hub_settings)
    assert said.exit_code == 0, said.stderr
    assert "begins anew" in said.stdout
    data = hub_settings.parent / "hub"
    store = SqliteStore.open(data / "hub.sqlite")
    own = store.read_now(lambda uow: uow.streams.newest_of(TENANT, HUB))
    store.close()
    assert own.key.epoch != "first1"
    assert json.loads((data / "hub.witness").read_bytes()) == {"epoch": own.key.epoch, "seq": own.head.seq}


def test_a_clouds_dead_letters_are_listed_saved_and_taken_off_the_list(tmp_path):
    with running_cloud(tmp_path) as cloud:
        hub = enrol_hub(cloud)
        device = cloud.doors.registry.find_device("demo", hub.device)
        cloud.doors.receiver.entries(Delivery(device=device, source="till-x", payload=b"\xff"))
    settings = tmp_path / "cloud.toml"
    settings.write_text(f'data_dir = "{tmp_path / "cloud"}"\n')
    common = ("--tenant", "demo", "--config", settings)
    assert "message/1  till-x  1x since" in run(cloud_command, "dead-letters", *common).stdout
    saved = tmp_path / "letters.jsonl"
    assert run(cloud_command, "dead-letters", "--export", saved, *common).exit_code == 0
    (line,) = saved.read_text().splitlines()
    assert base64.b64decode(json.loads(line)["payload"]) == b"\xff"
    assert run(cloud_command, "dead-letters", "--dismiss", "message/1", *common).exit_code == 0
    assert run(cloud_command, "dead-letters", "--dismiss", "message/1", *common).exit_code == 1
