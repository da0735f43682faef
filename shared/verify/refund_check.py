"""Checking a refund against the sale that it gives back, where that stands in the same ledger, with arithmetic of its own.

What comes back of a line is worth the difference of two roundings, with it and without it; the tax of a rate likewise. So
nothing can come back that was not sold, and when all has come back it is the sale to the cent.
"""

import binascii
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import NamedTuple

from shared.verify.fields import Fields, integer, objects, optional_integer, optional_text, text
from shared.verify.report import ProblemFound

_TEN_THOUSAND = 10_000
_HEAD = struct.Struct("<IBqq")
_LINE = struct.Struct("<IqqiB")


class _Sold(NamedTuple):
    """A line of a sale; `sku` is a short hash."""

    sku: int
    quantity_milli: int
    total_minor: int
    rate_bp: int
    comes_back: int


@dataclass(slots=True)
class SoldBook:
    """What each receipt sold, packed small, and what came back of those of which something did.

    `receipts` has the packed sale at the place of its number less 1, and nothing at a refund's.
    """

    receipts: list[bytes] = field(default_factory=list)
    back: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)

    def add_sale(self, body: Fields) -> None:
        """Note what a sale sold; it has the next receipt number."""
        head = _HEAD.pack(
            _hash(text(body, "session_id")), body.get("vat_added") is True, optional_integer(body, "tip_minor"),
            optional_integer(body, "rounding_minor"),
        )  # fmt: skip
        self.receipts.append(head + b"".join(_packed(line) for line in objects(body, "lines")))

    def add_refund(self, body: Fields, *, is_own: bool) -> None:
        """Check a refund, which has the next receipt number, and note what came back; raises ProblemFound."""
        _check_payments(body)
        if is_own:
            self._check_own(body, integer(original_of(body), "receipt_number"))
        else:
            _check_others(body)
        self.receipts.append(b"")

    def _check_own(self, body: Fields, number: int) -> None:
        sold = self.receipts[number - 1] if 0 < number <= len(self.receipts) else b""
        if not sold:
            raise ProblemFound(f"it gives back receipt {number}, which is no sale before it")
        session, vat_added, tip_minor, rounding_minor = _HEAD.unpack_from(sold)
        lines, back = list(_lines_of(sold)), self.back.get(number, {})
        now = _back_after(objects(body, "lines"), lines, back)
        if (body.get("vat_added") is True) != bool(vat_added):
            raise ProblemFound("it treats the tax otherwise than the sale did")
        _check_vat(body, _gross(lines, back), _gross(lines, now), vat_added=bool(vat_added))
        if body.get("void") is True:
            is_whole = not back and all(
                now.get(place) == (line.quantity_milli, line.total_minor) for place, line in enumerate(lines)
            )
            if not is_whole or session != _hash(text(body, "session_id")):
                raise ProblemFound("it undoes a sale of another cash session, or not the whole of it")
            if (tip_minor, rounding_minor) != (
                optional_integer(body, "tip_minor"),
                optional_integer(body, "rounding_minor"),
            ):
                raise ProblemFound("it undoes a sale with another tip or rounding")
        self.back[number] = now


def original_of(body: Fields) -> Fields:
    """Return which receipt a refund gives back."""
    value = body.get("original")
    if isinstance(value, dict):
        return value
    raise ProblemFound("it does not say which receipt it gives back")


