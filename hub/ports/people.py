"""Where the hub keeps who and what it lets in."""

from datetime import datetime
from typing import Protocol

from hub.domain.device import Device, EnrolmentCode, TerminalKey
from shared.ids import SourceId


class Devices(Protocol):
    """Enrolled devices and one-time codes."""

    def find(self, device: SourceId) -> Device | None:
        """Return one device."""
        ...

    def save(self, device: Device) -> None:
        """Keep a device, new or enrolled again."""
        ...

    def all(self) -> list[Device]:
        """Return every device by name."""
        ...

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """Return a one-time code."""
        ...

    def save_code(self, code: EnrolmentCode) -> None:
        """Keep a one-time code, new or used."""
        ...

    def void_codes(self, device: SourceId) -> None:
        """Forget every one-time code of a device, used or not."""
        ...


class Credentials(Protocol):
    """The staff's password and the terminals' keys, all hashed."""

    def staff_password(self) -> str | None:
        """Return the hash of the staff's password."""
        ...

    def set_staff_password(self, kept: str) -> None:
        """Keep a new hash."""
        ...

    def add_terminal_key(self, key_hash: str, at: datetime) -> None:
        """Admit a terminal key."""
        ...

    def knows_terminal_key(self, key_hash: str) -> bool:
        """Return whether a terminal key was admitted."""
        ...

    def terminal_keys(self) -> list[TerminalKey]:
        """Return the admitted keys, oldest first."""
        ...

    def remove_terminal_key(self, key_hash: str) -> None:
        """Admit a terminal key no longer."""
        ...
