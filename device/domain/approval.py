"""A manager's word for one act of a cashier: good for a short while, for that act, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

LASTS_MS = 120_000
APPROVALS_MAX = 50


class Act(StrEnum):
    """What goes beyond a cashier's limits and may be allowed."""

    REFUND = "refund"
    CASH_OUT = "cash-out"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who allowed which act, until when in monotonic milliseconds, and what it was spent on: a repeat of that is the same act."""

    approval_id: str
    act: Act
    approved_by: str
    ends_ms: int
    spent_on: str = ""


def with_approval(approvals: Sequence[Approval], new: Approval, now_ms: int) -> tuple[Approval, ...]:
    """Return the approvals with one more, without those that have ended; the oldest make room."""
    return (*(one for one in approvals if one.ends_ms > now_ms), new)[-APPROVALS_MAX:]


def spend(
    approvals: Sequence[Approval], approval_id: str, act: Act, about: str, now_ms: int
) -> tuple[str, tuple[Approval, ...]]:
    """Return who allowed the act ("" for nobody) and the approvals after that.

    `about` is the act's own id: the same request, sent again because its answer was lost, is allowed again.
    """
    for place, one in enumerate(approvals):
        fits = one.approval_id == approval_id and one.act == act and one.ends_ms > now_ms
        if fits and one.spent_on in ("", about):
            spent = replace(one, spent_on=about)
            return one.approved_by, (*approvals[:place], spent, *approvals[place + 1 :])
    return "", tuple(approvals)
