"""Orders with a deposit and a balance, and parked carts, over the till's HTTP interface and its real ledger."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.order_board import order_board
from device.domain.orders import OpenOrder
from device.domain.parked import PARKED_MAX, ParkedCart, ParkedFull, park, take_up
from device.domain.people import Role
from device.domain.pricing.agreed import agreed_discounts, agreed_lines
from device.domain.pricing.cart import PricedCart, sum_up
from device.domain.pricing.deposit import DepositTooMuch, deposit_lines, deposits_used, left_to_pay
from device.domain.till_snapshot import dump_state, load_state
from shared.events.order import OrderPlaced
from shared.events.sale import Discount, DiscountKind, SaleLine
from shared.ids import Sku, make_uuid7
from shared.verify.verify import verify_lines
from tests.fakes import NOON
from tests.unit.device.stall import sale_id
from tests.unit.device.test_till_http import Counter, counter, identity

__all__ = ["counter", "identity"]

ORDER_ID = make_uuid7(77, b"\2" * 10)


@pytest.fixture
async def seated(counter: Counter) -> Counter:
    await counter.sign_in()
    return counter


async def placed(at: Counter, **more: object) -> dict[str, Any]:
    due = (at.till.clock.now().date() + timedelta(days=2)).isoformat()
    body: dict[str, object] = {
        "order_id": ORDER_ID, "due": due, "note": "blue glaze",
        "lines": [{"sku": "bowl", "quantity_milli": 2000}, {"sku": "jam", "quantity_milli": 1000}],
        "customer": {"customer_id": make_uuid7(5, b"\3" * 10), "name": "Zofia", "consent_version": "2026-1", "consent_at": NOON.isoformat()},
        **more,
    }  # fmt: skip
    answer = await at.http.post("/api/orders", json=body)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def paid(at: Counter, number: int, **more: object) -> dict[str, Any]:
    body = {"sale_id": sale_id(number), "order_id": ORDER_ID, "payments": [{"method": "cash"}], **more}
    answer = await at.http.post("/api/sales", json=body)
    told: dict[str, Any] = answer.json()
    return told | {"status": answer.status_code}


async def test_an_order_is_paid_by_a_deposit_and_a_balance_whose_taxes_add_up_to_the_goods(
    seated: Counter,
) -> None:
    order = await placed(seated)
    assert (order["number"], order["total_minor"], order["left_minor"]) == (1, 4350, 4350)
    assert order["customer"]["consent_version"] == "2026-1"
    assert (await placed(seated))["number"] == 1  # again: the same order
    stock = seated.till.ledger.state.stock_milli

    deposit = await paid(seated, 1, deposit_minor=1000)
    assert (deposit["status"], deposit["total_minor"]) == (201, 1000)
    assert [(line["kind"], line["vat_rate_bp"], line["total_minor"]) for line in deposit["lines"]] == [
        ("deposit", 1900, 851), ("deposit", 700, 149),
    ]  # fmt: skip
    assert seated.till.ledger.state.stock_milli.items() == stock.items()
    assert (await paid(seated, 1, deposit_minor=1000))["status"] == 200

    balance = await paid(seated, 2)
    assert (balance["status"], balance["total_minor"]) == (201, 3350)
    assert [line["total_minor"] for line in balance["lines"]] == [3700, 650, -851, -149]
    both = [*deposit["vat"], *balance["vat"]]
    by_rate = {rate: sum(one["vat_minor"] for one in both if one["rate_bp"] == rate) for rate in (1900, 700)}
    assert by_rate == {1900: 591, 700: 43}  # 19 % of 31.09, 7 % of 6.07: as if all had been sold at once
    assert seated.till.ledger.state.stock_milli.get(Sku("bowl"), 0) == 10_000

    assert (await paid(seated, 3))["code"] == "unknown-order"
    assert (await seated.http.get("/api/orders")).json() == {"orders": [], "due_today": 0}
    late = await seated.http.post("/api/orders", json={"order_id": ORDER_ID, "due": order["due"], "lines": [{"sku": "jam", "quantity_milli": 1000}]})  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (409, "order-done")
    state = seated.till.ledger.state
    assert dump_state(load_state(dump_state(state))) == dump_state(state)
    assert verify_lines(seated.till.ledger.read_lines(1, state.head.seq)).problem is None


async def test_what_was_agreed_on_holds_when_the_goods_are_collected_whatever_prices_are_by_then(
    seated: Counter,
) -> None:
    deal: dict[str, object] = {"discounts": [
        {"kind": "percent", "value": 2000, "reason": "Regular", "line": 0},
        {"kind": "amount", "value": 61, "reason": "Round"},
    ]}  # fmt: skip
    order = await placed(seated, **deal)
    assert (order["total_minor"], order["left_minor"]) == (
        3549,
        3549,
    )  # 37.00 less 20 percent, 6.50, less 0.61
    assert [line["discount_minor"] for line in order["lines"]] == [790, 11]
    assert (await placed(seated, **deal))["number"] == 1
    deposit = await paid(seated, 1, deposit_minor=1000)
    assert deposit["total_minor"] == 1000
    product = next(
        one for one in (await seated.http.get("/api/catalogue")).json()["products"] if one["sku"] == "bowl"
    )
    dearer = {name: product[name] for name in ("name", "category", "vat_rate_bp")} | {"price_minor": 9_900}
    assert (await seated.http.post("/api/products/bowl", json=dearer)).is_success
    balance = await paid(seated, 2)
    assert (balance["status"], balance["total_minor"]) == (201, 2549)
    assert [(one["reason"], one["amount_minor"]) for one in balance["discounts"]] == [
        ("Regular", 740),
        ("Round", 61),
    ]
    state = seated.till.ledger.state
    assert dump_state(load_state(dump_state(state))) == dump_state(state)
    assert verify_lines(seated.till.ledger.read_lines(1, state.head.seq)).problem is None


async def test_an_order_that_is_less_than_a_cashier_may_give_names_who_allowed_it_and_asks_nobody_at_the_balance(
    seated: Counter,
) -> None:
    rules = (await seated.http.get("/api/trade-rules")).json()
    assert (await seated.http.put("/api/trade-rules", json={**rules, "discount_limit_bp": 1000})).is_success
    await placed(seated, discounts=[{"kind": "percent", "value": 2000, "reason": "Regular"}])
    assert seated.till.ledger.state.orders.open[ORDER_ID].order.approved_by == "Mira"
    small = make_uuid7(78, b"\2" * 10)
    await placed(seated, order_id=small, discounts=[{"kind": "percent", "value": 500, "reason": "Regular"}])
    assert seated.till.ledger.state.orders.open[small].order.approved_by == ""
    people = seated.till.settings
    people.change(
        lambda old: replace(old, cashiers=tuple(replace(one, role=Role.CASHIER) for one in old.cashiers))
    )
    other = make_uuid7(79, b"\2" * 10)
    body = {"order_id": other, "due": seated.till.clock.now().date().isoformat(),
            "lines": [{"sku": "bowl", "quantity_milli": 1000}], "discounts": [{"kind": "percent", "value": 2000}]}  # fmt: skip
    refused = await seated.http.post("/api/orders", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "approval-needed")
    balance = await paid(seated, 2)
    assert (balance["status"], balance["total_minor"]) == (201, 3480)


async def test_an_order_goes_by_its_price_list_and_an_unknown_coupon_or_list_is_refused(
    seated: Counter,
) -> None:
    body = {
        "order_id": ORDER_ID,
        "due": seated.till.clock.now().date().isoformat(),
        "lines": [{"sku": "jam", "quantity_milli": 1000}],
    }
    for more, code in (
        ({"price_list": "Nobody"}, "unknown-price-list"),
        ({"coupon": "NONE"}, "coupon-refused"),
    ):
        refused = await seated.http.post("/api/orders", json={**body, **more})
        assert refused.json()["code"] == code


def test_a_discount_on_a_line_follows_its_product_and_goes_with_it() -> None:
    def line(sku: str) -> SaleLine:
        return SaleLine(
            sku=Sku(sku),
            name=sku,
            category="",
            quantity_milli=1_000,
            unit_price_minor=1_000,
            total_minor=1_000,
            vat_rate_bp=0,
        )

    def off(value: int, place: int | None) -> Discount:
        return Discount(kind=DiscountKind.AMOUNT, value=value, amount_minor=value, reason="", line=place)

    order = OrderPlaced(order_id=ORDER_ID, number=1, cashier="Mira", currency="EUR", lines=(line("a"), line("b"), line("a")),
                        total_minor=2_400, due=NOON.date(), discounts=(off(100, 0), off(200, 1), off(300, None)))  # fmt: skip
    as_ordered = agreed_discounts(order, agreed_lines(order))
    assert [(one.value, one.line) for one in as_ordered] == [(100, 0), (200, 1), (300, None)]
    swapped = agreed_discounts(order, agreed_lines(order)[1:])
    assert [(one.value, one.line) for one in swapped] == [(100, 1), (200, 0), (300, None)]
    assert [(one.value, one.line) for one in agreed_discounts(order, agreed_lines(order)[:1])] == [
        (100, 0),
        (300, None),
    ]


async def test_orders_due_today_are_listed_and_a_cancelled_one_says_which_receipt_to_give_back(
    seated: Counter,
) -> None:
    today = seated.till.clock.now().date().isoformat()
    await placed(seated, due=today)
    assert (await paid(seated, 1, deposit_minor=5000))["code"] == "deposit-too-much"
    await paid(seated, 1, deposit_minor=435)
    listed = (await seated.http.get("/api/orders", params={"due": "today"})).json()
    assert [one["paid_minor"] for one in listed["orders"]] == [435]
    state = seated.till.ledger.state
    assert dump_state(load_state(dump_state(state))) == dump_state(state)

    answer = await seated.http.post(f"/api/orders/{ORDER_ID}/cancel", json={"reason": "ill"})
    assert answer.json()["deposit_sales"] == [sale_id(1)]
    number = (await seated.http.get(f"/api/sales/{sale_id(1)}")).json()["receipt_number"]
    found = (await seated.http.get("/api/refunds/find", params={"text": number})).json()
    body = {"refund_id": make_uuid7(9, b"\4" * 10), "original": found["original"], "reason": "cancelled", "method": "cash",
            "lines": [{"line": row["line"], "quantity_milli": row["left_milli"], "to_stock": False} for row in found["lines"]]}  # fmt: skip
    refund = await seated.http.post("/api/refunds", json=body)
    assert (refund.status_code, refund.json()["total_minor"]) == (201, 435)
    assert "deposit" not in seated.till.ledger.state.stock_milli.items()
    assert (await seated.http.get(f"/api/orders/{ORDER_ID}")).status_code == 404


async def test_a_parked_cart_is_taken_up_by_one_phone_however_often_its_answer_is_lost(
    seated: Counter,
) -> None:
    cart = {"lines": [{"sku": "bowl", "quantity_milli": 1000, "note": "for Ünal"}]}
    cart_id = make_uuid7(1, b"\5" * 10)
    body = {"cart_id": cart_id, "name": "Lady with the dog", "cart": cart, "lines": 1, "total_minor": 1850}
    assert (await seated.http.post("/api/parked", json=body)).status_code == 201
    (row,) = (await seated.http.get("/api/parked")).json()["parked"]
    assert (row["name"], row["total_minor"], row["taken_by"]) == ("Lady with the dog", 1850, "")
    for _ in range(2):
        taken = await seated.http.post(f"/api/parked/{cart_id}/take", json={"taker": "phone-1"})
        assert taken.json()["cart"] == cart
    other = await seated.http.post(f"/api/parked/{cart_id}/take", json={"taker": "phone-2"})
    assert (other.status_code, other.json()["code"]) == (409, "parked-taken")
    assert (await seated.http.delete(f"/api/parked/{cart_id}")).status_code == 204
    gone = await seated.http.post(f"/api/parked/{cart_id}/take", json={"taker": "phone-1"})
    assert gone.json()["code"] == "not-parked"
    assert (await seated.http.post("/api/parked", json=body | {"name": " "})).status_code == 422


def test_parked_carts_are_bounded_and_taken_ones_make_room() -> None:
    parked: tuple[ParkedCart, ...] = ()
    for number in range(PARKED_MAX):
        after = park(parked, parked_cart(number))
        assert isinstance(after, tuple)
        parked = after
    assert park(parked, parked_cart(99)) == ParkedFull()
    taken = take_up(parked, "7", "phone")
    assert isinstance(taken, tuple)
    after = park(taken[0], parked_cart(99))
    assert isinstance(after, tuple)
    assert "7" not in {one.cart_id for one in after}


def parked_cart(number: int) -> ParkedCart:
    return ParkedCart(cart_id=str(number), name="Cart", cashier="Mira", at=NOON, cart="{}")


def ordered(goods: list[tuple[int, int]], *, vat_added: bool) -> OpenOrder:
    """An order of one piece each of goods with a price and a tax rate."""
    lines = tuple(
        SaleLine(sku=Sku(f"p{place}"), name="Thing", category="", quantity_milli=1000, unit_price_minor=minor,
                 total_minor=minor, vat_rate_bp=rate_bp)
        for place, (minor, rate_bp) in enumerate(goods)
    )  # fmt: skip
    whole = sum_up(lines, vat_added=vat_added)
    return OpenOrder(seq=1, placed_at=NOON, vat_added=vat_added, order=OrderPlaced(
        order_id="o", number=1, cashier="Mira", currency="EUR", lines=lines, total_minor=whole.total_minor, due=NOON.date(),
    ))  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from((0, 700, 1900))), min_size=1, max_size=8),
    st.integers(0, 10**7),
    st.booleans(),
)
def test_a_deposit_adds_up_to_what_was_asked_and_deposit_and_balance_to_the_goods(
    goods: list[tuple[int, int]], deposit_minor: int, vat_added: bool
) -> None:
    order = ordered(goods, vat_added=vat_added)
    lines, whole_minor = order.order.lines, order.order.total_minor
    taken = deposit_lines(order, deposit_minor, vat_added=vat_added)
    if not 0 < deposit_minor <= whole_minor:
        assert taken == DepositTooMuch(whole_minor)
        return
    assert isinstance(taken, tuple)
    deposit = sum_up(taken, vat_added=vat_added)
    rates = len({rate_bp for _, rate_bp in goods})
    assert abs(deposit.total_minor - deposit_minor) <= (rates if vat_added else 0)
    used = OpenOrder(seq=1, placed_at=NOON, order=order.order,
                     deposits_minor={line.vat_rate_bp: line.total_minor for line in taken})  # fmt: skip
    balance = sum_up([*lines, *deposits_used(used)], vat_added=vat_added)
    assert isinstance(balance, PricedCart)
    assert abs(deposit.total_minor + balance.total_minor - whole_minor) <= (rates if vat_added else 0)


@given(
    st.lists(
        st.tuples(st.integers(1, 5_000), st.sampled_from((0, 260, 700, 810, 1900))), min_size=1, max_size=4
    ),
    st.lists(st.integers(1, 5_000), max_size=3),
    st.booleans(),
)
def test_an_order_that_was_paid_in_deposits_to_the_last_cent_can_be_collected(
    goods: list[tuple[int, int]], deposits_minor: list[int], vat_added: bool
) -> None:
    order = ordered(goods, vat_added=vat_added)
    lines = order.order.lines
    for deposit_minor in (*deposits_minor, None):
        wanted_minor = left_to_pay(order) if deposit_minor is None else deposit_minor
        taken = deposit_lines(order, wanted_minor, vat_added=vat_added)
        if isinstance(taken, DepositTooMuch):
            assert taken == DepositTooMuch(left_to_pay(order))
            continue
        paid_minor = dict(order.deposits_minor)
        for line in taken:
            paid_minor[line.vat_rate_bp] = paid_minor.get(line.vat_rate_bp, 0) + line.total_minor
        order = replace(order, deposits_minor=paid_minor)
    balance = sum_up([*lines, *deposits_used(order)], vat_added=vat_added)
    assert (balance.total_minor, {one.gross_minor for one in balance.vat}) == (0, {0})


def shown(at: Counter) -> tuple[tuple[int, ...], tuple[int, ...]]:
    board = order_board(at.till.ledger.state.orders, at.till.clock.now().date())
    return board.ready, board.coming


async def test_an_order_that_is_ready_stands_on_the_board_until_it_is_collected(seated: Counter) -> None:
    today = seated.till.clock.now().date().isoformat()
    order = await placed(seated, due=today)
    assert (order["is_ready"], *shown(seated)) == (False, (), (1,))
    ready = f"/api/orders/{ORDER_ID}/ready"
    assert (await seated.http.post(ready, json={})).json()["is_ready"] is True
    head = seated.till.ledger.head
    assert (await seated.http.post(ready, json={})).json()["is_ready"] is True
    assert seated.till.ledger.head == head
    assert shown(seated) == ((1,), ())
    state = seated.till.ledger.state
    assert load_state(dump_state(state)).orders.open == state.orders.open

    assert (await seated.http.post(ready, json={"is_ready": False})).json()["is_ready"] is False
    await seated.http.post(ready, json={})
    await placed(seated, due=today, note="green glaze")  # another order now: it is made anew
    assert shown(seated) == ((), (1,))
    await seated.http.post(ready, json={})
    assert (await paid(seated, 1))["status"] == 201
    assert shown(seated) == ((), ())
    assert (await seated.http.post(ready, json={})).json()["code"] == "unknown-order"


async def test_the_board_has_a_page_behind_a_link_and_shows_no_order_for_a_locker_or_another_day(
    seated: Counter,
) -> None:
    await placed(seated)
    assert shown(seated) == ((), ())
    link = (await seated.http.get("/api/display/link")).json()
    page = await seated.http.get(link["board_path"])
    assert (page.status_code, "pickup.js" in page.text) == (200, True)
    assert (await seated.http.get("/display/guessed/orders")).status_code == 404
    assert (await seated.http.get("/api/display/guessed/orders")).status_code == 404
