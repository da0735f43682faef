"""The code on a voucher: drawn so that nobody guesses it, checked so that a slip of the finger is seen without asking anybody.

Sixteen signs of Crockford's base 32 in groups of four: thirteen drawn (65 bits), three of a check (15 bits). The check is an
HMAC-SHA256 (RFC 2104) under the key that the deployment's tills share, so that who does not have it makes up no code that
another till would take. The ledger holds the voucher's id, a hash of the drawn signs, and never the code: who reads the
ledger can spend nothing. The code comes again from the sale's id and the till's own key, so that a receipt can be printed anew.
"""

import hashlib
import hmac
from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})
DRAWN: Final = 13
CHECK: Final = 3
_GROUP: Final = 4
_BITS: Final = 5
_ID_DIGITS: Final = 20


def draw_code(till_key: bytes, shared_key: str, issued_by: str, line: int) -> str:
    """Return the code of the voucher that a sale or a refund of this id issued on a line: the same each time."""
    digest = hmac.new(till_key, f"voucher {issued_by} {line}".encode(), hashlib.sha256).digest()
    drawn = _signs(digest, DRAWN)
    return drawn + _check(shared_key, drawn)


def read_code(text: str) -> str | None:
    """Return a code as it was scanned or typed, without gaps and with look-alikes mended; None if it can be none."""
    code = text.strip().upper().translate(_ALIKE)
    return code if len(code) == DRAWN + CHECK and set(code) <= set(_SIGNS) else None


def is_checked(shared_key: str, code: str) -> bool:
    """Tell whether a code that `read_code` returned carries the check of this key."""
    return hmac.compare_digest(_check(shared_key, code[:DRAWN]), code[DRAWN:])


def id_of_code(code: str) -> str:
    """Return the id under which the ledger knows a voucher."""
    return hashlib.sha256(b"stallholder voucher 1 " + code[:DRAWN].encode()).hexdigest()[:_ID_DIGITS]


def grouped(code: str) -> str:
    """Return a code as people read it, such as `K7Q2-9XAM-3FTD-8HN0`."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _check(shared_key: str, drawn: str) -> str:
    return _signs(hmac.new(shared_key.encode(), b"check " + drawn.encode(), hashlib.sha256).digest(), CHECK)


def _signs(digest: bytes, count: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_SIGNS[(number >> (_BITS * place)) & (len(_SIGNS) - 1)] for place in range(count))
