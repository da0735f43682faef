"""The door for phones."""

from typing import Protocol

from device.domain.phone_door import DoorStatus


class PhoneDoor(Protocol):
    """Where phones come in."""

    @property
    def status(self) -> DoorStatus:
        """The door as it is now."""

    def look(self) -> None:
        """Open or shut it soon, as the settings say by now."""

    @property
    def certificate_der(self) -> bytes:
        """The authority's certificate, which a phone installs; empty before there is one."""
