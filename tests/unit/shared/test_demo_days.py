"""The demo's data files: complete, of one piece, and shaped as their README says."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

import shared.cli

FOLDER = Path(shared.cli.__file__).parent / "demo_days"


def _products() -> list[dict[str, str]]:
    with (FOLDER / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines() -> list[dict[str, int | str]]:
    with gzip.open(FOLDER / "days.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            {key: v if key == "sku" else int(v) for key, v in row.items()} for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def lines() -> list[dict[str, int | str]]:
    return _lines()


@pytest.mark.parametrize("product", _products(), ids=lambda product: product["sku"])
def test_every_product_has_an_in_store_barcode_with_a_true_check_digit(product: dict[str, str]) -> None:
    digits = [int(digit) for digit in product["barcode"]]
    assert len(digits) == 13
    assert 20 <= int(product["barcode"][:2]) <= 29
    assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _is_replayed(product: dict[str, str]) -> bool:
    """The last goods are there to be tried: of a family, weighed, at any price."""
    return not any(product[field] for field in ("family", "weighed", "free_price"))


def test_the_catalogue_spans_five_categories_and_two_vat_rates() -> None:
    products = [product for product in _products() if _is_replayed(product)]
    assert len({product["sku"] for product in products}) == len(products) == 24
    assert len({product["category"] for product in products}) == 5
    assert {product["vat_percent"] for product in products} == {"19", "7"}
    assert all(4.5 <= float(product["price"]) <= 72 for product in products)


def test_only_goods_of_the_catalogue_are_sold_and_all_of_them_are(lines: list[dict[str, int | str]]) -> None:
    assert {line["sku"] for line in lines} == {
        product["sku"] for product in _products() if _is_replayed(product)
    }


def test_there_is_something_to_try_of_each_kind_that_products_can_be() -> None:
    products = _products()
    assert Counter(product["family"] for product in products if product["family"]) == {"Felted slippers": 3}
    for field in ("weighed", "free_price", "favourite", "price:Wholesale"):
        assert any(product[field] for product in products), field


def test_no_day_sells_more_of_a_product_than_the_maker_brings(lines: list[dict[str, int | str]]) -> None:
    sold: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        sold[line["week"], line["day"], line["sku"]] += int(line["quantity"])
    best_day = {product["sku"]: 0 for product in _products()}
    for (_, _, sku), pieces in sold.items():
        best_day[str(sku)] = max(best_day[str(sku)], pieces)
    assert all(int(product["stock"]) > best_day[product["sku"]] for product in _products())


def test_eight_weeks_of_four_days_come_before_the_live_day(lines: list[dict[str, int | str]]) -> None:
    days = {(line["week"], line["day"]) for line in lines}
    assert days == {*((week, day) for week in range(8) for day in range(4)), (8, 0)}


def test_baskets_follow_one_another_within_shop_hours(lines: list[dict[str, int | str]]) -> None:
    moments = [(line["week"], line["day"], line["minute_of_day"], line["basket"]) for line in lines]
    assert moments == sorted(moments)
    assert all(540 <= int(line["minute_of_day"]) < 1080 for line in lines)
    assert all(1 <= int(line["quantity"]) <= 2 for line in lines)


def test_the_source_is_named_where_the_data_lies() -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "Daqing Chen" in told
    assert "10.24432/C5BW33" in told
    assert "CC BY 4.0" in told
