"""The money of an order adds up: a deposit comes back once, or is taken off the balance, never both."""

from typing import Any

import pytest

from shared.ids import make_uuid7
from shared.verify.verify import verify_lines
from tests.unit.device.stall import sale_id
from tests.unit.device.test_orders import ORDER_ID, paid, placed, seated
from tests.unit.device.test_till_http import Counter, counter, identity

__all__ = ["counter", "identity", "seated"]


async def given_back(at: Counter, number: int, refund: int, **original: object) -> dict[str, Any]:
    receipt = (await at.http.get(f"/api/sales/{sale_id(number)}")).json()["receipt_number"]
    found = (await at.http.get("/api/refunds/find", params={"text": receipt})).json()
    lines = [
        {"line": one["line"], "quantity_milli": one["left_milli"], "to_stock": False}
        for one in found["lines"]
    ]
    body = {"refund_id": make_uuid7(refund, b"\4" * 10), "original": found["original"] | original, "reason": "cancelled",
            "method": "cash", "lines": [one for one in lines if one["quantity_milli"]]}  # fmt: skip
    answer = await at.http.post("/api/refunds", json=body)
    told: dict[str, Any] = answer.json()
    return told | {"status": answer.status_code}


async def test_a_ledger_with_a_deposit_that_came_back_is_in_order(seated: Counter) -> None:
    await placed(seated)
    await paid(seated, 1, deposit_minor=1000)
    assert (await given_back(seated, 1, 9))["status"] == 201
    lines = seated.till.ledger.read_lines(1, seated.till.ledger.state.head.seq)
    assert verify_lines(lines).problem is None


async def test_a_deposit_that_was_taken_off_the_balance_does_not_come_back(seated: Counter) -> None:
    await placed(seated)
    await paid(seated, 1, deposit_minor=1000)
    assert (await paid(seated, 2))["total_minor"] == 3350
    refused = await given_back(seated, 1, 9)
    assert refused["status"] == 422
    goods = await given_back(seated, 2, 10)
    assert (goods["status"], goods["total_minor"]) == (201, 4350)


async def test_the_deposit_of_a_cancelled_order_comes_back(seated: Counter) -> None:
    await placed(seated)
    await paid(seated, 1, deposit_minor=1000)
    await seated.http.post(f"/api/orders/{ORDER_ID}/cancel", json={"reason": "ill"})
    assert (await given_back(seated, 1, 9))["total_minor"] == 1000


@pytest.mark.parametrize("forged", ["", sale_id(77)])
async def test_a_refund_names_the_sale_that_its_receipt_is_of_whatever_the_page_says(
    seated: Counter, forged: str
) -> None:
    await placed(seated)
    await paid(seated, 1, deposit_minor=1000)
    assert (await given_back(seated, 1, 9, sale_id=forged))["status"] == 201
    assert (await paid(seated, 2))["total_minor"] == 4350


async def test_another_order_opens_no_collected_one_anew(seated: Counter) -> None:
    order = await placed(seated)
    await paid(seated, 1)
    await placed(seated, order_id=make_uuid7(78, b"\2" * 10))
    late = await seated.http.post("/api/orders", json={"order_id": ORDER_ID, "due": order["due"], "lines": [{"sku": "jam", "quantity_milli": 1000}]})  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (409, "order-done")


async def test_what_was_ordered_twice_at_two_free_prices_costs_what_the_order_says(seated: Counter) -> None:
    sku = await free_priced(seated)
    lines = [{"sku": sku, "quantity_milli": 1000, "unit_price_minor": minor} for minor in (2000, 3000)]
    assert (await placed(seated, lines=lines))["total_minor"] == 5000
    quoted = await seated.http.post("/api/carts/price", json={"order_id": ORDER_ID})
    assert quoted.json()["total_minor"] == 5000
    assert (await paid(seated, 1))["total_minor"] == 5000


async def test_an_order_whose_typed_price_is_corrected_costs_the_new_one(seated: Counter) -> None:
    sku = await free_priced(seated)

    def at(minor: int) -> list[dict[str, object]]:
        return [{"sku": sku, "quantity_milli": 1000, "unit_price_minor": minor}]

    assert (await placed(seated, lines=at(2000)))["total_minor"] == 2000
    assert (await placed(seated, lines=at(3000)))["total_minor"] == 3000
    head = seated.till.ledger.head
    assert (await placed(seated, lines=at(3000)))["total_minor"] == 3000
    assert seated.till.ledger.head == head


async def free_priced(at: Counter) -> str:
    """Put a product on sale whose price the cashier says."""
    wish = {
        "name": "Commission",
        "category": "Art",
        "price_minor": 100,
        "free_price": True,
        "vat_rate_bp": 1900,
    }
    answer = await at.http.post("/api/products", json=wish)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return str(told.get("sku") or told["product"]["sku"])


