"""What wants tidying up: found in words people would use, and nothing that a stall does not use."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Product
from device.domain.growing import GrowingMap
from device.domain.selling_day import SellingDay
from device.domain.tidy import DAYS_WITHOUT, Finding, FindingKind, find_untidy, plain_name
from shared.ids import Sku
from shared.products import ProductOption
from tests.unit.device.test_till_http import Counter, counter, identity

__all__ = ["counter", "identity"]


def product(sku: str, **more: object) -> Product:
    plain = Product(sku=Sku(sku), name=f"Thing {sku}", category="Things", price_minor=100, vat_rate_bp=1900)
    return replace(plain, **more)  # type: ignore[arg-type]


def found(*products: Product) -> list[tuple[FindingKind, str]]:
    findings = find_untidy(products, {}, ())
    return [(one.kind, " ".join(product.sku for product in one.products)) for one in findings]


def days(count: int, *, sold_out: frozenset[Sku], sold: dict[Sku, int] | None = None) -> list[SellingDay]:
    first = date(2026, 5, 1)
    return [
        SellingDay(
            business_date=first + timedelta(days=number),
            sold_out=sold_out,
            sold_milli=GrowingMap(sold or {}) if number == 0 else GrowingMap(),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("same", ["Crème  brûlée", "CREME BRULEE", " creme brulee "])
def test_names_are_the_same_whatever_their_capitals_accents_and_spaces(same: str) -> None:
    assert found(product("a", name="Crème brûlée"), product("b", name=same), product("c")) == [
        (FindingKind.SAME_NAME, "a b")
    ]
    assert plain_name("Großer Topf") == plain_name("GROSSER TOPF")


def test_members_of_a_family_may_have_one_name_but_not_two_units() -> None:
    small = product("s", name="Tea", family="Tea", options=(ProductOption(name="size", value="small"),))
    large = replace(small, sku=Sku("l"), options=(ProductOption(name="size", value="large"),))
    assert found(small, large) == []
    assert found(small, replace(large, unit="kg")) == [(FindingKind.MIXED_UNITS, "s l")]
    assert found(product("a", name="Tea"), product("b", name="tea", unit="g")) == [
        (FindingKind.SAME_NAME, "a b"),
        (FindingKind.MIXED_UNITS, "a b"),
    ]


def test_what_costs_nothing_is_told_unless_its_price_is_typed() -> None:
    assert found(product("a", price_minor=0), product("b", price_minor=0, free_price=True)) == [
        (FindingKind.NO_PRICE, "a")
    ]


@pytest.mark.parametrize(
    ("kind", "has"),
    [
        (FindingKind.NO_BARCODE, {"barcode": "4006381333931"}),
        (FindingKind.NO_PHOTO, {"photo": "ab" * 32}),
        (FindingKind.NO_VAT, {"vat_rate_bp": 700}),
    ],
)
def test_what_is_missing_is_told_only_where_others_have_it(kind: FindingKind, has: dict[str, object]) -> None:
    without = {"vat_rate_bp": 0} if kind is FindingKind.NO_VAT else {}
    assert found(product("a", **without), product("b", **without)) == []
    assert found(product("a", **without), product("b", **has)) == [(kind, "a")]


def test_one_barcode_on_two_products_is_told() -> None:
    code = "4006381333931"
    assert found(product("a", barcode=code), product("b", barcode=code)) == [
        (FindingKind.SHARED_BARCODE, "a b")
    ]


def test_what_is_gone_for_long_is_told_and_nothing_that_sold_or_may_be_new() -> None:
    gone, sold, new, there = (product(sku) for sku in ("gone", "sold", "new", "there"))
    bundle = product("bundle", parts=("a part",))
    empty = frozenset({gone.sku, sold.sku, bundle.sku})
    stock = {gone.sku: 0, sold.sku: -1_000, there.sku: 1_000}
    lately = days(DAYS_WITHOUT, sold_out=empty, sold={sold.sku: 1_000})
    assert find_untidy((gone, sold, new, there, bundle), stock, lately) == (
        Finding(kind=FindingKind.LONG_GONE, products=(gone,)),
    )
    assert find_untidy((gone,), stock, lately[1:]) == ()
    assert find_untidy((gone,), {gone.sku: 1_000}, lately) == ()


@given(st.lists(st.tuples(st.text("aAäß ", max_size=4), st.sampled_from(["piece", "kg"])), max_size=12))
def test_every_product_is_in_at_most_one_group_of_a_kind_and_groups_have_company(
    drawn: list[tuple[str, str]],
) -> None:
    products = [product(f"p{number}", name=name, unit=unit) for number, (name, unit) in enumerate(drawn)]
    for kind in (FindingKind.SAME_NAME, FindingKind.MIXED_UNITS):
        groups = [one.products for one in find_untidy(products, {}, ()) if one.kind is kind]
        named = [one.sku for group in groups for one in group]
        assert len(named) == len(set(named))
        assert all(len(group) > 1 for group in groups)
        assert all(len({plain_name(one.name) for one in group}) == 1 for group in groups)


async def test_what_is_mended_is_no_longer_told(counter: Counter) -> None:
    await counter.sign_in()
    told = (await counter.http.get("/api/tidy")).json()
    assert [(one["kind"], one["products"][0]["sku"]) for one in told["findings"]] == [("no_barcode", "jam")]
    assert (await counter.http.get("/api/tidy/count")).json() == {"count": 1}
    await counter.http.post("/api/products/jam/barcode")
    await counter.http.post("/api/products", json={"name": "quince  JAM", "category": "Pantry", "price_minor": 0,
                                                   "vat_rate_bp": 700})  # fmt: skip
    told = (await counter.http.get("/api/tidy")).json()
    assert told["counts"] == {"no_price": 1, "same_name": 1, "no_barcode": 1}
    assert [row["name"] for row in told["findings"][1]["products"]] == ["Quince jam", "quince  JAM"]
