"""Receipts of recorded sales, read from the ledger with what stands in no file: pick-up and voucher codes, customers' words."""

from collections.abc import Callable
from dataclasses import dataclass

from device.domain.customer import Customer
from device.domain.pickup import pickup_secret
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.services.voucher_codes import VoucherCodes
from shared.entry import Entry, parse_entry
from shared.events.event import read_event
from shared.events.sale import ConcealedCustomer, LineKind, SaleRecorded
from shared.ids import SaleId
from shared.wire.pickup_code import format_code


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldVoucher:
    """A voucher that a sale issued on a line: the code for the customer, and what it is worth."""

    line: int
    code: str
    worth_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A recorded sale with its entry; its codes are printed for the customer and stand in no file."""

    entry: Entry
    sale: SaleRecorded
    pickup_code: str | None
    is_repeat: bool
    customer: Customer | None = None
    vouchers: tuple[SoldVoucher, ...] = ()


class Receipts:
    """Finds sales and makes their receipts; reads the disk."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        settings: SettingsStore,
        codes: VoucherCodes,
        reveal: Callable[[ConcealedCustomer], Customer | None],
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._codes = codes
        self._reveal = reveal

    def find(self, sale_id: SaleId) -> Receipt | None:
        """Return the receipt of a recorded sale, or None: refunds have ids, too."""
        seq = self.seq_of(self._ledger.state, sale_id)
        entry = None if seq is None else self.read(seq)
        is_sale = entry is not None and isinstance(read_event(entry), SaleRecorded)
        return self.of(entry, is_repeat=True) if entry is not None and is_sale else None

    def seq_of(self, state: TillState, sale_id: SaleId) -> int | None:
        """Find a sale among those under way or just recorded, else in the ledger's index, which knows all others."""
        seq = state.sale_seqs.find(sale_id)
        return self._ledger.find_sale(sale_id) if seq is None else seq

    def read(self, seq: int) -> Entry:
        """Return an entry."""
        return parse_entry(self._ledger.read_lines(seq, seq)[0])

    def of(self, entry: Entry, *, is_repeat: bool) -> Receipt:
        """Return the receipt of the sale in an entry."""
        sale = read_event(entry)
        if not isinstance(sale, SaleRecorded):
            raise AssertionError(f"entry {entry.seq} was folded as a sale and is none")  # noqa: TRY004 - our bug
        return Receipt(entry=entry, sale=sale, pickup_code=self._pickup_code(sale), is_repeat=is_repeat,
                       customer=self._reveal(sale.customer) if sale.customer else None, vouchers=self._vouchers(sale))  # fmt: skip

    def _pickup_code(self, sale: SaleRecorded) -> str | None:
        if sale.pickup is None:
            return None
        secret = pickup_secret(self._settings.current.pickup_key, sale.sale_id)
        return format_code(sale.pickup.number, secret)

    def _vouchers(self, sale: SaleRecorded) -> tuple[SoldVoucher, ...]:
        return tuple(
            SoldVoucher(
                line=place, code=self._codes.code_of(sale.sale_id, place), worth_minor=line.total_minor
            )
            for place, line in enumerate(sale.lines)
            if line.kind is LineKind.VOUCHER
        )
