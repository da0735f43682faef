"""What the till needs of the world, one page: adapters in `device.adapters` fill these, `device.app` joins them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from device.domain.customer import Customer
from device.domain.documents import Accepted, Documents
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.identity import HubMembership, Identity
from device.domain.settings import Settings
from device.domain.till_state import TillState
from shared.documents import ModelContent
from shared.entry import Entry, Head, StreamKey
from shared.events.event import Event
from shared.history import SalesHistory
from shared.ids import SourceId, TenantId

R = TypeVar("R")


class Clock(Protocol):
    """Time. Wall-clock time is for people; waits are measured in monotonic milliseconds."""

    def now(self) -> datetime:
        """Return the wall-clock time with its offset from UTC."""

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back; only differences mean something."""


class Randomness(Protocol):
    """Chance: bytes nobody can guess, and ids made of them."""

    def bytes(self, count: int) -> bytes:
        """Return `count` random bytes."""

    def new_id(self) -> str:
        """Return a new UUID version 7."""

    def jitter(self) -> float:
        """Return a factor between 0.5 and 1.5."""


class Ledger(Protocol):
    """The till's ledger: append what a decision says, durable before it answers."""

    @property
    def stream(self) -> StreamKey:
        """The chain's key."""

    @property
    def head(self) -> Head:
        """The last entry that is on the disk."""

    @property
    def state(self) -> TillState:
        """What the entries on the disk add up to."""

    async def append(self, decide: Callable[[TillState], tuple[Event, ...] | R]) -> tuple[Entry, ...] | R:
        """Append the events that `decide` returns and answer their entries, or answer whatever else it returns."""

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries, both ends included."""

    def find_sale(self, sale_id: str) -> int | None:
        """Return the number of the entry of a sale that is on the disk, or None."""

    def on_appended(self, listener: Callable[[Head], None]) -> None:
        """Tell `listener` of each new head, in the writer's thread."""


class SettingsStore(Protocol):
    """The second store. One value, replaced as a whole and durable before `change` returns."""

    @property
    def current(self) -> Settings:
        """The settings as they are on the disk."""

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        """Replace the settings by what `decide` makes of them; may be called from any thread."""


class DocumentStore(Protocol):
    """Documents from the cloud that count here, each durable by itself, beside the settings: they may be large."""

    @property
    def current(self) -> Documents:
        """The documents that are on the disk, as one value."""

    def keep(self, signed: bytes, accepted: Accepted) -> Documents:
        """Replace the document of an address by one that was checked, durable before this returns; raises DiskFullError.

        `signed` is its exact text, which is checked again whenever the till starts.
        """


class PinHasher(Protocol):
    """Slow hashing of PINs; meant to be called in a thread."""

    def hash(self, pin: str, /) -> str:
        """Return the encoded hash of a PIN."""

    def matches(self, pin_hash: str, pin: str, /) -> bool:
        """Tell whether a PIN has this hash."""


class Sealer(Protocol):
    """Boxes that only the hub can open."""

    def seal(self, public_key: str, plaintext: bytes, *, info: bytes) -> str:
        """Seal bytes to a key."""


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The way to the hub is open, under a new session."""

    session: str


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The way to the hub is closed, or did not open; `reason` says why, in words, and is told again when it has changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class LinkPayload:
    """The hub said something."""

    payload: bytes


LinkEvent: TypeAlias = LinkUp | LinkLost | LinkPayload


class HubLink(Protocol):
    """The way to the hub. It opens itself again for ever, and may lose what it is given."""

    async def next_event(self) -> LinkEvent:
        """Wait for what happens next on the link."""

    def send(self, payload: bytes) -> bool:
        """Hand over a payload; False if there is no room or no way for it now (the protocol sends it again)."""


class Concealer(Protocol):
    """Boxes for customers' own words, each customer with a key that can be destroyed. Every call may wait for the disk."""

    def conceal(self, customer: Customer) -> str:
        """Return the words as a box; the key is durable before this returns."""

    def reveal(self, customer_id: str, box: str) -> Customer | None:
        """Return what a box holds, or None if the customer was forgotten."""

    def forget(self, customer_id: str) -> bool:
        """Destroy a customer's key for good; returns whether there was one."""


class Signer(Protocol):
    """Signs what a receipt claims, so that others can check it without trusting the till's files."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message; the same each time."""


class Enrolment(Protocol):
    """The hub's door for new tills."""

    async def enrol(self, hub_url: str, *, code: str, device: str, key: str) -> "EnrolmentAnswer":
        """Spend a one-time code and show that this till holds the signing key `key`; raises EnrolmentError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentAnswer:
    """What the hub says this till is called, and what it gives it."""

    tenant: TenantId
    device: SourceId
    membership: HubMembership


class IdentityStore(Protocol):
    """Where the till's name and key are kept."""

    def load(self) -> Identity | None:
        """Return the identity, or None before there is one; raises IdentityError if it is damaged."""

    def save(self, identity: Identity) -> None:
        """Keep an identity, durable before it returns."""

    def key_to_enrol(self, make_key: Callable[[], str]) -> str:
        """Return the key of an enrolment that got no answer, or keep a new one, durable before it returns."""


class Forecaster(Protocol):
    """Demand on the next selling days; meant to be called in a thread."""

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""

    def forecast(self, history: SalesHistory, /) -> tuple[DemandForecast, ...]:
        """Return one forecast for each product of the history."""


class ModelOpener(Protocol):
    """Makes forecasters of models that came down; meant to be called in a thread."""

    def __call__(self, content: ModelContent, /, *, name: str) -> Forecaster:
        """Return the model, tried once; raises ForecastModelError if it does not fit or does not run."""


class DiskGauge(Protocol):
    """How much room the till's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""
