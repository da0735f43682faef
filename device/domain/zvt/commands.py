"""What the till asks of a terminal (ZVT PA00P015, chapter 2)."""

from device.domain.zvt.apdu import (
    AUTHORISE,
    REFUND,
    REGISTER,
    REPEAT_RECEIPT,
    REVERSE,
    Apdu,
    ZvtError,
)
from device.domain.zvt.fields import AMOUNT, CURRENCY, RECEIPT, SERVICE, bcd

PASSWORD_DIGITS = 6
AMOUNT_DIGITS = 12
# Registration's configuration: receipts of payments are printed by the till, the terminal tells how far it is, it begins no
# payment by itself, and it sends its receipts as text.
_RECEIPTS_HERE, _TELLS_PROGRESS, _ONLY_FROM_HERE, _SENDS_TEXT = 0x02, 0x08, 0x10, 0x80
CONFIGURATION = _RECEIPTS_HERE | _TELLS_PROGRESS | _ONLY_FROM_HERE | _SENDS_TEXT
_TAKES_TEXT_BLOCKS = bytes.fromhex("06 06 26 04 0A 02 06 D3")
"""A container (06) with the list (26) of commands (0A) that the till understands: 06 D3."""
CURRENCY_NUMBERS = {
    "EUR": 978, "CHF": 756, "GBP": 826, "CZK": 203, "DKK": 208, "HUF": 348, "NOK": 578, "PLN": 985, "RON": 946, "SEK": 752,
    "USD": 840,
}  # fmt: skip
"""Numbers of currencies (ISO 4217) that such terminals take."""


def register(password: str, currency: str) -> Apdu:
    """Registration (06 00): the terminal does from now on what this till says. Raises ZvtError for a wrong password or currency."""
    return Apdu(
        REGISTER,
        _password(password)
        + bytes([CONFIGURATION])
        + _currency(currency)
        + bytes([SERVICE, 0])
        + _TAKES_TEXT_BLOCKS,
    )


def authorise(amount_minor: int, currency: str) -> Apdu:
    """Authorisation (06 01): take an amount. Raises ZvtError."""
    return Apdu(AUTHORISE, _amount(amount_minor) + bytes([CURRENCY]) + _currency(currency))


def reverse(password: str, receipt_number: int) -> Apdu:
    """Reversal (06 30): undo the payment of a receipt number of the terminal's own. Raises ZvtError."""
    return Apdu(REVERSE, _password(password) + bytes([RECEIPT]) + bcd(receipt_number, 2))


def refund(password: str, amount_minor: int, currency: str) -> Apdu:
    """Refund (06 31): give an amount to the card that is held to the terminal. Raises ZvtError."""
    return Apdu(REFUND, _password(password) + _amount(amount_minor) + bytes([CURRENCY]) + _currency(currency))


def repeat_receipt(password: str) -> Apdu:
    """Repeat receipt (06 20): say again what was booked last. Raises ZvtError."""
    return Apdu(REPEAT_RECEIPT, _password(password))


def _password(password: str) -> bytes:
    if len(password) != PASSWORD_DIGITS or not (password.isascii() and password.isdecimal()):
        raise ZvtError(f"a terminal's password has {PASSWORD_DIGITS} digits")
    return bytes.fromhex(password)


def _amount(amount_minor: int) -> bytes:
    return bytes([AMOUNT]) + bcd(amount_minor, AMOUNT_DIGITS // 2)


def _currency(currency: str) -> bytes:
    if currency not in CURRENCY_NUMBERS:
        raise ZvtError(f"no terminal of this kind takes {currency}")
    return bcd(CURRENCY_NUMBERS[currency], 2)
