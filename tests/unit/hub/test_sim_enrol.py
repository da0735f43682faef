import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.firmware import config as firmware_config
from hub.sim.cli import app

_MQTT = {"host": "127.0.0.1", "port": 1883, "username": "u", "password": "p", "client_id": "c"}
_TAKEN = {"tenant": "demo", "hub": "hub-dock", "device": "board-dock-1", "mqtt": _MQTT}
_USED = {"code": "used-code", "message": "This code was used before.", "remedy": "Ask for a new one."}


class Hub(BaseHTTPRequestHandler):
    """Takes one code, refuses every other, as a hub does."""

    asked: list[dict[str, str]]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(asked)
        good = self.path == "/api/enrol" and asked["code"] == "good"
        body = json.dumps(_TAKEN if good else _USED).encode()
        self.send_response(200 if good else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002
        """Stay silent."""


@pytest.fixture
def hub_url() -> Iterator[str]:
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def enrol(url: str, code: str, directory: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["enrol", "--hub", url, "--code", code, "--data-dir", str(directory)])
    return done.exit_code, done.output


def test_an_enrolled_board_has_settings_that_its_firmware_reads(hub_url: str, tmp_path: Path) -> None:
    status, said = enrol(hub_url, "good", tmp_path / "board")
    assert status == 0, said
    settings = firmware_config.read(str(tmp_path / "board" / "board.json"))
    assert (settings.board, settings.hub, settings.client_id) == ("board-dock-1", "hub-dock", "c")
    assert len(settings.coil_pins) == len(settings.sensor_pins) == 8
    assert Hub.asked[0]["device"] == "board-dock-1"


def test_a_board_keeps_the_list_of_brokers_and_whom_to_believe(
    hub_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"hosts": ["hub:8883", "node2"], "tls": True, "authority": "a certificate"}
    monkeypatch.setitem(_TAKEN, "mqtt", {**_MQTT, **more})
    status, said = enrol(hub_url, "good", tmp_path)
    assert status == 0, said
    settings = firmware_config.read(str(tmp_path / "board.json"))
    assert settings.hosts == [("hub", 8883), ("node2", 1883)]
    assert settings.authority == "a certificate"


def test_settings_of_a_board_enrolled_earlier_name_one_broker(hub_url: str, tmp_path: Path) -> None:
    enrol(hub_url, "good", tmp_path)
    path = tmp_path / "board.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mqtt": _MQTT}))
    settings = firmware_config.read(str(path))
    assert (settings.hosts, settings.authority) == ([("127.0.0.1", 1883)], "")


def test_what_only_the_board_may_read_is_for_its_owner_alone(hub_url: str, tmp_path: Path) -> None:
    enrol(hub_url, "good", tmp_path / "board")
    assert (tmp_path / "board").stat().st_mode & 0o777 == 0o700
    for name in ("board.json", "board.key"):
        assert (tmp_path / "board" / name).stat().st_mode & 0o777 == 0o600


def test_a_refused_code_is_told_in_the_hubs_words_and_nothing_is_written(
    hub_url: str, tmp_path: Path
) -> None:
    status, said = enrol(hub_url, "bad", tmp_path / "board")
    assert status == 1
    assert "This code was used before. Ask for a new one." in said
    assert not (tmp_path / "board").exists()


def test_a_hub_that_does_not_answer_is_named(tmp_path: Path) -> None:
    status, said = enrol("http://127.0.0.1:9", "good", tmp_path / "board")
    assert status == 1
    assert "http://127.0.0.1:9" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"mqtt": None}, "mqtt"),
        ({"mqtt": {**_MQTT, "tls": True, "authority": ""}}, "authority|TLS"),
        ({"mqtt": {**_MQTT, "hosts": ["hub:x"]}}, "hub:x"),
        ({"board": 7}, "board"),
        ({"coil_pins": []}, "coil_pins"),
        ({"coil_pins": [1]}, "sensor_pins"),
        ({"pulse_ms": 401}, "pulse_ms"),
        ({"pulse_ms": True}, "pulse_ms"),
        ({"sensor_pins": ["a"] * 8}, "sensor_pins"),
    ],
)
def test_a_broken_setting_of_the_board_is_named(
    hub_url: str, tmp_path: Path, change: dict[str, object], named: str
) -> None:
    enrol(hub_url, "good", tmp_path)
    path = tmp_path / "board.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(firmware_config.ConfigError, match=named):
        firmware_config.read(str(path))
