"""Following what was sold to be used later: gift vouchers and deposits, as far as one ledger knows them.

A voucher that this ledger issued never pays more than came onto it. The balance of an order takes off exactly what was paid
for it before, rate by rate.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, objects, optional_text, sub_object, text
from shared.verify.report import ProblemFound

_DEPOSIT_SKU = "order.deposit"


@dataclass(slots=True)
class PromiseBook:
    """What is left on vouchers, what was paid for open orders by rate, and which receipts were deposits for which order."""

    left_minor: dict[str, int] = field(default_factory=dict)
    deposits_minor: dict[str, Counter[int]] = field(default_factory=dict)
    deposit_receipts: dict[int, str] = field(default_factory=dict)

    def take_sale(self, body: Fields) -> None:
        """Check a sale, and note what it promises; raises ProblemFound."""
        lines = objects(body, "lines")
        for line in _of_kind(lines, "voucher"):
            self._issue(line)
        for voucher, minor in _by_voucher(body):
            if voucher in self.left_minor:
                self._draw(voucher, minor)
        order_id = optional_text(body, "order_id")
        deposits, used = _by_rate(_of_kind(lines, "deposit")), _by_rate(_of_kind(lines, "deposit-used"))
        if (deposits or used) and not order_id:
            raise ProblemFound("it has a deposit and names no order")
        if deposits:
            self.deposits_minor.setdefault(order_id, Counter()).update(deposits)
            self.deposit_receipts[integer(body, "receipt_number")] = order_id
        elif order_id:
            self._close(order_id, used)

    def take_refund(self, body: Fields, *, is_own: bool) -> None:
        """Note what a refund puts onto vouchers and which it takes back, and which deposits it gives back; raises ProblemFound."""
        for voucher, minor in _by_voucher(body):
            if voucher in self.left_minor or not is_own or body.get("void") is not True:
                self.left_minor[voucher] = self.left_minor.get(voucher, 0) + minor
        for line in objects(body, "lines"):
            if voucher := optional_text(line, "reference"):
                self._take_back(voucher, integer(line, "total_minor"))
        number = integer(sub_object(body, "original"), "receipt_number") if is_own else 0
        order_id = self.deposit_receipts.get(number)
        if order_id is not None and order_id in self.deposits_minor:
            back = [line for line in objects(body, "lines") if line.get("sku") == _DEPOSIT_SKU]
            self.deposits_minor[order_id].subtract(_by_rate(back))

    def _issue(self, line: Fields) -> None:
        voucher = text(line, "reference")
        if integer(line, "vat_rate_bp") or integer(line, "total_minor") <= 0 or voucher in self.left_minor:
            raise ProblemFound(f"the voucher {voucher} is taxed, worth nothing, or sold twice")
        self.left_minor[voucher] = integer(line, "total_minor")

    def _take_back(self, voucher: str, minor: int) -> None:
        """A voucher comes back unused, so it holds all that was paid for it."""
        if self.left_minor.get(voucher) != minor:
            raise ProblemFound(
                f"the voucher {voucher} is taken back for {minor}, and holds {self.left_minor.get(voucher)}"
            )
        self.left_minor[voucher] = 0

    def _draw(self, voucher: str, minor: int) -> None:
        if minor > self.left_minor[voucher]:
            raise ProblemFound(
                f"{minor} are paid with the voucher {voucher}, which holds {self.left_minor[voucher]}"
            )
        self.left_minor[voucher] -= minor

    def _close(self, order_id: str, used: Counter[int]) -> None:
        paid = self.deposits_minor.pop(order_id, Counter())
        wanted = {rate_bp: -minor for rate_bp, minor in paid.items() if minor}
        if {rate_bp: minor for rate_bp, minor in used.items() if minor} != wanted:
            raise ProblemFound(
                f"it takes off {-sum(used.values())} of the order's deposits, which were {sum(paid.values())}"
            )


def _of_kind(lines: Iterable[Fields], kind: str) -> list[Fields]:
    return [line for line in lines if line.get("kind", "goods") == kind]


def _by_voucher(body: Fields) -> list[tuple[str, int]]:
    paid = [one for one in objects(body, "payments") if text(one, "method") == "voucher"]
    return [(text(one, "reference"), integer(one, "amount_minor")) for one in paid]


def _by_rate(lines: Iterable[Fields]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for line in lines:
        sums[integer(line, "vat_rate_bp")] += integer(line, "total_minor")
    return sums