async def test_a_deposit_on_no_order_is_refused_and_not_sold_as_goods(seated: Counter) -> None:
    lines = [{"sku": "bowl", "quantity_milli": 1000}]
    assert (await paid(seated, 1, order_id="", lines=lines, deposit_minor=5))["code"] == "unknown-order"


@pytest.mark.parametrize("value", ["NaN", '"\\ud800"'])
async def test_a_cart_that_could_not_be_told_again_is_not_parked(seated: Counter, value: str) -> None:
    body = f'{{"cart_id":"{make_uuid7(3, bytes(10))}","name":"x","cart":{{"a":{value}}}}}'
    answer = await seated.http.post("/api/parked", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


async def test_a_count_of_labels_beyond_all_bounds_is_refused(seated: Counter) -> None:
    answer = await seated.http.get("/api/labels.pdf", params={"item": "bowl:" + "1" * 5000})
    assert answer.status_code == 422


@pytest.mark.parametrize("currency", ["", "x" * 5000, "chf"])
async def test_only_currencies_are_counted_at_a_closing(seated: Counter, currency: str) -> None:
    answer = await seated.http.post("/api/closings", json={"foreign": {currency: 5}})
    assert answer.status_code == 422


async def test_a_refund_of_another_line_under_the_same_id_is_no_repeat(seated: Counter) -> None:
    lines = [{"sku": sku, "quantity_milli": 1000} for sku in ("bowl", "jam")]
    sold = await paid(seated, 1, order_id="", lines=lines)
    found = (await seated.http.get("/api/refunds/find", params={"text": sold["receipt_number"]})).json()
    body = {
        "refund_id": make_uuid7(9, b"\4" * 10),
        "original": found["original"],
        "reason": "chipped",
        "method": "cash",
    }
    answers = [
        (
            await seated.http.post(
                "/api/refunds", json=body | {"lines": [{"line": line, "quantity_milli": 1000}]}
            )
        ).status_code
        for line in (0, 0, 1)
    ]
    assert answers == [201, 200, 409]


async def with_rules(at: Counter, **rules: object) -> None:
    before = (await at.http.get("/api/trade-rules")).json()
    answer = await at.http.put("/api/trade-rules", json={**before, **rules})
    assert answer.status_code == 200, answer.text


async def test_a_balance_that_is_sent_again_gets_its_receipt_whatever_was_agreed_on(seated: Counter) -> None:
    coupon = {"code": "TEN", "kind": "percent", "value": 1000}
    await with_rules(seated, coupons=[coupon])
    await placed(seated, discounts=[{"kind": "percent", "value": 500}], coupon="TEN")
    more = {"discounts": [{"kind": "amount", "value": 100}]}
    first, again = await paid(seated, 1, **more), await paid(seated, 1, **more)
    assert (first["status"], again["status"]) == (201, 200)
    assert (await paid(seated, 1, discounts=[{"kind": "amount", "value": 200}]))["code"] == "sale-id-reused"


async def test_a_coupon_that_is_good_once_is_held_by_the_order_that_was_agreed_on_with_it(
    seated: Counter,
) -> None:
    once = {"code": "ONCE", "kind": "percent", "value": 1000, "once": True}
    await with_rules(seated, coupons=[once])
    order = await placed(seated, coupon="ONCE")
    assert (await placed(seated, coupon="ONCE"))["number"] == order["number"]
    other = {"order_id": make_uuid7(78, b"\2" * 10), "due": order["due"], "lines": [{"sku": "jam", "quantity_milli": 1000}]}  # fmt: skip
    second = await seated.http.post("/api/orders", json={**other, "coupon": "ONCE"})
    assert second.json()["code"] == "coupon-refused"
    direct = {
        "sale_id": sale_id(5),
        "lines": other["lines"],
        "payments": [{"method": "cash"}],
        "coupon": "ONCE",
    }
    assert (await seated.http.post("/api/sales", json=direct)).json()["code"] == "coupon-refused"
    assert (await paid(seated, 1))["status"] == 201
    assert seated.till.ledger.state.coupons_taken.get("ONCE", 0) == 1


async def test_what_was_agreed_on_for_an_order_takes_nothing_off_other_goods_without_a_managers_word(
    seated: Counter,
) -> None:
    await with_rules(seated, discount_limit_bp=500)
    await placed(seated, discounts=[{"kind": "percent", "value": 9000}])
    await seated.http.post("/api/people", json={"name": "Zoe", "pin": "7777"})
    await seated.sign_in("7777")
    dearer = await paid(seated, 1, lines=[{"sku": "bowl", "quantity_milli": 50_000}])
    assert (dearer["status"], dearer["code"]) == (409, "approval-needed")
    assert (await paid(seated, 2))["status"] == 201
