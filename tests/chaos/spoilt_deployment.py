"""The demo's deployment with two tills and no locker board, and a line that can be spoilt on each way between parts."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from device.adapters.files.identity_file import IdentityFile
from shared.cli.demo.baskets import catalogue_path
from shared.cli.demo.deployment import Deployment, Told
from shared.cli.demo.places import Places
from shared.cli.demo.sign_ins import make_sign_ins
from shared.cli.supervisor import ChildSpec, Supervisor
from tests.chaos.fault_proxy import HOST, FaultProxy, Line
from tests.deployment import SOME_DAY, RunningDeployment, free_ports, running

TILLS = {"till": "till-harbour", "till-2": "till-castle"}
"""Each till's part and the name that it has in the books."""

_PARTS = ("cloud", "broker", "hub", *TILLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The ways: from each till and from the hub to the broker, and from the hub to the cloud."""

    tills: dict[str, Line]
    hub: Line
    cloud: Line

    def all(self) -> tuple[Line, ...]:
        """Return every line."""
        return (*self.tills.values(), self.hub, self.cloud)


class SpoiltDeployment(Deployment):
    """Parts that find one another through `lines` only."""

    def __init__(self, root: Path, proxy: FaultProxy) -> None:
        root.mkdir(parents=True, exist_ok=True)
        places = Places(root=root, bind=HOST, ports=free_ports(_PARTS))
        super().__init__(places, root / "sign-ins.json", make_sign_ins(), SOME_DAY)
        broker = places.ports["broker"]
        self.lines = Lines(
            tills={till: proxy.line(till, broker) for till in TILLS},
            hub=proxy.line("hub", broker),
            cloud=proxy.line("cloud", places.ports["cloud"]),
        )

    async def start(self, supervisor: Supervisor, told: Told) -> None:
        """Set everything up and start it; the tills are prepared side by side, to save time."""
        told("cloud")
        self._prepare_cloud()
        await supervisor.start(self.child("cloud"))
        told("broker")
        await supervisor.start(self.child("broker"))
        told("hub")
        self._prepare_hub()
        await supervisor.start(self.child("hub"))
        told("tills")
        await asyncio.gather(*(asyncio.to_thread(self._prepare_one, till) for till in TILLS))
        for till in TILLS:
            await supervisor.start(self.child(till))

    def port_towards(self, part: str, seen_by: str) -> int:
        """Return the line's port where there is one."""
        match part, seen_by:
            case "broker", "hub":
                return self.lines.hub.port
            case "cloud", "hub":
                return self.lines.cloud.port
            case _:
                return super().port_towards(part, seen_by)

    def child(self, part: str) -> ChildSpec:
        """Return how a part runs; the second till is a till like the first."""
        kind = "till" if part in TILLS else part
        command = [sys.executable, "-m", "shared.cli", kind, "serve"]
        return ChildSpec(name=part, command=command, environment=self._environment(part))

    def _environment(self, part: str) -> dict[str, str]:
        if part not in TILLS:
            return super()._environment(part)
        own = {"STALLHOLDER_TILL_DATA_DIR": str(self.places.data(part)),
               "STALLHOLDER_TILL_PORT": str(self.places.ports[part])}  # fmt: skip
        return super()._environment("till") | own

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

    def _reach_broker_by(self, line: Line, file: IdentityFile) -> None:
        """Every till is told the same address at enrolment; here each gets a line of its own."""
        identity = file.load()
        assert identity is not None
        assert identity.membership is not None
        broker = replace(identity.membership.broker, host=HOST, port=line.port)
        file.save(replace(identity, membership=replace(identity.membership, broker=broker)))


@contextmanager
def spoilt_deployment(root: Path) -> Iterator[tuple[RunningDeployment, Lines]]:
    """Run a new deployment in `root` with good lines for as long as the context lasts."""
    with FaultProxy() as proxy:
        deployment = SpoiltDeployment(root, proxy)
        with running(deployment) as started:
            yield started, deployment.lines
