"""A whole cloud in a temporary folder, and hubs that speak to it over its real HTTP interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.app import Cloud, add_tenant, open_cloud, prepare
from cloud.config import Config
from cloud.domain.enrolment import Enrolled, Role
from shared.sync.batch import Message, unpack
from shared.trust import enrolment_wish, sign_request

PASSWORD = "three bowls and a mug"
ADDRESS = "http://127.0.0.1:8103"


@dataclass
class HandClock:
    """Time that moves when the test says so."""

    ms: int = 1_795_258_800_000

    def now_ms(self) -> int:
        return self.ms

    def monotonic_s(self) -> float:
        return self.ms / 1_000

    def pass_s(self, seconds: float) -> None:
        self.ms += int(seconds * 1_000)


@dataclass
class Hub:
    """An enrolled hub."""

    tenant: str
    device: str
    key: Ed25519PrivateKey

    def headers(self, path: str, body: bytes, method: str = "POST") -> dict[str, str]:
        signature = sign_request(self.key, method=method, path=path, body=body)
        return {"Authorization": f"Stallholder device={self.tenant}/{self.device},signature={signature}"}

    async def post(self, http: httpx.AsyncClient, path: str, body: bytes) -> httpx.Response:
        return await http.post(path, content=body, headers=self.headers(path, body))

    async def get(self, http: httpx.AsyncClient, path: str) -> httpx.Response:
        return await http.get(path, headers=self.headers(path, b"", "GET"))

    async def send(self, http: httpx.AsyncClient, source: str, payload: bytes) -> Message:
        return await self._ask(http, f"/api/v1/streams/{source}/entries", payload)

    async def greet(self, http: httpx.AsyncClient, source: str, payload: bytes) -> Message:
        return await self._ask(http, f"/api/v1/streams/{source}/hello", payload)

    async def _ask(self, http: httpx.AsyncClient, path: str, payload: bytes) -> Message:
        answer = await self.post(http, path, payload)
        assert answer.status_code == 200, answer.text
        return unpack(answer.content).message


@contextmanager
def running_cloud(folder: Path, clock: HandClock | None = None) -> Iterator[Cloud]:
    """Open a cloud over a folder, close it in the end."""
    config = Config(data_dir=folder / "cloud")
    prepare(config)
    cloud = open_cloud(config, clock)
    try:
        yield cloud
    finally:
        cloud.close()


def enrol_hub(cloud: Cloud, device: str = "hub-dock", tenant: str = "demo", role: Role = Role.HUB) -> Hub:
    """Enrol a hub in the way that its command does."""
    add_tenant(cloud, tenant)
    key = Ed25519PrivateKey.generate()
    code = cloud.doors.enrolment.give_code(tenant, device, role)
    enrolled = cloud.doors.enrolment.enrol(**enrolment_wish(key, code=code, device=device))
    assert isinstance(enrolled, Enrolled)
    return Hub(tenant, device, key)


def client_of(cloud: Cloud) -> httpx.AsyncClient:
    """A client that speaks to the cloud's app without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(cloud.http()), base_url=ADDRESS)


async def sign_in(
    cloud: Cloud, http: httpx.AsyncClient, user: str = "mira", tenant: str = "demo"
) -> dict[str, str]:
    """Make a user and sign in; returns the answer, the cookie stays in the client."""
    add_tenant(cloud, tenant)
    if cloud.doors.registry.find_person(user) is None:
        cloud.doors.people.add(tenant, user, PASSWORD)
    answer = await http.post("/api/sign-in", json={"user": user, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return answer.json()
