"""Whether a refund may be made now, and the event that it becomes."""

from dataclasses import dataclass
from datetime import datetime

from device.domain.card_back import approver_of, due_on_terminal, with_card_money
from device.domain.catalogue import Catalogue
from device.domain.given_back import NOTHING_YET, key_of
from device.domain.limits import ApprovalNeeded, LimitKind, Limits
from device.domain.refund import (
    REASON_MAX,
    PricedRefund,
    RefundOrder,
    is_spent_voucher,
    price_other_tills,
    price_refund,
)
from device.domain.refund_refusals import (
    NotGivenBack,
    NotPaidByCard,
    RefundRefusal,
    RefundTotalChanged,
    TooLateToVoid,
    VoucherNotHere,
)
from device.domain.till_state import TillState
from shared.events.card import CardAsked
from shared.events.cash import CashSessionOpened
from shared.events.sale import LineKind, SaleLine, SaleRecorded, SaleRefunded


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTerms:
    """By what the stall gives back: today's catalogue, a cashier's limits, and the smallest coin (1: none is missing).

    `vat_added` says that the catalogue's prices are net, `terminal` is the name of the card terminal that is set up.
    """

    catalogue: Catalogue
    limits: Limits
    currency: str
    cash_step_minor: int = 1
    vat_added: bool = False
    terminal: str = ""


def price_order(
    state: TillState, order: RefundOrder, sale: SaleRecorded | None, terms: RefundTerms
) -> PricedRefund | RefundRefusal:
    """Price a refund as the state is now; `sale` is None for another till's receipt."""
    if sale is None:
        return price_other_tills(
            terms.catalogue, order, cash_step_minor=terms.cash_step_minor, vat_added=terms.vat_added
        )
    if order.void and (state.open_session is None or state.open_session.session_id != sale.session_id):
        return TooLateToVoid()
    used = next((line for line in sale.lines if line.kind is LineKind.DEPOSIT), None)
    if used is not None and sale.sale_id in state.orders.spent:
        return NotGivenBack(used.name, LineKind.DEPOSIT_USED)
    spent = _spent_voucher(state, order, sale)
    if spent is not None:
        return NotGivenBack(spent.name, LineKind.VOUCHER)
    given = state.given_back.get(key_of(order.original), NOTHING_YET)
    return price_refund(sale, given, order, cash_step_minor=terms.cash_step_minor)


def _spent_voucher(state: TillState, order: RefundOrder, sale: SaleRecorded) -> SaleLine | None:
    """Return a voucher that is asked back although something was paid with it, or that it was taken back before."""
    asked = range(len(sale.lines)) if order.void else [one.line for one in order.lines]
    lines = (sale.lines[place] for place in asked if 0 <= place < len(sale.lines))
    return next((line for line in lines if is_spent_voucher(line, state.vouchers)), None)


def approval_needed(
    state: TillState, order: RefundOrder, priced: PricedRefund, limits: Limits, *, of_other_till: bool
) -> ApprovalNeeded | None:
    """Say whether a manager has to allow this refund; None if the cashier may, or a manager did.

    What came back of the receipt before counts too, so that no sum is given back in small parts.
    """
    if order.approved_by or approver_of(state.cards, order.card_attempts):
        return None
    total_minor, session = priced.total_minor, state.open_session
    given_minor = state.given_back.get(key_of(order.original), NOTHING_YET).total_minor
    of_others = session.other_till_minor if session else 0
    checks = [(LimitKind.REFUND, limits.refund_minor, given_minor + total_minor)]
    if of_other_till:
        checks += [
            (LimitKind.OTHER_TILL_RECEIPT, limits.other_till_receipt_minor, given_minor + total_minor),
            (LimitKind.OTHER_TILL_SESSION, limits.other_till_session_minor, of_others + total_minor),
        ]
    return next((ApprovalNeeded(kind, limit, asked) for kind, limit, asked in checks if asked > limit), None)


def decide_question(
    state: TillState, order: RefundOrder, sale: SaleRecorded | None, terms: RefundTerms, *, attempt_id: str,
    now: datetime,
) -> CardAsked | RefundRefusal:  # fmt: skip
    """Return what the terminal is to be asked for a refund that may be made, or why it may not."""
    priced = _allowed(state, order, sale, terms)
    if not isinstance(priced, PricedRefund):
        return priced
    due = due_on_terminal(state.cards, sale, priced, terminal=terms.terminal, now=now) if sale else ()
    if not due:
        return NotPaidByCard(priced.total_minor)
    return CardAsked(
        attempt_id=attempt_id, about=order.refund_id, terminal=terms.terminal, amount_minor=due[0].amount_minor,
        currency=terms.currency, cashier=order.cashier, direction=due[0].direction, of_attempt=due[0].of_attempt,
        of_reference=due[0].of_reference, approved_by=order.approved_by,
    )  # fmt: skip


def _allowed(
    state: TillState, order: RefundOrder, sale: SaleRecorded | None, terms: RefundTerms
) -> PricedRefund | RefundRefusal:
    """Price a refund, and say if it may not be made now."""
    priced = price_order(state, order, sale, terms)
    if not isinstance(priced, PricedRefund):
        return priced
    expected = order.expected_total_minor
    if expected is not None and expected != priced.total_minor:
        return RefundTotalChanged(expected, priced.total_minor)
    if order.voucher and not order.voucher_is_new and not _may_take_more(state, order.voucher, priced):
        return VoucherNotHere(order.voucher)
    beyond = approval_needed(state, order, priced, terms.limits, of_other_till=sale is None)
    return beyond or with_card_money(state.cards, sale, priced, order.card_attempts)


def _may_take_more(state: TillState, voucher_id: str, priced: PricedRefund) -> bool:
    """Whether money may go onto a voucher: this till knows it, and it does not come back itself, with nothing left on it."""
    is_known = state.vouchers.left_minor.find(voucher_id) is not None
    return is_known and all(line.reference != voucher_id for line in priced.lines)


def decide_refund(
    state: TillState, order: RefundOrder, sale: SaleRecorded | None, terms: RefundTerms,
    opening: CashSessionOpened | None,
) -> SaleRefunded | RefundRefusal:  # fmt: skip
    """Return the refund in the open session, or in the one that `opening` opens, or why there is none."""
    priced = _allowed(state, order, sale, terms)
    if not isinstance(priced, PricedRefund):
        return priced
    session = opening or state.open_session
    if session is None:
        raise AssertionError("a session was opened just now if there was none")
    return SaleRefunded(
        refund_id=order.refund_id,
        receipt_number=state.last_receipt_number + 1,
        session_id=session.session_id,
        business_date=session.business_date,
        cashier=order.cashier,
        currency=terms.currency,
        original=order.original,
        lines=priced.lines,
        total_minor=priced.total_minor,
        vat=priced.vat,
        payments=priced.payments,
        reason=order.reason.strip()[:REASON_MAX],
        void=order.void,
        tip_minor=priced.tip_minor,
        rounding_minor=priced.rounding_minor,
        vat_added=sale.vat_added if sale else terms.vat_added,
        approved_by=order.approved_by or approver_of(state.cards, order.card_attempts),
        coupons=tuple(one for one in sale.discounts if one.code) if sale and order.void else (),
    )
