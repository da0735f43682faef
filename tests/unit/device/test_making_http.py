"""The plan over the till's interface: taken on once, as it stands, and by whose rules."""

from datetime import timedelta
from typing import Any

from tests.fakes import FakeClock
from tests.unit.device.test_market_http import counter
from tests.unit.device.test_till_http import Counter

__all__ = ["counter"]


async def _sell_for_weeks(counter: Counter) -> None:
    """Twelve Saturdays on which eight bowls were sold; it is Friday now."""
    await counter.sign_in()
    clock = counter.till.clock
    assert isinstance(clock, FakeClock)
    friday = clock.wall
    for week in range(12, 0, -1):
        clock.wall = friday - timedelta(days=7 * week - 1)
        await counter.sell(week, quantity=8000, tendered=20_000)
        await counter.http.post("/api/close-day", json={"cash_counted_minor": 0})
    clock.wall = friday


async def _plan(counter: Counter, period: str = "3-days") -> dict[str, Any]:
    plan: dict[str, Any] = (await counter.http.get("/api/make-next", params={"period": period})).json()
    return {**plan, "by_sku": {row["sku"]: row for row in plan["products"]}}


async def test_a_plan_is_taken_on_once_and_counts_as_on_its_way_until_the_goods_come(
    counter: Counter,
) -> None:
    await _sell_for_weeks(counter)
    plan = await _plan(counter)
    wish = {"plan_id": "p1", "based_on": plan["based_on"], "pieces": {"bowl": 9}}
    for _ in range(2):
        taken = await counter.http.post("/api/make-next/accept", json=wish)
        assert taken.status_code == 200
        assert [
            (one["sku"], one["quantity_milli"]) for one in taken.json()["taken_on"] if one["sku"] == "bowl"
        ] == [("bowl", 9_000)]
    late = await counter.http.post("/api/make-next/accept", json={**wish, "plan_id": "p2"})
    assert (late.status_code, late.json()["code"]) == (409, "plan-changed")
    now = (await _plan(counter))["by_sku"]["bowl"]
    assert (now["coming"], now["make"]) == (9, max(0, plan["by_sku"]["bowl"]["make"] - 9))
    await counter.http.post("/api/stock", json={"sku": "bowl", "change_milli": 9_000, "reason": "received"})
    after = await _plan(counter)
    assert (after["by_sku"]["bowl"]["coming"], after["by_sku"]["bowl"]["stock_milli"]) == (0, 9_000)
    assert [one["sku"] for one in after["taken_on"]] == [
        one["sku"] for one in plan["products"] if one["make"] and one["sku"] != "bowl"
    ]


async def test_what_will_not_come_after_all_is_planned_again(counter: Counter) -> None:
    await _sell_for_weeks(counter)
    plan = await _plan(counter)
    wish = {"plan_id": "p1", "based_on": plan["based_on"], "pieces": {}}
    await counter.http.post("/api/make-next/accept", json=wish)
    assert (await counter.http.post("/api/making/bowl/drop")).status_code == 204
    again = await counter.http.post("/api/making/bowl/drop")
    assert (again.status_code, again.json()["code"]) == (404, "nothing-promised")
    assert (await _plan(counter))["by_sku"]["bowl"]["make"] == plan["by_sku"]["bowl"]["make"]


async def test_rules_and_the_workshop_are_kept_and_what_cannot_be_is_refused_with_its_field(
    counter: Counter,
) -> None:
    await _sell_for_weeks(counter)
    rules = {"batch": 5, "work_s": 3_600, "lead_days": 2}
    assert (await counter.http.put("/api/making/bowl", json=rules)).json()["batch"] == 5
    assert (await counter.http.get("/api/making/bowl")).json()["lead_days"] == 2
    bad = await counter.http.put("/api/making/bowl", json={"batch": 0})
    assert (bad.status_code, bad.json()["field"]) == (422, "batch")
    assert (await counter.http.put("/api/making/gone", json={})).json()["field"] == "sku"
    row = (await _plan(counter))["by_sku"]["bowl"]
    assert row["make"] % 5 == 0
    assert (row["late"], row["by"]) == (True, "2026-11-29")
    assert (await counter.http.put("/api/workshop", json={"work_s_a_day": 7_200})).is_success
    held = await _plan(counter)
    assert held["totals"]["work_s"] <= held["totals"]["work_limit_s"] == 7_200
    assert held["by_sku"]["bowl"]["cut"] == "hours"
    assert (await counter.http.get("/api/making")).json()["workshop"]["work_s_a_day"] == 7_200
    refused = await counter.http.put("/api/workshop", json={"work_s_a_day": -1})
    assert (refused.status_code, refused.json()["field"]) == (422, "work_s_a_day")


async def test_customers_orders_are_planned_on_their_own_and_are_no_demand_of_the_market(
    counter: Counter,
) -> None:
    await _sell_for_weeks(counter)
    plain = (await _plan(counter))["by_sku"]["bowl"]
    order = {
        "order_id": "0190a1b2-0000-7000-8000-000000000001",
        "lines": [{"sku": "bowl", "quantity_milli": 4000}],
        "due": "2026-11-28",
    }
    placed = await counter.http.post("/api/orders", json=order)
    assert placed.is_success, placed.text
    ordered = (await _plan(counter))["by_sku"]["bowl"]
    assert (ordered["ordered"], ordered["likely"]) == (4, plain["likely"])
    assert ordered["make"] == plain["make"] + 4


async def test_a_week_covers_more_days_than_three(counter: Counter) -> None:
    await _sell_for_weeks(counter)
    await counter.http.put("/api/market-days/2026-12-02", json={})
    short, long = await _plan(counter), await _plan(counter, "week")
    assert (short["window"]["days"], long["window"]["days"]) == (["2026-11-28"], ["2026-11-28", "2026-12-02"])
    assert long["by_sku"]["bowl"]["make"] > short["by_sku"]["bowl"]["make"]
    assert (await counter.http.get("/api/make-next", params={"period": "year"})).status_code == 422


