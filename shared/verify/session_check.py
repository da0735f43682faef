"""Counting a cash session again from its raw entries, and comparing its closing with that.

Figures that closings of older versions do not state are compared where they are stated.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, objects, optional_integer, optional_objects, text
from shared.verify.report import ProblemFound

_SUMS = ("refunds", "refund_minor", "moved_minor", "tip_minor", "rounding_minor", "discount_minor")


@dataclass(slots=True)
class SessionTally:
    """What happened in one cash session so far.

    `cash_minor` begins with the float. VAT is net, tax and gross by rate; rows are thousandths and minor units by key.
    """

    cash_minor: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    vat: dict[int, Counter[str]] = field(default_factory=dict)
    refund_vat: dict[int, Counter[str]] = field(default_factory=dict)
    rows: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    methods: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)

    def take_sale(self, body: Fields, hour: str) -> None:
        """Count a sale."""
        self.sums["sales"] += 1
        self.sums["total_minor"] += integer(body, "total_minor")
        self.sums["tip_minor"] += optional_integer(body, "tip_minor")
        self.sums["rounding_minor"] += optional_integer(body, "rounding_minor")
        self.sums["discount_minor"] += sum(
            integer(given, "amount_minor") for given in optional_objects(body, "discounts")
        )
        self._count(body, hour, 1)
        _add_vat(self.vat, body)

    def take_refund(self, body: Fields, hour: str) -> None:
        """Count a refund."""
        self.sums["refunds"] += 1
        self.sums["refund_minor"] += integer(body, "total_minor")
        self.sums["tip_minor"] -= optional_integer(body, "tip_minor")
        self.sums["rounding_minor"] -= optional_integer(body, "rounding_minor")
        self._count(body, hour, -1)
        _add_vat(self.refund_vat, body)

    def take_move(self, body: Fields) -> None:
        """Count cash that came in or went out."""
        self.sums["moved_minor"] += integer(body, "change_minor")
        self.cash_minor += integer(body, "change_minor")

    def compare(self, closed: Fields) -> None:
        """Raise ProblemFound for the first figure of a closing that is not what the entries say."""
        stated = (integer(closed, "sales"), integer(closed, "total_minor"))
        if stated != (self.sums["sales"], self.sums["total_minor"]):
            raise ProblemFound(
                f"the closing states {stated[0]} sales of {stated[1]}, "
                f"the entries say {self.sums['sales']} of {self.sums['total_minor']}"
            )
        _compare_vat(objects(closed, "vat"), self.vat)
        _compare_vat(optional_objects(closed, "refund_vat"), self.refund_vat)
        for name in _SUMS:
            _require(f"{name} of the closing", optional_integer(closed, name), self.sums[name])
        if integer(closed, "cash_expected_minor") != self.cash_minor:
            raise ProblemFound(
                f"the closing expects {closed['cash_expected_minor']} in cash, the entries say {self.cash_minor}"
            )
        for name in ("products", "cashiers", "hours"):
            if name in closed:
                _compare_rows(name, objects(closed, name), self.rows.get(name, {}))
        self._compare_counted(closed)

    def _compare_counted(self, closed: Fields) -> None:
        counted = integer(closed, "cash_counted_minor")
        if "counted" in closed:
            _require("the count by coins", coins_minor(closed), counted)
        if not 0 <= optional_integer(closed, "left_minor") <= max(0, counted):
            raise ProblemFound("more stays in the drawer than was counted")
        if "methods" in closed:
            expected = {
                text(row, "method"): integer(row, "expected_minor") for row in objects(closed, "methods")
            }
            _require(
                "what was taken by each method", _without_nought(expected), _without_nought(self.methods)
            )
            _compare_cash_row(closed, counted - self.cash_minor)
        foreign = {
            text(row, "currency"): integer(row, "expected_minor")
            for row in optional_objects(closed, "foreign")
        }
        _require(
            "what lies there of other currencies", _without_nought(foreign), _without_nought(self.foreign)
        )

    def _count(self, body: Fields, hour: str, sign: int) -> None:
        quantity_milli = 0
        for line in objects(body, "lines"):
            milli = sign * integer(line, "quantity_milli")
            quantity_milli += milli
            self._add("products", text(line, "sku"), milli, sign * integer(line, "total_minor"))
        total_minor = sign * integer(body, "total_minor")
        self._add("cashiers", text(body, "cashier"), quantity_milli, total_minor)
        self._add("hours", hour, quantity_milli, total_minor)
        for paid in objects(body, "payments"):
            self._take_payment(paid, sign)

    def _take_payment(self, paid: Fields, sign: int) -> None:
        method, foreign = text(paid, "method"), paid.get("foreign")
        amount_minor, change_minor = integer(paid, "amount_minor"), integer(paid, "change_minor")
        self.methods[method] += sign * amount_minor
        if isinstance(foreign, dict):
            self.foreign[text(foreign, "currency")] += sign * integer(foreign, "tendered_minor")
            amount_minor = -change_minor
        if method == "cash":
            self.cash_minor += sign * amount_minor

    def _add(self, what: str, key: str, milli: int, minor: int) -> None:
        row = self.rows.setdefault(what, {}).setdefault(key, Counter())
        row["milli"] += milli
        row["minor"] += minor


def coins_minor(body: Fields) -> int:
    """Return what the notes and coins that an entry counts come to; raises ProblemFound for a count below zero."""
    total_minor = 0
    for coin in optional_objects(body, "counted"):
        if integer(coin, "pieces") < 0 or integer(coin, "value_minor") <= 0:
            raise ProblemFound("notes or coins were counted below zero")
        total_minor += integer(coin, "value_minor") * integer(coin, "pieces")
    return total_minor


def _add_vat(sums: dict[int, Counter[str]], body: Fields) -> None:
    for vat in objects(body, "vat"):
        sums.setdefault(integer(vat, "rate_bp"), Counter()).update(_vat_of(vat))


def _compare_cash_row(closed: Fields, difference_minor: int) -> None:
    for row in objects(closed, "methods"):
        if text(row, "method") == "cash":
            counted = integer(row, "counted_minor") - integer(row, "expected_minor")
            _require("the difference in cash", counted, difference_minor)


def _compare_rows(what: str, stated: list[Fields], counted: dict[str, Counter[str]]) -> None:
    rows = {text(row, "key"): (integer(row, "quantity_milli"), integer(row, "total_minor")) for row in stated}
    _require(
        f"the closing's {what}", rows, {key: (row["milli"], row["minor"]) for key, row in counted.items()}
    )


def _compare_vat(stated: list[Fields], counted: dict[int, Counter[str]]) -> None:
    rates = [integer(vat, "rate_bp") for vat in stated]
    if sorted(rates) != sorted(counted):
        raise ProblemFound(
            f"the closing states VAT for the rates {sorted(rates)}, the entries have {sorted(counted)}"
        )
    for rate_bp, vat in zip(rates, stated, strict=True):
        for what, minor in _vat_of(vat).items():
            if minor != counted[rate_bp][what]:
                raise ProblemFound(
                    f"the closing's {what} at {rate_bp} basis points is {minor}, "
                    f"the entries say {counted[rate_bp][what]}"
                )


def _vat_of(vat: Fields) -> dict[str, int]:
    return {
        what: integer(vat, name)
        for what, name in (("net", "net_minor"), ("VAT", "vat_minor"), ("gross", "gross_minor"))
    }


def _without_nought(sums: Mapping[str, int]) -> dict[str, int]:
    return {key: minor for key, minor in sums.items() if minor}


def _require(what: str, stated: object, counted: object) -> None:
    if stated != counted:
        raise ProblemFound(f"{what} is {stated}, the entries say {counted}")
