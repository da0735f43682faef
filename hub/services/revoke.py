"""Letting somebody in no more: a device that was lost, a terminal's key that was seen. What they sent stays."""

from dataclasses import replace

from hub.domain.device import Device, TerminalKey
from hub.domain.errors import UnknownDeviceError, UnknownTerminalKeyError
from hub.ports.links import BrokerUsers
from hub.services.desk import Desk, House
from shared.ids import SourceId


async def remove_device(house: House, users: BrokerUsers, name: str) -> Device:
    """Let a device in no more, end its connection and void its codes; raises UnknownDeviceError."""
    removed = await house.decide(lambda desk: _remove(desk, name))
    await users.dismiss(removed.device)
    return removed


def remove_terminal_key(desk: Desk, name: str) -> TerminalKey:
    """Admit a terminal's key no longer; whoever is signed in with it is signed out. Raises UnknownTerminalKeyError."""
    key = next((key for key in desk.uow.credentials.terminal_keys() if key.name == name), None)
    if key is None:
        raise UnknownTerminalKeyError(name)
    desk.uow.credentials.remove_terminal_key(key.key_hash)
    return key


def _remove(desk: Desk, name: str) -> Device:
    known = desk.uow.devices.find(SourceId(name))
    if known is None:
        raise UnknownDeviceError(name)
    removed = replace(known, removed_at=known.removed_at or desk.at)
    desk.uow.devices.save(removed)
    desk.uow.devices.void_codes(known.device)
    return removed
