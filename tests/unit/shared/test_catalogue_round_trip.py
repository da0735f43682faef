"""A catalogue written into a file and read back is the same catalogue."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalogue_csv import read_catalogue, write_catalogue
from shared.csv_table import decode_text
from shared.ids import Sku
from shared.products import ListPrice, ProductDetails, ProductOption, ProductPart

TEXTS = (
    st.text("abc ,;\"'äß=\t", min_size=1, max_size=12).map(str.strip).filter(lambda t: t and t.isprintable())
)
WORDS = st.text("abXY ä,", min_size=1, max_size=6).map(str.strip).filter(bool)
TEA = ProductDetails(sku=Sku("tea"), name="Tea", category="Tea", price_minor=1_250, vat_rate_bp=700)


def product(number, name, price_minor, more):
    return ProductDetails(
        sku=Sku(f"p{number}"), name=name, category="C", price_minor=price_minor, vat_rate_bp=700, **more
    )


MORE = st.fixed_dictionaries(
    {},
    optional={
        "barcode": st.none(),
        "colour": st.sampled_from(["", "#b4866b"]),
        "favourite": st.booleans(),
        "free_price": st.booleans(),
        "cost_minor": st.none() | st.integers(0, 10_000),
        "prices": st.dictionaries(WORDS, st.integers(0, 10_000), max_size=3).map(
            lambda lists: tuple(ListPrice(list_name=name, price_minor=lists[name]) for name in sorted(lists))
        ),
        "parts": st.sampled_from([(), (ProductPart(sku=Sku("tea"), quantity_milli=1_500),)]),
    },
).map(lambda more: {name: value for name, value in more.items() if name != "barcode"})
CATALOGUES = st.lists(st.tuples(TEXTS, st.integers(0, 10**8), MORE, st.booleans(), st.booleans()), max_size=5)


@settings(max_examples=100)
@given(CATALOGUES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_is_written_is_read_back_field_by_field(rows, encoding):
    products = [TEA]
    for number, (name, price_minor, more, weighed, in_family) in enumerate(rows):
        one = product(number, name, price_minor, more)
        if weighed:
            one = replace(one, unit="kg", weighed=True)
        if in_family:
            one = replace(one, family="Tin", options=(ProductOption(name="size", value=f"No {number}"),))
        products.append(one)
    text = decode_text(write_catalogue(products, currency="EUR").encode(encoding))
    assert text is not None
    for known in ([], products):
        read = read_catalogue(text, currency="EUR", known=known)
        assert read.refused == ()
        assert [item.product for item in read.imported] == products


def test_what_has_no_column_stays_and_a_bundle_of_what_is_not_there_is_refused():
    kept = replace(TEA, photo="0" * 64, unit="kg", weighed=True)
    text = "sku,name,category,price,vat_percent,parts\ntea,Tea,Tea,13,7,\nbox,Box,Tea,20,7,tea=2\nbad,Bad,Tea,9,7,cup=1"
    read = read_catalogue(text, currency="EUR", known=[kept])
    assert read.imported[0].product == replace(kept, price_minor=1_300)
    assert [item.product.sku for item in read.imported] == ["tea", "box"]
    assert [(row.row, row.field) for row in read.refused] == [(4, "parts")]


def test_a_list_that_holds_a_decimal_comma_and_a_cell_that_is_neither_yes_nor_no():
    text = "sku\tname\tcategory\tprice\tvat_percent\tfavourite\tprice:Members\na\tA\tC\t1,5\t7\tja\t1,2\nb\tB\tC\t1\t7\tperhaps\t"
    read = read_catalogue(text, currency="EUR", known=[])
    assert read.imported[0].product.prices == (ListPrice(list_name="Members", price_minor=120),)
    assert read.imported[0].product.favourite
    assert [(row.row, row.field) for row in read.refused] == [(3, "favourite")]
