"""One deployment and one browser for all tests of this folder; every page is watched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import running_chromium
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment, running_deployment
from tests.free_ports import free_port


# For this folder only: while Playwright lives, no other event loop can run in the same thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


@pytest.fixture(scope="package")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDeployment]:
    door = {"STALLHOLDER_TILL_PHONES_BIND": "127.0.0.1", "STALLHOLDER_TILL_PHONES_PORT": str(free_port()),
            "STALLHOLDER_TILL_DOORSTEP_PORT": str(free_port())}  # fmt: skip
    with running_deployment(tmp_path_factory.mktemp("browser"), settings=door) as running:
        yield running


@pytest.fixture
def visitors(browser: Browser, deployment: RunningDeployment) -> Iterator[Visitors]:
    people = Visitors(browser, deployment)
    yield people
    people.leave()
    crashes = [words for words in deployment.told if "stopped" in words]
    assert [*people.complaints(), *crashes] == []
