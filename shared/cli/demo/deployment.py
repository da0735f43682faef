"""Sets up each part with the parts' own commands, as a person would by hand, and says how to run it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from shared.cli.demo.baskets import catalogue_path
from shared.cli.demo.market_calendar import market_weekdays
from shared.cli.demo.places import Places
from shared.cli.demo.shopfront import DemoStepError
from shared.cli.demo.sign_ins import SignIns, write_sign_ins
from shared.cli.supervisor import ChildSpec, Supervisor

TENANT, CLOUD, HUB, TILL, BOARD = "demo", "cloud", "hub-dock", "till-harbour", "board-dock-1"
STALL = "Harbour Market"
_CALL_TIMEOUT_S = 60.0

Told = Callable[[str], None]


class Deployment:
    """One cloud, one hub with its broker and one locker board, one till.

    `settings` are further settings of the parts as their environment names them, such as
    `{"STALLHOLDER_BROKER_PROGRAM": "mosquitto"}`.
    """

    def __init__(
        self, places: Places, sign_ins_file: Path, sign_ins: SignIns, today: date,
        settings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.places = places
        self._settings = dict(settings or {})
        self.sign_ins = sign_ins
        self._sign_ins_file = sign_ins_file
        self._weekdays = market_weekdays(today)
        self._addresses = {part: places.url(part) for part in places.ports}
        self._enrolled_file = places.root / "enrolled-at.json"
        known = self._enrolled_file.exists()
        self._enrolled_at = json.loads(self._enrolled_file.read_text()) if known else self._addresses

    async def start(self, supervisor: Supervisor, told: Told) -> None:
        """Set up what is not set up yet and start all parts in the order in which they need one another.

        Devices keep the addresses at which they were enrolled. Where these have changed since, they enrol again;
        keys and data stay.
        """
        told("cloud")
        self._prepare_cloud()
        await supervisor.start(self.child("cloud"))
        told("broker")
        self._note_scheme(await supervisor.start(self.child("broker")))
        told("hub")
        self._prepare_hub()
        await supervisor.start(self.child("hub"))
        told("locker board")
        self._enrol("board", BOARD)
        await supervisor.start(self.child("board"))
        told("till")
        self._enrol("till", TILL)
        self._prepare_till()
        await supervisor.start(self.child("till"))
        self._enrolled_file.write_text(json.dumps(self._addresses))

    def port_towards(self, part: str, seen_by: str) -> int:  # noqa: ARG002 -- here everybody finds it at the same
        """Return the port at which `seen_by` finds `part`; whoever tests bad lines puts one in between."""
        return self.places.ports[part]

    def _note_scheme(self, broker_url: str) -> None:
        """Note whether the broker speaks TLS now: a device that was enrolled before it did has to enrol again."""
        scheme = broker_url.partition("://")[0]
        self._addresses["broker"] = self.places.url("broker").replace("mqtt", scheme, 1)

    def call(self, *arguments: str, at: str = "") -> str:
        """Run one `stallholder` command to its end and return what it printed; raises DemoStepError.

        Where several parts are of one kind, `at` names the one that is meant.
        """
        environment = self._environment_of_commands(at)
        done = subprocess.run(
            [sys.executable, "-m", "shared.cli", *arguments], capture_output=True, text=True, check=False,
            timeout=_CALL_TIMEOUT_S, env={**os.environ, **environment},
        )  # fmt: skip
        if done.returncode != 0:
            raise DemoStepError(f"stallholder {' '.join(arguments)} failed:\n{done.stderr or done.stdout}")
        return done.stdout.strip()

    def _environment_of_commands(self, at: str) -> dict[str, str]:
        parts = [*self.places.ports, *([at] if at else [])]
        return {key: value for part in parts for key, value in self._environment(part).items()}

    def child(self, part: str) -> ChildSpec:
        """Return how a part runs."""
        return ChildSpec(
            name=part,
            command=[sys.executable, "-m", "shared.cli", part, "serve"],
            environment=self._environment(part),
        )

    def _environment(self, part: str) -> dict[str, str]:
        prefix = f"STALLHOLDER_{part.upper()}_"
        places = self.places
        settings = {"DATA_DIR": str(places.data(part)), "BIND": places.bind, "PORT": str(places.ports[part])}
        match part:
            case "till":
                settings |= {"CLOCK": "file", "STALL": STALL, "DEMO": "true",
                             "MARKET_WEEKDAYS": ",".join(map(str, self._weekdays))}  # fmt: skip
            case "hub":
                settings |= {"BROKER_DIR": str(places.data("broker")), "BROKER_HOST": places.bind,
                             "BROKER_PORT": str(places.ports["broker"]), "HUB": HUB}  # fmt: skip
            case "broker":
                settings |= {"TENANT": TENANT, "HUB": HUB}
            case "board":
                settings |= {"BOARD": BOARD}
            case _:
                pass
        return {prefix + key: value for key, value in settings.items()} | self._settings

    def _prepare_cloud(self) -> None:
        if not (self.places.data("cloud") / "root.json").exists():
            with _SecretFile(self.places.root, self.sign_ins.dashboard_password) as password:
                self.call("cloud", "init", "--tenant", TENANT, "--user", self.sign_ins.dashboard_user,
                          "--password-file", password)  # fmt: skip

    def _prepare_hub(self) -> None:
        if self._must_enrol("hub"):
            code = self.call("cloud", "enrol-code", "--tenant", TENANT, "--role", "hub", "--device", HUB)
            cloud = self.places.url("cloud", self.port_towards("cloud", "hub"))
            self.call("hub", "enrol", "--cloud", cloud, "--code", code)
        if not self.sign_ins.terminal_key:
            with _SecretFile(self.places.root, self.sign_ins.staff_password) as password:
                self.call("hub", "set-staff-password", "--password-file", password)
            self.sign_ins = replace(self.sign_ins, terminal_key=self.call("hub", "terminal-key"))
            write_sign_ins(self._sign_ins_file, self.sign_ins)

    def _enrol(self, role: str, device: str) -> None:
        if self._must_enrol(role):
            code = self.call("hub", "enrol-code", "--role", role, "--device", device)
            self.call(role, "enrol", "--hub", self.places.url("hub"), "--code", code)

    def _must_enrol(self, part: str) -> bool:
        identity = self.places.data(part) / ("board.json" if part == "board" else "identity.json")
        return not identity.exists() or self._enrolled_at != self._addresses

    def _prepare_till(self) -> None:
        marker = self.places.root / "till-prepared"
        if marker.exists():
            return
        with _SecretFile(self.places.root, self.sign_ins.cashier_pin) as pin:
            self.call("till", "add-cashier", "--name", self.sign_ins.cashier, "--pin-file", pin)
        with catalogue_path() as path:
            self.call("till", "import-catalogue", str(path))
        marker.touch()


class _SecretFile:
    """A secret in a file of mode 0600 for as long as a command needs it."""

    def __init__(self, directory: Path, secret: str) -> None:
        self._path = directory / "secret.tmp"
        self._secret = secret

    def __enter__(self) -> str:
        self._path.touch(mode=0o600)
        self._path.write_text(self._secret)
        return str(self._path)

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
