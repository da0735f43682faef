"""What the first start needs from the world."""

from typing import Protocol

from device.domain.first_run import StallCard


class StallStore(Protocol):
    """Keeps what stands above the stall."""

    def save(self, card: StallCard) -> None:
        """Keep it, durable before this returns."""
        ...

    def load(self) -> StallCard | None:
        """Return it, or None before there is one."""
        ...
