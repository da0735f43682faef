"""What is noted of a segment while it grows, so that it can be sealed without being read again: places, sales, sums."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from device.adapters.ledger.framing import frame_bytes
from shared.entry import EMPTY_HEAD, Entry, Head
from shared.events.event import read_event
from shared.events.sale import SaleRecorded, SaleRefunded

_WITH_RECEIPT = frozenset({SaleRecorded.__name__, SaleRefunded.__name__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the sales of a segment add up to, in minor units; what was given back is taken off, and only sales are counted."""

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
        seq_of: entry number by the id of a sale or refund; their receipts are numbered together.
        receipts: the entry number of each receipt, in the order of the receipt numbers.
        first_receipt: the number of the first receipt, 0 if there is none.
    """

    before: Head = EMPTY_HEAD
    head: Head = EMPTY_HEAD
    positions: "array[int]" = field(default_factory=lambda: array("Q", [0]))
    seq_of: dict[str, int] = field(default_factory=dict)
    receipts: "array[int]" = field(default_factory=lambda: array("Q"))
    first_receipt: int = 0
    sales: int = 0
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
            sales=self.sales,
            total_minor=self.total_minor,
            gross_by_rate_minor=dict(self.gross_by_rate_minor),
            paid_by_method_minor=dict(self.paid_by_method_minor),
        )

    def take(self, entry: Entry) -> None:
        """Note the next entry."""
        self.positions.append(self.positions[-1] + frame_bytes(entry.line))
        self.head = entry.head
        if entry.kind not in _WITH_RECEIPT:
            return
        match read_event(entry):
            case SaleRecorded() as sale:
                self.sales += 1
                self._take_receipt(entry.seq, sale.sale_id, sale, 1)
            case SaleRefunded() as refund:
                self._take_receipt(entry.seq, refund.refund_id, refund, -1)

    def find_receipt(self, number: int) -> int | None:
        """Return the entry number of a receipt, or None."""
        index = number - self.first_receipt
        return self.receipts[index] if self.receipts and 0 <= index < len(self.receipts) else None

    def _take_receipt(self, seq: int, receipt_id: str, said: SaleRecorded | SaleRefunded, sign: int) -> None:
        self.seq_of[receipt_id] = seq
        self.first_receipt = self.first_receipt or said.receipt_number
        self.receipts.append(seq)
        self.total_minor += sign * said.total_minor
        for vat in said.vat:
            _add(self.gross_by_rate_minor, str(vat.rate_bp), sign * vat.gross_minor)
        for paid in said.payments:
            _add(self.paid_by_method_minor, paid.method.value, sign * paid.amount_minor)


def _add(sums: dict[str, int], key: str, minor: int) -> None:
    sums[key] = sums.get(key, 0) + minor
