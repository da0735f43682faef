"""A till alone, as a stall has it without hub and cloud: its own process, on its own ports, that can be killed and comes back."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import free_port

PIN = "4711"
CATALOGUE = "sku,name,category,price,vat_percent,barcode,stock\nmug,Mug,Pottery,24.00,19,,12\nbowl,Bowl,Pottery,18.50,19,,12\n"
ENDS_WITHIN_S = 20


class LoneTill:
    """A till called till-1 with one manager, Ada, and two products."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._port, phones, doorstep = free_port(), free_port(), free_port()
        self.url = f"http://localhost:{self._port}"
        self.doorstep = f"http://127.0.0.1:{doorstep}"
        self._environment = {
            **os.environ, "STALLHOLDER_TILL_DATA_DIR": str(directory / "till"), "STALLHOLDER_TILL_PORT": str(self._port),
            "STALLHOLDER_TILL_PHONES_BIND": "127.0.0.1", "STALLHOLDER_TILL_PHONES_PORT": str(phones),
            "STALLHOLDER_TILL_DOORSTEP_PORT": str(doorstep), "STALLHOLDER_TILL_STALL": "Harbour Pottery",
        }  # fmt: skip
        self._process: subprocess.Popen[str] | None = None

    def prepare(self) -> None:
        """Name it, and give it a manager and products."""
        self.run("init", "--tenant", "ada", "--device", "till-1")
        pin, products = self.directory / "pin", self.directory / "products.csv"
        pin.write_text(PIN)
        products.write_text(CATALOGUE)
        self.run("add-cashier", "--name", "Ada", "--pin-file", str(pin))
        self.run("import-catalogue", str(products))

    def run(self, *words: str) -> str:
        """Run one of the till's commands to its end and return what it printed."""
        done = subprocess.run(
            self._command(*words),
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            self._command("serve"),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().split()[0] == "ready"

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a service manager does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._process.stdout is None:
            return
        self._process.send_signal(how)
        self._process.wait(ENDS_WITHIN_S)
        self._process.stdout.close()
        self._process = None

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "shared.cli", "till", *words]


@contextmanager
def running_lone_till(directory: Path) -> Iterator[LoneTill]:
    """Run a till alone for as long as the context lasts."""
    till = LoneTill(directory)
    till.prepare()
    till.start()
    try:
        yield till
    finally:
        till.stop()
