import pytest

from tests.unit.hub.bench import Bench


@pytest.fixture
async def bench(tmp_path):
    made = Bench(tmp_path / "hub.sqlite")
    yield made
    made.store.close()
