"""What a product may say, and that what says nothing stands in no byte."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.ids import Sku
from shared.product_rules import find_fault
from shared.product_words import field_text, with_field_text
from shared.products import (
    FIELD_NAMES,
    ListPrice,
    ProductDetails,
    ProductOption,
    ProductPart,
    is_sellable,
    price_of,
)

MUG = ProductDetails(sku=Sku("mug"), name="Mug", category="Pottery", price_minor=2_400, vat_rate_bp=1_900)
DETAILS = TypeAdapter(ProductDetails)
SIZE_M = (ProductOption(name="size", value="M"),)
WORDS = st.text("abcXYZ äß09", min_size=1, max_size=8).map(str.strip).filter(bool)
PRODUCTS = st.builds(
    replace,
    st.just(MUG),
    unit=st.sampled_from(["kg", "hour"]),
    weighed=st.booleans(),
    free_price=st.booleans(),
    favourite=st.booleans(),
    cost_minor=st.none() | st.integers(0, 999),
    prices=st.lists(st.builds(ListPrice, list_name=WORDS, price_minor=st.integers(0, 9_999)), max_size=3).map(
        tuple
    ),
    parts=st.lists(
        st.builds(ProductPart, sku=st.sampled_from(["tea", "bowl"]), quantity_milli=st.integers(1, 9_999)),
        max_size=2,
    ).map(tuple),
    options=st.lists(st.builds(ProductOption, name=WORDS, value=WORDS), max_size=3).map(tuple),
)


def test_a_product_that_says_nothing_new_keeps_its_bytes():
    old = (
        b'{"sku":"mug","name":"Mug","category":"Pottery","price_minor":2400,"vat_rate_bp":1900,"barcode":"",'
        b'"colour":"","unit":"piece","retired":false}'
    )
    assert DETAILS.dump_json(MUG) == old
    assert DETAILS.validate_json(old) == MUG


@given(PRODUCTS)
def test_every_product_comes_back_from_its_bytes_and_every_field_from_its_words(product):
    assert DETAILS.validate_json(DETAILS.dump_json(product)) == product
    for name in FIELD_NAMES:
        assert with_field_text(MUG, name, field_text(getattr(product, name))) == replace(
            MUG, **{name: getattr(product, name)}
        )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"weighed": True}, "unit"),
        ({"unit": ""}, "unit"),
        ({"family": "Mug"}, "options"),
        ({"options": SIZE_M}, "family"),
        ({"family": "Mug", "options": (*SIZE_M, ProductOption(name="Size", value="L"))}, "options"),
        ({"family": "Mug", "options": (ProductOption(name="a=b", value="L"),)}, "options"),
        ({"parts": (ProductPart(sku=Sku("mug"), quantity_milli=1_000),)}, "parts"),
        ({"parts": (ProductPart(sku=Sku("tea"), quantity_milli=0),)}, "parts"),
        ({"prices": (ListPrice(list_name="members", price_minor=-1),)}, "prices"),
        ({"prices": (ListPrice(list_name="members", price_minor=1),) * 2}, "prices"),
        ({"cost_minor": -1}, "cost_minor"),
        ({"photo": "../etc"}, "photo"),
    ],
)
def test_what_a_product_cannot_be_is_refused_by_the_field(fields, wrong):
    fault = find_fault(replace(MUG, **fields))
    assert fault is not None
    assert fault.field == wrong


def test_a_price_list_counts_where_it_has_the_product_and_the_usual_price_elsewhere():
    listed = replace(MUG, prices=(ListPrice(list_name="members", price_minor=2_000),))
    assert [price_of(listed, name) for name in ("", "members", "wholesale")] == [2_400, 2_000, 2_400]
    assert is_sellable(listed)
    assert not is_sellable(replace(listed, retired=True))
