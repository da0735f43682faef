"""Spreads the tests over several processes: what is costly to start is started once, and what takes longest begins first."""

from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

TESTS = Path(__file__).parent
ONE_DEPLOYMENT = "tests/browser/"
WITH_A_TILL_OF_ITS_OWN = "tests/browser/alone/"
LONGEST_FIRST = ("browser", "chaos", "e2e", "simulation", "crash", "firmware", "contract")

settings.register_profile("unhurried", deadline=None)  # no test hangs on how busy the machine is
settings.load_profile("unhurried")


class FilesTogether(LoadScopeScheduling):
    """Gives a process the tests of a file, or of the folder whose tests share one deployment, as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        shares = file.startswith(ONE_DEPLOYMENT) and not file.startswith(WITH_A_TILL_OF_ITS_OWN)
        return ONE_DEPLOYMENT if shares else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    """Take our way of spreading, whatever `--dist` says."""
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest; within a folder the order stays."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)
