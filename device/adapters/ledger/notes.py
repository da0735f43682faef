"""What is noted of a segment while it grows, so that it can be sealed without being read again: places, sales, sums."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from device.adapters.ledger.framing import frame_bytes
from shared.entry import EMPTY_HEAD, Entry, Head
from shared.events.event import read_event
from shared.events.sale import SaleRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the sales of a segment add up to, in minor units."""

    sales: int = 0
    total_minor: int = 0
    gross_by_rate_minor: Mapping[str, int] = field(default_factory=dict)
    paid_by_method_minor: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Notes:
    """A segment's entries: where each begins (and where the last ends), and which of them are which sales.

    Attributes:
        before: the head before the segment's first entry.
        head: the last entry.
        positions: the place of each record in the file, then the end of the last.
        seq_of: entry number by sale id.
        receipts: the entry number of each receipt, in the order of the receipt numbers.
        first_receipt: the number of the first receipt, 0 if there is none.
    """

    before: Head = EMPTY_HEAD
    head: Head = EMPTY_HEAD
    positions: "array[int]" = field(default_factory=lambda: array("Q", [0]))
    seq_of: dict[str, int] = field(default_factory=dict)
    receipts: "array[int]" = field(default_factory=lambda: array("Q"))
    first_receipt: int = 0
    total_minor: int = 0
    gross_by_rate_minor: dict[str, int] = field(default_factory=dict)
    paid_by_method_minor: dict[str, int] = field(default_factory=dict)

    @property
    def first_seq(self) -> int:
        """The number of the first entry."""
        return self.before.seq + 1

    @property
    def end(self) -> int:
        """Where the next record will begin."""
        return self.positions[-1]

    @property
    def sums(self) -> Sums:
        """What the sales add up to."""
        return Sums(
            sales=len(self.receipts),
            total_minor=self.total_minor,
            gross_by_rate_minor=dict(self.gross_by_rate_minor),
            paid_by_method_minor=dict(self.paid_by_method_minor),
        )

    def take(self, entry: Entry) -> None:
        """Note the next entry."""
        self.positions.append(self.positions[-1] + frame_bytes(entry.line))
        self.head = entry.head
        if entry.kind != SaleRecorded.__name__:
            return
        sale = read_event(entry)
        if isinstance(sale, SaleRecorded):
            self._take_sale(entry.seq, sale)

    def find_receipt(self, number: int) -> int | None:
        """Return the entry number of a receipt, or None."""
        index = number - self.first_receipt
        return self.receipts[index] if self.receipts and 0 <= index < len(self.receipts) else None

    def _take_sale(self, seq: int, sale: SaleRecorded) -> None:
        self.seq_of[sale.sale_id] = seq
        self.first_receipt = self.first_receipt or sale.receipt_number
        self.receipts.append(seq)
        self.total_minor += sale.total_minor
        for vat in sale.vat:
            _add(self.gross_by_rate_minor, str(vat.rate_bp), vat.gross_minor)
        for paid in sale.payments:
            _add(self.paid_by_method_minor, paid.method.value, paid.amount_minor)


def _add(sums: dict[str, int], key: str, minor: int) -> None:
    sums[key] = sums.get(key, 0) + minor
