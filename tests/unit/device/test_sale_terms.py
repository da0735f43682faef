"""What decides about a price besides the catalogue: price lists, free prices, bundles, coupons, limits, kept sales."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.payment import (
    CASH_STEPS,
    MoneyRules,
    Settlement,
    Tender,
    fill_in,
    round_to_coins,
    settle,
    settle_kept,
)
from device.domain.quote import QuoteTerms, quote
from device.domain.sale import SaleOrder, UnknownPriceList
from device.domain.trade_rules import Coupon, TradeRules
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import DiscountKind, PaymentMethod, SaleRecorded
from shared.ids import Sku
from shared.products import ListPrice, ProductPart
from shared.verify.verify import verify_lines
from tests.fakes import NOON
from tests.unit.device.stall import BOWL, JAM, order, sale_id
from tests.unit.device.test_till_http import Counter, counter, identity

__all__ = ["counter", "identity"]


@pytest.fixture
async def seated(counter: Counter) -> Counter:
    await counter.sign_in()
    return counter


def priced(
    wanted: SaleOrder, products: tuple[Product, ...] = (BOWL, JAM), rules: TradeRules | None = None
) -> Any:
    terms = QuoteTerms(catalogue=Catalogue(version=1, products=products), rules=rules or TradeRules(), today=NOON.date(),
                       coupons_taken=lambda _: 0)  # fmt: skip
    return quote(wanted, terms)


def test_a_price_list_goes_before_the_usual_price_and_a_misspelt_one_is_refused() -> None:
    members = replace(BOWL, prices=(ListPrice(list_name="members", price_minor=1500),))
    wanted = replace(order(1, lines=(("bowl", 2000), ("jam", 1000))), price_list="members")
    assert priced(wanted, (members, JAM)).total_minor == 3000 + 650
    assert priced(replace(wanted, price_list="member"), (members, JAM)) == UnknownPriceList("member")


def test_a_bundle_sells_at_its_own_price_and_tells_its_parts_and_a_free_price_is_the_sellers() -> None:
    box = replace(
        BOWL, sku=Sku("box"), price_minor=2200, parts=(ProductPart(sku=Sku("jam"), quantity_milli=2000),)
    )
    gift = replace(JAM, sku=Sku("gift"), free_price=True)
    cart = priced(order(1, lines=(("box", 1000), ("gift", 1000)), prices_minor=(9, 1234)), (box, gift, JAM))
    assert [line.total_minor for line in cart.lines] == [2200, 1234]
    assert [(part.sku, part.quantity_milli) for part in cart.lines[0].parts] == [("jam", 2000)]


async def test_a_coupon_that_is_good_once_is_taken_once_and_a_big_discount_needs_a_manager(
    seated: Counter,
) -> None:
    coupon = Coupon(code="Autumn", kind=DiscountKind.AMOUNT, value=500, once=True, last_day=date(2030, 1, 1))
    rules = TradeRules(coupons=(coupon,), discount_limit_bp=1_000)
    seated.till.settings.change(lambda old: replace(old, trade_rules=rules))
    first = await seated.sell(1, coupon="autumn")
    assert (first.status_code, first.json()["total_minor"]) == (201, 3200)
    sold = read_event(
        parse_entry(
            seated.till.ledger.read_lines(seated.till.ledger.head.seq, seated.till.ledger.head.seq)[0]
        )
    )
    assert isinstance(sold, SaleRecorded)
    assert [(one.code, one.once) for one in sold.discounts] == [
        ("Autumn", True)
    ]  # for the cloud, which sees all tills
    assert (await seated.sell(1, coupon="autumn")).status_code == 200
    again = await seated.sell(2, coupon="AUTUMN")
    assert (again.status_code, again.json()["code"]) == (409, "coupon-refused")

    found = (
        await seated.http.get("/api/refunds/find", params={"text": first.json()["receipt_number"]})
    ).json()
    undone = {
        "refund_id": sale_id(900), "original": found["original"], "lines": [], "void": True, "reason": "Rung up wrongly",
    }  # fmt: skip
    assert (await seated.http.post("/api/refunds", json=undone)).status_code == 201
    assert (await seated.sell(2, coupon="autumn")).status_code == 201, "an undone sale gives its coupon back"
    assert (await seated.sell(3, coupon="autumn")).json()["code"] == "coupon-refused"

    off = [{"kind": "percent", "value": 2_000, "reason": "chipped"}]
    cart = {
        "lines": [{"sku": "bowl", "quantity_milli": 2000}],
        "discounts": off,
        "payments": [{"method": "card"}],
    }
    quoted = (await seated.http.post("/api/carts/price", json=cart)).json()
    assert (quoted["due_minor"], quoted["payments"][0]["amount_minor"], quoted["refusal"]) == (
        2960,
        2960,
        None,
    )
    manager = next(one for one in seated.till.settings.current.cashiers if one.name == "Mira")
    if manager.is_manager:
        sold = await seated.sell(3, discounts=off)
        assert (sold.json()["total_minor"], sold.json()["approved_by"]) == (2960, "Mira")
    ledger = seated.till.ledger
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None


async def test_a_kept_sale_is_taken_with_all_its_own_figures_or_refused_where_they_do_not_add_up(
    seated: Counter,
) -> None:
    body: dict[str, Any] = {
        "sale_id": sale_id(1), "kept": True, "vat_added": True, "rounding_minor": -1, "expected_total_minor": 3321,
        "lines": [{"sku": "bowl", "quantity_milli": 2000, "unit_price_minor": 1550, "vat_rate_bp": 810}],
        "discounts": [{"kind": "amount", "value": 28, "reason": "", "code": "OLD"}],
        "payments": [{"method": "cash", "tendered_minor": 4000, "currency": "CHF", "rate_micro": 1_060_000}],
    }  # fmt: skip
    wrong = await seated.http.post("/api/sales", json=body | {"expected_total_minor": 3300})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["total_minor"]) == (
        422,
        "kept-does-not-add-up",
        3321,
    )
    sold = await seated.http.post("/api/sales", json=body)
    assert sold.status_code == 201, sold.text
    receipt = sold.json()
    assert (receipt["total_minor"], receipt["rounding_minor"], receipt["payments"][0]["change_minor"]) == (
        3321,
        -1,
        920,
    )
    assert receipt["discounts"][0]["code"] == "OLD"
    odd = await seated.http.post("/api/sales", json=body | {"sale_id": sale_id(2), "rounding_minor": 3})
    assert odd.status_code == 422
    ledger = seated.till.ledger
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None


TENDERS = st.lists(
    st.builds(Tender, method=st.sampled_from(PaymentMethod), amount_minor=st.none() | st.integers(1, 5_000), reference=st.just("v")),
    min_size=1, max_size=4, unique_by=lambda tender: tender.method,
)  # fmt: skip


@given(st.integers(0, 20_000), TENDERS, st.sampled_from(CASH_STEPS), st.integers(0, 5_000))
def test_what_is_filled_in_settles_exactly_and_never_asks_a_voucher_for_more_than_it_holds(
    due_minor: int, tenders: list[Tender], step_minor: int, holds_minor: int
) -> None:
    rules = MoneyRules(currency="EUR", cash_step_minor=step_minor)
    filled = fill_in(due_minor, tenders, rules, lambda _: holds_minor)
    settled = settle(due_minor, filled, rules)
    for asked, tender in zip(tenders, filled, strict=True):
        if asked.method is PaymentMethod.VOUCHER and asked.amount_minor is None:
            assert tender.amount_minor is not None
            assert tender.amount_minor <= holds_minor
    if isinstance(settled, Settlement):
        assert sum(paid.amount_minor for paid in settled.payments) == due_minor + settled.rounding_minor
        assert 2 * abs(settled.rounding_minor) <= step_minor
        kept = settle_kept(due_minor, filled, MoneyRules(currency="EUR"), settled.rounding_minor)
        assert isinstance(kept, Settlement)
        assert kept.rounding_minor == settled.rounding_minor


@given(st.integers(0, 10**7), st.sampled_from(CASH_STEPS))
def test_exact_cash_is_what_the_coins_make_of_the_total(due_minor: int, step_minor: int) -> None:
    rules = MoneyRules(currency="CHF", cash_step_minor=step_minor)
    exact = settle(
        due_minor, fill_in(due_minor, [Tender(method=PaymentMethod.CASH)], rules, lambda _: 0), rules
    )
    assert isinstance(exact, Settlement)
    assert (
        exact.payments[0].amount_minor
        == exact.payments[0].tendered_minor
        == round_to_coins(due_minor, step_minor)
    )
