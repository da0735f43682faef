"""The hub's store: everything it keeps, in transactions."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from hub.ports.chains import Notes, Refusals, Streams
from hub.ports.documents import Documents
from hub.ports.lockers import DoorCommands, Parcels, PickupNumbers
from hub.ports.people import Credentials, Devices

T = TypeVar("T")


class UnitOfWork(Protocol):
    """One transaction: everything in it is kept, or nothing."""

    @property
    def streams(self) -> Streams: ...  # noqa: D102 - named by its type, as are the others
    @property
    def parcels(self) -> Parcels: ...  # noqa: D102
    @property
    def numbers(self) -> PickupNumbers: ...  # noqa: D102
    @property
    def door_commands(self) -> DoorCommands: ...  # noqa: D102
    @property
    def devices(self) -> Devices: ...  # noqa: D102
    @property
    def refusals(self) -> Refusals: ...  # noqa: D102
    @property
    def credentials(self) -> Credentials: ...  # noqa: D102
    @property
    def notes(self) -> Notes: ...  # noqa: D102
    @property
    def documents(self) -> Documents: ...  # noqa: D102


class Store(Protocol):
    """The hub's database: one writer, any number of readers."""

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` in a transaction and return its result once that is durable; an exception undoes all of it."""
        ...

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work`, which changes nothing, on a consistent view."""
        ...