def _back_after(
    asked: list[Fields], sold: list[_Sold], back: dict[int, tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    now, seen = dict(back), set[int]()
    for line in asked:
        place = integer(line, "line")
        if not 0 <= place < len(sold) or place in seen:
            raise ProblemFound(
                f"it gives back line {place + 1}, which the sale does not have or it names twice"
            )
        seen.add(place)
        now[place] = _line_after(line, sold[place], back.get(place, (0, 0)))
    if not seen:
        raise ProblemFound("it gives nothing back")
    return now


def _line_after(line: Fields, sold: _Sold, had: tuple[int, int]) -> tuple[int, int]:
    place = integer(line, "line") + 1
    if (
        not sold.comes_back
        or _hash(text(line, "sku") + optional_text(line, "reference")) != sold.sku
        or integer(line, "vat_rate_bp") != sold.rate_bp
    ):
        raise ProblemFound(f"what it gives back as line {place} is not what was sold there")
    quantity_milli = had[0] + integer(line, "quantity_milli")
    if not had[0] < quantity_milli <= sold.quantity_milli:
        raise ProblemFound(
            f"of line {place} {quantity_milli} thousandths came back, sold were {sold.quantity_milli}"
        )
    worth_minor = _half_up(Fraction(sold.total_minor * quantity_milli, sold.quantity_milli))
    if integer(line, "total_minor") != worth_minor - had[1]:
        raise ProblemFound(
            f"line {place} gives back {line['total_minor']}, it should be {worth_minor - had[1]}"
        )
    return quantity_milli, worth_minor


def _check_others(body: Fields) -> None:
    """Another ledger's receipt: only its own figures can be checked."""
    if body.get("void") is True or optional_integer(body, "tip_minor"):
        raise ProblemFound("it undoes a sale that is not in this ledger")
    lines, gross = objects(body, "lines"), defaultdict[int, int](int)
    if not lines:
        raise ProblemFound("it gives nothing back")
    for number, line in enumerate(lines, start=1):
        if integer(line, "quantity_milli") <= 0 or integer(line, "total_minor") < 0:
            raise ProblemFound(f"line {number} gives less than nothing back")
        gross[integer(line, "vat_rate_bp")] += integer(line, "total_minor")
    _check_vat(body, {}, gross, vat_added=body.get("vat_added") is True)


def _check_vat(body: Fields, before: dict[int, int], after: dict[int, int], *, vat_added: bool) -> None:
    """The tax is that of all that came back, less that of what had come back before."""
    stated = {integer(vat, "rate_bp"): vat for vat in objects(body, "vat")}
    rates = {integer(line, "vat_rate_bp") for line in objects(body, "lines")}
    if set(stated) != rates or len(stated) != len(objects(body, "vat")):
        raise ProblemFound(f"VAT is stated for the rates {sorted(stated)}, given back at {sorted(rates)}")
    gross_minor = 0
    for rate_bp, vat in stated.items():
        had, has = before.get(rate_bp, 0), after[rate_bp]
        tax = _tax(has, rate_bp, vat_added=vat_added) - _tax(had, rate_bp, vat_added=vat_added)
        net = has - had if vat_added else has - had - tax
        found = (integer(vat, "net_minor"), integer(vat, "vat_minor"), integer(vat, "gross_minor"))
        if found != (net, tax, net + tax):
            raise ProblemFound(
                f"net, VAT and gross at {rate_bp} basis points are {found}, they should be {(net, tax, net + tax)}"
            )
        gross_minor += net + tax
    if integer(body, "total_minor") != gross_minor:
        raise ProblemFound(f"the total is {body['total_minor']}, it should be {gross_minor}")


def _check_payments(body: Fields) -> None:
    paid_minor = 0
    for paid in objects(body, "payments"):
        amount = integer(paid, "amount_minor")
        if amount != integer(paid, "tendered_minor") - integer(paid, "change_minor"):
            raise ProblemFound("a payment is not what was given less the change")
        paid_minor += amount
    tip_minor, rounding_minor = optional_integer(body, "tip_minor"), optional_integer(body, "rounding_minor")
    due_minor = integer(body, "total_minor") + tip_minor + rounding_minor
    if paid_minor != due_minor:
        raise ProblemFound(f"what was paid back is {paid_minor}, it should be {due_minor}")


def _gross(sold: list[_Sold], back: dict[int, tuple[int, int]]) -> dict[int, int]:
    sums = defaultdict[int, int](int)
    for place, (_, minor) in back.items():
        sums[sold[place].rate_bp] += minor
    return sums


def _tax(minor: int, rate_bp: int, *, vat_added: bool) -> int:
    return _half_up(Fraction(minor * rate_bp, _TEN_THOUSAND + (0 if vat_added else rate_bp)))


def _packed(line: Fields) -> bytes:
    quantity_milli, total_minor = integer(line, "quantity_milli"), integer(line, "total_minor")
    kind = optional_text(line, "kind")
    voucher = optional_text(line, "reference") if kind == "voucher" else ""
    comes_back = kind in ("", "goods", "deposit", "voucher") and quantity_milli > 0 and total_minor >= 0
    try:
        return _LINE.pack(
            _hash(text(line, "sku") + voucher),
            quantity_milli,
            total_minor,
            integer(line, "vat_rate_bp"),
            comes_back,
        )
    except struct.error as error:
        raise ProblemFound("an amount of a line is beyond all bounds") from error


def _lines_of(sold: bytes) -> Iterator[_Sold]:
    return (_Sold(*line) for line in _LINE.iter_unpack(sold[_HEAD.size :]))


def _hash(name: str) -> int:
    return binascii.crc32(name.encode())


def _half_up(value: Fraction) -> int:
    rounded = floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded
