"""The configuration: file, then environment, and an error that names the key."""

from pathlib import Path

import pytest

from cloud.config import PREFIX, Config
from shared.cli.settings_file import load_settings
from shared.settings import SettingsError


def load_config(file: Path | None, environment: dict[str, str]) -> Config:
    return load_settings(Config, prefix=PREFIX, file=file, environment=environment)


def test_the_environment_counts_more_than_the_file(tmp_path):
    file = tmp_path / "cloud.toml"
    file.write_text('data_dir = "/srv/cloud"\nport = 9000\nextra_hosts = ["stalls.example"]\n')
    environment = {"STALLHOLDER_CLOUD_PORT": "9001", "STALLHOLDER_CLOUD_BIND": "0.0.0.0"}
    assert load_config(file, environment) == Config(
        data_dir=Path("/srv/cloud"), bind="0.0.0.0", port=9_001, extra_hosts=("stalls.example",)
    )


def test_without_file_and_environment_it_listens_on_this_machine_only():
    config = load_config(None, {})
    assert (config.bind, config.port, config.extra_hosts) == ("127.0.0.1", 8_103, ())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("colour = 'red'", "colour"),
        ("port = 70000", "port"),
        ("port = 'high'", "port"),
        ("data_dir = 3", "data_dir"),
        ("extra_hosts = 5", "extra_hosts"),
        ("port = ", "--config"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, text, key):
    file = tmp_path / "cloud.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as told:
        load_config(file, {})
    assert told.value.key == key


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml, which cannot be read"):
        load_config(tmp_path / "nowhere.toml", {})
