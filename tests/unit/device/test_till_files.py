"""Settings, identity and configuration: what stands beside the ledger."""

import json
import os
import resource
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from device.adapters.file_clock import FileClock
from device.adapters.files.identity_file import IdentityFile
from device.adapters.files.running_till import RunningTill, RunningTillFile
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.config import PREFIX, Config
from device.domain.errors import IdentityError, SettingsDamagedError
from device.domain.people import Cashier, PinAttempts
from device.domain.settings import Marks, Settings
from device.domain.signed_in import SignedIn
from shared.cli.settings_file import load_settings
from shared.csv_table import RefusedRow
from shared.host.private_file import replace_private_file
from shared.settings import SettingsError
from tests.fakes import IDENTITY, NOON
from tests.unit.device.stall import CATALOGUE

FULL = Settings(
    catalogue=CATALOGUE,
    cashiers=(Cashier(name="Mira", pin_hash="h"),),
    pin_attempts=PinAttempts(misses=3, last_at=NOON),
    marks=Marks(epoch="aaaaaa", hub_seq=9, cloud_seq=7),
    pickup_key=bytes(range(32)),
    numbers_leased_at={407: 12, 5: 0},
    refused_rows=(RefusedRow(row=4, text="x,y", reason="the price"),),
    signed_in=(SignedIn(token_sha256="a" * 64, csrf="b" * 64, cashier="Mira", age_ms=60_000, noted_at=NOON),),
)


def load_config(file: Path | None, environment: dict[str, str]) -> Config:
    return load_settings(Config, prefix=PREFIX, file=file, environment=environment)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_settings_are_there_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "till" / "settings.json"
    store = TinyDbSettingsStore(path)
    assert store.current == Settings()
    store.change(lambda _: FULL)
    store.change(lambda old: replace(old, marks=Marks(epoch="bbbbbb", hub_seq=1, cloud_seq=0)))
    again = TinyDbSettingsStore(path)
    assert again.current == replace(FULL, marks=Marks(epoch="bbbbbb", hub_seq=1, cloud_seq=0))
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)


def test_a_file_of_before_there_was_a_section_takes_it_up_at_its_first_change(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    TinyDbSettingsStore(path).change(lambda _: replace(FULL, signed_in=()))
    tables = json.loads(path.read_bytes())
    kept = {key: row for key, row in tables["settings"].items() if row["section"] != "signed_in"}
    path.write_text(json.dumps({**tables, "settings": kept}), encoding="utf-8")
    old = TinyDbSettingsStore(path)
    old.change(lambda now: replace(now, signed_in=FULL.signed_in))
    old.change(lambda now: replace(now, pin_attempts=PinAttempts()))
    assert TinyDbSettingsStore(path).current == replace(FULL, pin_attempts=PinAttempts())


def test_a_change_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = TinyDbSettingsStore(path)
    store.change(lambda _: FULL)
    before = path.stat().st_ino
    store.change(replace)
    assert path.stat().st_ino == before


def test_a_write_that_fails_leaves_the_old_settings_on_the_disk_and_in_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = TinyDbSettingsStore(path)
    store.change(lambda _: FULL)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # as if the disk were full
    try:
        with pytest.raises(OSError, match="too large"):
            store.change(lambda _: Settings())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert store.current == FULL
    assert TinyDbSettingsStore(path).current == FULL


@pytest.mark.parametrize("content", ["", "{", "[]", '{"settings": {"1": {"section": "marks", "value": 5}}}'])
def test_damaged_settings_are_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(SettingsDamagedError, match=r"settings\.json"):
        TinyDbSettingsStore(path)
    assert path.read_text() == content


def test_an_identity_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "identity.json"
    store = IdentityFile(path)
    assert store.load() is None
    store.save(IDENTITY)
    assert IdentityFile(path).load() == IDENTITY
    assert mode_of(path) == 0o600
    assert "secret" not in repr(IDENTITY)
    path.write_text('{"tenant": 5}')
    with pytest.raises(IdentityError, match="damaged"):
        store.load()


def test_the_key_of_an_unanswered_enrolment_is_used_again_and_then_forgotten(tmp_path: Path) -> None:
    store = IdentityFile(tmp_path / "identity.json")
    assert store.key_to_enrol(lambda: "first") == "first"
    assert IdentityFile(tmp_path / "identity.json").key_to_enrol(lambda: "second") == "first"
    store.save(IDENTITY)
    assert store.key_to_enrol(lambda: "third") == "third"


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    replace_private_file(path, b"one")
    with path.open("rb") as held:
        replace_private_file(path, b"two")
        assert held.read() == b"one"
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["secret"]  # noqa: PTH208 - names are what is asked


def test_a_running_till_says_where_it_is_until_it_ends(tmp_path: Path) -> None:
    file = RunningTillFile(tmp_path / "running.json")
    assert file.read() is None
    file.write(RunningTill("http://127.0.0.1:1", "key"))
    assert file.read() == RunningTill("http://127.0.0.1:1", "key")
    assert mode_of(tmp_path / "running.json") == 0o600
    file.remove()
    file.remove()
    assert file.read() is None


def test_the_demos_clock_is_the_file_and_without_it_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "demo-clock.json"
    clock = FileClock(path)
    path.write_text(json.dumps({"now": NOON.isoformat()}))
    assert clock.now() == NOON
    for broken in ("", "{}", '{"now": "soon"}', '{"now": 5}'):
        path.write_text(broken)
        assert clock.now().tzinfo is not None
        assert clock.now() != NOON
    assert clock.monotonic_ms() <= clock.monotonic_ms()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    path.write_text('port = 9000\nstall = "Old Town"\nmarket_weekdays = [4, 5]\ndemo = true\n')
    config = load_config(path, {"STALLHOLDER_TILL_PORT": "9001", "OTHER": "x"})
    assert (config.port, config.stall, config.demo) == (9001, "Old Town", True)
    assert config.market_weekdays == frozenset({4, 5})
    assert load_config(None, {"STALLHOLDER_TILL_MARKET_WEEKDAYS": "5, 6"}).market_weekdays == frozenset(
        {5, 6}
    )
    assert load_config(None, {}) == Config()


@pytest.mark.parametrize(
    ("key", "value"),
    [("port", "many"), ("port", "70000"), ("clock", "sundial"), ("currency", "euro"), ("demo", "perhaps"),
     ("language", "fr"), ("market_weekdays", "7"), ("stall", ""), ("data_dir", "a\nb")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_with_the_remedy(key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=key) as caught:
        load_config(None, {"STALLHOLDER_TILL_" + key.upper(): value})
    assert caught.value.remedy


def test_an_unknown_setting_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    with pytest.raises(SettingsError, match=r"till\.toml"):
        load_config(path, {})
    path.write_text("prot = 1")
    with pytest.raises(SettingsError, match="prot"):
        load_config(path, {})
    path.write_text("port = = 1")
    with pytest.raises(SettingsError, match="is not TOML"):
        load_config(path, {})
