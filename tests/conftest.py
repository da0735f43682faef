"""Spreads the tests over several processes: what is costly to start is started once, and what takes longest begins first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ONE_DEPLOYMENT = {"browser"}
LONGEST_FIRST = ("browser", "chaos", "e2e", "simulation", "crash", "firmware", "contract")


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together, or of a folder whose tests share one deployment."""
    items.sort(key=_turn)
    for item in items:
        place = item.path.relative_to(TESTS)
        together = place.parts[0] if place.parts[0] in ONE_DEPLOYMENT else str(place)
        item.add_marker(pytest.mark.xdist_group(together))


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)
