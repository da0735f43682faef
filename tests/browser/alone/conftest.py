"""A till that has sold for weeks, started for each file that looks at it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.till_of_weeks import fill_till


@pytest.fixture(scope="module")
def till_of_weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("weeks") / "till"
    with ThreadPoolExecutor(1) as beside:  # in this thread runs Playwright's event loop
        beside.submit(fill_till, directory, days=30).result()
    environment = {
        **os.environ, "STALLHOLDER_TILL_DATA_DIR": str(directory), "STALLHOLDER_TILL_PORT": "0",
        "STALLHOLDER_TILL_STALL": "Harbour Market",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.cli", "till", "serve"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
