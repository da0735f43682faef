"""Refusals about phones in words."""

from typing import assert_never

from device.domain.explanation import Explanation
from device.domain.phones import (
    NAME_MAX,
    PHONES_MAX,
    BadPhoneName,
    NoPairing,
    PhoneRefusal,
    TooManyPhones,
    UnknownPhone,
    WrongPairingCode,
)


def explain_phones(refusal: PhoneRefusal) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case NoPairing():
            return Explanation(
                "no-pairing", "This code counts no more. The phone was not paired.",
                "At the till, tap “Pair a phone” again and use the new code.",
            )  # fmt: skip
        case WrongPairingCode(tries_left=left):
            return Explanation(
                "wrong-pairing-code", "That is not the code that the till shows.",
                f"Look at the till's screen and type it again. It can be tried {left} more times.",
            )  # fmt: skip
        case TooManyPhones():
            return Explanation(
                "too-many-phones", f"{PHONES_MAX} phones are paired already. This one was not.",
                "At the till, remove one that is used no more.",
            )  # fmt: skip
        case BadPhoneName():
            return Explanation(
                "bad-phone-name", "This phone needs a name that can be read.", f"Give it 1 to {NAME_MAX} characters."
            )  # fmt: skip
        case UnknownPhone():
            return Explanation("unknown-phone", "There is no such phone any more.", "Look at the list again.")
        case other:
            assert_never(other)
