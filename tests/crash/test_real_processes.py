"""Real processes on the real disk: killed in the middle of a sale, a second one, a disk without room."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device.adapters.ledger.errors import LedgerLocked
from shared.verify.verify import verify_journal
from tests.crash.seller import open_real_ledger

ROOT = Path(__file__).parents[2]
KILLS = 5


@contextmanager
def seller(directory: Path, *room_bytes: str) -> Iterator["subprocess.Popen[str]"]:
    """A seller at work, killed with -9 at the end."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.seller", str(directory), *room_bytes],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with child:
        try:
            yield child
        finally:
            child.kill()


def said(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def confirmed_until_killed(directory: Path, sales: int) -> list[str]:
    with seller(directory) as child:
        lines = [said(child) for _ in range(sales)]
        child.kill()
        assert child.stdout is not None
        lines += child.stdout.read().splitlines()
    return [line.removeprefix("confirmed ") for line in lines if line.startswith("confirmed sale-")]


def test_killed_in_the_middle_of_selling_the_till_holds_every_confirmed_sale_once(tmp_path: Path) -> None:
    confirmed: list[str] = []
    for kill in range(KILLS):
        confirmed += confirmed_until_killed(tmp_path, 3 + kill)
    ledger = open_real_ledger(tmp_path)
    sold, head, path = ledger.state, ledger.head, ledger.report.path
    ledger.close()
    assert len(confirmed) >= 3 * KILLS
    assert set(confirmed) <= sold
    assert len(sold) <= len(confirmed) + KILLS  # each kill may leave one sale written and not yet told
    report = verify_journal((path.read_bytes(),))
    counted = report.sales + report.refunds
    assert (report.problem, counted, report.head_hash) == (None, len(sold), head.hash)


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    with seller(tmp_path) as child:
        said(child)
        with pytest.raises(LedgerLocked):
            open_real_ledger(tmp_path)
    open_real_ledger(tmp_path).close()


def test_a_disk_without_room_refuses_the_sale_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with seller(tmp_path, "50") as child:
        assert said(child) == "refused disk-full"
        assert verify_journal((next(tmp_path.glob("*.journal")).read_bytes(),)).entries == 1
        assert child.stdin is not None
        child.stdin.write("room\n")
        child.stdin.flush()
        assert said(child).startswith("confirmed ")
