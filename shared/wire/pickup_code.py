"""The nine digits that open a door: a pick-up number (three) and a secret (six).

The number names the parcel, the secret proves the right to it. Runs on CPython and on the board's MicroPython.
"""

NUMBER_DIGITS = 3
SECRET_DIGITS = 6
NUMBERS = 10**NUMBER_DIGITS
SECRETS = 10**SECRET_DIGITS


def format_code(number: int, secret: int) -> str:
    """Return the code as printed, such as `407 123 456`; raises ValueError if a part is out of range."""
    if not 0 <= number < NUMBERS or not 0 <= secret < SECRETS:
        raise ValueError("a pick-up code has a number of 3 and a secret of 6 digits")
    digits = "%03d%06d" % (number, secret)
    return " ".join((digits[:3], digits[3:6], digits[6:]))


def parse_code(text: str) -> tuple[int, int]:
    """Return (number, secret) of a typed or scanned code; spaces and hyphens are ignored.

    Raises:
        ValueError: it does not have exactly nine digits.
    """
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != NUMBER_DIGITS + SECRET_DIGITS or not all("0" <= digit <= "9" for digit in digits):
        raise ValueError("a pick-up code has 9 digits: look at the receipt and type them again")
    return int(digits[:NUMBER_DIGITS]), int(digits[NUMBER_DIGITS:])
