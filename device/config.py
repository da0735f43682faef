"""The till's settings, as `STALLHOLDER_TILL_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

from device.domain.limits import Limits
from shared.settings import SettingsError, require_one_of, require_port

PREFIX = "STALLHOLDER_TILL_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be set.

    Attributes:
        data_dir: where ledger, settings and identity lie.
        bind: address to listen on; 127.0.0.1 serves this machine alone.
        port: where to listen.
        extra_hosts: further names under which the pages are opened, such as till.local; phones use the first.
        phones_bind: address on which paired phones come in (HTTPS), while a manager lets them.
        phones_port: where they come in.
        doorstep_port: where a phone gets the certificate and customers their receipts (HTTP), on the same address.
        stall: the stall's name on receipts.
        currency: ISO 4217; fixed once the ledger is born.
        language: of the pages, en or de.
        country: ISO 3166, such as DE; its VAT rates are proposed for new products.
        demo: tells the pages to say that this is a demonstration.
        clock: `system`, or `file` for a demonstration that sets the time.
        sign_receipts: each receipt's proof carries the till's signature.
        refund_limit_minor: how much a cashier may give back of one receipt without a manager.
        other_till_receipt_limit_minor, other_till_session_limit_minor: the same for receipts of other tills, for one of them
            and in one cash session.
        cash_out_limit_minor: how much a cashier may take out of the drawer at once without a manager.
        market_weekdays: weekdays on which the stall sells, Monday 0 to Sunday 6; empty: learn them from the sales.
    """

    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "till"
    bind: str = "127.0.0.1"
    port: int = 8101
    extra_hosts: tuple[str, ...] = ()
    phones_bind: str = "0.0.0.0"  # noqa: S104 - opened only while a manager lets phones in, and then for paired ones alone
    phones_port: int = 8143
    doorstep_port: int = 8180
    stall: str = "My stall"
    currency: str = "EUR"
    language: str = "en"
    country: str = ""
    demo: bool = False
    clock: str = "system"
    sign_receipts: bool = False
    refund_limit_minor: int = 10_000
    other_till_receipt_limit_minor: int = 5_000
    other_till_session_limit_minor: int = 20_000
    cash_out_limit_minor: int = 20_000
    market_weekdays: frozenset[int] = frozenset()

    @property
    def limits(self) -> Limits:
        """How much a cashier may do alone."""
        return Limits(
            refund_minor=self.refund_limit_minor, other_till_receipt_minor=self.other_till_receipt_limit_minor,
            other_till_session_minor=self.other_till_session_limit_minor, cash_out_minor=self.cash_out_limit_minor,
        )  # fmt: skip

    def __post_init__(self) -> None:
        for key in ("port", "phones_port", "doorstep_port"):
            require_port(key, getattr(self, key))
        require_one_of("language", self.language, ("en", "de"))
        require_one_of("clock", self.clock, ("system", "file"))
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise SettingsError(
                "currency", f"is {self.currency!r}", "Give it the three letters of ISO 4217, such as EUR."
            )
        if not self.market_weekdays <= frozenset(range(7)):
            raise SettingsError(
                "market_weekdays", f"is {sorted(self.market_weekdays)}",
                "Give it weekdays from 0 (Monday) to 6 (Sunday), such as 4,5.",
            )  # fmt: skip
