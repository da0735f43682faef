"""Goods between stalls at the cloud: both ends matched by their number; and coupons that are good once, taken at two tills."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.events.sale import Discount, DiscountKind, SaleRecorded
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from tests.unit.cloud.cloud_chains import OPENING, Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import client_of, enrol_hub, running_cloud, sign_in
from tests.unit.cloud.test_cloud_refunds import refund

NUMBER = "K7F3Q2"


@pytest.fixture
def cloud(tmp_path):
    with running_cloud(tmp_path) as cloud:
        yield cloud


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as http:
        yield http


def moved(pieces: int, reason: StockReason, *, sku: str = "bowl", number: str = NUMBER) -> StockMoved:
    sign = -1 if reason is StockReason.SENT else 1
    return StockMoved(sku=Sku(sku), name=sku.title(), change_milli=sign * 1_000 * pieces, reason=reason, cashier="Mira",
                      sheet_id="a sheet", place="Old Town", transfer_id=number)  # fmt: skip


def two_chains() -> tuple[Chain, Chain]:
    chains = Chain(source="till-harbour", epoch="k7f3q2"), Chain(source="till-old-town", epoch="m4x9rt")
    for chain in chains:
        open_day(chain)
    return chains


async def test_goods_are_under_way_until_the_other_end_has_them_and_a_difference_is_shown(cloud, http):
    hub = enrol_hub(cloud)
    harbour, old_town = two_chains()
    harbour.add(moved(5, StockReason.SENT), OPENING)
    harbour.add(moved(2, StockReason.SENT, sku="mug"), OPENING)
    await hub.send(http, harbour.source, harbour.batch())
    await sign_in(cloud, http)

    async def shown() -> tuple[str, list[str], list[str], dict[str, tuple[int, int]]]:
        (one,) = (await http.get("/api/dashboard/transfers")).json()["transfers"]
        lines = {line["sku"]: (line["sent_milli"], line["arrived_milli"]) for line in one["lines"]}
        return one["state"], one["sent_by"], one["arrived_at"], lines

    assert await shown() == ("under-way", ["till-harbour"], [], {"bowl": (5_000, 0), "mug": (2_000, 0)})

    old_town.add(moved(4, StockReason.ARRIVED), OPENING + timedelta(minutes=30))
    old_town.add(moved(2, StockReason.ARRIVED, sku="mug"), OPENING + timedelta(minutes=30))
    for _ in range(2):  # what comes twice counts once
        await hub.send(http, old_town.source, old_town.batch())
    state, _, arrived_at, lines = await shown()
    assert (state, arrived_at, lines["bowl"]) == ("differs", ["till-old-town"], (5_000, 4_000))

    old_town.add(
        replace(moved(4, StockReason.ARRIVED), change_milli=-4_000, undoes="a sheet"),
        OPENING + timedelta(minutes=31),
    )
    old_town.add(moved(5, StockReason.ARRIVED), OPENING + timedelta(minutes=32))
    await hub.send(http, old_town.source, old_town.batch())
    assert (await shown())[0] == "arrived"


async def test_a_number_that_nobody_sent_is_shown_and_goods_without_one_are_not(cloud, http):
    hub = enrol_hub(cloud)
    _, old_town = two_chains()
    old_town.add(moved(1, StockReason.ARRIVED, number=""), OPENING)
    old_town.add(moved(1, StockReason.ARRIVED, number="K7F3Q3"), OPENING)
    await hub.send(http, old_town.source, old_town.batch())
    await sign_in(cloud, http)
    (one,) = (await http.get("/api/dashboard/transfers")).json()["transfers"]
    assert (one["state"], one["transfer"], one["sent_by"]) == ("not-sent", "K7F3Q3", [])


def with_coupon(number: int, *, once: bool) -> SaleRecorded:
    off = Discount(
        kind=DiscountKind.AMOUNT, value=100, amount_minor=100, reason="Birthday", code="ANNA", once=once
    )
    return replace(sale(number, "bowl"), discounts=(off,))


async def test_a_coupon_that_is_good_once_and_was_taken_at_two_tills_is_found(cloud, http):
    hub = enrol_hub(cloud)
    harbour, old_town = two_chains()
    harbour.add(with_coupon(1, once=True), OPENING)
    harbour.add(with_coupon(2, once=False), OPENING)
    await hub.send(http, harbour.source, harbour.batch())
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/coupons")).json() == {"findings": []}
    old_town.add(with_coupon(1, once=True), OPENING + timedelta(minutes=5))
    await hub.send(http, old_town.source, old_town.batch())
    (finding,) = (await http.get("/api/dashboard/coupons")).json()["findings"]
    assert (finding["coupon"], finding["times"], finding["taken_minor"]) == ("anna", 2, 200)
    assert finding["tills"] == ["till-harbour", "till-old-town"]


async def test_a_coupon_of_a_sale_that_was_undone_is_good_again(cloud, http):
    hub = enrol_hub(cloud)
    harbour, old_town = two_chains()
    wrong = with_coupon(1, once=True)
    undone = replace(refund(2, harbour.epoch, receipt=1), void=True, coupons=wrong.discounts)
    harbour.add(wrong, OPENING)
    harbour.add(undone, OPENING + timedelta(minutes=1))
    harbour.add(with_coupon(3, once=True), OPENING + timedelta(minutes=2))
    await hub.send(http, harbour.source, harbour.batch())
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/coupons")).json() == {"findings": []}
    old_town.add(with_coupon(1, once=True), OPENING + timedelta(minutes=5))
    await hub.send(http, old_town.source, old_town.batch())
    (finding,) = (await http.get("/api/dashboard/coupons")).json()["findings"]
    assert (finding["times"], finding["taken_minor"]) == (2, 200)
