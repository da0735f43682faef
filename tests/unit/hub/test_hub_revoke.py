"""Letting somebody in no more: devices, terminals and staff, also when another process decides it."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from hub.adapters.broker_user_file import BrokerUserFile
from hub.adapters.identity_file import write_identity
from hub.cli import app
from hub.domain.device import DeviceRole, hash_code, name_of_key
from hub.domain.errors import UnknownDeviceError, UnknownTerminalKeyError
from hub.services.enrol import CodeRefused, Enrolled, enrol, issue_code
from hub.services.revoke import remove_device, remove_terminal_key
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.private_file import replace_private_file
from shared.trust import public_key_text
from tests.unit.hub.bench import HUB, TENANT, TILL, TillLedger, identity
from tests.unit.hub.test_hub_http import Hub


@pytest.fixture
def hub(bench):
    return Hub(bench)


def new_code(bench):
    return bench.do(lambda desk: issue_code(desk, role=DeviceRole.TILL, device=TILL))


async def let_in(hub, code, key):
    return await enrol(hub.bench.house, hub.users, code=code, device=TILL, public_key=key)


async def test_a_removed_till_loses_its_account_and_its_codes_and_keeps_its_entries(hub):
    key = public_key_text(Ed25519PrivateKey.generate())
    used, unused = new_code(hub.bench), new_code(hub.bench)
    assert isinstance(await let_in(hub, used, key), Enrolled)
    ledger = TillLedger()
    ledger.sell()
    await hub.bench.hear_entries(ledger)
    await remove_device(hub.bench.house, hub.users, TILL)
    assert hub.users.dismissed == [TILL]
    assert await let_in(hub, used, key) == CodeRefused()
    assert await let_in(hub, unused, key) == CodeRefused()
    sources = (await (await hub.staff()).get("/api/staff/sources")).json()["sources"]
    (row,) = [row for row in sources if row["source"] == TILL]
    assert (row["removed"], row["seq"]) == (True, 2)
    assert "stays" in row["words"]


async def test_a_new_code_lets_a_removed_device_in_again(hub):
    key = public_key_text(Ed25519PrivateKey.generate())
    await let_in(hub, new_code(hub.bench), key)
    await remove_device(hub.bench.house, hub.users, TILL)
    assert isinstance(await let_in(hub, new_code(hub.bench), key), Enrolled)
    assert hub.bench.look(lambda uow: uow.devices.find(TILL)).removed_at is None


async def test_a_device_that_is_none_is_refused_by_name(hub):
    with pytest.raises(UnknownDeviceError, match="till-nowhere"):
        await remove_device(hub.bench.house, hub.users, "till-nowhere")
    assert hub.users.dismissed == []


async def test_a_removed_terminal_key_signs_its_terminal_out_and_no_other(hub):
    lost, other = await hub.terminal("KEY1"), await hub.terminal("KEY2")
    name = name_of_key(hash_code("KEY1"))
    assert [key.made_at for key in hub.bench.look(lambda uow: uow.credentials.terminal_keys())]
    hub.bench.do(lambda desk: remove_terminal_key(desk, name))
    assert (await lost.get("/api/terminal/bank")).status_code == 401
    assert (await lost.post("/api/collect", json={"code": "407123456"})).status_code == 401
    assert (await lost.post("/api/terminal/sign-in", json={"key": "KEY1"})).status_code == 401
    assert (await other.get("/api/terminal/bank")).status_code == 200
    with pytest.raises(UnknownTerminalKeyError, match=name):
        hub.bench.do(lambda desk: remove_terminal_key(desk, name))


def test_the_commands_list_and_remove_keys_and_name_what_they_do_not_know(bench, tmp_path):
    write_identity(bench.path.parent, identity())
    bench.do(lambda desk: desk.uow.credentials.add_terminal_key(hash_code("KEY1"), desk.at))
    name = name_of_key(hash_code("KEY1"))
    settings = {
        "STALLHOLDER_HUB_DATA_DIR": str(bench.path.parent),
        "STALLHOLDER_HUB_BROKER_DIR": str(tmp_path / "broker"),
    }
    said = [
        CliRunner().invoke(app, words, env=settings)
        for words in (["remove-terminal-key"], ["remove-terminal-key", name], ["remove-terminal-key", name])
    ]
    assert [one.exit_code for one in said] == [0, 0, 1]
    assert said[0].output.split()[:2] == [name, "made"]
    unknown = CliRunner().invoke(app, ["remove-device", "till-nowhere"], env=settings)
    assert (unknown.exit_code, "till-nowhere" in unknown.output) == (1, True)
    code = bench.do(lambda desk: issue_code(desk, role=DeviceRole.TILL, device=TILL))
    replace_private_file(tmp_path / "broker" / "hub-credentials.json", b"{}")
    users = BrokerUserFile(tmp_path / "broker", tenant=TENANT, hub=HUB, hosts=(("localhost", 1),))
    asyncio.run(enrol(bench.house, users, code=code, device=TILL, public_key="A" * 43))
    assert TILL in (tmp_path / "broker" / "users.json").read_text()
    removed = CliRunner().invoke(app, ["remove-device", TILL], env=settings)
    assert (removed.exit_code, TILL in (tmp_path / "broker" / "users.json").read_text()) == (0, False)


async def test_a_new_staff_password_ends_what_the_old_one_began(hub):
    staff = await hub.staff()
    assert (await staff.get("/api/staff/parcels")).status_code == 200
    another = Argon2Hasher().hash("another good password")
    hub.bench.do(lambda desk: desk.uow.credentials.set_staff_password(another))
    assert (await staff.get("/api/staff/parcels")).json()["code"] == "signed-out"
    assert (await staff.get("/api/events")).status_code == 401
