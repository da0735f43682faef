"""The till as a process: its commands, with the till running and without."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

CSV = "sku,name,category,price,vat_percent,barcode,stock\nbowl,Bowl,Pottery,18.50,19,,12\nx2,Pair,Pottery,5,19,,\n"
ENDS_WITHIN_S = 20


class Commands:
    """`stallholder till …` in a data directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {
            "PATH": "/usr/bin:/bin", "STALLHOLDER_TILL_DATA_DIR": str(directory / "till"),
            "STALLHOLDER_TILL_PORT": "0", "TERM": "dumb", "COLUMNS": "200",
        }  # fmt: skip

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from device.cli import app; app()", *words]

    def run(self, *words: str, status: int = 0) -> str:
        done = subprocess.run(
            self.command(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def start(self) -> tuple["subprocess.Popen[str]", str]:
        process = subprocess.Popen(
            self.command("serve"),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        assert ready[0] == "ready"
        return process, ready[1]


def end(process: "subprocess.Popen[str]", number: signal.Signals) -> int:
    process.send_signal(number)
    status = process.wait(ENDS_WITHIN_S)
    assert process.stdout is not None
    process.stdout.close()
    return status


@pytest.fixture
def till(tmp_path: Path) -> Commands:
    commands = Commands(tmp_path)
    (tmp_path / "pin").write_text("1234\n")
    (tmp_path / "catalogue.csv").write_text(CSV)
    commands.run("init", "--tenant", "demo", "--device", "till-x")
    commands.run("add-cashier", "--name", "Mira", "--pin-file", str(tmp_path / "pin"))
    commands.run("import-catalogue", str(tmp_path / "catalogue.csv"))
    return commands


def sell(till: Commands, *words: str) -> dict[str, object]:
    receipt: dict[str, object] = json.loads(till.run("sell", *words, "--json"))
    return receipt


def test_a_till_without_a_name_asks_for_one_and_opens_when_the_command_line_gives_it(tmp_path: Path) -> None:
    fresh = Commands(tmp_path)
    assert "stallholder till init" in fresh.run("status", status=1)
    process, url = fresh.start()
    try:
        assert httpx.get(url + "/healthz").json() == {"status": "first-start"}
        fresh.run("init", "--tenant", "harbour", "--device", "till-x")
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["ready", url]
        assert httpx.get(url + "/healthz").json() == {"status": "ok"}
    finally:
        assert end(process, signal.SIGTERM) == 0


def test_sales_count_whether_the_till_runs_or_not_and_a_kill_loses_none(till: Commands) -> None:
    before = sell(till, "bowlx2", "--cash", "50")
    assert (before["total_minor"], before["cashier"]) == (3700, "Command line")
    process, url = till.start()
    try:
        assert httpx.get(url + "/healthz").json() == {"status": "ok"}
        through = sell(till, "x2", "bowl", "--cash", "23,50")
        assert through["total_minor"] == 2350
        assert httpx.post(url + "/api/sign-in", json={"pin": "1234"}).json()["cashier"] == "Mira"
    finally:
        assert end(process, signal.SIGKILL) == -signal.SIGKILL
    assert str(sell(till, "bowl", "--cash", "20")["receipt_number"]).endswith("-00003")
    assert "3 sales today on this till" in till.run("state")
    assert "difference 0.00 EUR" in till.run("close-day", "--cash-counted", "79.00")


def test_a_till_ends_when_it_is_told_to_also_while_a_page_listens(till: Commands) -> None:
    process, url = till.start()
    key = json.loads((till.directory / "till" / "running.json").read_text())["key"]
    headers = {"Authorization": f"Stallholder-Local {key}"}
    with httpx.stream("GET", url + "/api/events", headers=headers, timeout=20) as page:
        lines = page.iter_lines()
        assert next(lines) == "event: state"
        assert json.loads(next(lines).removeprefix("data: "))["sales"] == {"till": 0, "hub": 0, "cloud": 0}
        assert end(process, signal.SIGTERM) == 0
    assert not (till.directory / "till" / "running.json").exists()


def test_bad_input_is_told_in_words_and_sells_nothing(till: Commands) -> None:
    assert "no product “vase”" in till.run("sell", "vase", "--cash", "5", status=1)
    assert "not an amount of money" in till.run("sell", "bowl", "--cash", "much", status=1)
    assert "do not pay" in till.run("sell", "bowl", "--cash", "5", status=1)
    assert "This PIN cannot be used" in till.run(
        "add-cashier", "--name", "Jo", "--pin-file", str(till.directory / "pin"), status=1
    )
    broken = till.directory / "broken.csv"
    broken.write_text(CSV + "vase,Vase,Pottery,free,19,,\n")
    told = till.run("import-catalogue", str(broken), status=3)
    assert "2 products imported" in told
    assert "Row 4 was not taken" in told
    assert "0 sales today on this till" in till.run("state")
    broken.write_bytes("sku,näme\n".encode("latin-1"))
    told = till.run("import-catalogue", str(broken), status=3)
    assert "Row 1 was not taken: the heading lacks" in told
    told = till.run("add-cashier", "--name", "Jo", "--pin-file", "none", status=1)
    assert told.splitlines() == [
        "none cannot be read (No such file or directory). Check the path, or give - and type the PIN."
    ]


def test_a_full_disk_is_told_once(till: Commands) -> None:
    journals = (till.directory / "till" / "ledger").glob("*.journal")  # the reserve beside them is larger
    largest = max(path.stat().st_size for path in journals)
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))"
    for _ in range(100):
        words = till.command("sell", "bowl", "--cash", "20")
        words[2] = f"{limited}; {words[2]}"
        done = subprocess.run(
            words, env=till.environment, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode != 0:
            break
    assert done.returncode == 1
    assert done.stderr.count("full") == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
