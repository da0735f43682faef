import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.catalogue_csv import ReadCatalogue, read_catalogue
from shared.ids import Sku

HEADING = "sku,name,category,price,vat_percent,barcode,stock,colour"
GOOD = "bowl,Stoneware bowl,Pottery,18.50,19,4006381333931,12,#b4866b"


def read(*rows: str, heading: str = HEADING, known: Catalogue | None = None) -> ReadCatalogue:
    return read_catalogue("\n".join((heading, *rows)), currency="EUR", known=known or Catalogue())


def test_a_row_becomes_a_product_with_its_stock() -> None:
    (item,) = read(GOOD).imported
    assert item.product == Product(
        sku=Sku("bowl"), name="Stoneware bowl", category="Pottery", price_minor=1850, vat_rate_bp=1900,
        barcode="4006381333931", colour="#b4866b",
    )  # fmt: skip
    assert item.stock_milli == 12_000


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("bowl,Bowl,Pottery,abc,19,,,", "price"),
        ("bowl,Bowl,Pottery,-1,19,,,", "price"),
        ("bowl,Bowl,Pottery,1.234,19,,,", "price"),
        ("bowl,Bowl,Pottery,1,,,,", "VAT"),
        ("bowl,Bowl,Pottery,1,91,,,", "no known rate"),
        ("bowl,Bowl,Pottery,1,19,4006381333932,,", "check digit"),
        ("bowl,,Pottery,1,19,,,", "name"),
        (",Bowl,Pottery,1,19,,,", "sku"),
        ("bowl,Bowl,Pottery,1,19,,lots,", "stock"),
        ("bowl,Bowl,Pottery,1,19,,1,red,more", "cells"),
        ("bowl,Bowl", "category"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason_and_blocks_no_other(row: str, reason: str) -> None:
    result = read("jam,Jam,Pantry,6.50,7,,,", row, "mug,Mug,Pottery,9,19,,,")
    assert [item.product.sku for item in result.imported] == ["jam", "mug"]
    (refused,) = result.refused
    assert refused.row == 3
    assert refused.text == row
    assert reason in refused.reason


def test_a_second_row_with_the_same_sku_or_barcode_is_refused() -> None:
    result = read(GOOD, GOOD, GOOD.replace("bowl,", "dish,", 1))
    assert len(result.imported) == 1
    assert "twice" in result.refused[0].reason
    assert "belongs to bowl" in result.refused[1].reason


def test_a_barcode_of_another_known_product_is_refused_and_the_products_own_is_not() -> None:
    known = Catalogue(products=tuple(item.product for item in read(GOOD).imported))
    assert len(read(GOOD, known=known).imported) == 1
    assert "belongs to bowl" in read(GOOD.replace("bowl,", "dish,", 1), known=known).refused[0].reason


def test_semicolons_and_a_byte_order_mark_are_understood() -> None:
    text = "\ufeff" + HEADING.replace(",", ";") + "\nbowl;Bowl;Pottery;18,50;7,5;;;"
    (item,) = read_catalogue(text, currency="EUR", known=Catalogue()).imported
    assert (item.product.price_minor, item.product.vat_rate_bp, item.stock_milli) == (1850, 750, None)


def test_a_file_without_the_needed_columns_is_refused_as_a_whole() -> None:
    assert "lacks price" in read(GOOD, heading="sku,name,category,vat_percent").refused[0].reason
    assert read_catalogue("", currency="EUR", known=Catalogue()).refused


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    result = read_catalogue(HEADING + "\n" + text, currency="EUR", known=Catalogue())
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(result.imported) + len(result.refused) <= len(lines)


def test_a_cell_that_never_ends_is_one_refused_row_with_its_line() -> None:
    endless = f'bowl,"{"x" * 200_000}'
    result = read("jam,Jam,Pantry,6.50,7,,,", "", endless, "mug,Mug,Pottery,9,19,,,")
    assert [item.product.sku for item in result.imported] == ["jam", "mug"]
    assert [(row.row, len(row.text)) for row in result.refused] == [(4, 400)]
    assert "cells cannot be told apart" in result.refused[0].reason
    assert "the heading lacks" in read(heading=f'"{"x" * 200_000}').refused[0].reason
