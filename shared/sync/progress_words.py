"""Progress in English sentences, for commands and for whoever reads JSON. Pages have catalogues of their own."""

from typing import assert_never

from shared.sync.progress import Progress
from shared.sync.reasons import (
    BehindHub,
    NotConnected,
    NothingBehind,
    OnTheWay,
    Quarantined,
    Reason,
    ReceiverFull,
    Refused,
    Stalled,
    Unanswered,
    WaitsForHub,
)

_AT_HUB = {
    "not-connected": "The cloud has not answered the hub for {span}.",
    "unanswered": "The cloud has not answered the hub for {span}.",
    "stalled": "The hub reaches the cloud, but nothing has arrived there for {span}.",
    "refused": "The cloud does not take this ledger from the hub.",
    "quarantined": "The cloud has set this ledger aside.",
    "receiver-full": "The cloud's disk is full.",
    "on-the-way": "The hub is sending it on.",
}


def say_progress(progress: Progress, *, there: str, now_ms: int) -> str:
    """Return one or two sentences; `there` is the receiver in the middle of a sentence, such as `the hub`."""
    reason = progress.reason
    told = _say(reason, progress, there, now_ms)
    return told.strip()


def say_how_long(seconds: int) -> str:
    """Return a time span as people say it, such as `14 min`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3_600:
        return f"{seconds // 3_600} h"
    return f"{seconds // 86_400} days"


def _say(reason: Reason, progress: Progress, there: str, now_ms: int) -> str:
    waiting, since = _entries(progress.behind), f"{progress.since.at:%H:%M}"
    span, receiver = say_how_long(progress.since.age_s(now_ms)), there[:1].upper() + there[1:]
    match reason:
        case NothingBehind():
            told = f"Everything is at {there}."
        case OnTheWay():
            told = f"{waiting} on the way to {there}."
        case NotConnected(words):
            why = f" ({words.rstrip('.')})" if words else ""
            told = f"{receiver} has been out of reach since {since}{why}. {waiting} for it here; nothing is lost."
        case Unanswered():
            told = f"The broker is there, but {there} has not answered since {since}. {waiting} for it here."
        case Stalled():
            told = f"{receiver} is connected, but nothing has arrived there for {span}. {waiting} here."
        case Refused(words, remedy):
            told = f"{receiver} does not take this ledger: {_sentence(words)} Nothing is lost. {remedy}"
        case Quarantined(words, remedy):
            told = f"{receiver} has set this ledger aside: {_sentence(words)} Nothing is lost. {remedy}"
        case ReceiverFull():
            told = f"The disk of {there} is full. {waiting} here until somebody makes room there."
        case BehindHub():
            told = f"{waiting} at the hub and not yet at {there}. {_at_hub(reason)}"
        case WaitsForHub():
            told = f"{waiting} for {there}, by way of the hub."
        case _:
            assert_never(reason)
    return told


def _at_hub(reason: BehindHub) -> str:
    told = _AT_HUB.get(reason.hub_code, "").format(span=say_how_long(reason.for_s))
    return f"{told} {reason.remedy}".strip()


def _entries(count: int) -> str:
    return "1 entry waits" if count == 1 else f"{count:,} entries wait"


def _sentence(words: str) -> str:
    return words.rstrip(".") + "."
