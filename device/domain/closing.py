"""The end of a business day: the Z report, and the X report, which says the same before anything has ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from device.domain.cash_session import CashSession
from device.domain.drawer import COUNTED_MINOR_MAX, BadCount, count_coins
from device.domain.till_state import TillState
from shared.entry import Head
from shared.events.cash import CashSessionClosed, Coins, ForeignDrawer, MethodTotal, NamedTotal
from shared.events.sale import PaymentMethod


@dataclass(frozen=True, slots=True)
class NothingToClose:
    """No cash session is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What somebody counted at the end of a day, in minor units of each currency.

    Attributes:
        cash_minor: the drawer's cash as typed; counts only where no `coins` are given.
        coins: the drawer's cash by notes and coins.
        foreign_minor: notes of other currencies; what is not named is taken to be right.
        methods_minor: what other ways of paying came to, such as a card terminal's own total; likewise.
        left_minor: how much of the cash stays in the drawer for the next session.
    """

    cash_minor: int = 0
    coins: tuple[Coins, ...] = ()
    foreign_minor: Mapping[str, int] = field(default_factory=dict)
    methods_minor: Mapping[PaymentMethod, int] = field(default_factory=dict)
    left_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingReport:
    """What a report page or a printer lays out: a Z report, or an X report, which has no number and no end.

    `at` is the moment of the closing, for an X report that of asking; `epoch` names the ledger that the number is of.
    """

    till: str
    epoch: str
    at: datetime
    currency: str
    closed: CashSessionClosed
    is_final: bool

    @property
    def difference_minor(self) -> int:
        """How much more cash was counted than expected; below zero, how much is missing."""
        return self.closed.cash_counted_minor - self.closed.cash_expected_minor


ClosingRefusal: TypeAlias = NothingToClose | BadCount


def close_session(
    state: TillState, *, cashier: str, cash_counted_minor: int
) -> CashSessionClosed | NothingToClose:
    """Return the Z report of the open session with the cash as typed; it anchors the head of the ledger before it."""
    closed = close_counted(state, cashier=cashier, count=Count(cash_minor=cash_counted_minor))
    if isinstance(closed, BadCount):
        raise AssertionError("nothing is counted by coins and nothing is left")  # noqa: TRY004 - our bug
    return closed


def close_counted(state: TillState, *, cashier: str, count: Count) -> CashSessionClosed | ClosingRefusal:
    """Return the Z report of the open session, or why it cannot be closed so."""
    session = state.open_session
    if session is None:
        return NothingToClose()
    cash_minor = count_coins(count.coins, state.currency) if count.coins else count.cash_minor
    if isinstance(cash_minor, BadCount):
        return cash_minor
    if not 0 <= count.left_minor <= max(0, cash_minor):
        return BadCount("No more can stay in the drawer than was counted")
    others = (*count.foreign_minor.values(), *count.methods_minor.values())
    if any(abs(minor) > COUNTED_MINOR_MAX for minor in others):
        return BadCount("No such amount can have been counted")
    return _report(session, cashier=cashier, head=state.head, number=len(state.closings) + 1, cash_counted_minor=cash_minor,
                   count=count)  # fmt: skip


def report_so_far(state: TillState, *, cashier: str) -> CashSessionClosed | NothingToClose:
    """Return the X report: what a closing would say now if every count were right."""
    session = state.open_session
    if session is None:
        return NothingToClose()
    return _report(session, cashier=cashier, head=state.head, number=0, cash_counted_minor=session.drawer_minor,
                   count=Count())  # fmt: skip


def _report(
    session: CashSession, *, cashier: str, head: Head, number: int, cash_counted_minor: int, count: Count
) -> CashSessionClosed:
    return CashSessionClosed(
        session_id=session.session_id,
        business_date=session.business_date,
        cashier=cashier,
        sales=len(session.sales),
        total_minor=session.total_minor,
        vat=session.vat,
        cash_expected_minor=session.drawer_minor,
        cash_counted_minor=cash_counted_minor,
        head_seq=head.seq,
        head_hash=head.hash,
        counted=tuple(coin for coin in count.coins if coin.pieces),
        foreign=_foreign(session, count),
        methods=_methods(session, count, cash_counted_minor - session.drawer_minor),
        refunds=len(session.refunds),
        refund_minor=session.refund_minor,
        refund_vat=session.refund_vat,
        moved_minor=session.moved_minor,
        tip_minor=session.tip_minor,
        rounding_minor=session.rounding_minor,
        discount_minor=session.discount_minor,
        products=_products(session),
        cashiers=_cashiers(session),
        hours=_hours(session),
        number=number,
        left_minor=count.left_minor,
    )


def _foreign(session: CashSession, count: Count) -> tuple[ForeignDrawer, ...]:
    expected = session.foreign_minor.items()
    return tuple(
        ForeignDrawer(
            currency=currency, expected_minor=expected.get(currency, 0),
            counted_minor=count.foreign_minor.get(currency, expected.get(currency, 0)),
        )
        for currency in sorted(expected.keys() | count.foreign_minor.keys())
    )  # fmt: skip


def _methods(session: CashSession, count: Count, cash_difference_minor: int) -> tuple[MethodTotal, ...]:
    """Each way of paying that was used or counted; cash is what was taken by sales, without float and moves."""
    taken = session.paid_minor.items()
    counted = {method: taken.get(method, 0) for method in PaymentMethod} | {
        PaymentMethod.CASH: taken.get(PaymentMethod.CASH, 0) + cash_difference_minor
    }
    counted |= {
        method: minor for method, minor in count.methods_minor.items() if method is not PaymentMethod.CASH
    }
    return tuple(
        MethodTotal(method=method, expected_minor=taken.get(method, 0), counted_minor=counted[method])
        for method in PaymentMethod
        if method in taken or method in count.methods_minor
    )


def _products(session: CashSession) -> tuple[NamedTotal, ...]:
    sold_minor, names = session.sold_minor.items(), session.names.items()
    return tuple(
        NamedTotal(key=sku, name=names[sku], quantity_milli=milli, total_minor=sold_minor[sku])
        for sku, milli in sorted(session.sold_milli.items().items())
    )


def _cashiers(session: CashSession) -> tuple[NamedTotal, ...]:
    total_minor = session.by_cashier_minor.items()
    return tuple(
        NamedTotal(key=cashier, name=cashier, quantity_milli=milli, total_minor=total_minor[cashier])
        for cashier, milli in sorted(session.by_cashier_milli.items().items())
    )


def _hours(session: CashSession) -> tuple[NamedTotal, ...]:
    total_minor = session.by_hour_minor.items()
    return tuple(
        NamedTotal(key=f"{hour:02d}", name=f"{hour:02d}", quantity_milli=milli, total_minor=total_minor[hour])
        for hour, milli in sorted(session.by_hour_milli.items().items())
    )
