"""Documents between hub and cloud: the same for the real cloud over its HTTP interface as for the one in the hub's tests."""

import json
from dataclasses import replace

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud.domain.issued import Issued
from hub.adapters.cloud_client import HttpxCloudLink
from hub.domain.errors import CloudUnreachableError
from hub.domain.identity import HubIdentity
from hub.services.fetch_documents import FetchDocuments
from shared.documents import DocumentKind, PricesContent, read_issued
from tests.unit.cloud.cloud_deployment import ADDRESS, enrol_hub, running_cloud
from tests.unit.hub.bench import HUB, TENANT, Bench, CloudInMemory, identity
from tests.unit.hub.test_hub_fetches_documents import held, look, offer

TILL_A = "till-a"


class InMemory:
    """The cloud in the hub's tests."""

    def __init__(self):
        self.link, self.identity = CloudInMemory(), identity()

    def issue(self, version):
        offer(self.link, version, content=PricesContent(prices_minor={"mug": version}), scope=TILL_A)

    async def close(self):
        pass


class Real:
    """The cloud itself."""

    def __init__(self, cloud):
        hub = enrol_hub(cloud, HUB, TENANT)
        self.cloud = cloud
        self.identity = HubIdentity(
            tenant=TENANT, hub=HUB, cloud_url=ADDRESS, signing_key=hub.key, sealing_key=X25519PrivateKey.generate(),
            pickup_key=bytes(32), certificate={}, root_public_key=cloud.doors.office.authority.public_key,
        )  # fmt: skip
        self.link = HttpxCloudLink(self.identity, httpx.ASGITransport(cloud.http()))

    def issue(self, version):
        issued = self.cloud.doors.supply.set_prices(TENANT, TILL_A, {"mug": version}, by="mira")
        assert isinstance(issued, Issued)
        assert issued.version == version

    async def close(self):
        await self.link.close()


@pytest.fixture(params=["in-memory", "real"])
async def cloud(request, tmp_path):
    if request.param == "in-memory":
        yield InMemory()
        return
    with running_cloud(tmp_path) as opened:
        real = Real(opened)
        yield real
        await real.close()


async def test_the_newest_of_each_address_is_offered_and_every_version_can_be_fetched(cloud):
    assert await cloud.link.documents([]) == []
    marks = []
    for version in (1, 2):
        cloud.issue(version)
        (mark,) = await cloud.link.documents(marks)
        marks = [mark]
        assert (mark.kind, mark.scope, mark.version) == (DocumentKind.PRICES, TILL_A, version)
        read = read_issued(
            await cloud.link.document(mark), root_public_key=cloud.identity.root_public_key, tenant=TENANT
        )
        assert (read.hash, read.content) == (mark.hash, PricesContent(prices_minor={"mug": version}))
    assert await cloud.link.documents(marks) == marks


async def test_a_hub_keeps_what_the_cloud_issues(cloud, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.unit.hub.bench.identity", lambda: cloud.identity)
    bench = Bench(tmp_path / "hub.sqlite")
    bench.fetching = FetchDocuments(house=bench.house, cloud=cloud.link, changes=bench.changes)
    for version in (1, 2, 3):
        cloud.issue(version)
        await look(bench)
        assert held(bench) == {("prices", TILL_A): version}
    (kept,) = bench.look(lambda uow: [uow.documents.find(DocumentKind.PRICES, TILL_A)])
    assert json.loads(json.loads(kept.signed)["payload"])["version"] == 3
    bench.store.close()


async def test_a_version_that_was_never_issued_is_an_answer_about_this_one_alone(tmp_path):
    with running_cloud(tmp_path) as opened:
        real = Real(opened)
        real.issue(1)
        (mark,) = await real.link.documents([])
        with pytest.raises(CloudUnreachableError, match="no version 7") as caught:
            await real.link.document(replace(mark, version=7))
        assert caught.value.answered
        await real.close()
