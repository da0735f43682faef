import json
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from device.domain.cash_session import CashSession, SaleMark
from device.domain.closing import NothingToClose, close_session
from device.domain.growing import KEPT
from device.domain.opening import open_if_needed
from device.domain.pickup import accept_lease, free_numbers
from device.domain.pricing.cart import PricedCart, price_cart
from device.domain.pricing.payment import MoneyRules, Settlement, Tender, settle
from device.domain.selling_day import SellingDay
from device.domain.till_fold import fold, fold_all
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey, parse_entry, seal_entry
from shared.events.cash import CashSessionClosed
from shared.events.event import Event, event_body, event_kind, read_event
from shared.events.sale import LedgerOpened, PaymentMethod, PickupPromise, SaleRecorded
from shared.events.stock import StockMoved, StockReason
from shared.history import LOOK_BACK_DAYS
from shared.ids import Epoch, ParcelId, Sku, SourceId, TenantId
from tests.unit.device.stall import CATALOGUE, order, sale_id

STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-x"), epoch=Epoch("aaaaaa"))
START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


class Book:
    """Writes entries as the ledger would, and folds them as it goes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.states = [TillState()]
        self.at = START
        self.write(LedgerOpened(currency="EUR", software="0"))

    @property
    def state(self) -> TillState:
        return self.states[-1]

    def write(self, *events: Event) -> None:
        for event in events:
            head = self.entries[-1].head if self.entries else EMPTY_HEAD
            entry = seal_entry(
                stream=STREAM, head=head, at=self.at, kind=event_kind(event), body=event_body(event)
            )
            self.entries.append(entry)
            self.states.append(fold(self.state, entry))

    def sell(self, number: int, *lines: tuple[str, int], pickup_number: int | None = None) -> SaleRecorded:
        wanted = order(number, lines=lines or (("bowl", 1000),))
        cart = price_cart(CATALOGUE, wanted.lines, kept=False)
        assert isinstance(cart, PricedCart)
        cash = Tender(method=PaymentMethod.CASH, amount_minor=10**9)
        settlement = settle(cart.total_minor, [cash], MoneyRules(currency="EUR"))
        assert isinstance(settlement, Settlement)
        opening = open_if_needed(self.state, session_id=f"s{number}", at=self.at, cashier="Mira")
        self.write(*opening)
        session = self.state.open_session
        assert session is not None
        pickup = None
        if pickup_number is not None:
            pickup = PickupPromise(
                parcel_id=ParcelId(f"p{number}"), hub=SourceId("hub-dock"), number=pickup_number, sealed="x"
            )
        sale = SaleRecorded(
            sale_id=wanted.sale_id, receipt_number=self.state.last_receipt_number + 1,
            session_id=session.session_id, business_date=session.business_date, cashier="Mira",
            currency="EUR", lines=cart.lines, total_minor=cart.total_minor, vat=cart.vat,
            payments=settlement.payments, pickup=pickup,
        )  # fmt: skip
        self.write(sale)
        return sale

    def close(self, counted: int = 0) -> None:
        closed = close_session(self.state, cashier="Mira", cash_counted_minor=counted)
        assert isinstance(closed, CashSessionClosed)
        self.write(closed)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(("bowl", "jam")), st.integers(1, 9000)),
        st.tuples(st.just("stock"), st.sampled_from(("bowl", "jam")), st.integers(-5000, 5000)),
        st.tuples(st.just("close"), st.just(""), st.integers(0, 3)),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(STEPS)
def test_the_fold_says_what_counting_the_ledger_anew_says(steps: list[tuple[str, str, int]]) -> None:
    book = Book()
    for number, (what, sku, amount) in enumerate(steps):
        match what:
            case "sell":
                book.sell(number, (sku, amount))
            case "stock":
                reason = StockReason.COUNTED
                book.write(StockMoved(sku=Sku(sku), name=sku, change_milli=amount, reason=reason))
            case _ if book.state.open_session:
                book.close()
                book.at += timedelta(days=amount)
    state = fold_all(parse_entry(entry.line) for entry in book.entries)
    sold = [(e, s) for e in book.entries if isinstance(s := read_event(e), SaleRecorded)]
    moved = [s for e in book.entries if isinstance(s := read_event(e), StockMoved)]
    stock = Counter[str]()
    for _, sale in sold:
        stock.subtract({line.sku: line.quantity_milli for line in sale.lines})
    for movement in moved:
        stock[movement.sku] += movement.change_milli
    assert state.sales == len(sold)
    assert state.total_minor == sum(sale.total_minor for _, sale in sold)
    newest = {sale.sale_id: entry.seq for entry, sale in sold[-KEPT:]}
    assert state.sale_seqs.items().items() >= newest.items()
    assert state.last_receipt_number == len(sold)
    assert {sku: n for sku, n in state.stock_milli.items().items() if n} == {
        s: n for s, n in stock.items() if n
    }
    assert state.head == book.entries[-1].head
    written = json.loads(json.dumps(dump_state(state)))
    assert dump_state(load_state(written)) == dump_state(state)
    if state.session is not None:
        today = [sale for _, sale in sold if sale.session_id == state.session.session_id]
        assert [mark.sale_id for mark in state.session.sales] == [sale.sale_id for sale in today]
        assert state.session.total_minor == sum(sale.total_minor for sale in today)
        assert sum(line.gross_minor for line in state.session.vat) == state.session.total_minor
        vat = sum(line.vat_minor for sale in today for line in sale.vat)
        assert sum(line.vat_minor for line in state.session.vat) == vat


def test_no_earlier_state_changes_when_later_entries_are_folded() -> None:
    book = Book()
    for number in range(30):
        book.sell(number, ("bowl", 1000), ("jam", 500))
    for length, state in enumerate(book.states):
        assert state == TillState() if length == 0 else state.head.seq == length
        again = fold_all(book.entries[:length])
        assert (again.sales, again.stock_milli.items()) == (state.sales, state.stock_milli.items())
        if state.session is not None:
            assert again.session is not None
            assert list(again.session.sales) == list(state.session.sales)


def test_a_closing_holds_the_days_sums_and_the_head_before_it() -> None:
    book = Book()
    sales = [book.sell(number, ("bowl", 1000), ("jam", 3000)) for number in range(3)]
    head = book.state.head
    closed = close_session(book.state, cashier="Mira", cash_counted_minor=9999)
    assert isinstance(closed, CashSessionClosed)
    assert (closed.sales, closed.total_minor) == (3, sum(sale.total_minor for sale in sales))
    assert closed.cash_expected_minor == closed.total_minor
    assert Head(closed.head_seq, closed.head_hash) == head
    book.write(closed)
    assert book.state.open_session is None
    assert close_session(book.state, cashier="Mira", cash_counted_minor=0) == NothingToClose()


def test_the_next_sale_after_a_closing_opens_the_next_day() -> None:
    book = Book()
    book.sell(1)
    book.close()
    book.at = START + timedelta(days=1)
    book.sell(2)
    assert book.state.session is not None
    assert book.state.session.business_date == date(2026, 10, 2)
    assert [day.business_date for day in book.state.days] == [date(2026, 10, 1), date(2026, 10, 2)]


def test_a_clock_that_is_set_back_changes_no_total_and_no_order() -> None:
    book = Book()
    book.sell(1)
    book.at = datetime(1970, 1, 1, tzinfo=UTC)
    book.sell(2)
    assert book.state.session is not None
    assert [mark.seq for mark in book.state.session.sales] == [3, 4]
    assert book.state.session.business_date == START.date()


def test_days_are_bounded() -> None:
    book = Book()
    for number in range(LOOK_BACK_DAYS + 5):
        book.sell(number)
        book.close()
        book.at += timedelta(days=1)
    assert len(book.state.days) == LOOK_BACK_DAYS


def test_an_entry_of_a_newer_version_is_counted_and_stops_nothing() -> None:
    book = Book()
    newer = seal_entry(stream=STREAM, head=book.state.head, at=START, kind="TipGiven", body={"minor": 5})
    assert fold(book.state, newer).unreadable == 1


def test_a_pickup_number_is_free_until_it_is_given_away_and_again_after_a_new_lease() -> None:
    book = Book()
    leases = accept_lease(book.state, {}, [407, 408], head_seq=book.state.head.seq, hub_seq=0)
    assert free_numbers(book.state, leases) == [407, 408]
    book.sell(1, pickup_number=407)
    assert free_numbers(book.state, leases) == [408]
    late = accept_lease(book.state, leases, [407], head_seq=book.state.head.seq, hub_seq=0)
    assert free_numbers(book.state, late) == [408], "an old lease that comes late gives no number twice"
    fresh = accept_lease(book.state, late, [407], head_seq=book.state.head.seq, hub_seq=book.state.head.seq)
    assert free_numbers(book.state, fresh) == [408, 407]


def test_sale_ids_are_found_by_their_entry() -> None:
    book = Book()
    book.sell(7)
    seq = book.state.sale_seqs.find(sale_id(7))
    assert seq is not None
    assert book.entries[seq - 1].kind == "SaleRecorded"


def test_a_snapshot_has_a_field_for_each_of_the_states() -> None:
    book = Book()
    book.sell(1)
    written = dump_state(book.state)
    assert set(written) == {field.name for field in fields(TillState)}
    assert isinstance(written["session"], dict)
    assert set(written["session"]) == {field.name for field in fields(CashSession)}
    assert isinstance(written["session"]["sales"], list)
    assert len(written["session"]["sales"][0]) == len(fields(SaleMark))
    assert set(written["days"][0]) == {field.name for field in fields(SellingDay)}


def test_a_state_read_from_its_snapshot_goes_on_as_if_it_had_never_been_written() -> None:
    book = Book()
    for number in range(1, 6):
        book.sell(number, pickup_number=number)
    state = load_state(json.loads(json.dumps(dump_state(book.state))))
    book.sell(6)
    for entry in book.entries[state.head.seq :]:
        state = fold(state, parse_entry(entry.line))
    assert dump_state(state) == dump_state(book.state)
