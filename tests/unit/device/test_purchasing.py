"""Buying in: who should deliver what, never twice and never beyond the cash; how long deliveries take; what an order's life is."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.need import Need
from device.domain.purchasing.book import ENDED_KEPT, PRICES_KEPT, OrderState, PurchasingBook
from device.domain.purchasing.draft import Draft, DraftTerms, Hold, draft_orders
from device.domain.purchasing.lead_time import learn_lead_time
from device.domain.purchasing.offers import Punctual
from device.domain.purchasing.place import place_order
from device.domain.purchasing.sending import TRIES_MAX, SendState
from device.domain.till_snapshot import dump_state, load_state
from shared.events.purchase import (
    GoodsLine,
    GoodsReceived,
    OrderChannel,
    PriceListImported,
    PriceRow,
    PurchaseOrderClosed,
    PurchaseOrderPaid,
    PurchaseOrderPlaced,
    PurchaseOrderSendingStarted,
    PurchaseOrderSent,
    SendOutcome,
    SupplierChanged,
)
from tests.unit.device.test_till_state import Book

TODAY = date(2026, 11, 27)


def supplier(supplier_id: str = "clay", **more: object) -> SupplierChanged:
    said: dict[str, object] = {"name": supplier_id.title(), "lead_days": 2, "cashier": "Mira", **more}
    return SupplierChanged(supplier_id=supplier_id, **said)  # type: ignore[arg-type]


def prices(supplier_id: str, *rows: PriceRow, on: date = TODAY, list_id: str = "l") -> PriceListImported:
    return PriceListImported(
        list_id=list_id, supplier_id=supplier_id, valid_from=on, rows=rows, cashier="Mira"
    )


def row(item: str = "bowl", price: int = 1000, pack: int = 10, packs_min: int = 1) -> PriceRow:
    return PriceRow(
        item=item, name=item.title(), pack_milli=pack * 1000, price_minor=price, packs_min=packs_min
    )


def need(item: str = "bowl", pieces: int = 12, days: int = 7) -> Need:
    return Need(item=item, is_material=False, name=item.title(), quantity_milli=pieces * 1000,
                by=TODAY + timedelta(days=days), words=f"{item} run low")  # fmt: skip


def book_of(*events: object) -> PurchasingBook:
    return ledger_of(*events).state.purchasing


def ledger_of(*events: object) -> Book:
    book = Book()
    book.write(*events)  # type: ignore[arg-type]
    return book


def placed(draft: Draft, order_id: str = "o1") -> PurchaseOrderPlaced:
    return place_order(
        draft, order_id=order_id, number="t-0001", currency="EUR", cashier="Mira", automatic=False
    )


def only(drafts: tuple[Draft, ...]) -> Draft:
    (draft,) = drafts
    return draft


def test_packs_are_rounded_up_and_never_below_what_is_sold_at_once() -> None:
    book = book_of(supplier(), prices("clay", row(pack=10)))
    assert only(draft_orders([need(pieces=12)], book, DraftTerms(today=TODAY)).drafts).offers[0].packs == 2
    book = book_of(supplier(), prices("clay", row(pack=10, packs_min=5)))
    assert only(draft_orders([need(pieces=12)], book, DraftTerms(today=TODAY)).drafts).offers[0].packs == 5


def test_the_cheapest_that_comes_in_time_gets_the_order_and_else_the_fastest_marked_late() -> None:
    book = book_of(
        supplier("slow", lead_days=9), prices("slow", row(price=500)),
        supplier("fair", lead_days=3), prices("fair", row(price=800)),
        supplier("fast", lead_days=1), prices("fast", row(price=2000)),
    )  # fmt: skip
    terms = DraftTerms(today=TODAY)
    for days, who, late in ((20, "slow", False), (7, "fair", False), (2, "fast", False), (0, "fast", True)):
        draft = only(draft_orders([need(days=days)], book, terms).drafts)
        assert (draft.supplier.supplier_id, draft.is_late) == (who, late)
    assert only(draft_orders([need(days=3)], book, terms).drafts).offers[0].punctual is Punctual.SAFE
    assert only(draft_orders([need(days=1)], book, terms).drafts).offers[0].punctual is Punctual.LIKELY


def test_shipping_and_smallest_orders_decide_together_with_the_price() -> None:
    book = book_of(
        supplier("a", shipping_minor=500), prices("a", row("bowl", 1000), row("cup", 1000)),
        supplier("b", shipping_minor=500), prices("b", row("bowl", 1100), row("cup", 950)),
        supplier("c", minimum_minor=50_000), prices("c", row("bowl", 1), row("cup", 1)),
    )  # fmt: skip
    drafts = draft_orders([need("bowl", 10), need("cup", 10)], book, DraftTerms(today=TODAY)).drafts
    assert (only(drafts).supplier.supplier_id, only(drafts).total_minor) == ("a", 2500)


def test_an_order_below_the_smallest_is_held_with_what_it_lacks() -> None:
    book = book_of(supplier(minimum_minor=5_000, auto_limit_minor=100_000), prices("clay", row()))
    draft = only(draft_orders([need()], book, DraftTerms(today=TODAY)).drafts)
    assert (draft.hold, draft.short_minor, draft.goes_by_itself) == (Hold.MINIMUM, 3_000, False)
    more = draft_orders([need()], book, DraftTerms(today=TODAY), {"product:bowl": 5})
    assert only(more.drafts).hold is None


def test_what_nobody_sells_is_told_and_a_retired_supplier_sells_nothing() -> None:
    book = book_of(supplier(retired=True), prices("clay", row()))
    drafts = draft_orders([need()], book, DraftTerms(today=TODAY))
    assert (drafts.drafts, [one.item for one in drafts.unsold]) == ((), ["bowl"])


def test_cash_goes_to_what_is_needed_first_and_open_orders_bind_it_until_they_are_paid() -> None:
    ledger = ledger_of(supplier("a"), prices("a", row("bowl")), supplier("b"), prices("b", row("cup")))
    needs = [need("bowl", 10, days=9), need("cup", 10, days=5)]
    drafts = draft_orders(needs, ledger.state.purchasing, DraftTerms(today=TODAY, cash_minor=1_500))
    assert [(one.supplier.supplier_id, one.hold) for one in drafts.drafts] == [("b", None), ("a", Hold.CASH)]
    assert drafts.drafts[1].short_minor == 500
    ledger.write(placed(drafts.drafts[0]))
    terms = DraftTerms(today=TODAY, cash_minor=1_500)
    assert draft_orders(needs, ledger.state.purchasing, terms).cash_left_minor == 500
    ledger.write(PurchaseOrderPaid(order_id="o1", cashier="Mira"))
    assert draft_orders(needs, ledger.state.purchasing, terms).cash_left_minor == 1_500


def test_the_newest_list_that_is_valid_counts_and_the_prices_before_it_are_kept() -> None:
    lists = [prices("clay", row(price=100 + n), on=TODAY - timedelta(days=20 - n)) for n in range(12)]
    book = book_of(supplier(), *lists, prices("clay", row(price=900), on=TODAY + timedelta(days=1)))
    now = book.price("clay", "bowl", is_material=False, on=TODAY)
    assert now is not None
    assert now.row.price_minor == 111
    (history,) = book.history("clay")
    assert [one.row.price_minor for one in history][:2] == [900, 111]
    assert len(history) == PRICES_KEPT


def test_an_orders_life_stands_in_the_book_and_its_first_delivery_teaches_the_lead_time() -> None:
    ledger = ledger_of(supplier(), prices("clay", row()))
    draft = only(draft_orders([need(pieces=20)], ledger.state.purchasing, DraftTerms(today=TODAY)).drafts)
    ledger.write(placed(draft))
    assert ledger.state.purchasing.on_order_milli("bowl", is_material=False) == 20_000
    assert ledger.state.purchasing.on_order_milli("bowl", is_material=True) == 0
    ledger.at += timedelta(days=4)
    part = GoodsLine(place=0, item="bowl", quantity_milli=15_000, cost_minor=1500)
    ledger.write(GoodsReceived(receipt_id="r1", order_id="o1", lines=(part,), cashier="Mira"))
    book = ledger.state.purchasing
    assert (book.on_order_milli("bowl", is_material=False), book.lead_days["clay"]) == (5_000, (4,))
    ledger.write(PurchaseOrderClosed(order_id="o1", cashier="Mira"))
    book = ledger.state.purchasing
    assert book.orders["o1"].state is OrderState.CLOSED
    assert (book.on_order_milli("bowl", is_material=False), book.open_orders, book.bound_minor) == (0, (), 0)
    written = json.loads(json.dumps(dump_state(ledger.state)))
    again = load_state(written).purchasing
    assert again.prices.items() == book.prices.items()
    assert replace(again, prices=book.prices) == book


def test_an_order_says_that_it_is_late_or_needed_before_it_comes() -> None:
    ledger = ledger_of(supplier(lead_days=3), prices("clay", row()))
    draft = only(draft_orders([need(days=1)], ledger.state.purchasing, DraftTerms(today=TODAY)).drafts)
    ledger.write(placed(draft))
    order = ledger.state.purchasing.orders["o1"]
    assert (draft.is_late, order.comes_too_late) == (True, True)
    due = TODAY + timedelta(days=3)
    assert (order.is_late(due), order.wants_somebody(due)) == (False, False)
    assert (order.is_late(due + timedelta(days=1)), order.wants_somebody(due + timedelta(days=1))) == (
        True,
        True,
    )
    ledger.write(PurchaseOrderSendingStarted(order_id="o1", channel=OrderChannel.EMAIL))
    assert ledger.state.purchasing.orders["o1"].wants_somebody(TODAY)


def test_all_that_came_ends_an_order_and_ended_ones_are_kept_within_bounds() -> None:
    ledger = ledger_of(supplier(), prices("clay", row()))
    draft = only(draft_orders([need(pieces=10)], ledger.state.purchasing, DraftTerms(today=TODAY)).drafts)
    for number in range(ENDED_KEPT + 5):
        key = f"o{number}"
        ledger.write(placed(draft, key))
        line = GoodsLine(place=0, item="bowl", quantity_milli=10_000, cost_minor=1000)
        ledger.write(GoodsReceived(receipt_id=key, order_id=key, lines=(line,), cashier="Mira"))
    book = ledger.state.purchasing
    assert len(book.orders) == ENDED_KEPT
    assert {one.state for one in book.orders.values()} == {OrderState.RECEIVED}


def test_an_attempt_without_an_outcome_is_unclear_and_a_failed_one_waits_longer_each_time() -> None:
    ledger = ledger_of(supplier(), prices("clay", row()))
    draft = only(draft_orders([need()], ledger.state.purchasing, DraftTerms(today=TODAY)).drafts)
    ledger.write(placed(draft), PurchaseOrderSendingStarted(order_id="o1", channel=OrderChannel.EMAIL))
    assert ledger.state.purchasing.orders["o1"].sending.state is SendState.UNCLEAR
    failed = PurchaseOrderSent(
        order_id="o1", channel=OrderChannel.EMAIL, outcome=SendOutcome.FAILED, words="the server is away"
    )
    pauses = []
    for _ in range(TRIES_MAX):
        ledger.write(failed)
        sending = ledger.state.purchasing.orders["o1"].sending
        due = sending.due_at(jitter=1.0)
        assert due is not None
        assert sending.last_at is not None
        pauses.append((due - sending.last_at).total_seconds())
    assert pauses == [60, 120, 240, 480, 960, 1920, 3840, 7200]
    assert ledger.state.purchasing.orders["o1"].sending.state is SendState.GIVEN_UP
    ledger.write(replace(failed, outcome=SendOutcome.AGAIN, cashier="Mira"))
    again = ledger.state.purchasing.orders["o1"].sending
    assert (again.state, again.due_at(jitter=1.0)) == (SendState.WAITING, None)


def test_the_lead_time_starts_with_what_the_supplier_says_and_goes_towards_what_is_seen() -> None:
    assert learn_lead_time(5, ()).usual == 5
    assert learn_lead_time(5, (9,)).usual == 6
    assert learn_lead_time(5, (9,) * 30).usual == 9
    assert learn_lead_time(5, (5,) * 30).safe < learn_lead_time(5, ()).safe == 7
    assert learn_lead_time(0, ()).usual == 0


def test_an_uncertain_supplier_is_trusted_less() -> None:
    steady, wild = learn_lead_time(5, (5,) * 10), learn_lead_time(5, (1, 9) * 5)
    assert steady.usual == wild.usual == 5
    assert steady.safe < wild.safe


@given(st.integers(0, 60), st.lists(st.integers(0, 90), max_size=30))
def test_a_lead_time_is_never_negative_and_the_safe_one_never_the_shorter(
    stated: int, seen: list[int]
) -> None:
    lead = learn_lead_time(stated, seen)
    assert 0 <= lead.usual <= lead.safe
    assert min([stated, *seen]) <= lead.usual <= max([stated, *seen])


ITEMS = ("bowl", "cup", "jam")
SUPPLIERS = st.lists(
    st.builds(
        lambda lead, least, shipping, rows: (lead, least, shipping, rows),
        st.integers(0, 12), st.sampled_from([0, 2_000, 9_000]), st.sampled_from([0, 490]),
        st.dictionaries(st.sampled_from(ITEMS), st.tuples(st.integers(1, 3_000), st.integers(1, 24), st.integers(1, 4))),
    ),
    max_size=4,
)  # fmt: skip
NEEDS = st.lists(
    st.builds(need, st.sampled_from(ITEMS), st.integers(-3, 90), st.integers(-2, 14)), max_size=6
)


@given(SUPPLIERS, NEEDS, st.none() | st.integers(0, 40_000))
def test_no_draft_is_negative_beyond_the_cash_or_made_twice_whatever_is_needed(
    known: list[tuple[int, int, int, dict[str, tuple[int, int, int]]]], needs: list[Need], cash: int | None
) -> None:
    ledger = Book()
    for place, (lead, least, shipping, rows) in enumerate(known):
        who = f"s{place}"
        ledger.write(
            supplier(who, lead_days=lead, minimum_minor=least, shipping_minor=shipping),
            prices(who, *(row(item, *said) for item, said in rows.items())),
        )
    terms = DraftTerms(today=TODAY, cash_minor=cash, counted_seq=ledger.state.head.seq)
    drafts = draft_orders(needs, ledger.state.purchasing, terms)
    ready = [one for one in drafts.drafts if one.hold is None]
    assert all(one.packs >= one.row.packs_min for draft in drafts.drafts for one in draft.offers)
    assert cash is None or sum(one.total_minor for one in ready) <= cash
    lines = [one.need.item for draft in drafts.drafts for one in draft.offers]
    assert len(lines) == len(set(lines))
    wanted = {item: sum(max(0, one.quantity_milli) for one in needs if one.item == item) for item in ITEMS}
    for draft in drafts.drafts:
        for one in draft.offers:
            extra = one.packs * one.row.pack_milli - wanted[one.need.item]
            assert extra >= 0
            assert extra < one.row.pack_milli or one.packs == one.row.packs_min
    for number, draft in enumerate(ready):
        ledger.write(placed(draft, f"o{number}"))
    again = draft_orders(needs, ledger.state.purchasing, terms)
    done = {one.need.item for draft in ready for one in draft.offers}
    assert not done & {one.need.item for draft in again.drafts for one in draft.offers}
    assert not done & {one.item for one in again.unsold}


def test_a_whole_order_moves_when_two_deliveries_cost_more_than_one() -> None:
    rows = [row(item, 1_000) for item in ITEMS]
    book = book_of(
        supplier("a", shipping_minor=600), prices("a", *rows[:2]),
        supplier("b", shipping_minor=600), prices("b", *(replace(one, price_minor=1_200) for one in rows)),
    )  # fmt: skip
    drafts = draft_orders([need(item, 10) for item in ITEMS], book, DraftTerms(today=TODAY)).drafts
    assert (only(drafts).supplier.supplier_id, only(drafts).total_minor) == ("b", 4_200)


@pytest.mark.parametrize("late", [False, True])
def test_an_order_goes_by_itself_only_within_the_limit_and_in_time(late: bool) -> None:
    book = book_of(supplier(auto_limit_minor=2_000), prices("clay", row()))
    draft = only(draft_orders([need(days=0 if late else 7)], book, DraftTerms(today=TODAY)).drafts)
    assert draft.goes_by_itself is not late
    dear = only(draft_orders([need(pieces=21)], book, DraftTerms(today=TODAY)).drafts)
    assert not dear.goes_by_itself
