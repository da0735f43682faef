"""What trials do to a running deployment, and what can be seen of it: databases read only, and the parts' own interfaces."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx

from shared.cli.demo.parcel_walk import HubCounter
from shared.cli.demo.settlement import Compared, Settlement, compare, figures_of
from shared.cli.demo.shopfront import DemoStepError, Shopfront, answer_of
from shared.verify.verify import verify_segments
from tests.chaos.brokers import Broker, leader_of
from tests.chaos.line_fault import PASSING
from tests.chaos.reckoning import Sold
from tests.chaos.spoilt_deployment import TILLS, Lines, spoilt_deployment
from tests.deployment import RunningDeployment
from tests.unit.device.segmented_ledger import sources

PATIENT_S = 120.0
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class SavedWhere:
    """How many entries a till has, and how many it knows to be durable at hub and cloud."""

    till: int
    hub: int
    cloud: int


class Rig:
    """One deployment under trial."""

    def __init__(self, running: RunningDeployment, lines: Lines, broker: Broker) -> None:
        self.running = running
        self.broker = broker
        self.lines = lines
        self._shops: dict[str, Shopfront] = {}
        self._counter: HubCounter | None = None
        self._dashboard: httpx.Client | None = None

    def kill(self, part: str) -> None:
        """Kill with SIGKILL; the supervisor brings it back."""
        self.running.kill(part)

    def heal(self) -> None:
        """Make every line good."""
        for line in self.lines.all():
            line.set_fault(PASSING)

    @contextmanager
    def broker_unplugged(self) -> Iterator[Path]:
        """Stop the broker, give the folder where it keeps messages and sessions, and start it again."""
        with self.running.unplugged("broker"):
            yield self.running.places.data("broker") / self.broker.keeps_messages_in

    def leading_broker(self) -> str:
        """Return the broker, of a cluster the node that leads now."""
        nodes = self.broker.nodes
        return (
            leader_of({node: self.running.places.data(node) for node in nodes})
            if len(nodes) > 1
            else nodes[0]
        )

    def saved(self, till: str) -> SavedWhere | None:
        """Return what a till says is saved where; None while it does not answer."""
        entries = self._ask_till(till, Shopfront.state)
        if entries is None:
            return None
        where = cast("dict[str, int]", entries["entries"])
        return SavedWhere(where["head"], where["hub"], where["cloud"])

    def held_by_hub(self, till: str) -> int:
        """Return how many of a till's entries are durable at the hub."""
        return self._number(self.hub_database, "SELECT seq FROM stream WHERE source = ?", till)

    def held_by_cloud(self, till: str) -> int:
        """Return how many of a till's entries are durable at the cloud."""
        return self._number(self.cloud_database, "SELECT head_seq FROM stream WHERE source = ?", till)

    def acknowledged_to_hub(self, till: str) -> int:
        """Return how many of a till's entries the hub knows to be durable at the cloud."""
        return self._number(self.hub_database, "SELECT cloud_seq FROM stream WHERE source = ?", till)

    @property
    def hub_database(self) -> Path:
        """Where the hub keeps everything."""
        return self.running.places.data("hub") / "hub.sqlite"

    @property
    def cloud_database(self) -> Path:
        """Where the cloud keeps everything."""
        return self.running.places.data("cloud") / "cloud.sqlite"

    def sold(self) -> dict[str, list[Sold]]:
        """Return every sale that each place holds, read from the exact bytes of its entries."""
        return {
            "tills": [sale for till in TILLS for sale in self._sold_at(till)],
            "hub": _sold_in(self.hub_database),
            "cloud": _sold_in(self.cloud_database),
        }

    def settlement(self) -> Settlement:
        """Compare what tills, hub and cloud say of every chain.

        Raises:
            httpx.TransportError: hub or cloud is away.
            DemoStepError: it wants the password again; the next call gives it.
        """
        by_till = [figures_of(self._ask_till(till, Shopfront.compare) or {"streams": []}) for till in TILLS]
        parts = {
            "till": {name: figures for found in by_till for name, figures in found.items()},
            "hub": figures_of(self._ask_hub()),
            "cloud": figures_of(self._ask_cloud()),
        }
        return compare(parts)

    def verify(self) -> None:
        """Let every place check its chains with its own command; raises DemoStepError with the words of one that fails."""
        call, places = self.running.deployment.call, self.running.places
        for till in TILLS:
            call("verify", str(places.data(till) / "ledger"))
        call("hub", "verify")
        call("cloud", "verify")

    def _ask_till(
        self, till: str, question: Callable[[Shopfront], dict[str, object]]
    ) -> dict[str, object] | None:
        try:
            if till not in self._shops:
                places, sign_ins = self.running.places, self.running.sign_ins
                self._shops[till] = Shopfront(places.url(till), sign_ins.cashier_pin)
            return question(self._shops[till])
        except httpx.TransportError:
            return None
        except DemoStepError:  # it was started again and wants the PIN
            del self._shops[till]
            return None

    def _ask_hub(self) -> Compared:
        self._counter = self._counter or self._sign_in_at_hub()
        try:
            return self._counter.compare()
        except DemoStepError:  # it was started again and wants the password
            self._counter = None
            raise

    def _sign_in_at_hub(self) -> HubCounter:
        return HubCounter(self.running.places.url("hub"), self.running.sign_ins.staff_password)

    def _ask_cloud(self) -> Compared:
        self._dashboard = self._dashboard or self._sign_in_at_cloud()
        try:
            return answer_of(self._dashboard.get("/api/compare"))
        except DemoStepError:
            self._dashboard = None
            raise

    def _sign_in_at_cloud(self) -> httpx.Client:
        sign_ins = self.running.sign_ins
        dashboard = httpx.Client(base_url=self.running.places.url("cloud"), timeout=30)
        person = {"user": sign_ins.dashboard_user, "password": sign_ins.dashboard_password}
        answer_of(dashboard.post("/api/sign-in", json=person))
        return dashboard

    def _sold_at(self, till: str) -> list[Sold]:
        lines: list[bytes] = []
        verify_segments(
            sources(self.running.places.data(till) / "ledger"), lambda line, _: lines.append(line)
        )
        return [sale for line in lines for sale in _sale_in(line)]

    def _number(self, database: Path, question: str, till: str) -> int:
        with closing(_read_only(database)) as connection:
            rows = connection.execute(question, (TILLS[till],)).fetchall()
        return max((int(row[0]) for row in rows), default=0)


