"""Refusals about market days and signals in words."""

from typing import assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.market.noting import BadLink, BadMarketDay, BadSignal, MarketRefusal, UnknownSignal


def explain_market(refusal: MarketRefusal) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case BadMarketDay(reason=reason):
            return _bad("bad-market-day", reason)
        case BadSignal(reason=reason):
            return _bad("bad-signal", reason)
        case BadLink(reason=reason):
            return _bad("bad-link", reason)
        case UnknownSignal():
            return Explanation(
                "unknown-signal",
                "This signal was taken away already. Nothing was changed.",
                "Look at the list again.",
            )
        case other:
            assert_never(other)


def _bad(code: str, reason: str) -> Explanation:
    said = f"{sentence_of(reason)} Nothing was changed."
    return Explanation(code, said, "Correct it, then try again.")
