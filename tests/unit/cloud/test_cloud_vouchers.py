"""Gift vouchers at the cloud: no turnover of goods, and found where several tills took more than was put on one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.events.sale import LineKind, Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import Sku
from shared.vat import split_vat
from tests.unit.cloud.cloud_chains import OPENING, Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import client_of, enrol_hub, running_cloud, sign_in

VOUCHER = "5eb396ec1fa52ef4f895"


@pytest.fixture
def cloud(tmp_path):
    with running_cloud(tmp_path) as cloud:
        yield cloud


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as http:
        yield http


def sold_voucher(number: int, worth_minor: int) -> SaleRecorded:
    line = SaleLine(
        sku=Sku("voucher"), name="Gift voucher", category="", quantity_milli=1000, unit_price_minor=worth_minor,
        total_minor=worth_minor, vat_rate_bp=0, kind=LineKind.VOUCHER, reference=VOUCHER,
    )  # fmt: skip
    paid = Payment(
        method=PaymentMethod.CASH, amount_minor=worth_minor, tendered_minor=worth_minor, change_minor=0
    )
    return replace(sale(number, "bowl"), lines=(line,), total_minor=worth_minor, vat=split_vat([(0, worth_minor)]),
                   payments=(paid,))  # fmt: skip


def paid_with_it(number: int) -> SaleRecorded:
    bowl = sale(number, "bowl")
    paid = Payment(method=PaymentMethod.VOUCHER, amount_minor=bowl.total_minor, tendered_minor=bowl.total_minor, change_minor=0,
                   reference=VOUCHER)  # fmt: skip
    return replace(bowl, payments=(paid,))


async def test_a_voucher_that_two_tills_took_in_full_is_found_once_both_have_said_so(cloud, http):
    hub = enrol_hub(cloud)
    harbour, market = (
        Chain(source="till-harbour", epoch="k7f3q2"),
        Chain(source="till-market", epoch="m2m2m2"),
    )
    for chain in (harbour, market):
        open_day(chain)
    harbour.add(sold_voucher(1, 2_800), OPENING + timedelta(minutes=1))
    harbour.add(paid_with_it(2), OPENING + timedelta(minutes=2))
    await hub.send(http, harbour.source, harbour.batch())
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/vouchers")).json() == {"findings": []}
    today = (await http.get("/api/dashboard/today")).json()
    assert today["total_minor"] == 5_600
    assert [(row["sku"], row["total_minor"]) for row in today["products"]] == [("bowl", 2_800)]

    market.add(paid_with_it(1), OPENING + timedelta(minutes=3))
    await hub.send(http, market.source, market.batch())
    (finding,) = (await http.get("/api/dashboard/vouchers")).json()["findings"]
    assert (finding["voucher"], finding["put_minor"], finding["taken_minor"]) == (VOUCHER, 2_800, 5_600)
    assert (finding["sold_by"], finding["tills"]) == (["till-harbour"], ["till-harbour", "till-market"])
