"""The printers of a till, as its settings hold them, and what a job's way through them was."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from device.domain.paper.document import Document
from device.domain.paper.layout import COLUMNS
from device.domain.paper.profiles import PROFILES, Profile
from device.domain.paper.status import Condition

PRINTERS_MAX: Final = 4
NAME_MAX: Final = 40
JETDIRECT_PORT: Final = 9100
BAUD_RATES: Final = (9_600, 19_200, 38_400, 57_600, 115_200)
_HOST: Final = re.compile(
    r"(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(:(?P<port>\d{1,5}))?"
)
_DEVICE: Final = re.compile(r"/dev/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,2}")
_SERIAL: Final = re.compile(rf"(?P<path>{_DEVICE.pattern})(:(?P<baud>\d{{4,6}}))?")


class PrinterKind(StrEnum):
    """How a printer is connected."""

    NETWORK = "network"
    SERIAL = "serial"
    USB = "usb"


class PrinterRole(StrEnum):
    """Which printer is asked first; the second steps in when the first cannot."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """A printer.

    `address` is `host` or `host:port` (9100 where none is said), `/dev/ttyUSB0` or `/dev/ttyUSB0:19200` (9600 baud where
    none is said), or `/dev/usb/lp0`. `profile` names what its make can do. `logo` prints the stall's picture on top.
    """

    name: str
    kind: PrinterKind
    address: str
    columns: int = 48
    profile: str = "epson"
    drawer: bool = False
    logo: bool = False
    role: PrinterRole = PrinterRole.FIRST

    @property
    def can(self) -> Profile:
        """What its make can do."""
        return PROFILES[self.profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """How a till prints. `after_sale` prints each receipt by itself; `logo` is the stall's picture, as a PNG."""

    printers: tuple[Printer, ...] = ()
    after_sale: bool = True
    logo: bytes = field(default=b"", repr=False)

    def in_order(self) -> tuple[Printer, ...]:
        """Return the printers, those of the first role before the others."""
        return tuple(sorted(self.printers, key=lambda printer: printer.role is not PrinterRole.FIRST))

    def find(self, name: str) -> Printer | None:
        """Return a printer by its name."""
        return next((printer for printer in self.printers if printer.name == name), None)


@dataclass(frozen=True, slots=True)
class BadPrinter:
    """A printer that cannot be set up so; `field` is what has to be corrected, `reason` a sentence without its full stop."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoPrinter:
    """There is no printer, or none of that name; with a name, that one is meant."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class TooManyJobs:
    """So many jobs wait that no further one is taken."""

    waiting: int


@dataclass(frozen=True, slots=True)
class NoSuchJob:
    """A job that is not in the list any more, or is in no state for what was asked."""


PrintRefusal: TypeAlias = BadPrinter | NoPrinter | TooManyJobs | NoSuchJob


def check_printer(printer: Printer) -> BadPrinter | None:
    """Return what is wrong with a printer's settings, or None."""
    name = printer.name
    if not 1 <= len(name) <= NAME_MAX or name != name.strip() or not name.isprintable() or "/" in name:
        return BadPrinter("name", f"a printer's name has 1 to {NAME_MAX} letters, without a slash")
    if printer.columns not in COLUMNS:
        return BadPrinter("columns", "paper has 32, 42 or 48 columns")
    if printer.profile not in PROFILES:
        return BadPrinter("profile", f"the profile is one of {', '.join(PROFILES)}")
    return _check_address(printer.kind, printer.address)


def _check_address(kind: PrinterKind, address: str) -> BadPrinter | None:
    match kind:
        case PrinterKind.NETWORK if network_address(address) is None:
            return BadPrinter("address", "a network address looks like 192.168.1.50 or 192.168.1.50:9100")
        case PrinterKind.SERIAL if serial_address(address) is None:
            speeds = ", ".join(map(str, BAUD_RATES))
            return BadPrinter(
                "address", f"a serial address looks like /dev/ttyUSB0 or /dev/ttyUSB0:19200 ({speeds})"
            )
        case PrinterKind.USB if _DEVICE.fullmatch(address) is None:
            return BadPrinter("address", "a USB address looks like /dev/usb/lp0")
        case _:
            return None


def network_address(address: str) -> tuple[str, int] | None:
    """Return host and port of a network address, or None."""
    match = _HOST.fullmatch(address)
    port = int((match and match["port"]) or JETDIRECT_PORT)
    return (match["host"].strip("[]"), port) if match and 0 < port < 65_536 else None


def serial_address(address: str) -> tuple[str, int] | None:
    """Return device and speed of a serial address, or None."""
    match = _SERIAL.fullmatch(address)
    baud = int((match and match["baud"]) or BAUD_RATES[0])
    return (match["path"], baud) if match and baud in BAUD_RATES else None


def with_printer(printing: Printing, printer: Printer, replacing: str | None) -> Printing | BadPrinter:
    """Return the settings with a new printer, or with a changed one in the place of the one named `replacing`."""
    others = tuple(one for one in printing.printers if one.name != replacing)
    fault = check_printer(printer)
    if fault is None and any(one.name == printer.name for one in others):
        fault = BadPrinter("name", f"there is a printer called “{printer.name}” already")
    if fault is None and len(others) >= PRINTERS_MAX:
        fault = BadPrinter("name", f"a till has {PRINTERS_MAX} printers at most")
    if fault is not None:
        return fault
    at = next((place for place, one in enumerate(printing.printers) if one.name == replacing), len(others))
    return Printing(
        printers=(*others[:at], printer, *others[at:]), after_sale=printing.after_sale, logo=printing.logo
    )


class JobKind(StrEnum):
    """What a job is."""

    RECEIPT = "receipt"
    REFUND = "refund"
    COPY = "copy"
    REPORT = "report"
    TEST = "test"
    DRAWER = "drawer"


class JobState(StrEnum):
    """How far a job is. `UNSURE`: the printer took it and did not say that it was printed; a person has to look."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRef:
    """The entry of the ledger that a paper is of, from which it can be made again."""

    seq: int
    is_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """One thing to print. `about` says in a few letters what (a receipt's number), `printer` where it is or was tried.

    One that is taken up after a restart has no document any more; it is made again from `paper`.
    """

    job_id: str
    kind: JobKind
    about: str
    document: Document = field(repr=False)
    at: datetime
    printer: str
    state: JobState = JobState.WAITING
    condition: Condition | None = None
    tries: int = 0
    paper: PaperRef | None = None

    @property
    def needs_somebody(self) -> bool:
        """Whether it waits for a person."""
        return self.state in {JobState.FAILED, JobState.UNSURE}


@dataclass(frozen=True, slots=True)
class Delivered:
    """The printer has printed it, as far as its kind can say."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing of it was sent: it can be tried again, here or elsewhere, without being printed twice."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Unsure:
    """Some or all of it was sent, and nobody knows what was printed."""

    condition: Condition


Outcome: TypeAlias = Delivered | NotSent | Unsure
