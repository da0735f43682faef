"""TinyDB's own tests, unchanged, over the journalled document store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "build" / "tinydb" / "tinydb-4.9.0"


@pytest.mark.skipif(
    not SOURCES.exists() and not os.environ.get("CI"),
    reason="TinyDB's sources are missing: run .ci/set-up test",
)
def test_tinydbs_own_tests_pass_over_the_journal() -> None:
    child = [sys.executable, "-m", "tests.tinydb_suite", str(SOURCES)]
    said = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-4_000:]
    assert " failed" not in said.stdout
    passed = int(said.stdout.rsplit(" passed", 1)[0].rsplit(maxsplit=1)[-1])
    assert passed >= 209
