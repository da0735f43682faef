"""What a till must know besides its ledger: people, marks, leases, what it saw. It can be set again; sales cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from device.domain.card_terminal import CardTerminal
from device.domain.catalogue import Catalogue
from device.domain.documents import RefusedDocument
from device.domain.paper.printers import Printing
from device.domain.parked import ParkedCart
from device.domain.people import Cashier, PinAttempts
from device.domain.phones import Phones
from device.domain.purchasing.supplier_faults import MailSettings
from device.domain.signed_in import SignedIn
from device.domain.trade_rules import TradeRules
from shared.csv_table import RefusedRow

REFUSED_ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Up to which entry of one epoch hub and cloud have everything, as far as they have said."""

    epoch: str = ""
    hub_seq: int = 0
    cloud_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings as one value.

    `catalogue` is that of an installation which kept its products here; the first start puts them into the ledger.
    `numbers_leased_at` maps pick-up numbers to the ledger's head at their lease. `settlements_seen` are the keys of
    settlements that somebody here has taken note of. `purchase_mail` is how orders to suppliers go out, `webhook_key` what
    signs those to programs.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    cashiers: tuple[Cashier, ...] = ()
    pin_attempts: PinAttempts = field(default_factory=PinAttempts)
    marks: Marks = field(default_factory=Marks)
    pickup_key: bytes = field(default=b"", repr=False)
    numbers_leased_at: Mapping[int, int] = field(default_factory=dict)
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_documents: tuple[RefusedDocument, ...] = ()
    settlements_seen: tuple[str, ...] = ()
    signed_in: tuple[SignedIn, ...] = ()
    printing: Printing = field(default_factory=Printing)
    trade_rules: TradeRules = field(default_factory=TradeRules)
    parked: tuple[ParkedCart, ...] = ()
    card_terminal: CardTerminal | None = None
    phones: Phones = field(default_factory=Phones)
    purchase_mail: MailSettings | None = None
    webhook_key: bytes = field(default=b"", repr=False)
