"""Random days at a till: drawer, folded state, Z report and the independent reader must agree after every single step.

A few hundred days here; `STALLHOLDER_DAYS=10000` plays as many as it says.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.domain.cash_moves import CashMove, move_cash
from device.domain.catalogue import Catalogue, Product
from device.domain.closing import Count, close_counted, report_so_far
from device.domain.drawer import denominations_of
from device.domain.limits import Limits
from device.domain.opening import open_counted, open_if_needed
from device.domain.pricing.cart import CartLine, PricedCart, price_cart
from device.domain.pricing.discount import WantedDiscount
from device.domain.pricing.payment import MoneyRules, Settlement, Tender, round_to_coins, settle
from device.domain.refund import AskedLine, RefundOrder
from device.domain.refund_decision import RefundTerms, decide_refund
from device.domain.till_fold import fold
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from shared.entry import EMPTY_HEAD, Entry, StreamKey, parse_entry, seal_entry
from shared.events.cash import CashMoved, CashReason, CashSessionClosed, CashSessionOpened, Coins
from shared.events.event import Event, event_body, event_kind
from shared.events.sale import (
    DiscountKind,
    LedgerOpened,
    OriginalReceipt,
    PaymentMethod,
    SaleRecorded,
    SaleRefunded,
)
from shared.ids import Epoch, SaleId, Sku, SourceId, TenantId
from shared.verify.ledger_check import LedgerCheck

DAYS = int(os.environ.get("STALLHOLDER_DAYS", "150"))
STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-x"), epoch=Epoch("aaaaaa"))
CATALOGUE = Catalogue(
    version=1,
    products=(
        Product(sku=Sku("bowl"), name="Bowl", category="Pottery", price_minor=1999, vat_rate_bp=1900),
        Product(sku=Sku("cup"), name="Cup", category="Pottery", price_minor=1250, vat_rate_bp=1900),
        Product(sku=Sku("jam"), name="Jam", category="Pantry", price_minor=333, vat_rate_bp=700),
        Product(sku=Sku("nut"), name="Nut", category="Pantry", price_minor=7, vat_rate_bp=0),
    ),
)
ANYTHING = Limits(
    refund_minor=10**9, other_till_receipt_minor=10**9, other_till_session_minor=10**9, cash_out_minor=10**9
)
CASHIERS = ("Mira", "Ada")


@dataclass(slots=True)
class Stall:
    """A till, the notes and coins in its drawers as a person would find them, and the independent reader beside it."""

    cash_step: int
    vat_added: bool
    at: datetime = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    state: TillState = field(default_factory=TillState)
    entries: list[Entry] = field(default_factory=list)
    check: LedgerCheck = field(default_factory=LedgerCheck)
    sales: list[SaleRecorded] = field(default_factory=list)
    drawer: int = 0
    francs: int = 0
    earned: int = 0
    back: dict[int, int] = field(default_factory=dict)
    numbers: int = 0

    def write(self, *events: Event) -> None:
        for event in events:
            head = self.entries[-1].head if self.entries else EMPTY_HEAD
            entry = seal_entry(
                stream=STREAM, head=head, at=self.at, kind=event_kind(event), body=event_body(event)
            )
            self.entries.append(entry)
            self.check.take(entry.line)  # raises if the independent reader disagrees
            self.state = fold(self.state, parse_entry(entry.line))
        self._agree()

    def _agree(self) -> None:
        session = self.state.open_session
        assert self.check.receipt_number == self.state.last_receipt_number
        assert self.check.total_minor.get("EUR", 0) == self.state.total_minor == self.earned
        if session is not None:
            assert session.drawer_minor == self.drawer
            assert session.foreign_minor.get("CHF", 0) == self.francs
            assert session.turnover_minor == sum(session.by_hour_minor.items().values())
            assert session.turnover_minor == sum(session.by_cashier_minor.items().values())
            assert report_so_far(self.state, cashier="Ada").cash_expected_minor == self.drawer  # type: ignore[union-attr]

    def new_id(self) -> str:
        self.numbers += 1
        return f"id-{self.numbers}"

    def ensure_open(self, cashier: str) -> None:
        opening = open_if_needed(self.state, session_id=self.new_id(), at=self.at, cashier=cashier)
        if opening:
            self.drawer, self.francs = opening[0].float_minor, 0
            self.write(*opening)

    def open(self, pieces: int) -> None:
        coins = (Coins(value_minor=1_000, pieces=pieces), Coins(value_minor=5, pieces=pieces))
        opened = open_counted(
            self.state, session_id=self.new_id(), at=self.at, cashier="Ada", float_minor=0, counted=coins
        )
        if isinstance(opened, CashSessionOpened):
            self.drawer, self.francs = 1_005 * pieces, 0
            self.write(opened)

    def sell(self, lines: Sequence[tuple[str, int]], discount: int, tip: int, way: str, cashier: str) -> None:
        self.ensure_open(cashier)
        off = (
            (WantedDiscount(kind=DiscountKind.PERCENT, value=discount, reason="Regular"),) if discount else ()
        )
        cart = price_cart(CATALOGUE, [CartLine(sku=Sku(sku), quantity_milli=milli) for sku, milli in lines], kept=False,
                          discounts=off, vat_added=self.vat_added)  # fmt: skip
        assert isinstance(cart, PricedCart)
        due = cart.total_minor + tip
        settlement = settle(
            due,
            _tenders(way, due),
            MoneyRules(currency="EUR", cash_step_minor=self.cash_step, rates_micro=(("CHF", 1_060_000),)),
        )
        assert isinstance(settlement, Settlement), settlement
        session = self.state.open_session
        assert session is not None
        sale = SaleRecorded(
            sale_id=SaleId(self.new_id()), receipt_number=self.state.last_receipt_number + 1, session_id=session.session_id,
            business_date=session.business_date, cashier=cashier, currency="EUR", lines=cart.lines,
            total_minor=cart.total_minor, vat=cart.vat, payments=settlement.payments, discounts=cart.discounts,
            tip_minor=tip, rounding_minor=settlement.rounding_minor, vat_added=cart.vat_added,
        )  # fmt: skip
        self._put_in(sale)
        self.sales.append(sale)
        self.earned += sale.total_minor
        self.write(sale)

    def _put_in(self, sale: SaleRecorded) -> None:
        for paid in sale.payments:
            if paid.method is PaymentMethod.CASH and paid.foreign is None:
                self.drawer += paid.tendered_minor - paid.change_minor
            elif paid.foreign is not None:
                self.francs += paid.foreign.tendered_minor
                self.drawer -= paid.change_minor

    def give_back(self, which: int, part: int, method: PaymentMethod, *, void: bool) -> None:
        if not self.sales:
            return
        sale = self.sales[which % len(self.sales)]
        original = OriginalReceipt(
            source=STREAM.source, epoch=STREAM.epoch, receipt_number=sale.receipt_number, sale_id=sale.sale_id
        )
        lines = tuple(
            AskedLine(
                line=place, quantity_milli=max(1, line.quantity_milli * part // 10), to_stock=place % 2 == 0
            )
            for place, line in enumerate(sale.lines)
        )
        self._refund(sale, original, lines, method, void=void)

    def give_back_for_another_till(self, number: int, milli: int) -> None:
        original = OriginalReceipt(source=SourceId("till-y"), epoch=Epoch("bbbbbb"), receipt_number=number)
        self._refund(
            None,
            original,
            (AskedLine(sku=Sku("jam"), quantity_milli=milli, to_stock=True),),
            PaymentMethod.CASH,
            void=False,
        )

    def _refund(self, sale: SaleRecorded | None, original: OriginalReceipt, lines: tuple[AskedLine, ...],
                method: PaymentMethod, *, void: bool) -> None:  # fmt: skip
        terms = RefundTerms(
            catalogue=CATALOGUE,
            limits=ANYTHING,
            currency="EUR",
            cash_step_minor=self.cash_step,
            vat_added=self.vat_added,
        )
        order = RefundOrder(refund_id=self.new_id(), original=original, lines=lines, void=void, reason="Broken",
                            method=method, cashier="Ada", voucher="K7Q2", voucher_is_new=True)  # fmt: skip
        opening = open_if_needed(self.state, session_id=self.new_id(), at=self.at, cashier="Ada")
        refund = decide_refund(self.state, order, sale, terms, opening[0] if opening else None)
        if not isinstance(refund, SaleRefunded):
            return
        if opening:
            self.ensure_open("Ada")
        self.drawer -= sum(paid.amount_minor for paid in refund.payments if paid.method is PaymentMethod.CASH)
        self.earned -= refund.total_minor
        if sale is not None:
            self.back[sale.receipt_number] = self.back.get(sale.receipt_number, 0) + refund.total_minor
            assert self.back[sale.receipt_number] <= sale.total_minor, "never more than was paid"
        session = self.state.open_session
        assert session is not None
        self.write(refund if not opening else _in_session(refund, session.session_id))

    def move(self, change: int) -> None:
        move = CashMove(
            move_id=self.new_id(), change_minor=change, reason=CashReason.SAFE, note="", cashier="Ada"
        )
        moved = move_cash(self.state, move, ANYTHING)
        if isinstance(moved, CashMoved):
            self.drawer += change
            self.write(moved)

    def close(self, stolen: int, left_tenths: int) -> None:
        """Close with a count that is off by what somebody took, or put in, unseen."""
        counted = max(0, self.drawer - stolen)
        count = Count(cash_minor=counted, coins=_as_coins(counted), left_minor=counted * left_tenths // 10)
        closed = close_counted(self.state, cashier="Ada", count=count)
        if not isinstance(closed, CashSessionClosed):
            return
        assert closed.cash_counted_minor - closed.cash_expected_minor == counted - self.drawer
        assert closed.number == len(self.state.closings) + 1
        assert closed.total_minor == sum(vat.gross_minor for vat in closed.vat)
        assert closed.refund_minor == sum(vat.gross_minor for vat in closed.refund_vat)
        self.write(closed)
        assert self.state.left_minor == count.left_minor
        self.at += timedelta(days=1)


def _tenders(way: str, due: int) -> list[Tender]:
    plenty = Tender(method=PaymentMethod.CASH, amount_minor=due + 777)
    if way == "card" and due:
        return [Tender(method=PaymentMethod.CARD, amount_minor=due)]
    if way == "mixed" and due >= 4:
        card = Tender(method=PaymentMethod.CARD, amount_minor=due // 3)
        return [card, Tender(method=PaymentMethod.VOUCHER, amount_minor=due // 4, reference="V-1"), plenty]
    if way == "francs":
        return [Tender(method=PaymentMethod.CASH, amount_minor=due + 1_000, foreign="CHF")]
    return [plenty]


def _as_coins(minor: int) -> tuple[Coins, ...]:
    coins = []
    for value in denominations_of("EUR"):
        coins.append(Coins(value_minor=value, pieces=minor // value))
        minor %= value
    return tuple(coins)


def _in_session(refund: SaleRefunded, session_id: str) -> SaleRefunded:
    return replace(refund, session_id=session_id)


SKU = st.sampled_from(("bowl", "cup", "jam", "nut"))
SALE = st.tuples(
    st.just("sell"),
    st.lists(st.tuples(SKU, st.integers(1, 9_000)), min_size=1, max_size=3),
    st.sampled_from((0, 0, 1_000, 3_333)),
    st.sampled_from((0, 0, 100, 37)),
    st.sampled_from(("cash", "card", "mixed", "francs")),
    st.sampled_from(CASHIERS),
)
METHODS = st.sampled_from(tuple(PaymentMethod))
ACTS = st.one_of(
    SALE,
    SALE,
    st.tuples(st.just("back"), st.integers(0, 50), st.integers(1, 10), METHODS),
    st.tuples(st.just("void"), st.integers(0, 50)),
    st.tuples(st.just("other"), st.integers(1, 3), st.integers(1, 3_000)),
    st.tuples(st.just("move"), st.integers(-20_000, 20_000)),
    st.tuples(st.just("open"), st.integers(0, 20)),
    st.tuples(st.just("close"), st.integers(-500, 500), st.integers(0, 10)),
    st.tuples(st.just("later"), st.integers(1, 300)),
)


@settings(max_examples=DAYS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from((1, 5, 10)), st.booleans(), st.lists(ACTS, min_size=5, max_size=30))
def test_drawer_state_report_and_the_independent_reader_agree_after_every_step(
    cash_step: int, vat_added: bool, acts: list[tuple]
) -> None:  # fmt: skip
    stall = Stall(cash_step, vat_added)
    stall.write(LedgerOpened(currency="EUR", software="0"))
    for act in acts:
        _do(stall, act)
    stall.close(0, 0)
    written = json.loads(json.dumps(dump_state(stall.state)))
    assert dump_state(load_state(written)) == dump_state(stall.state)


def _do(stall: Stall, act: tuple) -> None:
    match act:
        case ("sell", lines, discount, tip, way, cashier):
            stall.sell(lines, discount, tip, way, cashier)
        case ("back", which, part, method):
            stall.give_back(which, part, method, void=False)
        case ("void", which):
            stall.give_back(which, 10, PaymentMethod.CASH, void=True)
        case ("other", number, milli):
            stall.give_back_for_another_till(number, milli)
        case ("move", change):
            stall.move(change)
        case ("open", pieces):
            stall.open(pieces)
        case ("close", stolen, left_tenths):
            stall.close(stolen, left_tenths)
        case ("later", minutes):
            stall.at += timedelta(minutes=minutes)


@settings(max_examples=DAYS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(SKU, st.integers(1, 5_000)), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from((0, 1_000, 3_333)),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3_000)), max_size=12),
)
def test_parts_that_come_back_add_up_to_the_whole_and_never_to_more(
    lines: list[tuple[str, int]], vat_added: bool, discount: int, parts: list[tuple[int, int]]
) -> None:  # fmt: skip
    stall = Stall(1, vat_added)
    stall.write(LedgerOpened(currency="EUR", software="0"))
    stall.sell(lines, discount, 0, "cash", "Mira")
    sale = stall.sales[0]
    original = OriginalReceipt(
        source=STREAM.source, epoch=STREAM.epoch, receipt_number=1, sale_id=sale.sale_id
    )
    for place, milli in parts:
        asked = AskedLine(line=place % len(sale.lines), quantity_milli=milli, to_stock=True)
        stall._refund(sale, original, (asked,), PaymentMethod.CASH, void=False)
    given = stall.state.given_back.find("aaaaaa-1")
    had = {place: line.quantity_milli for place, line in given.lines.items()} if given else {}
    rest = tuple(
        AskedLine(line=place, quantity_milli=line.quantity_milli - had.get(place, 0), to_stock=True)
        for place, line in enumerate(sale.lines)
        if line.quantity_milli > had.get(place, 0)
    )
    if rest:
        stall._refund(sale, original, rest, PaymentMethod.CASH, void=False)
    session = stall.state.open_session
    assert session is not None
    assert session.refund_minor == sale.total_minor, "when all has come back, it is what was paid"
    assert session.refund_vat == sale.vat, "and the tax of each rate is, too"
    assert stall.drawer == round_to_coins(0, 1)


def test_an_earlier_closing_without_todays_figures_is_still_read() -> None:
    stall = Stall(1, vat_added=False)
    stall.write(LedgerOpened(currency="EUR", software="0"))
    stall.sell([("bowl", 1_000)], 0, 0, "cash", "Mira")
    closed = close_counted(stall.state, cashier="Ada", count=Count(cash_minor=1_999))
    assert isinstance(closed, CashSessionClosed)
    old = CashSessionClosed(
        session_id=closed.session_id, business_date=closed.business_date, cashier="Ada", sales=1, total_minor=1_999,
        vat=closed.vat, cash_expected_minor=1_999, cash_counted_minor=1_999, head_seq=closed.head_seq,
        head_hash=closed.head_hash,
    )  # fmt: skip
    assert "number" not in event_body(old)
    stall.write(old)
    stall.sell([("jam", 1_000)], 0, 0, "cash", "Mira")
    stall.close(0, 0)
    assert len(stall.state.closings) == 2
