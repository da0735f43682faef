"""The demo's deployment with two tills and no locker board, and a line that can be spoilt on each way between parts."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from typer.testing import CliRunner

from device.adapters.files.identity_file import IdentityFile
from hub.broker.bundle import export_node, export_users, import_bundle
from hub.broker.config import PREFIX, Config
from hub.broker.set_up import set_up
from shared.cli.demo.baskets import catalogue_path
from shared.cli.demo.deployment import Deployment, Told
from shared.cli.demo.places import Places
from shared.cli.demo.shopfront import DemoStepError
from shared.cli.demo.sign_ins import make_sign_ins
from shared.cli.main import build
from shared.cli.settings_file import load_settings
from shared.cli.supervisor import ChildSpec, Supervisor
from tests.chaos.brokers import Broker
from tests.chaos.fault_proxy import HOST, FaultProxy, Strand
from tests.deployment import SOME_DAY, RunningDeployment, running
from tests.free_ports import free_ports

TILLS = {"till": "till-harbour", "till-2": "till-castle"}
"""Each till's part and the name that it has in the books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The ways: from each till and from the hub to the broker, and from the hub to the cloud."""

    tills: dict[str, Strand]
    hub: Strand
    cloud: Strand

    def all(self) -> tuple[Strand, ...]:
        """Return every line."""
        return (*self.tills.values(), self.hub, self.cloud)


class SpoiltDeployment(Deployment):
    """Parts that find one another through `lines` only."""

    def __init__(self, root: Path, proxy: FaultProxy, broker: Broker) -> None:
        root.mkdir(parents=True, exist_ok=True)
        places = Places(root=root, bind=HOST, ports=free_ports(("cloud", *broker.nodes, "hub", *TILLS)))
        super().__init__(places, root / "sign-ins.json", make_sign_ins(), SOME_DAY, broker.settings)
        self._broker = broker
        self._meeting_ports = free_ports(broker.nodes)

        def to_broker(name: str) -> Strand:
            return Strand([proxy.line(name, places.ports[node]) for node in broker.nodes])

        self.lines = Lines(
            tills={till: to_broker(till) for till in TILLS},
            hub=to_broker("hub"),
            cloud=Strand([proxy.line("cloud", places.ports["cloud"])]),
        )

    async def start(self, supervisor: Supervisor, told: Told) -> None:
        """Set everything up and start it."""
        told("cloud")
        await asyncio.to_thread(self._prepare_cloud)
        await supervisor.start(self.child("cloud"))
        told("broker")
        await asyncio.to_thread(self._prepare_nodes)
        await asyncio.gather(*(supervisor.start(self.child(node)) for node in self._broker.nodes))
        told("hub")
        await asyncio.to_thread(self._prepare_hub)
        await supervisor.start(self.child("hub"))
        told("tills")
        for till in TILLS:
            await asyncio.to_thread(self._prepare_one, till)
        self._tell_nodes_the_users()
        await asyncio.gather(*(supervisor.start(self.child(till)) for till in TILLS))

    def port_towards(self, part: str, seen_by: str) -> int:
        """Return the line's port where there is one."""
        (port,) = (
            self.lines.cloud.ports if (part, seen_by) == ("cloud", "hub") else (self.places.ports[part],)
        )
        return port

    def call(self, *arguments: str, at: str = "") -> str:
        """Run one command to its end as the base class does, in this process: a dozen starts of Python less."""
        done = CliRunner().invoke(build(), arguments, env=self._environment_of_commands(at))
        if done.exit_code != 0:
            raise DemoStepError(
                f"stallholder {' '.join(arguments)} failed:\n{done.output}{done.exception or ''}"
            )
        return done.stdout.strip()

    def child(self, part: str) -> ChildSpec:
        """Return how a part runs; the second of a kind is like the first."""
        kind = "till" if part in TILLS else "broker" if part in self._broker.nodes else part
        command = [sys.executable, "-m", "shared.cli", kind, "serve"]
        return ChildSpec(name=part, command=command, environment=self._environment(part))

    def _environment(self, part: str) -> dict[str, str]:
        own = {"DATA_DIR": str(self.places.data(part)), "PORT": str(self.places.ports[part])}
        if part in TILLS:
            return super()._environment("till") | _settings("TILL", own)
        if part in self._broker.nodes:
            return super()._environment("broker") | _settings("BROKER", own | self._cluster_settings(part))
        if part == "hub":
            return super()._environment("hub") | _settings("HUB", {"BROKER_HOSTS": _hosts(self.lines.hub)})
        return super()._environment(part)

    def _cluster_settings(self, node: str) -> dict[str, str]:
        if len(self._broker.nodes) == 1:
            return {}
        meeting = self._meeting_ports
        return {"NODE": node, "CLUSTER": ",".join(f"{HOST}:{port}" for port in meeting.values()),
                "CLUSTER_PORT": str(meeting[node])}  # fmt: skip

    def _prepare_nodes(self) -> None:
        first, *others = (self._settings_of(node) for node in self._broker.nodes)
        if others:
            set_up(first)
        for other in others:
            import_bundle(other, export_node(first, [HOST]))

    def _tell_nodes_the_users(self) -> None:
        first, *others = (self._settings_of(node) for node in self._broker.nodes)
        for other in others:
            import_bundle(other, export_users(first))

    def _settings_of(self, node: str) -> Config:
        return load_settings(Config, prefix=PREFIX, environment=self._environment(node))

    def _prepare_one(self, till: str) -> None:
        code = self.call("hub", "enrol-code", "--role", "till", "--device", TILLS[till])
        self.call("till", "enrol", "--hub", self.places.url("hub"), "--code", code, at=till)
        self._reach_broker_by(self.lines.tills[till], IdentityFile(self.places.data(till) / "identity.json"))
        pin = self.places.root / f"{till}.pin"
        pin.write_text(self.sign_ins.cashier_pin)
        self.call("till", "add-cashier", "--name", self.sign_ins.cashier, "--pin-file", str(pin), at=till)
        pin.unlink()
        with catalogue_path() as path:
            self.call("till", "import-catalogue", str(path), at=till)

    def _reach_broker_by(self, lines: Strand, file: IdentityFile) -> None:
        """Every till is told the same addresses at enrolment; here each gets lines of its own."""
        identity = file.load()
        assert identity is not None
        assert identity.membership is not None
        broker = replace(identity.membership.broker, hosts=tuple(_hosts(lines).split(",")))
        file.save(replace(identity, membership=replace(identity.membership, broker=broker)))


def _settings(prefix: str, settings: dict[str, str]) -> dict[str, str]:
    return {f"STALLHOLDER_{prefix}_{key}": value for key, value in settings.items()}


def _hosts(lines: Strand) -> str:
    return ",".join(f"{HOST}:{port}" for port in lines.ports)


@contextmanager
def spoilt_deployment(root: Path, broker: Broker) -> Iterator[tuple[RunningDeployment, Lines]]:
    """Run a new deployment in `root` with good lines for as long as the context lasts."""
    with FaultProxy() as proxy:
        deployment = SpoiltDeployment(root, proxy, broker)
        with running(deployment) as started:
            yield started, deployment.lines
