"""Refunds at the cloud: taken off the day's figures to the cent, and set against what other tills sold."""

from datetime import timedelta

import pytest

from shared.events.sale import OriginalReceipt, Payment, PaymentMethod, RefundLine, SaleRefunded
from shared.ids import Epoch, Sku, SourceId
from shared.vat import split_vat
from tests.unit.cloud.cloud_chains import CATALOGUE, OPENING, SATURDAY, Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import client_of, enrol_hub, running_cloud, sign_in


@pytest.fixture
def cloud(tmp_path):
    with running_cloud(tmp_path) as cloud:
        yield cloud


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as http:
        yield http


def refund(
    number: int, epoch: str, *, receipt: int = 0, seq: int = 0, sku: str = "bowl", pieces: int = 1
) -> SaleRefunded:
    name, category, price_minor = CATALOGUE[sku]
    total_minor = price_minor * pieces
    line = RefundLine(line=0, sku=Sku(sku), name=name, category=category, quantity_milli=1_000 * pieces,
                      total_minor=total_minor, vat_rate_bp=1_900, to_stock=True)  # fmt: skip
    payment = Payment(
        method=PaymentMethod.CASH, amount_minor=total_minor, tendered_minor=total_minor, change_minor=0
    )
    original = OriginalReceipt(source=SourceId(""), epoch=Epoch(epoch), receipt_number=receipt, seq=seq)
    return SaleRefunded(
        refund_id=f"refund-{number}", receipt_number=number, session_id=f"day-{SATURDAY}", business_date=SATURDAY,
        cashier="Mira", currency="EUR", original=original, lines=(line,), total_minor=total_minor,
        vat=split_vat([(1_900, total_minor)]), payments=(payment,), reason="Broken",
    )  # fmt: skip


def harbour_of_20_sales() -> Chain:
    harbour = Chain(source="till-harbour", epoch="k7f3q2")
    open_day(harbour)
    for number in range(1, 21):
        harbour.add(sale(number, "bowl" if number % 2 else "mug"), OPENING + timedelta(minutes=number))
    return harbour


async def test_what_was_given_back_is_taken_off_the_day_the_product_and_the_chain(cloud, http):
    hub = enrol_hub(cloud)
    harbour = harbour_of_20_sales()
    harbour.add(refund(21, "k7f3q2", receipt=1), OPENING + timedelta(minutes=30))
    await hub.send(http, harbour.source, harbour.batch())
    await sign_in(cloud, http)
    today = (await http.get("/api/dashboard/today")).json()
    assert (today["sales"], today["total_minor"]) == (20, 9 * 2_800 + 10 * 1_900)
    rows = {row["sku"]: (row["quantity_milli"], row["total_minor"]) for row in today["products"]}
    assert rows == {"bowl": (9_000, 9 * 2_800), "mug": (10_000, 19_000)}
    (stream,) = (await http.get("/api/compare")).json()["streams"]
    assert (stream["sales"], stream["total_minor"]) == (20, today["total_minor"])
    assert (await http.get("/api/dashboard/refunds")).json() == {"findings": []}, (
        "its own till has checked it"
    )


@pytest.mark.parametrize("by_entry", [False, True])
async def test_two_tills_that_give_the_same_bowl_back_are_found(cloud, http, by_entry):
    hub = enrol_hub(cloud)
    harbour, old_town = harbour_of_20_sales(), Chain(source="till-old-town", epoch="m4x9rt")
    open_day(old_town)
    named = {"seq": 15} if by_entry else {"receipt": 13}
    old_town.add(refund(1, "k7f3q2", **named), OPENING + timedelta(minutes=40))
    await hub.send(http, old_town.source, old_town.batch())
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/refunds")).json()["findings"] == [], "the sale may still come"
    harbour.add(refund(21, "k7f3q2", receipt=13), OPENING + timedelta(minutes=50))
    await hub.send(http, harbour.source, harbour.batch(last_seq=21))
    assert (await http.get("/api/dashboard/refunds")).json()["findings"] == [], "once is what was sold"
    await hub.send(http, harbour.source, harbour.batch(22))
    await hub.send(http, harbour.source, harbour.batch(22))
    (finding,) = (await http.get("/api/dashboard/refunds")).json()["findings"]
    assert (finding["kind"], finding["number"], finding["source"]) == ("more-than-sold", 13, "till-harbour")
    assert (finding["sold_milli"], finding["back_milli"], finding["back_minor"]) == (1_000, 2_000, 5_600)
    assert finding["tills"] == ["till-harbour", "till-old-town"]


async def test_a_receipt_that_its_till_never_wrote_is_found_once_the_till_has_come_further(cloud, http):
    hub = enrol_hub(cloud)
    harbour, old_town = harbour_of_20_sales(), Chain(source="till-old-town", epoch="m4x9rt")
    open_day(old_town)
    old_town.add(refund(1, "k7f3q2", seq=1), OPENING + timedelta(minutes=40))
    old_town.add(refund(2, "k7f3q2", receipt=25), OPENING + timedelta(minutes=41))
    for chain in (harbour, old_town):
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    (finding,) = (await http.get("/api/dashboard/refunds")).json()["findings"]
    assert (finding["kind"], finding["seq"], finding["tills"]) == ("no-such-receipt", 1, ["till-old-town"])