async def test_what_was_not_on_the_page_is_not_taken_on_unseen(counter: Counter) -> None:
    await _sell_for_weeks(counter)
    plan = await _plan(counter)
    shown = {row["sku"]: row["make"] for row in plan["products"] if row["make"]}
    wish = {"plan_id": "p1", "based_on": plan["based_on"], "pieces": {}, "shown": shown}
    await counter.http.post("/api/stock", json={"sku": "bowl", "change_milli": 3_000, "reason": "received"})
    moved = await counter.http.post("/api/make-next/accept", json=wish)
    assert (moved.status_code, moved.json()["code"]) == (409, "plan-changed")
    now = await _plan(counter)
    assert (now["based_on"], now["taken_on"]) == (plan["based_on"], [])
    shown = {row["sku"]: row["make"] + 1 for row in now["products"] if row["make"]}
    taken = await counter.http.post("/api/make-next/accept", json={**wish, "shown": shown})
    assert {one["sku"]: one["quantity_milli"] // 1_000 for one in taken.json()["taken_on"]} == shown


async def test_while_the_stall_is_open_what_today_still_sells_is_no_stock_for_the_next_days(
    counter: Counter,
) -> None:
    await _sell_for_weeks(counter)
    clock = counter.till.clock
    assert isinstance(clock, FakeClock)
    usual_hour = clock.wall + timedelta(days=1)
    await counter.http.post("/api/stock", json={"sku": "bowl", "change_milli": 20_000, "reason": "received"})
    clock.wall = usual_hour.replace(hour=8, minute=0)
    await counter.sell(13, quantity=1000, tendered=20_000)
    early = await _plan(counter)
    assert (early["window"]["days"][0], early["by_sku"]["bowl"]["today"]) == (
        clock.wall.date().isoformat(),
        0,
    )
    clock.wall = usual_hour.replace(hour=9, minute=30)
    plan = await _plan(counter)
    today = (await counter.http.get("/api/forecast/bowl")).json()["today"]
    assert plan["by_sku"]["bowl"]["today"] == today["more"] > 0
    assert plan["window"]["days"][0] > clock.wall.date().isoformat()
    clock.wall += timedelta(days=1)  # nobody closed the day: nothing more comes of it
    assert (await _plan(counter))["by_sku"]["bowl"]["today"] == 0


async def test_goods_that_spoil_are_followed_from_the_day_on_which_they_came_in(counter: Counter) -> None:
    await _sell_for_weeks(counter)
    clock = counter.till.clock
    assert isinstance(clock, FakeClock)
    came = {"sku": "bowl", "change_milli": 4_000, "reason": "received"}
    await counter.http.post("/api/stock", json=came)
    assert (await counter.http.put("/api/making/bowl", json={"shelf_days": 2})).is_success
    assert (await _plan(counter))["by_sku"]["bowl"]["too_old"] == 0  # baked on Friday, good on Saturday
    await counter.http.put("/api/market-days/2026-11-29", json={})
    clock.wall += timedelta(days=1)
    await counter.http.post("/api/stock", json={**came, "change_milli": 3_000})
    clock.wall = clock.wall.replace(hour=20)
    bowl = (await _plan(counter))["by_sku"]["bowl"]
    assert (bowl["stock_milli"], bowl["too_old"], bowl["bring"] - bowl["make"]) == (7_000, 4, 3)


async def test_what_was_sold_beyond_the_book_is_counted_when_a_plan_is_taken_on_so_that_it_is_not_made_twice(
    counter: Counter,
) -> None:
    await counter.sign_in()
    await _sell_for_weeks(counter)  # 96 were sold of the 12 that were counted
    plan = await _plan(counter)
    wished = plan["by_sku"]["bowl"]["make"]
    wish = {"plan_id": "p1", "based_on": plan["based_on"], "pieces": {}}
    for _ in range(2):
        assert (await counter.http.post("/api/make-next/accept", json=wish)).is_success
    sheets = (await counter.http.get("/api/stock-diary")).json()["sheets"]
    assert [(one["reason"], one["change_milli"]) for one in sheets] == [
        ("counted", 84_000),
        ("counted", 12_000),
    ]
    came = {"sku": "bowl", "change_milli": wished * 1_000, "reason": "received"}
    await counter.http.post("/api/stock", json=came)
    bowl = (await _plan(counter))["by_sku"]["bowl"]
    assert (bowl["stock_milli"], bowl["coming"], bowl["make"]) == (wished * 1_000, 0, 0)


async def test_a_product_that_came_in_and_was_never_sold_is_told_from_those_like_it(counter: Counter) -> None:
    await _sell_for_weeks(counter)
    mug = {"name": "Mug", "category": "Pottery", "price_minor": 1_900, "vat_rate_bp": 1_900}
    sku = (await counter.http.post("/api/products", json=mug)).json()["sku"]
    before = (await _plan(counter))["by_sku"][sku]
    assert (before["reason_code"], before["make"]) == ("never-sold", 0)
    await counter.http.post("/api/stock", json={"sku": sku, "change_milli": 1_000, "reason": "received"})
    plan = await _plan(counter)
    told = plan["by_sku"][sku]
    assert (told["reason_code"], told["used"]) == ("new", "neighbours")
    assert 0 < told["likely"] <= plan["by_sku"]["bowl"]["high"] < told["high"] * 3
    assert told["make"] > 0
    forecast = (await counter.http.get(f"/api/forecast/{sku}")).json()
    assert (forecast["used"], forecast["past"]) == ("neighbours", [])
