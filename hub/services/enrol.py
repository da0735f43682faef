"""Letting a till or board in: a one-time code buys a certificate of its own key and an account at the broker."""

from dataclasses import dataclass
from typing import TypeAlias

from hub.domain.device import (
    CODE_LETTERS,
    CODE_VALID,
    Device,
    DeviceRole,
    EnrolmentCode,
    hash_code,
    make_code,
)
from hub.ports.links import BrokerAccount, BrokerUsers
from hub.services.desk import Desk, House
from shared.ids import IdError, SourceId, check_topic_level
from shared.trust import Certificate, SignedDocument, issue_certificate


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Enrolled:
    """What a device gets."""

    device: Device
    certificate: SignedDocument
    account: BrokerAccount


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """The code is unknown, used, too old, or meant for another device: which of these is not told."""


Enrolment: TypeAlias = Enrolled | CodeRefused

_BROKERS_OWN = frozenset({"steward"})


def issue_code(desk: Desk, *, role: DeviceRole, device: str) -> str:
    """Return a new one-time code for a device; only its hash is kept. Raises IdError for a name that is none."""
    name = SourceId(check_topic_level("device", device))
    if name == desk.identity.hub:  # its entries would stand in the hub's own chain
        raise IdError("device", device, "this is the hub's own name, give the device another")
    if name in _BROKERS_OWN:  # its account would take the place of the broker's
        raise IdError("device", device, "this is a name of the broker's own, give the device another")
    code = make_code(desk.randomness.draw(CODE_LETTERS))
    kept = EnrolmentCode(code_hash=hash_code(code), device=name, role=role, expires_at=desk.at + CODE_VALID)
    desk.uow.devices.save_code(kept)
    return code


async def enrol(house: House, users: BrokerUsers, *, code: str, device: str, public_key: str) -> Enrolment:
    """Enrol a device by its code; the same key may soon repeat a request whose answer got lost."""
    admitted = await house.decide(lambda desk: _admit(desk, code, device, public_key))
    if admitted is None:
        return CodeRefused()
    known, certificate = admitted
    account = await users.admit(known.device, known.role.value)
    return Enrolled(device=known, certificate=certificate, account=account)


def _admit(desk: Desk, code: str, device: str, public_key: str) -> tuple[Device, SignedDocument] | None:
    kept = desk.uow.devices.find_code(hash_code(code))
    if kept is None or not kept.admits(public_key, desk.at) or device not in {"", kept.device}:
        return None
    identity = desk.identity
    certificate = issue_certificate(
        identity.signing_key,
        Certificate(tenant=identity.tenant, device=kept.device, role=kept.role.value, public_key=public_key),
    )
    enrolled = Device(
        device=kept.device, role=kept.role, public_key=public_key,
        certificate=certificate.to_json(), enrolled_at=desk.at,
    )  # fmt: skip
    desk.uow.devices.save_code(kept.used(public_key, desk.at))
    desk.uow.devices.save(enrolled)
    return enrolled, certificate
