"""Money as integer minor units (cents) with a currency; nothing here ever touches a float.

Quantities are integers too: thousandths of the product's unit (`quantity_milli`), so that 0.250 kg is 250 and
three pieces are 3,000.
"""

from dataclasses import dataclass

QUANTITY_ONE_MILLI = 1_000
_WHOLE_DIGITS_MAX = 30
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "TND": 3}  # ISO 4217; every other currency we meet has 2


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were to be added or compared."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} cannot be added: convert one of them first")
        self.left = left
        self.right = right


class MoneyFormatError(ValueError):
    """A text is not an amount of money."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not an amount of money: write it like 12 or 12.50")
        self.text = text


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded to the nearest integer, halves away from zero.

    Raises:
        ZeroDivisionError: `denominator` is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(abs(numerator), denominator)
    quotient += 2 * remainder >= denominator
    return quotient if numerator >= 0 else -quotient


def minor_digits(currency: str) -> int:
    """Return how many digits the minor unit of an ISO 4217 currency has (2 where nothing else is known)."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of money: `minor` units of `currency` (ISO 4217)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency; raises CurrencyMismatchError otherwise."""
        self._require_same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency; raises CurrencyMismatchError otherwise."""
        self._require_same(other)
        return Money(self.minor - other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {format_minor(self.minor, self.currency)}"

    def _require_same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(self.currency, other.currency)


def times_quantity(unit_price_minor: int, quantity_milli: int) -> int:
    """Return the price of a quantity, in minor units, rounded half up once per line."""
    return divide_half_up(unit_price_minor * quantity_milli, QUANTITY_ONE_MILLI)


def format_minor(minor: int, currency: str) -> str:
    """Return an amount as plain decimal text, such as `-3.05`; no grouping, a full stop before the minor units."""
    digits = minor_digits(currency)
    sign = "-" if minor < 0 else ""
    if digits == 0:
        return f"{sign}{abs(minor)}"
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def parse_minor(text: str, currency: str) -> int:
    """Read `12`, `12.5`, `12,50` as minor units of a currency.

    Raises:
        MoneyFormatError: the text is no amount, or has more decimals than the currency.
    """
    digits = minor_digits(currency)
    whole, _, part = text.strip().replace(",", ".").partition(".")
    sign = -1 if whole.startswith("-") else 1
    whole = whole.removeprefix("-")
    if (
        not (whole + part).isascii()
        or not whole.isdigit()
        or len(whole) > _WHOLE_DIGITS_MAX
        or (part and not part.isdigit())
        or len(part) > digits
    ):
        raise MoneyFormatError(text)
    return sign * int(whole + part.ljust(digits, "0"))
