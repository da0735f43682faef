"""Naming a till, with and without a hub; the hub here is the other end of the same HTTP, with real keys."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.adapters.files.identity_file import IdentityFile
from device.adapters.httpx_enrolment import HttpxEnrolment
from device.domain.errors import EnrolmentError, IdentityError
from device.services.enrol import Enrol
from hub.broker.authority import make_authority
from shared.ids import IdError
from shared.trust import Certificate, issue_certificate, private_key_text, public_key_text, verify_enrolment
from tests.fakes import MemoryIdentityStore

AUTHORITY = make_authority("hub-dock", datetime(2026, 1, 1, tzinfo=UTC)).certificate.decode()
ROOT, HUB = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


@dataclass
class EnrollingHub:
    """A hub that takes one till, and may be told to answer badly or not at all."""

    device: str = "till-harbour"
    hub_key: Ed25519PrivateKey = HUB
    role: str = "till"
    broker: dict[str, object] = field(default_factory=dict)
    silent: int = 0
    seen: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        verify_enrolment(**asked)
        self.seen.append(asked)
        if self.silent:
            self.silent -= 1
            raise httpx.ReadTimeout("no answer", request=request)
        if asked["code"] != "right":
            body = {"code": "wrong-code", "message": "The code is not known.", "remedy": "Make a new one."}
            return httpx.Response(403, json=body)
        hub = Certificate(tenant="demo", device="hub-dock", role="hub", public_key=public_key_text(HUB))
        till = Certificate(tenant="demo", device=self.device, role=self.role, public_key=asked["public_key"])
        return httpx.Response(200, json={
            "tenant": "demo", "hub": "hub-dock", "device": self.device,
            "certificate": issue_certificate(self.hub_key, till).to_json(),
            "hub_certificate": issue_certificate(ROOT, hub).to_json(),
            "root_public_key": public_key_text(ROOT), "sealing_public_key": "box",
            "mqtt": {"host": "h", "port": 1883, "username": "u", "password": "p", "client_id": "c", **self.broker},
        })  # fmt: skip


def enrolling(
    hub: EnrollingHub, store: MemoryIdentityStore | None = None
) -> tuple[Enrol, MemoryIdentityStore]:
    store = store or MemoryIdentityStore()
    service = Enrol(
        store=store,
        enrolment=HttpxEnrolment(httpx.MockTransport(hub)),
        make_key=lambda: private_key_text(Ed25519PrivateKey.generate()),
    )
    return service, store


async def test_a_till_joins_a_hub_and_keeps_what_it_was_given() -> None:
    service, store = enrolling(EnrollingHub())
    identity = await service.enrol("http://hub", "right", None)
    assert store.identity == identity
    assert (identity.tenant, identity.device) == ("demo", "till-harbour")
    assert identity.membership is not None
    assert (identity.membership.hub, identity.membership.broker.client_id) == ("hub-dock", "c")


async def test_a_till_that_was_named_before_keeps_its_name_and_key() -> None:
    service, _ = enrolling(EnrollingHub())
    named = service.init("demo", "till-harbour")
    assert service.init("demo", "till-harbour") == named
    enrolled = await service.enrol("http://hub", "right", None)
    assert enrolled.signing_key == named.signing_key


async def test_a_till_cannot_become_another() -> None:
    service, store = enrolling(EnrollingHub(device="till-other"))
    named = service.init("demo", "till-harbour")
    with pytest.raises(IdentityError, match="till-other"):
        await service.enrol("http://hub", "right", None)
    with pytest.raises(IdentityError):
        service.init("demo", "till-other")
    with pytest.raises(IdError, match="device"):
        service.init("demo", "Till Harbour")
    assert store.identity == named


async def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    hub = EnrollingHub(silent=1)
    service, store = enrolling(hub)
    with pytest.raises(EnrolmentError, match="did not answer"):
        await service.enrol("http://hub", "right", "till-harbour")
    assert store.identity is None
    await service.enrol("http://hub", "right", "till-harbour")
    assert len({asked["public_key"] for asked in hub.seen}) == 1


async def test_a_refused_code_says_the_hubs_own_words() -> None:
    service, store = enrolling(EnrollingHub())
    with pytest.raises(EnrolmentError, match=r"The code is not known\. Make a new one\."):
        await service.enrol("http://hub", "wrong", None)
    assert store.identity is None


@pytest.mark.parametrize(
    "hub", [EnrollingHub(hub_key=Ed25519PrivateKey.generate()), EnrollingHub(role="board")]
)
async def test_an_answer_that_does_not_hang_on_the_root_is_not_believed(hub: EnrollingHub) -> None:
    service, store = enrolling(hub)
    with pytest.raises(EnrolmentError, match="cannot be trusted"):
        await service.enrol("http://hub", "right", None)
    assert store.identity is None


async def test_a_till_keeps_the_list_of_brokers_and_whom_to_believe(tmp_path: Path) -> None:
    broker = {"hosts": ["hub:8883", "node2"], "tls": True, "authority": AUTHORITY}
    service, _ = enrolling(EnrollingHub(broker=broker))
    identity = await service.enrol("http://hub", "right", None)
    file = IdentityFile(tmp_path / "identity.json")
    file.save(identity)
    kept = file.load()
    assert kept == identity
    assert kept.membership is not None
    access = kept.membership.broker
    assert access.addresses == [("hub", 8883), ("node2", 1883)]
    assert (access.tls, access.authority) == (True, AUTHORITY)
    assert "BEGIN" not in repr(kept)


async def test_a_till_enrolled_before_there_were_lists_still_finds_its_broker(tmp_path: Path) -> None:
    service, _ = enrolling(EnrollingHub())
    file = IdentityFile(tmp_path / "identity.json")
    file.save(await service.enrol("http://hub", "right", None))
    fields = json.loads((tmp_path / "identity.json").read_bytes())
    for later in ("hosts", "tls", "authority"):
        del fields["membership"]["broker"][later]
    (tmp_path / "identity.json").write_text(json.dumps(fields))
    kept = file.load()
    assert kept is not None
    assert kept.membership is not None
    assert kept.membership.broker.addresses == [("h", 1883)]
    assert not kept.membership.broker.tls


@pytest.mark.parametrize(
    "broker",
    [{"tls": True}, {"tls": True, "authority": "no certificate"}, {"hosts": ["hub:port"]}, {"hosts": "hub"}],
)
async def test_a_broker_that_cannot_be_found_or_believed_is_refused_at_once(
    broker: dict[str, object],
) -> None:
    service, store = enrolling(EnrollingHub(broker=broker))
    with pytest.raises(EnrolmentError, match="cannot be trusted"):
        await service.enrol("http://hub", "right", None)
    assert store.identity is None


async def test_an_address_that_is_none_is_told() -> None:
    service, _ = enrolling(EnrollingHub())
    with pytest.raises(EnrolmentError):
        await service.enrol("http://hub\x00", "right", None)
