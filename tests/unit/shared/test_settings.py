from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.cli.settings_file import load_settings
from shared.settings import SettingsError, read_settings, require_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    data_dir: Path
    port: int = 80
    demo: bool = False
    names: tuple[str, ...] = ()
    days: frozenset[int] = frozenset()


def read(toml_text: str = "", environment: dict[str, str] | None = None, **chosen: object) -> Sample:
    return read_settings(
        Sample, prefix="STALLHOLDER_X_", toml_text=toml_text, environment=environment or {}, chosen=chosen
    )


def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default() -> None:
    text = 'data_dir = "/file"\nport = 1'
    assert read('data_dir = "/file"') == Sample(data_dir=Path("/file"), port=80)
    assert read(text).port == 1
    assert read(text, {"STALLHOLDER_X_PORT": "2"}).port == 2
    assert read(text, {"STALLHOLDER_X_PORT": "2"}, port=3, demo=None).port == 3


def test_a_missing_setting_is_named_with_its_name_in_the_environment() -> None:
    with pytest.raises(SettingsError, match="STALLHOLDER_X_DATA_DIR"):
        read()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('data_dir = "x"\nprot = 1', "prot"),
        ('data_dir = "x"\nport = "many"', "port"),
        ('data_dir = "x"\nport = true', "port"),
        ('data_dir = "x"\ndemo = "perhaps"', "demo"),
        ("data_dir = 3", "data_dir"),
        ('data_dir = ""', "data_dir"),
        ('data_dir = "x"\nnames = 5', "names"),
        ('data_dir = "x"\ndays = ["monday"]', "days"),
        ("data_dir = ", "--config"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(text: str, key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert refused.value.key == key


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("No", False), ("1", True)])
def test_a_truth_is_read_from_words(text: str, truth: bool) -> None:
    assert read('data_dir = "x"', {"STALLHOLDER_X_DEMO": text}).demo is truth


def test_a_list_is_an_array_in_the_file_and_words_in_the_environment() -> None:
    assert read('data_dir = "x"\nnames = ["a", "b"]\ndays = [5, 6]').names == ("a", "b")
    read_from_words = read('data_dir = "x"', {"STALLHOLDER_X_NAMES": "a, b", "STALLHOLDER_X_DAYS": "5 6"})
    assert (read_from_words.names, read_from_words.days) == (("a", "b"), frozenset({5, 6}))


def test_the_file_may_be_named_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('data_dir = "/from/file"')

    def load(environment: dict[str, str]) -> Sample:
        return load_settings(Sample, prefix="STALLHOLDER_X_", environment=environment)

    assert load({"STALLHOLDER_X_CONFIG": str(file)}).data_dir == Path("/from/file")
    with pytest.raises(SettingsError, match="which cannot be read"):
        load({"STALLHOLDER_X_CONFIG": str(tmp_path / "nowhere.toml")})


def test_a_port_beyond_the_last_is_refused() -> None:
    with pytest.raises(SettingsError, match="port"):
        require_port("port", 65_536)
    require_port("port", 0)
