"""What was given back of which receipt so far; only receipts of which something came back are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from device.domain.growing import GrowingMap
from shared.events.sale import DEPOSIT_SKU, OriginalReceipt, RefundLine, SaleRefunded
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI


@dataclass(frozen=True, slots=True)
class LineBack:
    """What was given back of one line: how much of it, and for how much."""

    quantity_milli: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """What was given back of one receipt, by the place of its lines; `total_minor` is what customers got for it."""

    lines: Mapping[int, LineBack] = field(default_factory=dict)
    total_minor: int = 0
    is_void: bool = False

    def of_line(self, line: int) -> LineBack:
        """Return what was given back of one line."""
        return self.lines.get(line, LineBack())


def goods_back(lines: Iterable[RefundLine]) -> dict[Sku, int]:
    """Return what came back, in thousandths by product: of a bundle its parts, of a deposit or voucher nothing."""
    back: dict[Sku, int] = {}
    for line in lines:
        if line.sku == DEPOSIT_SKU or line.reference:
            continue
        parts = [
            (part.sku, part.quantity_milli * line.quantity_milli // QUANTITY_ONE_MILLI) for part in line.parts
        ]
        for sku, quantity_milli in parts or [(line.sku, line.quantity_milli)]:
            back[sku] = back.get(sku, 0) + quantity_milli
    return back


GivenBackMap = GrowingMap[str, GivenBack]
NOTHING_YET = GivenBack()


def key_of(original: OriginalReceipt) -> str:
    """Return under what a receipt is kept: its number, or its entry where the number is not known."""
    place = f"@{original.seq}" if original.receipt_number == 0 else str(original.receipt_number)
    return f"{original.epoch}-{place}"


def with_refund(given_back: GivenBackMap, refund: SaleRefunded) -> GivenBackMap:
    """Return the map after one more refund."""
    key = key_of(refund.original)
    before = given_back.get(key, NOTHING_YET)
    lines = dict(before.lines)
    for line in refund.lines:
        had = lines.get(line.line, LineBack())
        lines[line.line] = LineBack(
            had.quantity_milli + line.quantity_milli, had.total_minor + line.total_minor
        )
    now = GivenBack(lines=lines, total_minor=before.total_minor + refund.total_minor,
                    is_void=before.is_void or refund.void)  # fmt: skip
    return given_back.with_item(key, now)
