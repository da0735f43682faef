"""Materials: used when products come in, learned from counts, and needed for what is to be made."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.growing import GrowingMap
from device.domain.materials.book import (
    YIELD_MAX,
    YIELD_MIN,
    MaterialBook,
    with_bought,
    with_event,
    with_made,
)
from device.domain.materials.noting import (
    BadMaterial,
    MaterialMove,
    UnknownMaterial,
    find_material_fault,
    move,
    recipe,
)
from device.domain.materials.requirements import (
    CanMake,
    Making,
    Requirement,
    can_make,
    cost_of_piece,
    needs_of,
    requirements,
    to_buy_milli,
)
from device.domain.materials.snapshot import dump_materials, load_materials
from shared.entry import EMPTY_HEAD, StreamKey
from shared.events.event import seal_event
from shared.events.material import (
    MaterialChanged,
    MaterialDetails,
    MaterialMoved,
    MaterialPart,
    MaterialReason,
    RecipeChanged,
)
from shared.events.purchase import GoodsLine, GoodsReceived
from shared.events.stock import StockMoved, StockReason
from shared.ids import Epoch, Sku, SourceId, TenantId
from shared.products import ProductPart
from tests.unit.device.test_market_http import counter
from tests.unit.device.test_till_http import Counter

__all__ = ["counter"]

BOWL: Final = Sku("bowl")
CLAY: Final = MaterialDetails(
    material_id="clay",
    name="Clay",
    unit="kg",
    cost_minor=200,
    pack_milli=10_000,
    minimum_milli=20_000,
    lead_days=3,
)
GLAZE: Final = MaterialDetails(material_id="glaze", name="Glaze", unit="l", cost_minor=1_000)
RECIPE: Final = RecipeChanged(
    sku=BOWL, makes=10, cashier="Mira",
    parts=(MaterialPart(material_id="clay", quantity_milli=8_000), MaterialPart(material_id="glaze", quantity_milli=500)),
)  # fmt: skip
STREAM: Final = StreamKey(tenant=TenantId("t"), source=SourceId("s"), epoch=Epoch("abcdefgh"))
FRIDAY: Final = date(2026, 11, 27)


def _with(book: MaterialBook, *events: MaterialChanged | RecipeChanged | MaterialMoved) -> MaterialBook:
    for event in events:
        seq = len(book.moves.items())
        entry = seal_event(
            stream=STREAM,
            head=replace(EMPTY_HEAD, seq=seq),
            at=datetime(2026, 11, 26, tzinfo=UTC),
            event=event,
        )
        book = with_event(book, entry, event)
    return book


def _book(*, clay: int = 20_000, glaze: int = 5_000) -> MaterialBook:
    book = _with(
        MaterialBook(),
        *(MaterialChanged(material=one, cashier="Mira") for one in (CLAY, GLAZE)),
        RECIPE,
    )
    return replace(book, stock_milli=GrowingMap({"clay": clay, "glaze": glaze}))


def _made(book: MaterialBook, pieces: int) -> MaterialBook:
    moved = StockMoved(sku=BOWL, name="Bowl", change_milli=pieces * 1_000, reason=StockReason.RECEIVED)
    return with_made(book, moved)


def _counted(book: MaterialBook, there: int) -> MaterialBook:
    moved = move(
        book,
        MaterialMove(
            material_id="clay",
            quantity_milli=there,
            reason=MaterialReason.COUNTED,
            cashier="Mira",
            move_id="",
        ),
    )
    assert isinstance(moved, MaterialMoved)
    return _with(book, moved)


def test_what_a_product_is_made_of_goes_when_it_comes_in_and_comes_back_when_that_is_taken_back() -> None:
    made = _made(_book(), 10)
    assert (made.stock_milli.get("clay", 0), made.stock_milli.get("glaze", 0)) == (12_000, 4_500)
    taken_back = with_made(
        made, StockMoved(sku=BOWL, name="Bowl", change_milli=-10_000, reason=StockReason.RECEIVED, undoes="s")
    )
    assert taken_back.stock_milli.get("clay", 0) == 20_000
    assert taken_back.use_of("clay").recipe_milli == 0


@pytest.mark.parametrize(
    "reason", [StockReason.COUNTED, StockReason.ARRIVED, StockReason.WASTED, StockReason.SENT]
)
def test_only_what_was_made_uses_materials(reason: StockReason) -> None:
    book = _book()
    assert with_made(book, StockMoved(sku=BOWL, name="Bowl", change_milli=1_000, reason=reason)) == book


def test_a_count_teaches_how_much_is_really_used_with_shrinkage_and_within_bounds() -> None:
    book, there = _book(clay=100_000), 100_000
    for _ in range(8):
        there -= 8_800  # a tenth more than the recipe says
        book = _counted(_made(book, 10), there)
    use = book.use_of("clay")
    assert use.counts == 8
    assert 1.05 < use.factor < 1.12
    assert book.per_piece_milli(BOWL)["clay"] == pytest.approx(800 * use.factor)
    once = _counted(_made(_book(clay=100_000), 10), 60_000)  # 40 kg instead of 8
    assert once.use_of("clay").factor == YIELD_MAX
    nothing_used = _counted(_made(_book(clay=100_000), 10), 100_000)
    assert YIELD_MIN <= nothing_used.use_of("clay").factor < 1.0


def test_a_count_with_nothing_made_before_it_teaches_nothing() -> None:
    assert _counted(_book(), 5_000).use_of("clay").factor == 1.0


def test_products_that_are_to_be_made_become_materials_that_are_to_be_bought_in_packs_and_in_time() -> None:
    making = {BOWL: Making(pieces=40.0, start=FRIDAY)}
    clay, glaze = requirements(_book(clay=5_000), making, lambda _: 0)
    assert (clay.needed_milli, clay.missing_milli, clay.buy_milli) == (32_000, 27_000, 30_000)
    assert (clay.by, clay.order_by, clay.used_in) == (FRIDAY, date(2026, 11, 24), (BOWL,))
    assert (glaze.needed_milli, glaze.missing_milli) == (2_000, 0)
    (need,) = needs_of((clay, glaze), FRIDAY)
    assert (need.item, need.is_material, need.quantity_milli, need.by) == ("clay", True, 27_000, FRIDAY)
    on_order = requirements(_book(clay=5_000), making, {"clay": 30_000, "glaze": 0}.__getitem__)
    assert needs_of(on_order, FRIDAY) == ()


def test_what_should_always_be_there_is_bought_without_a_plan() -> None:
    book = _with(_book(clay=1_000), MaterialChanged(material=replace(CLAY, keep_milli=4_000), cashier="Mira"))
    found = {one.material.material_id: one for one in requirements(book, {}, lambda _: 0)}
    assert (found["clay"].missing_milli, found["clay"].buy_milli, found["clay"].by) == (3_000, 20_000, None)


_AMOUNTS = st.integers(0, 10**7)


@given(
    _AMOUNTS,
    _AMOUNTS,
    st.integers(0, 10**5),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_what_is_bought_covers_what_is_missing_is_never_below_none_and_never_asked_for_twice(
    there: int, on_order: int, pieces: int, pack: int, minimum: int, keep: int
) -> None:
    material = replace(CLAY, pack_milli=pack, minimum_milli=minimum, keep_milli=keep)
    book = _with(_book(clay=there), MaterialChanged(material=material, cashier="Mira"))
    making = {BOWL: Making(pieces=float(pieces), start=FRIDAY)}

    def of(ordered: int) -> Requirement:
        return next(one for one in requirements(book, making, lambda _: ordered) if one.material == material)

    found = of(on_order)
    assert 0 <= found.missing_milli <= found.buy_milli
    assert pack == 0 or found.buy_milli % pack == 0
    assert of(on_order + found.buy_milli).missing_milli == 0
    assert to_buy_milli(material, -1) == 0


def test_it_says_how_many_the_materials_allow_and_what_a_piece_costs() -> None:
    assert can_make(_book(clay=4_000, glaze=5_000), BOWL) == CanMake(pieces=5, first_out="clay")
    assert can_make(_book(), Sku("jam")) is None
    assert cost_of_piece(_book(), BOWL) == pytest.approx(0.8 * 200 + 0.05 * 1_000)
    costless = _with(_book(), MaterialChanged(material=replace(GLAZE, cost_minor=None), cashier="Mira"))
    assert cost_of_piece(costless, BOWL) is None


def test_the_book_comes_back_from_its_snapshot() -> None:
    book = _counted(_made(_book(), 10), 11_000)
    again = load_materials(dump_materials(book))
    assert dump_materials(again) == dump_materials(book)
    assert again.use_of("clay") == book.use_of("clay")


@pytest.mark.parametrize(
    ("material", "field"),
    [
        (replace(CLAY, name=""), "name"),
        (replace(CLAY, unit="kilogrammes of it"), "unit"),
        (replace(CLAY, material_id="other"), "name"),
        (replace(CLAY, pack_milli=-1), "pack_milli"),
        (replace(CLAY, cost_minor=-5), "cost_minor"),
        (replace(CLAY, lead_days=999), "lead_days"),
    ],
)
def test_a_material_that_cannot_be_is_refused_with_its_field(material: MaterialDetails, field: str) -> None:
    fault = find_material_fault(_book(), material)
    assert fault is not None
    assert fault.field == field


def test_a_recipe_that_cannot_be_is_refused() -> None:
    bowl = Product(sku=BOWL, name="Bowl", category="", price_minor=1, vat_rate_bp=0)
    bundle = replace(bowl, sku=Sku("set"), parts=(ProductPart(sku=BOWL, quantity_milli=2_000),))
    catalogue = Catalogue(products=(bowl, bundle))
    clay = MaterialPart(material_id="clay", quantity_milli=800)

    def said(sku: str = "bowl", makes: int = 1, parts: tuple[MaterialPart, ...] = (clay,)) -> object:
        return recipe(_book(), catalogue, sku=Sku(sku), makes=makes, parts=parts, cashier="Mira")

    assert isinstance(said(), RecipeChanged)
    assert said(parts=(replace(clay, material_id="gold"),)) == UnknownMaterial("gold")
    for bad in (
        said("gone"),
        said("set"),
        said(makes=0),
        said(parts=(clay, clay)),
        said(parts=(replace(clay, quantity_milli=0),)),
    ):
        assert isinstance(bad, BadMaterial)


def test_what_a_supplier_brought_is_there() -> None:
    line = GoodsLine(place=0, item="clay", quantity_milli=10_000, cost_minor=1_900, is_material=True)
    cups = GoodsLine(place=1, item="cup", quantity_milli=6_000, cost_minor=900)
    came = GoodsReceived(receipt_id="r", order_id="o", lines=(line, cups), cashier="Mira")
    entry = seal_event(stream=STREAM, head=EMPTY_HEAD, at=datetime(2026, 11, 26, tzinfo=UTC), event=came)
    book = with_bought(_book(clay=2_000), entry, came)
    assert book.stock_milli.items() == {"clay": 12_000, "glaze": 5_000}
    assert [mark.change_milli for mark in book.moves.items().values()] == [10_000]


async def test_materials_go_through_the_tills_interface(counter: Counter) -> None:
    await counter.sign_in()
    http = counter.http
    clay = {"name": "Clay", "unit": "kg", "cost_minor": 200, "pack_milli": 10_000}
    assert (await http.put("/api/materials/clay", json=clay)).is_success
    twice = await http.put("/api/materials/clay-2", json=clay)
    assert (twice.status_code, twice.json()["field"]) == (422, "name")
    said = {"makes": 10, "parts": [{"material_id": "clay", "quantity_milli": 8_000}]}
    told = (await http.put("/api/recipes/bowl", json=said)).json()
    assert (told["cost_minor"], told["can_make"], told["first_out"]) == (160, 0, "Clay")
    came = {"reason": "received", "quantity_milli": 20_000, "move_id": "m1"}
    for _ in range(2):
        assert (await http.post("/api/materials/clay/moves", json=came)).json() == {"there_milli": 20_000}
    await http.post("/api/stock", json={"sku": "bowl", "change_milli": 10_000, "reason": "received"})
    one = (await http.get("/api/materials/clay")).json()
    assert (one["there_milli"], one["recipes"]) == (12_000, [{"sku": "bowl", "name": "Stoneware bowl"}])
    assert [(mark["reason"], mark["change_milli"]) for mark in one["moves"]] == [("received", 20_000)]
    wasted = {"reason": "wasted", "quantity_milli": 2_000, "move_id": "m2"}
    assert (await http.post("/api/materials/clay/moves", json=wasted)).json() == {"there_milli": 10_000}
    assert [row["name"] for row in (await http.get("/api/materials")).json()["materials"]] == ["Clay"]
    gone = await http.post("/api/materials/gold/moves", json={**came, "move_id": "m3"})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown-material")
    assert (await http.get("/api/materials/gold")).status_code == 404
    assert (await http.get("/api/recipes/bowl")).json()["can_make"] == 12
