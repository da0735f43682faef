"""The way of an order to its supplier, and the files that come and go with it."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from device.domain.purchasing.paper import Letter, OrderPaper
from device.domain.purchasing.price_list import Table
from device.domain.purchasing.supplier_faults import MailSettings
from shared.entry import Json


@dataclass(frozen=True, slots=True)
class Carried:
    """The other side has taken it."""


@dataclass(frozen=True, slots=True)
class NotCarried:
    """It certainly did not arrive; `lasting` where trying again helps nothing. `words` say why, in plain speech."""

    words: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have arrived."""

    words: str


CarryOutcome: TypeAlias = Carried | NotCarried | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMail:
    """A mail with an order; `key` is the order's own, so that the mail is the same one whenever it is sent."""

    key: str
    to: str
    letter: Letter
    pdf: bytes
    csv: bytes
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCall:
    """An order for a supplier's program at `url`; `secret` is what its signature is made with."""

    key: str
    url: str
    body: dict[str, Json]
    secret: bytes
    at_s: int


class OrderMailer(Protocol):
    """Sends mail. Ends within a bounded time and raises for nothing that the other side does."""

    async def send(self, mail: OrderMail, by: MailSettings) -> CarryOutcome:
        """Send an order."""

    async def try_out(self, by: MailSettings) -> NotCarried | None:
        """Sign in at the mail server and leave again; None where all is well."""


class OrderCaller(Protocol):
    """Calls suppliers' programs. Ends within a bounded time and raises for nothing that the other side does."""

    async def call(self, call: OrderCall) -> CarryOutcome:
        """Hand over an order."""


class OrderPapers(Protocol):
    """Orders as files. Works for some hundredths of a second: call it in a thread."""

    def order(self, paper: OrderPaper) -> bytes:
        """Return an order as a PDF."""


@dataclass(frozen=True, slots=True)
class NotATable:
    """A file that cannot be read as a table; `reason` is a sentence without its full stop."""

    reason: str


class TableReader(Protocol):
    """Reads CSV and XLSX files. Bounded in time and memory whatever the file holds; call it in a thread."""

    def read(self, content: bytes) -> Table | NotATable:
        """Return a file's first sheet."""
