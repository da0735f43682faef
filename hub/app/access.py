"""Who and what may speak with the hub: devices, staff, terminals."""

import asyncio

from hub.app.open_hub import broker_users, opened
from hub.config import Config
from hub.domain.device import CODE_LETTERS, DeviceRole, TerminalKey, hash_code, make_code
from hub.services import revoke
from hub.services.enrol import issue_code
from shared.host.argon2_hasher import Argon2Hasher


def make_enrol_code(config: Config, *, role: DeviceRole, device: str) -> str:
    """Return a new one-time code for a till or board; raises HubError, IdError."""
    with opened(config) as (house, store):
        return store.write_now(lambda uow: issue_code(house.desk(uow), role=role, device=device))


def set_staff_password(config: Config, password: str) -> None:
    """Keep a new staff password, hashed; raises HubError."""
    kept = Argon2Hasher().hash(password)
    with opened(config) as (_, store):
        store.write_now(lambda uow: uow.credentials.set_staff_password(kept))


def make_terminal_key(config: Config) -> str:
    """Return a new terminal key; only its hash is kept. Raises HubError."""
    with opened(config) as (house, store):
        key = make_code(house.randomness.draw(CODE_LETTERS))
        store.write_now(lambda uow: uow.credentials.add_terminal_key(hash_code(key), house.clock.now()))
        return key


def remove_device(config: Config, name: str) -> None:
    """Let a till or board in no more; raises HubError."""
    with opened(config) as (house, _):
        asyncio.run(revoke.remove_device(house, broker_users(config, house.identity), name))


def terminal_keys(config: Config) -> list[TerminalKey]:
    """Return the terminals' keys, oldest first; raises HubError."""
    with opened(config) as (_, store):
        return store.read_now(lambda uow: uow.credentials.terminal_keys())


def remove_terminal_key(config: Config, name: str) -> TerminalKey:
    """Admit a terminal's key no longer; raises HubError."""
    with opened(config) as (house, store):
        return store.write_now(lambda uow: revoke.remove_terminal_key(house.desk(uow), name))