def wait_until(seen: Callable[[], bool], what: str) -> None:
    """Look again and again; fails with `what` when nothing is seen for very long."""
    assert is_seen(seen, within_s=PATIENT_S), f"waited {PATIENT_S:.0f} s for this, in vain: {what}"


def is_seen(seen: Callable[[], bool], *, within_s: float) -> bool:
    """Look again and again for some time; tell whether it was seen."""
    give_up = time.monotonic() + within_s
    while not seen():
        if time.monotonic() > give_up:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


def copy(folder: Path, to: Path) -> None:
    """Copy a folder; one that is not there is left out."""
    if folder.exists():
        shutil.copytree(folder, to)


def remove(folder: Path) -> None:
    """Remove a folder, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def back_up(database: Path, to: Path) -> None:
    """Make a consistent copy of a database in use, as a backup program does."""
    with closing(_read_only(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def restore(backup: Path, database: Path) -> None:
    """Put a copy in the place of a database that nobody uses."""
    for leftover in database.parent.glob(database.name + "-*"):
        leftover.unlink()  # the log of the newer file must not be played into the older one
    shutil.copy2(backup, database)


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENT_S)


def _sold_in(database: Path) -> list[Sold]:
    with closing(_read_only(database)) as connection:
        rows = connection.execute("SELECT line FROM entry WHERE kind = 'SaleRecorded'").fetchall()
    return [sale for row in rows for sale in _sale_in(row[0])]


def _sale_in(line: bytes) -> list[Sold]:
    entry = json.loads(line)
    if entry["kind"] != "SaleRecorded":
        return []
    return [Sold(entry["source"], entry["body"]["sale_id"], entry["body"]["total_minor"])]


@contextmanager
def running_rig(root: Path, broker: Broker) -> Iterator[Rig]:
    """Start a deployment for trials in `root`."""
    with spoilt_deployment(root, broker) as (running, lines):
        yield Rig(running, lines, broker)
